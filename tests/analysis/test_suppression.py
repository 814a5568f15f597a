"""Small counts stay unknown: against every possible table, written out."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.suppression import WIDTH, crossed_relations, possible_range, protected

LEAST = 5


def possible_tables(counts: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """All tables of whole numbers that agree with the shown cells, the totals and the rule."""
    rows, columns = counts.shape
    cells = np.flatnonzero(hidden)
    ranges = [
        range(1, LEAST) if counts.flat[cell] < LEAST else range(int(counts.sum()) + 1)
        for cell in cells
    ]
    found = []
    for values in product(*ranges):
        table = counts.copy()
        table.flat[cells] = values
        if (table.sum(axis=0) == counts.sum(axis=0)).all() and (
            table.sum(axis=1) == counts.sum(axis=1)
        ).all():
            found.append(table.ravel()[cells])
    assert found, rows * columns
    return np.array(found)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=4, max_size=4), st.integers(0, 3))
def test_the_range_holds_every_possible_table(cells: list[int], asked: int) -> None:
    counts = np.array(cells).reshape(2, 2)
    hidden = np.ones(4, dtype=np.bool_)
    every = possible_tables(counts, hidden)
    low, high = possible_range(counts.ravel(), crossed_relations(2, 2), hidden, asked, least=LEAST)
    assert low == pytest.approx(every[:, asked].min(), abs=1e-6)
    assert high == pytest.approx(every[:, asked].max(), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from([4, 10, 30]))
def test_no_small_count_can_be_narrowed_down(seed: int, mean: int) -> None:
    random = np.random.default_rng(seed)
    counts = random.poisson(random.gamma(2, mean / 2, (7, 5)))
    relations = crossed_relations(7, 5)
    found = protected(counts.ravel(), relations, least=10)
    np.testing.assert_array_equal(found.primary, (counts.ravel() > 0) & (counts.ravel() < 10))
    assert not (found.secondary & (counts.ravel() == 0)).any()
    for cell in np.flatnonzero(found.primary):
        low, high = possible_range(counts.ravel(), relations, found.hidden, int(cell), least=10)
        around = np.concatenate([each for each in relations if cell in each])
        all_hidden = found.hidden[around][counts.ravel()[around] > 0].all()
        assert high - low >= WIDTH - 1e-6 or all_hidden


def test_one_small_count_alone_is_not_left_to_subtraction() -> None:
    counts = np.full((4, 4), 100)
    counts[1, 2] = 3
    found = protected(counts.ravel(), crossed_relations(4, 4), least=10)
    assert found.hidden.reshape(4, 4)[1].sum() >= 2
    assert found.hidden.reshape(4, 4)[:, 2].sum() >= 2
    assert found.secondary.sum() == 3


def test_a_higher_level_of_totals_is_taken_into_account() -> None:
    counts = np.array([3, 50, 60, 70])
    whole, half = np.arange(4), np.array([0, 1])
    assert protected(counts, [whole], least=10).hidden.sum() == 2
    found = protected(counts, [whole, half, np.array([2, 3])], least=10)
    assert found.hidden[[0, 1]].all()


def test_a_table_without_small_counts_hides_nothing_and_an_empty_one_too() -> None:
    assert not protected(np.full(6, 10), crossed_relations(2, 3), least=10).hidden.any()
    assert not protected(
        np.zeros(6, dtype=np.int64), crossed_relations(2, 3), least=10
    ).hidden.any()
    assert protected(np.zeros(0, dtype=np.int64), [], least=10).hidden.size == 0


def test_where_all_is_small_all_is_hidden() -> None:
    found = protected(np.full(6, 2), crossed_relations(2, 3), least=10)
    assert found.primary.all()
    assert not found.secondary.any()
