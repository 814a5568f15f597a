"""Reads of accounts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from server.accounts.models import USER_SESSIONS, USERS

ABSOLUTE_LIFE = timedelta(hours=12)
IDLE_LIFE = timedelta(minutes=30)
IDLE_LIFE_IN_THE_FIELD = timedelta(hours=12)


@dataclass(frozen=True)
class SignedInUser:
    """The person behind a request."""

    id: int
    username: str
    full_name: str
    role: str
    language: str


@dataclass(frozen=True)
class LiveSession:
    """A session that still counts."""

    user: SignedInUser
    last_seen_at: datetime


@dataclass(frozen=True)
class Credentials:
    """What a password is checked against."""

    user: SignedInUser
    password_hash: str
    disabled: bool


@dataclass(frozen=True)
class ListedUser:
    """A line of ``izdes user list``."""

    username: str
    full_name: str
    role: str
    language: str
    disabled: bool


def live_session(connection: Connection, token_hash: str) -> LiveSession | None:
    """The session of a token, unless it has run out or its user was disabled."""
    session = USER_SESSIONS.c
    row = connection.execute(
        select(USERS, session.created_at.label("opened_at"), session.last_seen_at)
        .join(USER_SESSIONS)
        .where(session.token_hash == token_hash, USERS.c.disabled_at.is_(None))
    ).one_or_none()
    if row is None or _has_run_out(row):
        return None
    return LiveSession(user=_user(row), last_seen_at=row.last_seen_at)


def credentials(connection: Connection, username: str) -> Credentials | None:
    """What is needed to check a password."""
    row = connection.execute(select(USERS).where(USERS.c.username == username)).one_or_none()
    if row is None:
        return None
    return Credentials(_user(row), row.password_hash, disabled=row.disabled_at is not None)


def all_users(connection: Connection) -> list[ListedUser]:
    """Everybody who has an account, by user name."""
    rows = connection.execute(select(USERS).order_by(USERS.c.username))
    return [
        ListedUser(row.username, row.full_name, row.role, row.language, row.disabled_at is not None)
        for row in rows
    ]


def _user(row: Row[Any]) -> SignedInUser:
    return SignedInUser(row.id, row.username, row.full_name, row.role, row.language)


def _has_run_out(row: Row[Any]) -> bool:
    now = datetime.now(UTC)
    idle = IDLE_LIFE_IN_THE_FIELD if row.role == "officer" else IDLE_LIFE
    age: timedelta = now - row.opened_at
    unused: timedelta = now - row.last_seen_at
    return age > ABSOLUTE_LIFE or unused > idle
