"""At most so many failed sign-ins a minute, per account and per address, over all processes.

An attempt is counted before its password is looked at and forgiven once it succeeds; so guesses
sent at the same moment to several processes are counted as strictly as one after another.
"""

import math
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from schemas.problems import Problem
from server.accounts.models import SIGN_IN_ATTEMPTS

WINDOW = timedelta(minutes=1)
PER_ACCOUNT = 5
PER_ADDRESS = 30


def count_attempt(connection: Connection, *, username: str, address: str) -> list[int]:
    """Count an attempt and give what :func:`forgive_attempt` needs, or refuse it."""
    limits = {f"account:{username}"[:128]: PER_ACCOUNT, f"address:{address}"[:128]: PER_ADDRESS}
    _one_at_a_time(connection, sorted(limits))
    now = datetime.now(UTC)
    for key, limit in limits.items():
        _refuse_beyond(connection, key, limit, now)
    return [_count(connection, key, now) for key in limits]


def forgive_attempt(connection: Connection, attempt: list[int]) -> None:
    """Take back an attempt that turned out right."""
    connection.execute(delete(SIGN_IN_ATTEMPTS).where(SIGN_IN_ATTEMPTS.c.id.in_(attempt)))


def _one_at_a_time(connection: Connection, keys: list[str]) -> None:
    # SQLite has one writer anyway. Locks are taken in one order, so that two cannot wait crosswise.
    if connection.dialect.name == "postgresql":
        for key in keys:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def _refuse_beyond(connection: Connection, key: str, limit: int, now: datetime) -> None:
    attempts = SIGN_IN_ATTEMPTS.c
    counted = attempts.counted_against == key
    connection.execute(delete(SIGN_IN_ATTEMPTS).where(counted, attempts.at <= now - WINDOW))
    times = connection.scalars(select(attempts.at).where(counted).order_by(attempts.at)).all()
    if len(times) >= limit:
        wait = times[len(times) - limit] + WINDOW - now
        raise Problem("too_many_attempts", seconds=max(1, math.ceil(wait.total_seconds())))


def _count(connection: Connection, key: str, now: datetime) -> int:
    statement = insert(SIGN_IN_ATTEMPTS).values(counted_against=key, at=now)
    number: int = connection.execute(statement.returning(SIGN_IN_ATTEMPTS.c.id)).scalar_one()
    return number
