"""Sessions: rows in the database, asked for at most once a second and process."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal

from flask import Flask, current_app
from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.exc import DBAPIError

from schemas.rules.rights import role_book
from server import clock
from server.accounts.models import USER_SESSIONS
from server.accounts.queries import ABSOLUTE_LIFE, LiveSession, SignedInUser, live_session
from server.store.database import current_database
from server.store.storage_errors import is_of_full_disk

COOKIE = "__Host-sid"
SECONDS_TRUSTED = 1.0
MOST_REMEMBERED = 10_000
NOTED_EVERY = timedelta(minutes=1)


@dataclass
class Memory:
    """Who was seen within the last second, by what ``clock`` says."""

    users: dict[str, tuple[float, SignedInUser]] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic


def register_sessions(app: Flask) -> None:
    """Give the app its memory of sessions seen within the last second."""
    app.extensions["izdes.sessions"] = Memory()


def session_user(token: str) -> SignedInUser | None:
    """The user of a live session; one that was ended is refused within a second."""
    digest = token_hash(token)
    memory = _memory()
    until, user = memory.users.get(digest, (0.0, None))
    if user is not None and memory.clock() < until:
        return user
    with current_database().read() as connection:
        session = live_session(connection, digest)
    if session is None:
        memory.users.pop(digest, None)
        return None
    _note_use(session, token)
    if len(memory.users) >= MOST_REMEMBERED:
        memory.users.clear()
    user = replace(session.user, lacks=_lacking(session.user))
    memory.users[digest] = (memory.clock() + SECONDS_TRUSTED, user)
    return user


def forget_session(token: str) -> None:
    """Ask the database again at the next request, in this process at once."""
    _memory().users.pop(token_hash(token), None)


def start_session(
    connection: Connection, *, token: str, user_id: int, is_strong: bool = False
) -> None:
    """Write a new session down, and clear away those that have run out."""
    now = clock.now()
    sessions = USER_SESSIONS.c
    connection.execute(delete(USER_SESSIONS).where(sessions.created_at < now - ABSOLUTE_LIFE))
    connection.execute(
        insert(USER_SESSIONS).values(
            token_hash=token_hash(token),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            is_strong=is_strong,
        )
    )


def end_session(connection: Connection, token: str) -> None:
    """Remove a session."""
    connection.execute(delete(USER_SESSIONS).where(USER_SESSIONS.c.token_hash == token_hash(token)))


def end_sessions_of(connection: Connection, user_id: int) -> None:
    """Remove every session of a user."""
    connection.execute(delete(USER_SESSIONS).where(USER_SESSIONS.c.user_id == user_id))


def token_hash(token: str) -> str:
    """What the database knows of a token. It is random: a plain digest cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _lacking(user: SignedInUser) -> Literal["", "code", "factor"]:
    if user.has_factor:
        return "" if user.is_strong else "code"
    is_required = current_app.extensions["izdes.config"].second_factor == "required"
    return "factor" if is_required and _role_needs_factor(user) else ""


def _role_needs_factor(user: SignedInUser) -> bool:
    return user.mandate is not None and role_book().role(user.mandate.role).second_factor


def _memory() -> Memory:
    memory: Memory = current_app.extensions["izdes.sessions"]
    return memory


def _note_use(session: LiveSession, token: str) -> None:
    # Bookkeeping of the idle time, no deed of its own: the one write without an audit entry.
    now = clock.now()
    if now - session.last_seen_at < NOTED_EVERY:
        return
    used = update(USER_SESSIONS).where(USER_SESSIONS.c.token_hash == token_hash(token))
    used = used.values(last_seen_at=now)
    try:
        current_database().write(lambda connection: connection.execute(used))
    except DBAPIError as error:
        # A full disk keeps nobody from reading: what must be stored says so by itself.
        if not is_of_full_disk(error):
            raise
