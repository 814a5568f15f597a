"""Tables of accounts: people, their sessions, where they come from, and attempts to sign in."""

from datetime import datetime
from typing import Final

from sqlalchemy import Table
from sqlmodel import Field, SQLModel

from server.store.audit import SEQUENCE


class User(SQLModel, table=True):
    """A person who may sign in. A row is never deleted: the audit trail points at it."""

    __tablename__ = "users"

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(max_length=64, unique=True)
    full_name: str = Field(max_length=128)
    role: str = Field(max_length=16)
    language: str = Field(max_length=8)
    password_hash: str = Field(max_length=128)
    created_at: datetime
    disabled_at: datetime | None = None


class UserSession(SQLModel, table=True):
    """A signed-in browser or program. The token itself is known only to its holder."""

    __tablename__ = "user_sessions"

    token_hash: str = Field(max_length=64, primary_key=True)
    user_id: int = Field(foreign_key="users.id", index=True)
    created_at: datetime
    last_seen_at: datetime


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
USER_SESSIONS: Final[Table] = UserSession.__table__  # type: ignore[attr-defined]
SIGN_IN_ATTEMPTS: Final[Table] = SignInAttempt.__table__  # type: ignore[attr-defined]
KNOWN_ORIGINS: Final[Table] = KnownOrigin.__table__  # type: ignore[attr-defined]
