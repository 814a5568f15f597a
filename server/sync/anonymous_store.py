"""Storing anonymous records: once whatever is repeated, in no order, counted by the day.

Each arrival moves a random part of what is there: with the new rows old ones are taken out and put
back in an order drawn by lot, so that neither the place of a row in the file nor the transaction
that wrote it (``xmin`` on PostgreSQL) tells which of them is new.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from random import SystemRandom
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select

from server.store import audit
from server.submissions.locks import take_anonymous_turn
from server.submissions.models import ANONYMOUS_RECORDS
from server.submissions.texts import unpacked
from server.sync.anonymous import Kept, Testimony

MOVED: Final = 200
"""How many records are moved with each arrival."""

_draw = SystemRandom()


def store_anonymous(
    connection: Connection, arrivals: Sequence[Testimony], *, day: date
) -> list[Kept]:
    """Store what is not held yet, and tell of each arrival how it is held now.

    The first text of a record counts. Another one, also as a later revision, is kept beside it:
    that it is of the same hand nobody can tell.
    """
    take_anonymous_turn(connection)
    held = _held(connection, {arrival.instance_id for arrival in arrivals})
    new: list[dict[str, Any]] = []
    kept = []
    for arrival in arrivals:
        texts = held.setdefault(arrival.instance_id, [])
        same = next((row for row in texts if _is_same(row, arrival)), None)
        if same is None:
            same = _row(arrival, texts)
            texts.append(same)
            new.append(same)
            kept.append(Kept(_status(same), is_repeat=False))
        else:
            kept.append(Kept(_status(same), is_repeat=True))
    if new:
        _mix_in(connection, new)
        for status, number in Counter(map(_status, new)).items():
            audit.count(connection, day=day, action=f"anonymous.{status}", number=number)
    return kept


def _held(connection: Connection, instances: set[str]) -> dict[str, list[dict[str, Any]]]:
    rows = connection.execute(
        select(ANONYMOUS_RECORDS).where(ANONYMOUS_RECORDS.c.instance_id.in_(instances))
    )
    held: dict[str, list[dict[str, Any]]] = {}
    for row in rows.mappings():
        held.setdefault(row["instance_id"], []).append(dict(row))
    return held


def _is_same(row: dict[str, Any], arrival: Testimony) -> bool:
    return row["revision"] == arrival.revision and unpacked(row["body"]) == arrival.kept


def _row(arrival: Testimony, texts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    copies = [row for row in texts if row["revision"] == arrival.revision]
    return {
        **arrival.columns,
        "instance_id": arrival.instance_id,
        "revision": arrival.revision,
        "copy_number": len(copies),
        "is_current": arrival.reason is None and not any(row["is_current"] for row in texts),
    }


def _status(row: dict[str, Any]) -> Any:
    if row["reason"]:
        return "quarantined"
    return "accepted" if row["is_current"] else "conflict"


def _mix_in(connection: Connection, new: list[dict[str, Any]]) -> None:
    """Insert rows among others that are taken out and put back, all in an order drawn by lot."""
    record = ANONYMOUS_RECORDS.c.instance_id
    some = list(connection.scalars(select(record).order_by(func.random()).limit(MOVED)))
    moved = [
        dict(row)
        for row in connection.execute(select(ANONYMOUS_RECORDS).where(record.in_(some))).mappings()
    ]
    if some:
        connection.execute(delete(ANONYMOUS_RECORDS).where(record.in_(some)))
    rows = moved + new
    _draw.shuffle(rows)
    connection.execute(insert(ANONYMOUS_RECORDS), rows)
