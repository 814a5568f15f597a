"""Tables of accounts: people, their mandates and sessions, and attempts to sign in."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import JSON, Table, false
from sqlmodel import Field, SQLModel

from server.store.audit import SEQUENCE


class User(SQLModel, table=True):
    """A person who may sign in. A row is never deleted: the audit trail points at it."""

    __tablename__ = "users"

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(max_length=64, unique=True)
    full_name: str = Field(max_length=128)
    language: str = Field(max_length=8)
    password_hash: str = Field(max_length=128)
    created_at: datetime
    disabled_at: datetime | None = None


class UserMandate(SQLModel, table=True):
    """A role that somebody has, how far and for how long (server/accounts/mandates.py)."""

    __tablename__ = "mandates"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="users.id", index=True)
    role: str = Field(max_length=32)
    places: list[str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    starts_on: date
    ends_on: date | None = None
    acting_for: int | None = Field(default=None, foreign_key="users.id")
    reason: str
    given_at: datetime
    given_by: int | None = None
    ended_at: datetime | None = None
    ended_by: int | None = None


class UserSession(SQLModel, table=True):
    """A signed-in browser or program. The token itself is known only to its holder."""

    __tablename__ = "user_sessions"

    token_hash: str = Field(max_length=64, primary_key=True)
    user_id: int = Field(foreign_key="users.id", index=True)
    created_at: datetime
    last_seen_at: datetime
    mandate_id: int | None = None
    """The mandate chosen for it; None: the one held longest."""
    is_strong: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether a code of the second factor was given in it."""


class SecondFactor(SQLModel, table=True):
    """What somebody's authenticator knows, sealed (server/accounts/second_factor)."""

    __tablename__ = "second_factors"

    user_id: int = Field(foreign_key="users.id", primary_key=True)
    secret: str = Field(max_length=128)
    begun_at: datetime
    confirmed_at: datetime | None = None
    """None: it is being set up and asks nothing yet."""
    last_step: int | None = None
    """The step of time whose code was used last: none works twice."""
    failures: int = 0
    """Wrong codes since the last right one."""


class RecoveryCode(SQLModel, table=True):
    """A code to be used once, by whoever has lost the authenticator."""

    __tablename__ = "recovery_codes"

    user_id: int = Field(foreign_key="users.id", primary_key=True)
    digest: str = Field(max_length=64, primary_key=True)
    used_at: datetime | None = None


class SignInAttempt(SQLModel, table=True):
    """An attempt that has not succeeded (yet), and what it is counted against."""

    __tablename__ = "sign_in_attempts"

    id: int | None = Field(default=None, sa_type=SEQUENCE, primary_key=True)
    counted_against: str = Field(max_length=128, index=True)
    at: datetime


class KnownOrigin(SQLModel, table=True):
    """A browser or an address a user has signed in from, so that a stranger cannot shut it out."""

    __tablename__ = "known_origins"

    user_id: int = Field(foreign_key="users.id", primary_key=True)
    origin: str = Field(max_length=128, primary_key=True)
    last_used_at: datetime


USERS: Final[Table] = User.__table__  # type: ignore[attr-defined]
MANDATES: Final[Table] = UserMandate.__table__  # type: ignore[attr-defined]
USER_SESSIONS: Final[Table] = UserSession.__table__  # type: ignore[attr-defined]
SECOND_FACTORS: Final[Table] = SecondFactor.__table__  # type: ignore[attr-defined]
RECOVERY_CODES: Final[Table] = RecoveryCode.__table__  # type: ignore[attr-defined]
SIGN_IN_ATTEMPTS: Final[Table] = SignInAttempt.__table__  # type: ignore[attr-defined]
KNOWN_ORIGINS: Final[Table] = KnownOrigin.__table__  # type: ignore[attr-defined]
