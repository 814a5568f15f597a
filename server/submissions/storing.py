"""Putting revisions of records into the database: the one way in, whoever brings them.

Stored once whatever is repeated, conflicts kept, everything audited, and what is derived from a
record (derivations.py) stored with it. Tablets and imports come through :func:`store`, what a
person kept of a conflict through :func:`store_kept`; :func:`store_unseen` is :func:`store` for the
usual case on PostgreSQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, bindparam, case, exists, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from server.store import audit
from server.store.database import Database
from server.store.postgresql_pipeline import Statement, compiled, run_transaction
from server.submissions.arrivals import Arrival, Key, StoredRecord, event_of
from server.submissions.copies import Held, numbered
from server.submissions.derivations import Derivations
from server.submissions.locks import take_turn, turn_of, turn_statement
from server.submissions.models import NAMED_ATTACHMENTS, QUARANTINE, SETTLEMENTS, SUBMISSIONS

HELD_IN_QUARANTINE: Final = tuple(
    QUARANTINE.c[name] for name in ("sequence", "instance_id", "revision", "digest", "received_at")
)
HELD: Final = (
    *(SUBMISSIONS.c[column.name] for column in HELD_IN_QUARANTINE),
    SUBMISSIONS.c.copy_number,
)


def store(
    connection: Connection, arrivals: Sequence[Arrival], *, actor: int, derivations: Derivations
) -> list[StoredRecord]:
    """Store what is not held yet, and tell of each arrival how it is held now."""
    take_turn(connection, {arrival.instance_id for arrival in arrivals})
    _name_attachments(connection, _attached_to(arrivals))
    odd = [arrival for arrival in arrivals if arrival.reason]
    understood = [arrival for arrival in arrivals if not arrival.reason]
    quarantined = _store_odd(connection, odd, actor) if odd else {}
    submissions = (
        _store_understood(connection, understood, actor, derivations) if understood else {}
    )
    holdings = []
    for arrival in arrivals:
        shelf = quarantined if arrival.reason else submissions
        holdings.append(shelf[arrival.key])
        # What stands twice in one batch is a repeat the second time.
        shelf[arrival.key] = replace(shelf[arrival.key], is_repeat=True)
    return holdings


def store_kept(
    connection: Connection,
    row: dict[str, Any],
    *,
    replaced: Iterable[int],
    derivations: Derivations,
) -> int:
    """Store the text a person kept, in place of what counted; give its number.

    Whoever calls this holds the record's turn and writes the decision down.
    """
    (stored,) = _put(connection, [row], replaced, derivations)
    return int(stored.sequence)


def _put(
    connection: Connection,
    rows: Sequence[dict[str, Any]],
    replaced: Iterable[int],
    derivations: Derivations,
) -> Sequence[Held]:
    """Insert revisions, turn what they replace into history, and derive what follows."""
    if old := list(replaced):
        connection.execute(
            update(SUBMISSIONS).where(SUBMISSIONS.c.sequence.in_(old)).values(is_current=False)
        )
    inserted = connection.execute(
        insert(SUBMISSIONS).returning(*HELD, SUBMISSIONS.c.form_version_id), list(rows)
    ).all()
    derivations.derive(
        connection, [row.sequence for row in inserted], {row.form_version_id for row in inserted}
    )
    return inserted


def _store_understood(
    connection: Connection, arrivals: Sequence[Arrival], actor: int, derivations: Derivations
) -> dict[Key, StoredRecord]:
    held = connection.execute(
        select(
            *HELD,
            *SUBMISSIONS.c["is_current", "officer_id", "started_at", "finished_at"],
            SETTLEMENTS.c.kept,
        )
        .outerjoin(SETTLEMENTS, SETTLEMENTS.c.sequence == SUBMISSIONS.c.sequence)
        .where(SUBMISSIONS.c.instance_id.in_({arrival.instance_id for arrival in arrivals}))
        .order_by(SUBMISSIONS.c.sequence)
    ).all()
    # What a person kept repeats a text under another number: its receipt is the first one's.
    sent = [row for row in held if row.kept is None]
    shelf = {_key(row): _held_submission(row, is_repeat=True) for row in sent}
    new = numbered({arrival.key: arrival for arrival in arrivals if arrival.key not in shelf}, held)
    if not new:
        return shelf
    inserted = _put(connection, new, _replaced(held, new), derivations)
    shelf |= {_key(row): _held_submission(row, is_repeat=False) for row in inserted}
    _write_down(connection, {key: shelf[key] for key in map(_key, inserted)}, actor)
    return shelf


def _replaced(held: Sequence[Held], new: Sequence[dict[str, Any]]) -> list[int]:
    """The numbers of what newer revisions replace."""
    records = {row["instance_id"] for row in new if row["is_current"]}
    return [row.sequence for row in held if row.is_current and row.instance_id in records]


def _store_odd(
    connection: Connection, arrivals: Sequence[Arrival], actor: int
) -> dict[Key, StoredRecord]:
    held = connection.execute(
        select(*HELD_IN_QUARANTINE).where(
            QUARANTINE.c.instance_id.in_({arrival.instance_id for arrival in arrivals})
        )
    )
    shelf = {_key(row): _held_in_quarantine(row, is_repeat=True) for row in held}
    new = {arrival.key: arrival for arrival in arrivals if arrival.key not in shelf}
    if not new:
        return shelf
    inserted = connection.execute(
        insert(QUARANTINE).returning(*HELD_IN_QUARANTINE),
        [arrival.row for arrival in new.values()],
    )
    added = {_key(row): _held_in_quarantine(row, is_repeat=False) for row in inserted}
    _write_down(connection, added, actor)
    return shelf | added


def _write_down(connection: Connection, added: dict[Key, StoredRecord], actor: int) -> None:
    audit.write_many(
        connection,
        [event_of(key, holding.status, actor) for key, holding in added.items()],
    )


def _attached_to(arrivals: Sequence[Arrival]) -> dict[str, set[bytes]]:
    named: dict[str, set[bytes]] = {}
    for arrival in arrivals:
        if arrival.attached:
            named.setdefault(arrival.instance_id, set()).update(arrival.attached)
    return named


def _name_attachments(connection: Connection, named: Mapping[str, Iterable[bytes]]) -> None:
    """Note which files records name: only those are taken in."""
    wanted = {(digest, record) for record, digests in named.items() for digest in digests}
    if not wanted:
        return
    held = connection.execute(
        select(NAMED_ATTACHMENTS).where(NAMED_ATTACHMENTS.c.instance_id.in_(named))
    )
    new = wanted - {(bytes(row.digest), str(row.instance_id)) for row in held}
    if new:
        rows = [{"digest": digest, "instance_id": record} for digest, record in sorted(new)]
        connection.execute(insert(NAMED_ATTACHMENTS), rows)


def _key(row: Held) -> Key:
    return row.instance_id, row.revision, bytes(row.digest)


def _held_submission(row: Held, *, is_repeat: bool) -> StoredRecord:
    return StoredRecord(
        row.sequence,
        row.received_at,
        "conflict" if row.copy_number else "accepted",
        is_repeat=is_repeat,
    )


def _held_in_quarantine(row: Held, *, is_repeat: bool) -> StoredRecord:
    return StoredRecord(row.sequence, row.received_at, "quarantined", is_repeat=is_repeat)


def store_unseen(
    database: Database, arrivals: Sequence[Arrival], *, actor: int, derivations: Derivations
) -> list[StoredRecord] | None:
    """Store first revisions of records that nobody has sent before, without asking what is held.

    Nothing is stored, and the batch takes the general way, on SQLite, where anything is derived
    from one of them, and if anything of one is held after all: its unique key or the column that
    may not be empty says so.
    """
    if database.is_sqlite or not _look_unseen(arrivals):
        return None
    if derivations.concern(database, {row.columns["form_version_id"] for row in arrivals}):
        return None
    try:
        return _insert_unseen(database, arrivals, actor)
    except IntegrityError:
        return None


def _look_unseen(arrivals: Sequence[Arrival]) -> bool:
    return len({arrival.instance_id for arrival in arrivals}) == len(arrivals) and all(
        arrival.revision == 1 and arrival.reason is None and not arrival.attached
        for arrival in arrivals
    )


def _insert_unseen(
    database: Database, arrivals: Sequence[Arrival], actor: int
) -> list[StoredRecord]:
    entries = audit.rows_of([event_of(arrival.key, "accepted", actor) for arrival in arrivals])
    rows = [
        {
            **arrival.row,
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
