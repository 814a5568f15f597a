"""Which text of a record counts: copies of a revision are numbered, and one is the current one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row

from server.submissions.arrivals import Arrival, Key

Held = Row[*tuple[Any, ...]]

OF_ANOTHER: Final = {"code": "officer_differs"}
"""Flag of a text about a record that came from another officer than its first text."""
AFTER_SETTLING: Final = {"code": "after_settling"}
"""Flag of a text that came when a person had settled that revision already."""


def numbered(arrivals: Mapping[Key, Arrival], held: Sequence[Held]) -> list[dict[str, Any]]:
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
        instance_id, revision, _ = key
        taken = copies.setdefault((instance_id, revision), set())
        copy_number = 0 if key in own and 0 not in taken else max(taken, default=0) + 1
        taken.add(copy_number)
        doubt = AFTER_SETTLING if key in late else OF_ANOTHER
        rows.append(
            arrival.row
            | (times.get(instance_id, {}) if arrival.keeps_times else {})
            | ({} if key in own else {"flags": [doubt, *(arrival.columns["flags"] or ())]})
            | {
                "copy_number": copy_number,
                "is_current": copy_number == 0 and revision == newest[instance_id],
            }
        )
    return rows


def repeated(chosen: Held, texts: Sequence[Held]) -> dict[str, Any]:
    """Make the row that counts by a person's word: the chosen text, above every revision."""
    revision = max(text.revision for text in texts)
    copies = [text.copy_number for text in texts if text.revision == revision]
    flags = [flag for flag in chosen.flags or () if flag not in (OF_ANOTHER, AFTER_SETTLING)]
    return {
        "revision": revision,
        "copy_number": max(copies) + 1,
        "is_current": True,
        "flags": flags or None,
    }


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


def _is_own(arrival: Arrival, owners: Mapping[str, int | None]) -> bool:
    if arrival.instance_id not in owners:
        return True
    # Nobody can show that a record without an officer is theirs (docs/adr/0025).
    owner = owners[arrival.instance_id]
    return owner is not None and owner == arrival.columns["officer_id"]
