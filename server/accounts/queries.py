"""Reads of accounts."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from server import clock
from server.accounts.mandates import Held, Mandate, mandates, mandates_of
from server.accounts.models import SECOND_FACTORS, USER_SESSIONS, USERS

ABSOLUTE_LIFE = timedelta(hours=12)
IDLE_LIFE = timedelta(minutes=30)
IDLE_LIFE_IN_THE_FIELD = timedelta(hours=12)


@dataclass(frozen=True)
class SignedInUser:
    """The person behind a request."""

    id: int
    username: str
    full_name: str
    language: str
    mandates: tuple[Mandate, ...] = ()
    """Those that hold today."""
    ended: tuple[Mandate, ...] = field(default=(), repr=False)
    chosen: int | None = None
    """The id of the mandate the person works under in this session."""
    is_strong: bool = False
    """Whether a code of the second factor was given in this session."""
    has_factor: bool = False
    lacks: Literal["", "code", "factor"] = ""
    """What is still needed in this session for more than one's own rows."""

    @property
    def mandate(self) -> Mandate | None:
        """The mandate the person works under: the one chosen, else the one held longest."""
        chosen = [mandate for mandate in self.mandates if mandate.id == self.chosen]
        return next(iter((*chosen, *self.mandates)), None)

    @property
    def role(self) -> str:
        """The role the person works in; blank if no mandate holds."""
        return self.mandate.role if self.mandate else ""


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
    mandates: Held
    language: str
    disabled: bool


def live_session(connection: Connection, token_hash: str) -> LiveSession | None:
    """The session of a token, unless it has run out or its user was disabled."""
    session = USER_SESSIONS.c
    row = connection.execute(
        select(
            USERS,
            session.created_at.label("opened_at"),
            session.last_seen_at,
            session.mandate_id,
            session.is_strong,
            SECOND_FACTORS.c.confirmed_at,
        )
        .join(USER_SESSIONS)
        .outerjoin(SECOND_FACTORS, SECOND_FACTORS.c.user_id == USERS.c.id)
        .where(session.token_hash == token_hash, USERS.c.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    user = replace(
        _user(connection, row, chosen=row.mandate_id),
        is_strong=row.is_strong,
        has_factor=row.confirmed_at is not None,
    )
    return None if _has_run_out(row, user) else LiveSession(user, row.last_seen_at)


def credentials(connection: Connection, username: str) -> Credentials | None:
    """What is needed to check a password."""
    row = connection.execute(select(USERS).where(USERS.c.username == username)).one_or_none()
    if row is None:
        return None
    return Credentials(
        _user(connection, row), row.password_hash, disabled=row.disabled_at is not None
    )


def all_users(connection: Connection) -> list[ListedUser]:
    """Everybody who has an account, by user name."""
    rows = connection.execute(select(USERS).order_by(USERS.c.username))
    held = mandates(connection)
    return [
        ListedUser(
            row.username,
            row.full_name,
            held.get(row.id, Held((), ())),
            row.language,
            row.disabled_at is not None,
        )
        for row in rows
    ]


def _user(connection: Connection, row: Row[Any], *, chosen: int | None = None) -> SignedInUser:
    held = mandates_of(connection, row.id)
    return SignedInUser(
        row.id, row.username, row.full_name, row.language, held.now, held.ended, chosen
    )


def _has_run_out(row: Row[Any], user: SignedInUser) -> bool:
    now = clock.now()
    idle = IDLE_LIFE_IN_THE_FIELD if user.role in ("officer", "") else IDLE_LIFE
    age: timedelta = now - row.opened_at
    unused: timedelta = now - row.last_seen_at
    return age > ABSOLUTE_LIFE or unused > idle
