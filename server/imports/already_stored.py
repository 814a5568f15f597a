"""What of a file the database holds already, and what of that an import may correct."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, Select, func, select

from schemas.protocol.sync import Envelope
from server.imports.report import Outcome
from server.rounds.models import VISITS
from server.submissions.models import ANONYMOUS_RECORDS, SUBMISSIONS

TEAM: Final = "ice-aktarma"
"""Team of the visits an import plans, device of its records, and account of its interviews."""


class Earlier(NamedTuple):
    """A record an import stored, as it counts now: its newest revision, and whose it is."""

    revision: int
    officer: int


@dataclass
class Sorted:
    """Ids of a batch: those to be stored for the first time, and those to be corrected."""

    new: set[str] = field(default_factory=set)
    corrected: dict[str, Earlier] = field(default_factory=dict)


def sorted_out(
    connection: Connection,
    envelopes: Sequence[Envelope],
    outcome: Outcome,
    *,
    corrects: bool,
    moved: Collection[str] = (),
) -> Sorted:
    """Tell new records from those that are held, and count them all.

    Those of visits that stand for something else now are corrected too, though they say the same:
    figures take a change in when ten people have changed. ``moved`` are ids of records whose visits
    would be put right; where that has happened, numbers tell which records came since, so that an
    import that was stopped goes on where it stopped.
    Only what an import stored is corrected, and only if that is asked for. A record of a tablet is
    its officer's, and an anonymous one is nobody's (docs/adr/0025, 0030).
    """
    ids = [envelope.instance_id for envelope in envelopes]
    held = {row.instance_id: row for row in connection.execute(_current(ids))}
    anonymous = set(connection.scalars(_anonymous(ids)))
    found = Sorted()
    for envelope in envelopes:
        row = held.get(envelope.instance_id)
        if row is None and envelope.instance_id not in anonymous:
            outcome.new += 1
            found.new.add(envelope.instance_id)
        elif row is None or (
            _says(row) == envelope.digest
            and not (corrects and (envelope.instance_id in moved or _stood_otherwise(row)))
        ):
            # No digest of an anonymous record is kept to compare by.
            outcome.held += 1
        elif corrects and row.device_id == TEAM:
            outcome.corrected += 1
            found.corrected[envelope.instance_id] = Earlier(row.newest, row.officer_id)
        else:
            outcome.differing += 1
    return found


def _stood_otherwise(row: Row[Any]) -> bool:
    """Tell whether a record was stored before its visit was put right."""
    return row.standing_since is not None and row.sequence <= row.standing_since


def _says(row: Row[Any]) -> str:
    return f"sha256:{bytes(row.digest).hex()}"


def _current(ids: Sequence[str]) -> Select[Any]:
    every = SUBMISSIONS.alias()
    newest = (
        select(func.max(every.c.revision))
        .where(every.c.instance_id == SUBMISSIONS.c.instance_id)
        .scalar_subquery()
    )
    names = ("instance_id", "sequence", "digest", "officer_id", "device_id")
    columns = (SUBMISSIONS.c[name] for name in names)
    return (
        select(*columns, VISITS.c.standing_since, newest.label("newest"))
        .outerjoin(VISITS, VISITS.c.id == SUBMISSIONS.c.visit_id)
        .where(SUBMISSIONS.c.instance_id.in_(ids), SUBMISSIONS.c.is_current)
    )


def unknown_among(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of some ids under which no record is held."""
    held = {row.instance_id for row in connection.execute(_current(ids))}
    return set(ids) - held - set(connection.scalars(_anonymous(ids)))


def _anonymous(ids: Sequence[str]) -> Select[Any]:
    record = ANONYMOUS_RECORDS.c.instance_id
    return select(record).where(record.in_(ids))
