"""Writes of accounts. Each leaves its entry in the audit trail, in the same transaction."""

import re
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert, update

from schemas.problems import Problem
from schemas.wording import LANGUAGES
from server import clock
from server.accounts.mandates import NewMandate, give_mandate
from server.accounts.models import USER_SESSIONS, USERS
from server.accounts.origins import Origin, forget_origins, known_origins, remember_origin
from server.accounts.passwords import (
    NO_PASSWORD,
    hash_password,
    is_outdated,
    new_password_hash,
    password_matches,
)
from server.accounts.queries import Credentials, SignedInUser, credentials
from server.accounts.second_factor.factors import Desk, count_code, forgive_code, use_code
from server.accounts.sessions import end_session, end_sessions_of, start_session, token_hash
from server.accounts.throttle import count_attempt, forgive_attempt, limits_of
from server.store import audit
from server.store.database import Database

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")

LONGEST_NAME: Final = 128

# User names are ASCII; a Turkish keyboard that capitalises the first letter must not lock one out.
_FOLD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZİı", "abcdefghijklmnopqrstuvwxyzii")


@dataclass(frozen=True)
class OpenedSession:
    """A new session: the user, and the token that only the user's browser or program keeps."""

    user: SignedInUser
    token: str
    browser: str
    """What the browser is known by at the next sign-in, whoever signs in."""


def create_user(
    connection: Connection,
    *,
    username: str,
    full_name: str,
    role: str,
    password: str | None,
    places: tuple[str, ...] = (),
    language: str = "tr",
    by: int | None = None,
) -> int:
    """Make an account with its first mandate and give its id.

    Nobody can sign in to an account without a password.
    """
    username = normal_username(username)
    if not USERNAME.fullmatch(username):
        raise Problem("invalid_username")
    if language not in LANGUAGES:
        raise Problem("invalid_request", detail="language")
    if credentials(connection, username) is not None:
        raise Problem("username_taken", username=username)
    full_name = " ".join(full_name.split())
    if not 0 < len(full_name) <= LONGEST_NAME or not full_name.isprintable():
        raise Problem("invalid_request", detail="full_name")
    about = username, full_name
    row = {
        "username": username,
        "full_name": full_name,
        "language": language,
        "password_hash": NO_PASSWORD if password is None else new_password_hash(password, about),
        "created_at": clock.now(),
    }
    user_id: int = connection.execute(insert(USERS).values(row).returning(USERS.c.id)).scalar_one()
    audit.write(
        connection,
        actor=by,
        action="user.create",
        object=f"user:{user_id}",
        details={"username": username},
    )
    give_mandate(connection, user_id, NewMandate(role, places), by=by)
    return user_id


def set_password(
    connection: Connection, *, username: str, password: str, by: int | None = None
) -> None:
    """A user another password and end every session opened with the old one."""
    user = known_user(connection, username).user
    stored = new_password_hash(password, (user.username, user.full_name))
    connection.execute(update(USERS).where(USERS.c.id == user.id).values(password_hash=stored))
    end_sessions_of(connection, user.id)
    forget_origins(connection, user.id)
    audit.write(connection, actor=by, action="user.password", object=f"user:{user.id}")


def change_own_password(
    database: Database, *, user: SignedInUser, present: str, new: str, origin: Origin
) -> OpenedSession:
    """Oneself another password: every session ends but the one that is opened instead.

    Raises wrong_present_password, weak_password, guessable_password or too_many_attempts.
    """
    known, attempt = database.write(
        lambda connection: _begin_attempt(connection, username=user.username, origin=origin)
    )
    if known is None or not password_matches(present, known.password_hash):
        raise Problem("wrong_present_password")
    opened = OpenedSession(user, secrets.token_urlsafe(32), origin.browser or _browser_token())

    def change(connection: Connection) -> None:
        forgive_attempt(connection, attempt)
        set_password(connection, username=user.username, password=new, by=user.id)
        _start(connection, opened, origin, is_strong=user.is_strong)

    database.write(change)
    return opened


def disable_user(connection: Connection, *, username: str, by: int | None = None) -> None:
    """Let a user sign in no more; what the user did stays."""
    user = known_user(connection, username).user
    connection.execute(update(USERS).where(USERS.c.id == user.id).values(disabled_at=clock.now()))
    end_sessions_of(connection, user.id)
    audit.write(connection, actor=by, action="user.disable", object=f"user:{user.id}")


