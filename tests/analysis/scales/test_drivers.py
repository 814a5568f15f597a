"""LMG shares against all orderings of the items, and the grid made of them."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.scales.drivers import cross_products, drivers, lmg, priorities


def sample(seed: int, records: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    items = random.normal(size=(records, 3)) + random.normal(size=(records, 1))
    outcome = items @ [0.6, 0.3, 0.0] + random.normal(size=records)
    return outcome, items, random.uniform(0.5, 3.0, records)


def r_squared(outcome: np.ndarray, items: np.ndarray, weight: np.ndarray) -> float:
    """Weighted least squares, spelled out."""
    design = np.column_stack([np.ones(outcome.size), items]) * np.sqrt(weight)[:, None]
    target = outcome * np.sqrt(weight)
    left = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
    centred = outcome - np.average(outcome, weights=weight)
    return float(1 - left @ left / (weight @ centred**2))


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_a_share_is_the_mean_gain_over_all_orderings(seed: int) -> None:
    outcome, items, weight = sample(seed)
    gains = np.zeros(3)
    for order in permutations(range(3)):
        before = 0.0
        for position, item in enumerate(order):
            now = r_squared(outcome, items[:, list(order[: position + 1])], weight)
            gains[item] += (now - before) / 6
            before = now
    found = drivers(outcome, items, weight)
    np.testing.assert_allclose(found.shares, gains, atol=1e-10)
    assert found.r_squared == pytest.approx(r_squared(outcome, items, weight))


def test_a_record_with_a_gap_is_left_out() -> None:
    outcome, items, weight = sample(1)
    gap = items.copy()
    gap[7, 1] = np.nan
    found = drivers(outcome, gap, weight)
    without = drivers(np.delete(outcome, 7), np.delete(items, 7, axis=0), np.delete(weight, 7))
    np.testing.assert_allclose(found.shares, without.shares)
    assert found.n == 59


def test_the_interval_is_that_of_the_replicates() -> None:
    outcome, items, weight = sample(2)
    psu = np.arange(60) % 12
    factors = np.random.default_rng(3).multinomial(11, [1 / 12] * 12, size=200) * 12 / 11
    found = drivers(outcome, items, weight, psu=psu, factors=factors)
    assert found.low is not None
    assert found.high is not None
    one_by_one = np.array([drivers(outcome, items, weight * f[psu]).shares for f in factors])
    np.testing.assert_allclose(found.low, np.quantile(one_by_one, 0.025, axis=0), atol=1e-9)
    np.testing.assert_allclose(found.high, np.quantile(one_by_one, 0.975, axis=0), atol=1e-9)


def test_sums_by_psu_add_up_to_the_whole() -> None:
    outcome, items, weight = sample(4)
    parts = cross_products(outcome, items, weight, psu=np.arange(60) % 5, psus=5)
    whole = cross_products(outcome, items, weight, psu=np.zeros(60, dtype=np.int64), psus=1)
    np.testing.assert_allclose(parts.sum(axis=0), whole[0])
    np.testing.assert_allclose(lmg(whole)[0], drivers(outcome, items, weight).shares)


def test_what_cannot_be_split_is_refused_in_words() -> None:
    outcome, items, weight = sample(5)
    with pytest.raises(ValueError, match="1 to 12 items"):
        drivers(outcome, np.tile(items, 5), weight)
    with pytest.raises(ValueError, match="too few"):
        drivers(outcome[:4], items[:4], weight[:4])
    with pytest.raises(ValueError, match="must vary"):
        drivers(np.full(60, 3.0), items, weight)
    with pytest.raises(ValueError, match="repeats what others say"):
        drivers(outcome, np.column_stack([items, items.sum(axis=1)]), weight)


def test_the_grid_says_where_to_act_first() -> None:
    found = priorities(np.array([0.4, 0.4, 0.1, 0.1]), np.array([40.0, 80.0, 40.0, 80.0]))
    assert [each.quadrant for each in found] == [
        "improve",
        "keep",
        "low_priority",
        "possible_overkill",
    ]
