"""Turns: on PostgreSQL transactions run side by side, and some must not.

None sees what another has not committed. Two revisions of one record stored at the same moment
would both become the current one; so whoever stores a record first takes its lock, and all locks in
the same order, so that two batches never wait for each other. And all who store share one gate,
which a reader waits at (queries.committed_through). SQLite has one writer at a time.
"""

from collections.abc import Collection

from sqlalchemy import Connection

from server.pipeline import plain, run_together

GATE = 0x12DE5

# The time limit is for a worker that hangs inside its transaction: nobody waits for it for ever.
TAKE_TURN = plain(
    "SELECT set_config('idle_in_transaction_session_timeout', '10s', true),"
    " pg_advisory_xact_lock_shared(%(gate)s::int, 0),"
    " (SELECT count(pg_advisory_xact_lock(record)) FROM unnest(%(records)s::bigint[]) AS record)"
)


def turn_of(instances: Collection[str]) -> dict[str, object]:
    """Give the parameters of ``TAKE_TURN``."""
    return {"gate": GATE, "records": sorted(map(_lock_number, instances))}


def take_turn(connection: Connection, instances: Collection[str]) -> None:
    """Wait until nobody else is storing these records; the turn ends with the transaction."""
    if connection.dialect.name == "postgresql":
        run_together(connection, [(TAKE_TURN, [turn_of(instances)])])


def _lock_number(instance_id: str) -> int:
    return int(instance_id[-17:].replace("-", ""), 16) - 2**63
