"""The second factor: set up, asked for, used once, switched off, reset.

The secret lies sealed in the database under a key of the data folder: neither alone makes codes.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from schemas.problems import Problem
from server import clock
from server.accounts.models import RECOVERY_CODES, SECOND_FACTORS, USER_SESSIONS
from server.accounts.passwords import password_matches
from server.accounts.queries import SignedInUser, credentials
from server.accounts.second_factor.codes import (
    DIGITS,
    matching_step,
    new_recovery_codes,
    new_secret,
    recovery_digest,
)
from server.accounts.sessions import end_sessions_of, token_hash
from server.accounts.throttle import count_attempt, forgive_attempt
from server.store import audit
from server.store.data_folder import kept_once
from server.store.database import Database

CODES_A_MINUTE: Final = 5
MOST_FAILURES: Final = 50
"""Wrong codes in a row, after which only a reset helps."""
NONCE_BYTES: Final = 12


@dataclass(frozen=True)
class Desk:
    """Where codes are looked at: the database, the key that opens secrets, and what time it is."""

    database: Database
    key: bytes
    now: float


@dataclass(frozen=True)
class FactorState:
    """What is known of somebody's second factor."""

    begun: bool = False
    confirmed_at: datetime | None = None
    recovery_left: int = 0


def sealing_key(folder: Path) -> bytes:
    """The key of this instance; made at the first use and shared by workers."""
    return kept_once(folder / "second-factors.key", lambda: AESGCM.generate_key(256))


def factor_state(connection: Connection, user_id: int) -> FactorState:
    """Whether somebody has a second factor, and how many recovery codes are left."""
    row = _row(connection, user_id)
    codes = RECOVERY_CODES.c
    left = select(func.count()).where(codes.user_id == user_id, codes.used_at.is_(None))
    if row is None:
        return FactorState()
    return FactorState(
        begun=True, confirmed_at=row.confirmed_at, recovery_left=connection.scalar(left) or 0
    )


def begun_secret(connection: Connection, user_id: int, key: bytes) -> bytes | None:
    """The secret that is being set up; one that is in use is shown to nobody again."""
    row = _row(connection, user_id)
    return None if row is None or row.confirmed_at else _opened(row, key)


def begin(connection: Connection, user_id: int, key: bytes) -> None:
    """Make a secret, to be confirmed by a code; it asks nothing of anybody until then."""
    row = _row(connection, user_id)
    if row is not None and row.confirmed_at:
        raise Problem("second_factor_in_use")
    _forget(connection, user_id)
    values = {
        "user_id": user_id,
        "secret": _sealed(new_secret(), user_id, key),
        "begun_at": clock.now(),
        "failures": 0,
    }
    connection.execute(insert(SECOND_FACTORS).values(values))
    _note(connection, user_id, "begin", by=user_id)


def confirm(desk: Desk, user: SignedInUser, *, password: str, code: str, token: str) -> list[str]:
    """Use the factor from now on; gives the recovery codes, which nobody can read again."""
    attempt = count_code(desk, user)
    _check_password(desk, user, password)

    def write(connection: Connection) -> list[str]:
        row = _row(connection, user.id)
        if row is None or row.confirmed_at:
            raise Problem("second_factor_in_use" if row else "second_factor_missing")
        _use_step(connection, row, desk, code)
        theirs = SECOND_FACTORS.c.user_id == user.id
        connection.execute(update(SECOND_FACTORS).where(theirs).values(confirmed_at=clock.now()))
        # Sessions elsewhere were opened with the password alone: they are asked from now on.
        _strengthen(connection, user.id, token)
        forgive_code(connection, user.id, attempt)
        _note(connection, user.id, "confirm", by=user.id)
        return _renewed_codes(connection, user.id)

    return desk.database.write(write)


def prove(desk: Desk, user: SignedInUser, *, code: str, token: str) -> None:
    """Make a session strong by a code; raises ``wrong_code`` or ``too_many_attempts``."""
    attempt = count_code(desk, user)

    def write(connection: Connection) -> None:
        use_code(connection, user.id, desk, code)
        _strengthen(connection, user.id, token)
        forgive_code(connection, user.id, attempt)

    desk.database.write(write)


def renew_recovery_codes(desk: Desk, user: SignedInUser, *, password: str, code: str) -> list[str]:
    """Ten other recovery codes; those from before work no more."""
    attempt = count_code(desk, user)
    _check_password(desk, user, password)

    def write(connection: Connection) -> list[str]:
        use_code(connection, user.id, desk, code)
        forgive_code(connection, user.id, attempt)
        _note(connection, user.id, "recovery_codes", by=user.id)
        return _renewed_codes(connection, user.id)

    return desk.database.write(write)


def switch_off(desk: Desk, user: SignedInUser, *, password: str, code: str) -> None:
    """Ask for no code any more."""
    attempt = count_code(desk, user)
    _check_password(desk, user, password)

    def write(connection: Connection) -> None:
        use_code(connection, user.id, desk, code)
        _forget(connection, user.id)
        forgive_code(connection, user.id, attempt)
        _note(connection, user.id, "switch_off", by=user.id)

    desk.database.write(write)


