"""Ranks never say more than the intervals do."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures.ranks import (
    critical_values,
    joint_rank_region,
    ranks_of_intervals,
    ranks_of_replicates,
)

INTERVALS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)), min_size=0, max_size=25).map(
    lambda pairs: np.array(pairs, dtype=float).reshape(-1, 2)
)


@given(INTERVALS, st.booleans(), st.booleans())
def test_ranks_are_counts_of_who_is_wholly_below_and_above(
    pairs: Any,
    highest_first: bool,  # noqa: FBT001
    touching: bool,  # noqa: FBT001
) -> None:
    low, high = pairs[:, 0], pairs.sum(axis=1) + (1 if touching else 0)
    got = ranks_of_intervals(low, high, highest_first=highest_first, touching_differ=touching)
    count = len(low)
    for k in range(count):
        below = [high[j] <= low[k] if touching else high[j] < low[k] for j in range(count)]
        above = [low[j] >= high[k] if touching else low[j] > high[k] for j in range(count)]
        lo, hi = 1 + sum(below), count - sum(above)
        expected = (1 + sum(above), count - sum(below)) if highest_first else (lo, hi)
        assert (got.lo[k], got.hi[k]) == expected
        assert got.lo[k] <= got.rank[k] <= got.hi[k]


@given(st.integers(0, 10_000))
def test_the_order_of_areas_does_not_matter(seed: int) -> None:
    random = np.random.default_rng(seed)
    value, error = random.normal(70, 5, 20), random.uniform(0.5, 4, 20)
    order = random.permutation(20)
    one, other = joint_rank_region(value, error), joint_rank_region(value[order], error[order])
    assert (other.lo == one.lo[order]).all()
    assert (other.hi == one.hi[order]).all()


def test_a_joint_region_holds_all_true_ranks_as_often_as_it_says() -> None:
    random = np.random.default_rng(7)
    truth = random.normal(70, 4, 20)
    rank = 1 + np.argsort(np.argsort(truth))
    held = 0
    for _ in range(400):
        error = random.uniform(0.5, 3, 20)
        region = joint_rank_region(truth + random.normal(0, error), error, method="independence")
        held += bool(((region.lo <= rank) & (rank <= region.hi)).all())
    assert held / 400 >= 0.9


def test_areas_without_an_error_are_not_ranked_and_do_not_count() -> None:
    region = joint_rank_region([1.0, 50.0, np.nan, 99.0], [0.1, np.nan, 0.1, 0.1])
    assert region.rank.tolist() == [1, 0, 0, 2]
    assert region.lo.tolist() == [1, 0, 0, 2]
    assert region.hi.tolist() == [1, 0, 0, 2]


def test_fewer_degrees_of_freedom_widen_the_ranks() -> None:
    value, error = np.arange(10) * 2.0, np.full(10, 0.5)
    sure, unsure = joint_rank_region(value, error), joint_rank_region(value, error, df=[3] * 10)
    assert (unsure.hi - unsure.lo).sum() > (sure.hi - sure.lo).sum()


def test_bonferroni_is_wider_than_independence() -> None:
    assert critical_values(81, 0.9, "bonferroni") > critical_values(81, 0.9, "independence")
    assert critical_values(1, 0.9, "bonferroni") == pytest.approx(1.6448536)


def test_one_area_and_none() -> None:
    one = joint_rank_region([70.0], [2.0])
    assert (one.rank.tolist(), one.lo.tolist(), one.hi.tolist()) == ([1], [1], [1])
    assert joint_rank_region([], []).rank.tolist() == []


def test_bootstrap_ranks_hold_the_middle_of_the_replicates() -> None:
    replicates = np.array([[1.0, 2.0, 3.0]] * 98 + [[3.0, 2.0, 1.0]] * 2)
    low, high = ranks_of_replicates(replicates)
    assert low.tolist() == [1, 2, 3]
    assert high.tolist() == [1, 2, 3]
    low, high = ranks_of_replicates(replicates, confidence=0.99, highest_first=True)
    assert low.tolist() == [1, 2, 1]
    assert high.tolist() == [3, 2, 3]


def test_an_area_missing_from_a_replicate_is_not_ranked_there() -> None:
    low, high = ranks_of_replicates([[1.0, np.nan, 3.0], [1.0, np.nan, 0.0]])
    assert low.tolist() == [1, 0, 1]
    assert high.tolist() == [2, 0, 2]
