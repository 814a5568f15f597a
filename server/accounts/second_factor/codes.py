"""Codes of the second factor: six digits that change with the time, and codes for recovery."""

import base64
import hashlib
import secrets
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS: Final = 30
DIGITS: Final = 6
STEPS_OFF: Final = 1
"""A telephone's clock may be this many steps early or late."""
SECRET_BYTES: Final = 20
RECOVERY_CODES: Final = 10
RECOVERY_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are read for one another."""
RECOVERY_LENGTH: Final = 10


def new_secret() -> bytes:
    """A secret for an authenticator."""
    return secrets.token_bytes(SECRET_BYTES)


def typed_secret(secret: bytes) -> str:
    """The secret as somebody types it: base32 in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def authenticator_address(secret: bytes, username: str) -> str:
    """What the QR code says to an authenticator."""
    return _totp(secret).get_provisioning_uri(username, "İZDES")


def matching_step(secret: bytes, typed: str, now: float, last_step: int | None) -> int | None:
    """The step of time whose code was typed; None if there is none, or it was used already."""
    code = "".join(typed.split()).encode("utf-8", "replace")
    present = int(now) // STEP_SECONDS
    steps = range(present - STEPS_OFF, present + STEPS_OFF + 1)
    matching = [step for step in steps if secrets.compare_digest(code_at(secret, step), code)]
    fresh = [step for step in matching if last_step is None or step > last_step]
    return next(iter(fresh), None)


def code_at(secret: bytes, step: int) -> bytes:
    """The code of a step of time (RFC 6238)."""
    return _totp(secret).generate(step * STEP_SECONDS)


def new_recovery_codes() -> list[str]:
    """Ten codes of 49 bits each, to be written down."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def recovery_digest(typed: str) -> str:
    """What the database knows of a recovery code. It is random: a digest cannot be guessed."""
    plain = "".join(letter for letter in typed.lower() if letter in RECOVERY_LETTERS)
    return hashlib.sha256(plain.encode()).hexdigest()


def _recovery_code() -> str:
    letters = "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what every authenticator knows; as HMAC it is sound (RFC 6238).
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
