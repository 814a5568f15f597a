"""Groups of ten: what is small counts with its like, and every figure moves by whole groups."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.disclosure.audit import least_people
from analysis.disclosure.groups import (
    NOWHERE,
    Counts,
    Least,
    Ledger,
    Tree,
    Wait,
    admitted,
    groups_in,
)

TEN = Least(people=10, units=2)
NO_WAIT = Wait(is_on=False, answers=15)


def tree(kinds: int = 1) -> Tree:
    """Six places in three small areas, two large ones, one whole."""
    parents = (
        np.array([0, 0, 1, 1, 2, 2]),
        np.array([0, 0, 0, 0, 1, 1]),
        np.zeros(6, dtype=np.int64),
    )
    return Tree(np.repeat(np.arange(6), kinds), np.tile(np.arange(kinds), 6), parents)


def counts(
    people: ArrayLike,
    *,
    units: ArrayLike | None = None,
    before: Ledger | None = None,
    promised: int = 0,
) -> Counts:
    """Leaves with so many people, by default each in so many units."""
    n = np.asarray(people, dtype=np.int64)
    return Counts(
        people=n,
        units=n if units is None else np.asarray(units, dtype=np.int64),
        changed=n if before is None else np.abs(n - before.people),
        promised=np.full(len(n), promised),
    )


def moved(
    now: Counts, ledger: Ledger | None = None, *, closed: bool = True, wait: Wait = NO_WAIT
) -> Ledger:
    """The ledger after one release."""
    held = Ledger.empty(len(now.people)) if ledger is None else ledger
    return admitted(held, now, tree(len(now.people) // 6), least=TEN, wait=wait, is_closed=closed)[
        0
    ]


def test_ten_people_from_two_units_are_a_group() -> None:
    ledger = moved(counts([10, 9, 12, 30, 0, 11], units=[2, 9, 1, 5, 0, 3]), closed=False)
    assert ledger.shown.tolist() == [True, False, False, True, False, True]
    assert not ledger.pools


def test_small_leaves_join_in_the_smallest_area_where_they_are_enough() -> None:
    ledger = moved(counts([6, 4, 3, 20, 2, 20]))
    # The first two together; what is alone in its area goes up until somebody joins it.
    assert ledger.pool.tolist() == [0, 0, NOWHERE, NOWHERE, NOWHERE, NOWHERE]
    assert (ledger.pools[0].level, ledger.pools[0].people) == (0, 10)
    far = moved(counts([6, 30, 3, 20, 2, 20]))
    assert far.pool.tolist() == [0, NOWHERE, 0, NOWHERE, 0, NOWHERE]
    assert (far.pools[0].level, far.pools[0].people) == (2, 11)


def test_a_rest_of_nine_counts_nowhere() -> None:
    ledger = moved(counts([6, 30, 3, 20, 20, 20]))
    assert not ledger.pools
    assert ledger.pending.tolist() == [True, False, True, False, False, False]
    whole = groups_in(ledger, tree(), 2)
    assert whole.tolist() == [NOWHERE, 0, NOWHERE, 0, 0, 0]


def test_a_pool_from_one_unit_is_no_group() -> None:
    ledger = moved(counts([12, 30, 20, 20, 20, 20], units=[1, 9, 9, 9, 9, 9]))
    assert not ledger.pools


def test_only_leaves_of_one_kind_are_put_together() -> None:
    people = np.array([[6, 5], [3, 30], [20, 5], [20, 30], [20, 30], [20, 30]])
    ledger = moved(counts(people.ravel()))
    assert [(pool.kind, pool.level, pool.people) for pool in ledger.pools] == [(1, 1, 10)]


def test_a_pool_counts_in_its_area_and_above() -> None:
    ledger = moved(counts([6, 4, 30, 20, 20, 20]))
    assert groups_in(ledger, tree(), None).tolist()[-1] == NOWHERE
    for level, area in ((0, 0), (1, 0), (2, 0)):
        assert groups_in(ledger, tree(), level).tolist()[-1] == area
    high = moved(counts([6, 30, 3, 20, 2, 20]))
    assert [groups_in(high, tree(), level).tolist()[-1] for level in (0, 1, 2)] == [
        NOWHERE,
        NOWHERE,
        0,
    ]


def test_a_leaf_stays_until_ten_others_have_come() -> None:
    first = moved(counts([20] * 6), closed=False)
    for more, people in ((9, 20), (10, 30)):
        later = moved(counts([20 + more] * 6, before=first), first, closed=False)
        assert later.people.tolist() == [people] * 6


def test_ten_corrections_move_a_leaf_and_nine_do_not() -> None:
    first = moved(counts([20] * 6), closed=False)
    for corrected, moves in ((9, False), (10, True)):
        now = replace(counts([20] * 6), changed=np.full(6, corrected))
        _, did, _ = admitted(first, now, tree(), least=TEN, wait=NO_WAIT, is_closed=False)
        assert did.all() == moves


def test_a_leaf_that_lost_its_people_keeps_its_figure() -> None:
    first = moved(counts([20] * 6), closed=False)
    later = moved(counts([9, 10, 20, 20, 20, 20], before=first), first, closed=False)
    assert later.people.tolist() == [20, 10, 20, 20, 20, 20]


@pytest.mark.parametrize(
    ("promised", "closed", "moves"),
    [(0, False, True), (14, False, False), (15, False, True), (14, True, True)],
)
def test_a_leaf_waits_for_a_rest_that_could_not_move_alone(
    promised: int, *, closed: bool, moves: bool
) -> None:
    now = counts([20] * 6, promised=promised)
    ledger = moved(now, closed=closed, wait=Wait(is_on=True, answers=15))
    assert ledger.shown.all() == moves
    assert moved(now, closed=closed).shown.all()


def test_a_pool_is_never_dissolved() -> None:
    first = moved(counts([6, 4, 30, 20, 20, 20]))
    grown = moved(counts([18, 4, 30, 20, 20, 20], before=first), first)
    assert not grown.shown[0]
    assert grown.pools[0].people == 22
    little = moved(counts([15, 4, 30, 20, 20, 20], before=first), first)
    assert little.pools[0].people == 10


def everything_printed(ledger: Ledger, held: Tree) -> FloatArray:
    """Every figure as what it holds of the answers: shown leaves, and areas of each kind."""
    kinds = int(held.kind.max()) + 1
    pool = ledger.pool[:, None] == np.arange(len(ledger.pools))
    rows: list[BoolArray] = [np.eye(len(ledger.people), dtype=bool)[ledger.shown]]
    for level in range(len(held.parents)):
        area = groups_in(ledger, held, level)
        leaf, pools = area[: len(ledger.people)], area[len(ledger.people) :]
        for number in range(int(held.parents[level].max()) + 1):
            for kind in range(kinds):
                inside = (leaf == number) & (held.kind == kind)
                inside |= (pool & (pools == number)).any(axis=1) & (held.kind == kind)
                rows.append(inside[None, :])
    return np.vstack(rows).astype(np.float64)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_computed_from_printed_figures_speaks_of_fewer_than_ten(seed: int) -> None:
    random = np.random.default_rng(seed)
    held, ledger = tree(kinds=3), Ledger.empty(18)
    people, since = np.zeros(18, dtype=np.int64), np.zeros(18, dtype=np.int64)
    # Atoms are arrivals of a leaf at a step; what was printed at every step is known together.
    arrived: list[IntArray] = []
    printed: list[tuple[FloatArray, IntArray]] = []
    for step in range(5):
        arrived.append(random.negative_binomial(1.2, 0.06, 18) // 2)
        people = people + arrived[-1]
        now = counts(people, units=np.maximum(people // 2, 1), before=ledger)
        ledger, moves, _ = admitted(ledger, now, held, least=TEN, wait=NO_WAIT, is_closed=step == 4)
        since = np.where(moves | (ledger.pool != NOWHERE), step + 1, since)
        printed.append((everything_printed(ledger, held), since))
    figures = [np.hstack([shown * (last > step) for step in range(5)]) for shown, last in printed]
    atoms = np.concatenate(arrived)
    few = np.flatnonzero((atoms > 0) & (atoms < 10))
    assert few.size
    assert least_people(csr_array(np.unique(np.vstack(figures), axis=0)), atoms, few).min() >= 10
