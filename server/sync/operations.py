"""Receiving records: stored once whatever is repeated, conflicts kept, everything audited."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from server.attachments.operations import name_attachments
from server.store import audit
from server.submissions.locks import take_turn
from server.submissions.models import QUARANTINE, SETTLEMENTS, SUBMISSIONS
from server.sync.assessment import Arrival
from server.sync.stored_records import Key, StoredRecord, event_of

Held = Row[*tuple[Any, ...]]

HELD_IN_QUARANTINE = tuple(
    QUARANTINE.c[name] for name in ("sequence", "instance_id", "revision", "digest", "received_at")
)
HELD = (
    *(SUBMISSIONS.c[column.name] for column in HELD_IN_QUARANTINE),
    SUBMISSIONS.c.copy_number,
)
OF_ANOTHER = {"code": "officer_differs"}
"""Flag of a text about a record that came from another officer than its first text."""
AFTER_SETTLING = {"code": "after_settling"}
"""Flag of a text that came when a person had settled that revision already."""


def store(connection: Connection, arrivals: Sequence[Arrival], *, actor: int) -> list[StoredRecord]:
    """Store what is not held yet, and tell of each arrival how it is held now."""
    take_turn(connection, {arrival.instance_id for arrival in arrivals})
    name_attachments(connection, _attached_to(arrivals))
    odd = [arrival for arrival in arrivals if arrival.reason]
    understood = [arrival for arrival in arrivals if not arrival.reason]
    quarantined = _store_odd(connection, odd, actor) if odd else {}
    submissions = _store_understood(connection, understood, actor) if understood else {}
    holdings = []
    for arrival in arrivals:
        shelf = quarantined if arrival.reason else submissions
        holdings.append(shelf[arrival.key])
        # What stands twice in one batch is a repeat the second time.
        shelf[arrival.key] = replace(shelf[arrival.key], is_repeat=True)
    return holdings


def _attached_to(arrivals: Sequence[Arrival]) -> dict[str, set[bytes]]:
    named: dict[str, set[bytes]] = {}
    for arrival in arrivals:
        if arrival.attached:
            named.setdefault(arrival.instance_id, set()).update(arrival.attached)
    return named


def _store_understood(
    connection: Connection, arrivals: Sequence[Arrival], actor: int
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
    new = _numbered(
        {arrival.key: arrival for arrival in arrivals if arrival.key not in shelf}, held
    )
    if not new:
        return shelf
    _retire(connection, held, new)
    inserted = connection.execute(insert(SUBMISSIONS).returning(*HELD), new).all()
    shelf |= {_key(row): _held_submission(row, is_repeat=False) for row in inserted}
    _write_down(connection, {key: shelf[key] for key in map(_key, inserted)}, actor)
    return shelf


def _numbered(arrivals: dict[Key, Arrival], held: Sequence[Held]) -> list[dict[str, Any]]:
    """Make the rows to insert: copies of a revision are counted, its highest one is current.

    A record is its first officer's. What another one sends, or what is not above the revision a
    person has settled, is kept as a copy, for a person to settle, and replaces nothing.
    """
    copies = _copies(held)
    owners = _owners(held)
    times = _times(held)
    newest = {row.instance_id: row.revision for row in held if row.is_current}
    settled = _settled(held)
    late = {key for key in arrivals if key[1] <= settled.get(key[0], 0)}
    own = {key for key, arrival in arrivals.items() if _is_own(arrival, owners)} - late
    for instance_id, revision, _ in own:
        newest[instance_id] = max(revision, newest.get(instance_id, revision))
    rows = []
    for key, arrival in arrivals.items():
        instance_id, revision, digest = key
        taken = copies.setdefault((instance_id, revision), set())
        copy_number = 0 if key in own and 0 not in taken else max(taken, default=0) + 1
        taken.add(copy_number)
        doubt = AFTER_SETTLING if key in late else OF_ANOTHER
        rows.append(
            arrival.columns
            | (times.get(instance_id, {}) if arrival.keeps_times else {})
            | ({} if key in own else {"flags": [doubt, *(arrival.columns["flags"] or ())]})
            | {
                "instance_id": instance_id,
                "revision": revision,
                "digest": digest,
                "copy_number": copy_number,
                "is_current": copy_number == 0 and revision == newest[instance_id],
            }
        )
    return rows


def _copies(held: Sequence[Held]) -> dict[tuple[str, int], set[int]]:
    copies: dict[tuple[str, int], set[int]] = {}
    for row in held:
        copies.setdefault((row.instance_id, row.revision), set()).add(row.copy_number)
    return copies


def _settled(held: Sequence[Held]) -> dict[str, int]:
    """Up to which revision a person has settled each record; rows come in that order."""
    return {row.instance_id: row.revision for row in held if row.kept is not None}


def _owners(held: Sequence[Held]) -> dict[str, int | None]:
    """The officer of the first stored text of each record; rows come in that order."""
    owners: dict[str, int | None] = {}
    for row in held:
        owners.setdefault(row.instance_id, row.officer_id)
    return owners


def _times(held: Sequence[Held]) -> dict[str, dict[str, Any]]:
    """The times of each record's first text: its tablet's clock may have changed since."""
    times: dict[str, dict[str, Any]] = {}
    for row in held:
        known = {"started_at": row.started_at, "finished_at": row.finished_at}
        times.setdefault(row.instance_id, known)
    return times


def _is_own(arrival: Arrival, owners: dict[str, int | None]) -> bool:
    if arrival.instance_id not in owners:
        return True
    # Nobody can show that a record without an officer is theirs (docs/adr/0025).
    owner = owners[arrival.instance_id]
    return owner is not None and owner == arrival.columns["officer_id"]


def _retire(connection: Connection, held: Sequence[Held], new: Sequence[dict[str, Any]]) -> None:
    """Turn what a newer revision replaces into history."""
    replaced_by = {row["instance_id"] for row in new if row["is_current"]}
    old = [row.sequence for row in held if row.is_current and row.instance_id in replaced_by]
    if old:
        connection.execute(
            update(SUBMISSIONS).where(SUBMISSIONS.c.sequence.in_(old)).values(is_current=False)
        )


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
    rows = [
        arrival.columns
        | {
            "instance_id": arrival.instance_id,
            "revision": arrival.revision,
            "digest": arrival.digest,
        }
        for arrival in new.values()
    ]
    inserted = connection.execute(insert(QUARANTINE).returning(*HELD_IN_QUARANTINE), rows)
    added = {_key(row): _held_in_quarantine(row, is_repeat=False) for row in inserted}
    _write_down(connection, added, actor)
    return shelf | added


def _write_down(connection: Connection, added: dict[Key, StoredRecord], actor: int) -> None:
    audit.write_many(
        connection,
        [event_of(key, holding.status, actor) for key, holding in added.items()],
    )


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
