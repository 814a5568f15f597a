"""The usual case on PostgreSQL: first revisions of records that nobody has sent before.

They are inserted at once, without asking what is held. If anything of one of them is held after
all, its unique key or the column that may not be empty says so, nothing is stored, and the batch
takes the general way of operations.store.
"""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam, case, exists, insert, true
from sqlalchemy.exc import IntegrityError

from server.store import audit
from server.store.database import Database
from server.store.postgresql_pipeline import Statement, compiled, run_transaction
from server.submissions.locks import turn_of, turn_statement
from server.submissions.models import SUBMISSIONS
from server.sync.assessment import Arrival
from server.sync.stored_records import StoredRecord, event_of


def store_unseen(
    database: Database, arrivals: Sequence[Arrival], *, actor: int
) -> list[StoredRecord] | None:
    """Store records if this database and these records allow it and none is held; else nothing."""
    if database.is_sqlite or not _look_unseen(arrivals):
        return None
    try:
        return _insert(database, arrivals, actor)
    except IntegrityError:
        return None


def _look_unseen(arrivals: Sequence[Arrival]) -> bool:
    return len({arrival.instance_id for arrival in arrivals}) == len(arrivals) and all(
        arrival.revision == 1 and arrival.reason is None and not arrival.attached
        for arrival in arrivals
    )


def _insert(database: Database, arrivals: Sequence[Arrival], actor: int) -> list[StoredRecord]:
    entries = audit.rows_of([event_of(arrival.key, "accepted", actor) for arrival in arrivals])
    rows = [
        {
            **arrival.columns,
            "instance_id": arrival.instance_id,
            "revision": arrival.revision,
            "digest": arrival.digest,
            "copy_number": 0,
            "record": arrival.instance_id,
            **{f"entry_{name}": value for name, value in entry.items()},
        }
        for arrival, entry in zip(arrivals, entries, strict=True)
    ]
    turn = turn_of([arrival.instance_id for arrival in arrivals])
    _, *numbers = run_transaction(
        database.engine, [(turn_statement(), turn), *((_insertion(), row) for row in rows)]
    )
    return [
        StoredRecord(int(number or 0), arrival.columns["received_at"], "accepted", is_repeat=False)
        for arrival, number in zip(arrivals, numbers, strict=True)
    ]


@cache
def _insertion() -> Statement:
    """Insert a submission and its audit entry, or fail where another text of the record is held."""
    other = SUBMISSIONS.alias()
    record = bindparam("record", type_=SUBMISSIONS.c.instance_id.type)
    entry = insert(audit.AUDIT_ENTRIES).values(
        {
            column.name: bindparam(f"entry_{column.name}", type_=column.type)
            for column in audit.AUDIT_ENTRIES.c
            if column.name != "sequence"
        }
    )
    submission = (
        insert(SUBMISSIONS)
        .values(is_current=case((~exists().where(other.c.instance_id == record), true())))
        .returning(SUBMISSIONS.c.sequence)
        .add_cte(entry.cte("entry"))
    )
    columns = [column.name for column in SUBMISSIONS.c if column.name != "sequence"]
    return compiled("izdes_unseen", submission, columns)
