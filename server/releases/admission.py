"""From one release to the next: which groups move, and what is kept of those that do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.arrays import BoolArray, IntArray
from analysis.disclosure.groups import NOWHERE, Counts, Least, Ledger, Tree, Wait, admitted
from server import clock
from server.releases.releases import Columns, Release


@dataclass(frozen=True)
class Now:
    """A family of figures as the records are at present.

    Attributes
    ----------
    leaves
        Their names, those of the release before first; see :func:`leaves_with`.
    tree, counts
        Where they stand, and how many there are.
    parts
        Rows of the leaves; ``group`` is the leaf's number.
    whole
        Rows that belong to no leaf and are taken as they are, with no answers in them.
    units, cells
        What rows name by number: sampling units with their strata, cells of the weighting.
    facts
        What is told under a table.
    through, anchor, edited
        The last record taken in, its name, and the revisions so far.
    """

    leaves: tuple[str, ...]
    tree: Tree
    counts: Counts
    parts: Mapping[str, Columns]
    whole: Mapping[str, Columns]
    units: tuple[tuple[str, str], ...]
    cells: tuple[str, ...]
    facts: Mapping[str, Any]
    through: int
    anchor: str
    edited: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rules:
    """What makes a group, and whether the round still goes on."""

    least: Least
    wait: Wait
    is_closed: bool


def leaves_with(before: Release, found: Sequence[str]) -> tuple[str, ...]:
    """Name all leaves there ever were; a leaf keeps its number for good."""
    return tuple(dict.fromkeys((*before.leaves, *found)))


def held_ledger(before: Release, leaves: int) -> tuple[Ledger, IntArray]:
    """The ledger and the moves of the release before, for as many leaves as there are now."""
    more = leaves - len(before.leaves)
    ledger = Ledger(
        np.pad(before.ledger.people, (0, more)),
        np.pad(before.ledger.pool, (0, more), constant_values=NOWHERE),
        before.ledger.pools,
    )
    return ledger, np.pad(before.since, (0, more))


def continued(before: Release, now: Now, rules: Rules) -> Release | None:
    """The next release, but for what is printed of it; None if no group moves."""
    ledger, since = held_ledger(before, len(now.leaves))
    after, leaves, pools = admitted(
        ledger, now.counts, now.tree, least=rules.least, wait=rules.wait, is_closed=rules.is_closed
    )
    if before.parts and not leaves.any() and not pools:
        return None
    old = _renamed(before, now)
    dated = tuple(
        replace(pool, since=now.through) if number in pools else pool
        for number, pool in enumerate(after.pools)
    )
    return replace(
        old,
        ledger=replace(after, pools=dated),
        leaves=now.leaves,
        since=np.where(leaves, now.through, since),
        parts={
            name: _spliced(old.parts.get(name), rows, after, leaves, pools)
            for name, rows in now.parts.items()
        }
        | dict(now.whole),
        number=before.number + 1,
        through=now.through,
        anchor=now.anchor,
        edited=now.edited,
        made_at=clock.now().isoformat(timespec="seconds"),
        facts=now.facts,
    )


def _renamed(before: Release, now: Now) -> Release:
    """Units and cells the numbers they have now; those that are gone come last."""
    units = tuple(dict.fromkeys((*now.units, *_gone(before, now))))
    cells = tuple(dict.fromkeys((*now.cells, *before.cells)))
    unit, cell = _numbers(before.units, units), _numbers(before.cells, cells)
    parts = {
        name: rows
        | {column: unit[rows[column]] for column in ("unit",) if column in rows}
        | {column: cell[rows[column]] for column in ("cell",) if column in rows}
        for name, rows in before.parts.items()
    }
    return replace(before, units=units, cells=cells, parts=parts)


def _gone(before: Release, now: Now) -> list[tuple[str, str]]:
    """Units nobody knows any more but figures still rest on; a known one keeps its stratum."""
    known = {name for name, _ in now.units}
    return [unit for unit in before.units if unit[0] not in known]


def _numbers(names: Sequence[Any], order: Sequence[Any]) -> IntArray:
    code = {_first(name): number for number, name in enumerate(order)}
    return np.array([code[_first(name)] for name in names], dtype=np.int64)


def _first(name: Any) -> Any:
    return name[0] if isinstance(name, tuple) else name


def _spliced(
    held: Columns | None, found: Columns, ledger: Ledger, moved: BoolArray, pools: tuple[int, ...]
) -> Columns:
    """Keep the rows of groups that stay, take those of groups that move as they are now."""
    leaf = found["group"]
    pool = ledger.pool[leaf]
    kept = [] if held is None else [_where(held, ~_has_moved(held["group"], moved, pools))]
    taken = _where(found, moved[leaf])
    together = np.isin(pool, pools)
    joined = _where(found, together) | {"group": -1 - pool[together]}
    return {name: np.concatenate([part[name] for part in (*kept, taken, joined)]) for name in found}


def _has_moved(group: IntArray, moved: BoolArray, pools: tuple[int, ...]) -> BoolArray:
    result: BoolArray = np.where(
        group >= 0, moved[np.maximum(group, 0)], np.isin(-1 - group, pools)
    )
    return result


def _where(rows: Columns, kept: BoolArray) -> Columns:
    return {name: column[kept] for name, column in rows.items()}
