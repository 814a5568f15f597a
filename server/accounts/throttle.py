"""How many failed sign-ins a minute, over all processes, so that nobody else pays for them.

Who guesses from elsewhere must not shut the owner out, nor one person a whole building: failures
of a browser that has signed in as this user before are counted by themselves, those of others by
account *and* address; an address and an account as a whole have wider bounds, which stop neither
known browsers nor addresses the user has signed in from.

An attempt is counted before its password is looked at and forgiven once it succeeds; so guesses
sent at the same moment to several processes are counted as strictly as one after another.
"""

import math
import time
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, or_, select

from schemas.problems import Problem
from server import clock
from server.accounts.models import SIGN_IN_ATTEMPTS
from server.accounts.origins import Origin

WINDOW = timedelta(minutes=1)
PER_KNOWN_BROWSER = 10
PER_ACCOUNT_AND_ADDRESS = 5
PER_ADDRESS = 120
PER_ACCOUNT = 60
_STARTED = clock.now(), time.monotonic()

Limits = dict[str, int]


def limits_of(username: str, origin: Origin, known: frozenset[str]) -> Limits:
    """Say against what an attempt is counted, and how many are let pass.

    ``known``: what of the origin the user has signed in from, see :func:`known_origins`.
    """
    browser, network = origin.browser_key, origin.network
    if browser is not None and browser in known:
        return {f"{browser} {username}"[:128]: PER_KNOWN_BROWSER}
    pair = {f"pair:{network} {username}"[:128]: PER_ACCOUNT_AND_ADDRESS}
    if network in known:
        return pair
    return pair | {network: PER_ADDRESS, f"account:{username}"[:128]: PER_ACCOUNT}


def count_attempt(connection: Connection, limits: Limits) -> list[int]:
    """Count an attempt and give what :func:`forgive_attempt` needs, or refuse it."""
    _one_at_a_time(connection, sorted(limits))
    now = _now()
    for key, limit in limits.items():
        _refuse_beyond(connection, key, limit, now)
    return [_count(connection, key, now) for key in limits]


def forgive_attempt(connection: Connection, attempt: list[int]) -> None:
    """Take back an attempt that turned out right."""
    connection.execute(delete(SIGN_IN_ATTEMPTS).where(SIGN_IN_ATTEMPTS.c.id.in_(attempt)))


def _now() -> datetime:
    # Time as it has passed since this process began: a clock that is set must let nobody wait.
    began, ticks = _STARTED
    return began + timedelta(seconds=time.monotonic() - ticks)


def _one_at_a_time(connection: Connection, keys: list[str]) -> None:
    # SQLite has one writer anyway. Locks are taken in one order, so that two cannot wait crosswise.
    if connection.dialect.name == "postgresql":
        for key in keys:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def _refuse_beyond(connection: Connection, key: str, limit: int, now: datetime) -> None:
    attempts = SIGN_IN_ATTEMPTS.c
    counted = attempts.counted_against == key
    # Attempts far ahead were counted under a clock that has been set back since.
    outside = or_(attempts.at <= now - WINDOW, attempts.at > now + WINDOW)
    connection.execute(delete(SIGN_IN_ATTEMPTS).where(counted, outside))
    times = connection.scalars(select(attempts.at).where(counted).order_by(attempts.at)).all()
    if len(times) >= limit:
        wait = min(WINDOW, times[len(times) - limit] + WINDOW - now)
        raise Problem("too_many_attempts", seconds=max(1, math.ceil(wait.total_seconds())))


def _count(connection: Connection, key: str, now: datetime) -> int:
    statement = insert(SIGN_IN_ATTEMPTS).values(counted_against=key, at=now)
    number: int = connection.execute(statement.returning(SIGN_IN_ATTEMPTS.c.id)).scalar_one()
    return number