def reset(connection: Connection, user_id: int, *, by: int | None = None) -> None:
    """Let somebody who has lost it begin anew: the factor goes, and every session ends."""
    if _row(connection, user_id) is None:
        raise Problem("second_factor_missing")
    _forget(connection, user_id)
    end_sessions_of(connection, user_id)
    _note(connection, user_id, "reset", by=by)


def use_code(connection: Connection, user_id: int, desk: Desk, code: str) -> None:
    """Use up a code of either kind; raises ``wrong_code``."""
    row = _row(connection, user_id)
    if row is None or not row.confirmed_at:
        raise Problem("second_factor_missing")
    plain = "".join(code.split())
    if plain.isascii() and plain.isdigit() and len(plain) == DIGITS:
        _use_step(connection, row, desk, plain)
        _note(connection, user_id, "code", by=user_id)
        return
    codes = RECOVERY_CODES.c
    unused = (
        codes.user_id == user_id,
        codes.digest == recovery_digest(code),
        codes.used_at.is_(None),
    )
    used = connection.execute(update(RECOVERY_CODES).where(*unused).values(used_at=clock.now()))
    if used.rowcount != 1:
        raise Problem("wrong_code")
    _note(connection, user_id, "recovery_code", by=user_id)


def _use_step(connection: Connection, row: Row[Any], desk: Desk, code: str) -> None:
    step = matching_step(_opened(row, desk.key), code, desk.now, row.last_step)
    if step is None:
        raise Problem("wrong_code")
    factors = SECOND_FACTORS.c
    # Two requests at the same moment read the same row: only one of them may use the code.
    used = connection.execute(
        update(SECOND_FACTORS)
        .where(
            factors.user_id == row.user_id,
            factors.secret == row.secret,
            or_(factors.last_step.is_(None), factors.last_step < step),
        )
        .values(last_step=step)
    )
    if used.rowcount != 1:
        raise Problem("wrong_code")


def count_code(desk: Desk, user: SignedInUser) -> list[int]:
    """Count an attempt at a code, and give what :func:`forgive_code` needs, or refuse it.

    Whoever comes so far knows the password: a stranger cannot shut the owner out here. Somebody
    who has stolen it can, and should: five guesses a minute would find a code within weeks.
    """

    def write(connection: Connection) -> list[int]:
        _note(connection, user.id, "attempt", by=user.id)
        factors = SECOND_FACTORS.c
        failed = connection.scalar(
            update(SECOND_FACTORS)
            .where(factors.user_id == user.id)
            .values(failures=factors.failures + 1)
            .returning(factors.failures)
        )
        if failed is not None and failed > MOST_FAILURES:
            raise Problem("second_factor_locked")
        return count_attempt(connection, {f"code:{user.username}"[:128]: CODES_A_MINUTE})

    return desk.database.write(write)


def forgive_code(connection: Connection, user_id: int, attempt: list[int]) -> None:
    """Count nothing against whoever had the right code."""
    forgive_attempt(connection, attempt)
    theirs = SECOND_FACTORS.c.user_id == user_id
    connection.execute(update(SECOND_FACTORS).where(theirs).values(failures=0))


def _check_password(desk: Desk, user: SignedInUser, password: str) -> None:
    with desk.database.read() as connection:
        known = credentials(connection, user.username)
    if known is None or not password_matches(password, known.password_hash):
        raise Problem("wrong_factor_password")


def _renewed_codes(connection: Connection, user_id: int) -> list[str]:
    codes = new_recovery_codes()
    connection.execute(delete(RECOVERY_CODES).where(RECOVERY_CODES.c.user_id == user_id))
    connection.execute(
        insert(RECOVERY_CODES),
        [{"user_id": user_id, "digest": recovery_digest(code)} for code in codes],
    )
    return codes


def _strengthen(connection: Connection, user_id: int, token: str) -> None:
    session = USER_SESSIONS.c
    here = session.token_hash == token_hash(token), session.user_id == user_id
    connection.execute(update(USER_SESSIONS).where(*here).values(is_strong=True))


def _forget(connection: Connection, user_id: int) -> None:
    connection.execute(delete(RECOVERY_CODES).where(RECOVERY_CODES.c.user_id == user_id))
    connection.execute(delete(SECOND_FACTORS).where(SECOND_FACTORS.c.user_id == user_id))
    # A factor set up later asks anew, in every session.
    theirs = USER_SESSIONS.c.user_id == user_id
    connection.execute(update(USER_SESSIONS).where(theirs).values(is_strong=False))


def _note(connection: Connection, user_id: int, what: str, *, by: int | None) -> None:
    audit.write(connection, actor=by, action=f"second_factor.{what}", object=f"user:{user_id}")


def _row(connection: Connection, user_id: int) -> Row[Any] | None:
    asked = select(SECOND_FACTORS).where(SECOND_FACTORS.c.user_id == user_id)
    return connection.execute(asked).one_or_none()


def _sealed(secret: bytes, user_id: int, key: bytes) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, secret, str(user_id).encode())
    return base64.b64encode(nonce + sealed).decode()


def _opened(row: Row[Any], key: bytes) -> bytes:
    sealed = base64.b64decode(row.secret)
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, rest, str(row.user_id).encode())
    except InvalidTag:
        raise Problem("second_factor_unreadable") from None
