"""Groups of ten: which answers may count where, so that no printed figure speaks of fewer people.

A leaf is the finest cell that is printed: a province, split by a service, a dimension or nothing.
A leaf with enough people is a group of its own. What is too small is not thrown away: the small
leaves of a region that are of the same kind go together, and where even they are too few they join
their like one level up. Every larger figure is made of whole groups. Whatever is added to or
subtracted from what is printed then speaks of whole groups again, which makes any further proof
needless (``docs/adr/0031``).

Groups move as a whole too. What is printed of a leaf rests on the people it was admitted with, and
stays to the digit until enough others have come, were corrected or withdrawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.arrays import BoolArray, IntArray

NOWHERE = -1


@dataclass(frozen=True)
class Least:
    """How many people, from how many units, a group must hold; and how many make it move."""

    people: int
    units: int


@dataclass(frozen=True)
class Tree:
    """Where leaves stand.

    Attributes
    ----------
    place
        Number of the place of every leaf.
    kind
        Number of what else a leaf is about; only leaves of one kind are put together.
    parents
        For each level, the finest first, the number of the larger area of every place. The last
        level is the whole, where all are 0.
    """

    place: IntArray
    kind: IntArray
    parents: tuple[IntArray, ...]

    def areas(self, level: int) -> IntArray:
        """The number of the larger area of every leaf."""
        result: IntArray = self.parents[level][self.place]
        return result


@dataclass(frozen=True)
class Pool:
    """Small leaves of one kind that count together: in an area of a level, and above."""

    level: int
    area: int
    kind: int
    people: int
    """With how many it was admitted last."""
    since: int = 0
    """The last record there was then; kept by whoever keeps the ledger."""


@dataclass(frozen=True)
class Ledger:
    """What has been admitted so far; kept with every release, never made again from answers.

    Attributes
    ----------
    people
        With how many people each leaf was admitted last; 0: never.
    pool
        Number of the pool each leaf belongs to for good, or :data:`NOWHERE`.
    pools
        All pools.
    """

    people: IntArray
    pool: IntArray
    pools: tuple[Pool, ...] = ()

    @classmethod
    def empty(cls, leaves: int) -> "Ledger":
        """Begin: nobody has been admitted."""
        return cls(np.zeros(leaves, dtype=np.int64), np.full(leaves, NOWHERE, dtype=np.int64))

    @property
    def shown(self) -> BoolArray:
        """Which leaves are groups of their own."""
        result: BoolArray = self.people > 0
        return result

    @property
    def pending(self) -> BoolArray:
        """Which leaves count nowhere yet."""
        result: BoolArray = ~self.shown & (self.pool == NOWHERE)
        return result


@dataclass(frozen=True)
class Counts:
    """The leaves as they are now.

    Attributes
    ----------
    people, units
        Distinct persons with an answer, and distinct sampling units they come from.
    changed
        Persons who came, were corrected or were withdrawn since the leaf was admitted last; fewer
        may be given, never more.
    promised
        Answers the plan still promises.
    """

    people: IntArray
    units: IntArray
    changed: IntArray
    promised: IntArray


@dataclass(frozen=True)
class Wait:
    """Whether leaves wait until what remains can move as well, and for how many."""

    is_on: bool
    answers: int


def admitted(
    ledger: Ledger, now: Counts, tree: Tree, *, least: Least, wait: Wait, is_closed: bool
) -> tuple[Ledger, BoolArray, tuple[int, ...]]:
    """Let every group move that may.

    Parameters
    ----------
    ledger
        What was admitted so far.
    now
        The leaves as they are.
    tree
        Where they stand.
    least
        Sizes of a group; as many persons must have changed for one to move.
    wait
        Before the round is closed, a leaf does not move if the plan promises fewer answers than
        this, but some: they alone could never move afterwards.
    is_closed
        Whether the round is closed. Only then pools are formed, and for good: a pool that was
        dissolved would tell its members apart.

    Returns
    -------
    tuple
        The new ledger, which leaves moved, and the numbers of the pools that did.
    """
    enough = (now.people >= least.people) & (now.units >= least.units)
    moves = enough & (ledger.pool == NOWHERE) & (~ledger.shown | (now.changed >= least.people))
    if wait.is_on and not is_closed:
        moves &= (now.promised <= 0) | (now.promised >= wait.answers)
    people = np.where(moves, now.people, ledger.people)
    moved = replace(ledger, people=people)
    formed = pooled(moved, now, tree, least) if is_closed else moved
    pools, growing = _moved_pools(formed, now, least)
    return replace(formed, pools=pools), moves, growing


def pooled(ledger: Ledger, now: Counts, tree: Tree, least: Least) -> Ledger:
    """Put small leaves together, in the smallest area where they are enough.

    Parameters
    ----------
    ledger, now, tree, least
        As for :func:`admitted`.

    Returns
    -------
    Ledger
        With further pools; leaves that are too few even in the whole stay pending.
    """
    pool, pools = ledger.pool.copy(), list(ledger.pools)
    waiting = ledger.pending & (now.people > 0)
    for level in range(len(tree.parents)):
        areas = tree.areas(level)
        for area, kind in _distinct(areas[waiting], tree.kind[waiting]):
            mine = waiting & (areas == area) & (tree.kind == kind)
            people, units = int(now.people[mine].sum()), int(now.units[mine].sum())
            if people >= least.people and units >= least.units:
                pool[mine] = len(pools)
                pools.append(Pool(level, area, kind, people=0))
                waiting &= ~mine
    return replace(ledger, pool=pool, pools=tuple(pools))


def _moved_pools(
    ledger: Ledger, now: Counts, least: Least
) -> tuple[tuple[Pool, ...], tuple[int, ...]]:
    pools, moved = list(ledger.pools), []
    for number, pool in enumerate(pools):
        people = int(now.people[ledger.pool == number].sum())
        if people >= least.people and abs(people - pool.people) >= least.people:
            pools[number] = replace(pool, people=people)
            moved.append(number)
    return tuple(pools), tuple(moved)


def groups_in(ledger: Ledger, tree: Tree, level: int | None) -> IntArray:
    """Tell in which area each group counts; leaves come first, then pools.

    Parameters
    ----------
    ledger, tree
        What was admitted, and where it stands.
    level
        A level of the tree; None: the places themselves, where pools count nowhere.

    Returns
    -------
    IntArray
        Number of the area per leaf and pool; :data:`NOWHERE` for what is not in any: leaves that
        are not shown, and pools of a larger area.
    """
    areas = tree.place if level is None else tree.areas(level)
    leaves = np.where(ledger.shown, areas, NOWHERE)
    return np.concatenate(
        [leaves, np.array([_area_of(pool, tree, level) for pool in ledger.pools], dtype=np.int64)]
    )


def _area_of(pool: Pool, tree: Tree, level: int | None) -> int:
    if level is None or pool.level > level:
        return NOWHERE
    inside = tree.parents[pool.level] == pool.area
    return int(tree.parents[level][inside][0])


def _distinct(areas: IntArray, kinds: IntArray) -> Sequence[tuple[int, int]]:
    return sorted(set(zip(areas.tolist(), kinds.tolist(), strict=True)))
