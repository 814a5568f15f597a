"""Turns: on PostgreSQL transactions run side by side, and some must not.

None sees what another has not committed. Two revisions of one record stored at the same moment
would both become the current one; so whoever stores a record first takes its lock, and all locks in
the same order, so that two batches never wait for each other. And all who store share one gate,
which a reader waits at (queries.committed_through). SQLite has one writer at a time.
"""

from collections.abc import Collection
from functools import cache

from sqlalchemy import Connection, text

from server.store.postgresql_pipeline import Statement, compiled

GATE = 0x12DE5

# The time limit is for a worker that hangs inside its transaction: nobody waits for it for ever.
_TAKE_TURN = text(
    "SELECT set_config('idle_in_transaction_session_timeout', '10s', true),"
    " pg_advisory_xact_lock_shared(CAST(:gate AS integer), 0),"
    " (SELECT count(pg_advisory_xact_lock(record))"
    " FROM unnest(CAST(:records AS bigint[])) AS record)"
)

_TAKE_ANONYMOUS_TURN = text(
    "SELECT set_config('idle_in_transaction_session_timeout', '10s', true),"
    " pg_advisory_xact_lock(CAST(:gate AS integer), 1)"
)


def take_turn(connection: Connection, instances: Collection[str]) -> None:
    """Wait until nobody else is storing these records; the turn ends with the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE_TURN, turn_of(instances))


def take_anonymous_turn(connection: Connection) -> None:
    """Wait until nobody else is storing anonymous records: whoever does moves others as well."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE_ANONYMOUS_TURN, {"gate": GATE})


@cache
def turn_statement() -> Statement:
    """The same for server.store.postgresql_pipeline; :func:`turn_of` gives its values."""
    return compiled("izdes_take_turn", _TAKE_TURN)


def turn_of(instances: Collection[str]) -> dict[str, object]:
    """The gate, and the records' locks as PostgreSQL spells an array."""
    numbers = sorted(map(_lock_number, instances))
    return {"gate": GATE, "records": f"{{{','.join(map(str, numbers))}}}"}


def _lock_number(instance_id: str) -> int:
    return int(instance_id[-17:].replace("-", ""), 16) - 2**63
