"""Composites put together in other ways, against what can be said beforehand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.figures.sensitivity import sensitivity

ALIKE = np.ones((3, 2))


def test_the_ways_are_what_their_formulas_say() -> None:
    cells = np.array([[80.0, 20.0], [50.0, 50.0], [90.0, np.nan]])
    found = sensitivity(cells, ALIKE, np.array([3.0, 1.0]))
    np.testing.assert_allclose(found.published, [50, 50, 90])
    np.testing.assert_allclose(found.by_users, [65, 50, 90])
    np.testing.assert_allclose(found.geometric, [40, 50, 90])


def test_who_is_alike_in_all_services_does_not_move() -> None:
    cells = np.array([[70.0, 70.0], [60.0, 60.0], [10.0, 10.0]])
    found = sensitivity(cells, ALIKE, np.array([5.0, 1.0]))
    np.testing.assert_allclose(found.low, found.published)
    np.testing.assert_allclose(found.high, found.published)
    np.testing.assert_array_equal(found.rank_low, [1, 2, 3])
    np.testing.assert_array_equal(found.rank_high, [1, 2, 3])
    assert found.shift == 0


def test_close_areas_of_different_kinds_change_places() -> None:
    cells = np.array([[90.0, 10.0], [49.0, 49.0], [10.0, 90.0]])
    found = sensitivity(cells, ALIKE, np.array([1.0, 1.0]))
    assert found.rank_low.tolist() == [1, 1, 1]
    assert found.rank_high.tolist() == [3, 3, 3]
    assert found.shift > 0.3


def test_a_service_without_weight_does_not_count() -> None:
    cells, weights = np.array([[80.0, 0.0]]), np.array([[1.0, 0.0]])
    found = sensitivity(cells, weights, np.array([1.0, 9.0]))
    assert (found.published[0], found.by_users[0], found.geometric[0]) == (
        80,
        80,
        pytest.approx(80),
    )


def test_a_score_of_nothing_makes_the_geometric_mean_nothing() -> None:
    found = sensitivity(np.array([[80.0, 0.0]]), np.ones((1, 2)), np.ones(2))
    assert (found.published[0], found.geometric[0]) == (40, 0)


@pytest.mark.parametrize("areas", [0, 2])
def test_nothing_known_stays_nothing_known(areas: int) -> None:
    found = sensitivity(np.full((areas, 2), np.nan), np.ones((areas, 2)), np.ones(2))
    assert np.isnan(found.published).all()
    assert np.isnan(found.geometric).all()
    assert found.rank_low.tolist() == found.rank_high.tolist() == [0] * areas
    assert found.shift == 0


@given(
    cells=arrays(np.float64, (4, 3), elements=st.floats(1, 100)),
    weights=arrays(np.float64, (4, 3), elements=st.floats(0.1, 5)),
    users=arrays(np.float64, 3, elements=st.floats(0.1, 5)),
)
def test_means_keep_within_their_scores_and_their_order(
    cells: np.ndarray, weights: np.ndarray, users: np.ndarray
) -> None:
    found = sensitivity(cells, weights, users, draws=50)
    for composite in (found.published, found.by_users, found.geometric, found.low, found.high):
        assert (composite >= cells.min(axis=1) - 1e-9).all()
        assert (composite <= cells.max(axis=1) + 1e-9).all()
    assert (found.geometric <= found.published + 1e-9).all()
    assert (found.rank_low >= 1).all()
    assert (found.rank_low <= found.rank_high).all()
    assert (found.rank_high <= 4).all()