def set_language(connection: Connection, *, user_id: int, language: str) -> None:
    """Remember the language a user reads."""
    connection.execute(update(USERS).where(USERS.c.id == user_id).values(language=language))
    audit.write(
        connection,
        actor=user_id,
        action="user.language",
        object=f"user:{user_id}",
        details={"language": language},
    )


def choose_mandate(connection: Connection, *, token: str, user: SignedInUser, chosen: int) -> None:
    """Work under another of one's mandates in this session; raises ``unknown_mandate``."""
    if chosen not in {mandate.id for mandate in user.mandates}:
        raise Problem("unknown_mandate")
    connection.execute(
        update(USER_SESSIONS)
        .where(USER_SESSIONS.c.token_hash == token_hash(token))
        .values(mandate_id=chosen)
    )
    audit.write(
        connection,
        actor=user.id,
        action="mandate.choose",
        object=f"user:{user.id}",
        details={"mandate": chosen},
    )


def sign_in(
    database: Database,
    *,
    username: str,
    password: str,
    origin: Origin,
    replaces: str | None = None,
    factor: tuple[Desk, str] | None = None,
) -> OpenedSession:
    """Open a session, or raise wrong_credentials, wrong_code or too_many_attempts.

    The password is checked between two transactions: its 20 ms must not hold up SQLite's writer.
    """
    username = normal_username(username)
    known, attempt = database.write(
        lambda connection: _begin_attempt(connection, username=username, origin=origin)
    )
    right = password_matches(password, known.password_hash if known else None)
    if known is None or known.disabled or not right:
        raise Problem("wrong_credentials")
    rehashed = hash_password(password) if is_outdated(known.password_hash) else None
    opened = OpenedSession(
        known.user, secrets.token_urlsafe(32), origin.browser or _browser_token()
    )

    tried = count_code(factor[0], known.user) if factor else []

    def open_session(connection: Connection) -> None:
        forgive_attempt(connection, attempt)
        if factor is not None:
            use_code(connection, known.user.id, *factor)
            forgive_code(connection, known.user.id, tried)
        if replaces is not None:
            end_session(connection, replaces)
        if rehashed is not None:
            changed = update(USERS).where(USERS.c.id == known.user.id)
            connection.execute(changed.values(password_hash=rehashed))
        _start(connection, opened, origin, is_strong=factor is not None)

    database.write(open_session)
    return opened


def sign_out(connection: Connection, *, token: str, user_id: int) -> None:
    """End a session."""
    end_session(connection, token)
    audit.write(connection, actor=user_id, action="session.close", object=f"user:{user_id}")


def normal_username(typed: str) -> str:
    """The one spelling of a user name."""
    # PostgreSQL takes no NUL in a text.
    return typed.replace("\0", "\N{REPLACEMENT CHARACTER}").strip().translate(_FOLD)


def known_user(connection: Connection, username: str) -> Credentials:
    """A user by name; an unknown name is a problem."""
    known = credentials(connection, normal_username(username))
    if known is None:
        raise Problem("unknown_user", username=username)
    return known


def _browser_token() -> str:
    return secrets.token_urlsafe(32)


def _start(
    connection: Connection, opened: OpenedSession, origin: Origin, *, is_strong: bool
) -> None:
    user = opened.user
    start_session(connection, token=opened.token, user_id=user.id, is_strong=is_strong)
    remember_origin(connection, user.id, Origin(origin.address, opened.browser))
    audit.write(
        connection,
        actor=user.id,
        action="session.open",
        object=f"user:{user.id}",
        details={"address": origin.address},
    )


def _begin_attempt(
    connection: Connection, *, username: str, origin: Origin
) -> tuple[Credentials | None, list[int]]:
    known = credentials(connection, username)
    trusted = known_origins(connection, known.user.id, origin) if known else frozenset()
    attempt = count_attempt(connection, limits_of(username, origin, trusted))
    # What was typed as an unknown user name may be a password: it is not written down.
    who = f"user:{known.user.id}" if known else "user:unknown"
    details = {"address": origin.address}
    audit.write(connection, actor=None, action="session.attempt", object=who, details=details)
    return known, attempt
