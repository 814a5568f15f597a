"""Respondents stand for those of their cell who did not answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.weighting.nonresponse import response_adjusted
from analysis.weighting.sparse_cells import neighbours_joined


def test_a_cell_is_weighted_up_to_all_who_were_eligible() -> None:
    run = response_adjusted(
        [2, 2, 2, 3, 3], [True, False, True, True, False], [0, 0, 0, 1, 1], ("town", "village"),
        least=1,
    )  # fmt: skip
    np.testing.assert_allclose(run.weight, [3, 0, 3, 6, 0])
    assert [group.factor for group in run.groups] == [1.5, 2.0]
    assert run.merges == ()


def test_a_sparse_cell_joins_its_neighbour_and_the_merge_is_recorded() -> None:
    run = response_adjusted(
        np.ones(6), [True, False, True, True, False, False], [0, 0, 1, 1, 2, 2], "abc", least=2
    )
    assert run.merges == (("a", "b", "c"),)
    np.testing.assert_allclose(run.weight, [2, 0, 2, 2, 0, 0])


def test_nobody_who_responded_is_named() -> None:
    with pytest.raises(ValueError, match="nobody responded in a, b"):
        response_adjusted([1, 1], [False, False], [0, 1], "ab", least=1)


def test_no_persons_are_no_error() -> None:
    assert response_adjusted([], [], [], ()).weight.tolist() == []


@given(st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_the_sum_of_the_weights_is_kept(seed: int, least: int) -> None:
    random = np.random.default_rng(seed)
    base, cell = random.uniform(0, 4, 50), random.integers(0, 6, 50)
    responded = random.random(50) < 0.6
    responded[0] = True
    base[0] = 1.0
    run = response_adjusted(base, responded, cell, "abcdef", least=least)
    assert run.weight.sum() == pytest.approx(base.sum())
    assert (run.weight[~responded] == 0).all()


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12), st.integers(1, 10))
def test_neighbours_are_joined_in_order_until_groups_are_large(
    sizes: list[int], least: int
) -> None:
    groups = neighbours_joined(sizes, least)
    assert [cell for group in groups for cell in group] == list(range(len(sizes)))
    held = [sum(sizes[cell] for cell in group) for group in groups]
    assert len(groups) == 1 or min(held) >= least
