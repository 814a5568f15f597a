"""Passwords: how they are kept, and which are refused."""

import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

from schemas.problems import Problem
from server.accounts.password_strength import is_guessable

SHORTEST = 15
LONGEST = 256

# OWASP's and RFC 9106's low-memory choice: eight sign-ins at once stay within 152 MiB.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)

# Checked when the user is unknown, so that the answer takes as long as for a known one.
_DECOY = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "GPgruTbzNgSmi7yuGDwddA$Qu/MH/N686aF3LytrmSHkKlIRjqByY7Z7FeQTF+aa+o"
)


NO_PASSWORD = ""
"""Stored for an account nobody signs in to; no password matches it."""


def new_password_hash(password: str, about: tuple[str, ...]) -> str:
    """What is stored of a password somebody chose, unless it is one that others guess.

    ``about``: what everybody knows of the person, see :func:`is_guessable`.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Problem("weak_password", shortest=SHORTEST, longest=LONGEST)
    if is_guessable(password, about):
        raise Problem("guessable_password")
    return hash_password(password)


def hash_password(password: str) -> str:
    """What is stored of a password that may be kept."""
    return _hasher.hash(_normal(password))


def password_matches(password: str, stored: str | None) -> bool:
    """Compare, in equal time whether or not there is anything to compare with."""
    try:
        _hasher.verify(stored or _DECOY, _normal(password[:LONGEST]))
    except VerifyMismatchError:
        return False
    return bool(stored)


def is_outdated(stored: str) -> bool:
    """Tell whether ``stored`` was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


def _normal(password: str) -> str:
    # Keyboards disagree on whether "ş" is one character or two.
    return unicodedata.normalize("NFC", password)
