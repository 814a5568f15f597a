"""Quantiles equal their definitions, whatever the weights and the order of the records."""

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimation.quantiles import Rule, quantile, woodruff

RULES = get_args(Rule)
shares = st.floats(0, 1)


@st.composite
def weighted(draw: st.DrawFn) -> tuple[Any, Any]:
    size = draw(st.integers(1, 30))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return random.integers(0, 12, size) / 4.0, random.integers(1, 9, size).astype(float)


@given(weighted(), shares)
def test_the_quantile_is_the_smallest_value_with_enough_weight(
    records: tuple[Any, Any], share: float
) -> None:
    value, weight = records
    reached = [
        y for y in sorted(set(value)) if weight[value <= y].sum() >= share * weight.sum() - 1e-9
    ]
    assert quantile(value, weight, share) == reached[0]


@pytest.mark.parametrize("rule", RULES)
@given(records=weighted(), share=shares, factor=st.integers(1, 9))
def test_neither_order_nor_scale_of_the_weights_matters(
    rule: Rule, records: tuple[Any, Any], share: float, factor: int
) -> None:
    value, weight = records
    # Equal values may stand in any order only where interpolation cannot tell them apart.
    order = np.argsort(-value, kind="stable")
    here = quantile(value, weight, share, rule=rule)
    there = quantile(value, factor * weight, share, rule=rule)
    assert there == pytest.approx(here)
    if len(set(value)) == len(value) or rule in {"math", "school", "hf1", "hf2"}:
        assert quantile(value[order], weight[order], share, rule=rule) == pytest.approx(here)


@pytest.mark.parametrize(
    ("rule", "method"),
    [
        ("math", "inverted_cdf"),
        ("school", "averaged_inverted_cdf"),
        ("hf4", "interpolated_inverted_cdf"),
        ("hf5", "hazen"),
        ("hf6", "weibull"),
        ("hf7", "linear"),
        ("hf8", "median_unbiased"),
        ("hf9", "normal_unbiased"),
    ],
)
@given(size=st.integers(2, 25), share=st.floats(0.01, 0.99), seed=st.integers(0, 2**32 - 1))
def test_with_equal_weights_the_rules_are_those_of_hyndman_and_fan(
    rule: Rule, method: Any, size: int, share: float, seed: int
) -> None:
    value = np.random.default_rng(seed).normal(size=size)
    # On a step itself rounding decides; the definitions agree beside it.
    if abs(share * size - round(share * size)) > 1e-9:
        got = quantile(value, np.ones(size), share, rule=rule)
        assert got == pytest.approx(np.quantile(value, share, method=method))


def test_records_without_weight_do_not_count() -> None:
    assert quantile(np.array([1.0, 9.0]), np.array([1.0, 0.0]), 1.0) == 1
    assert quantile(np.array([3.0]), np.array([0.0]), 0.5) is None
    assert quantile(np.array([]), np.array([]), 0.5) is None
    with pytest.raises(ValueError, match="from 0 to 1"):
        quantile(np.array([1.0]), np.array([1.0]), 1.5)


def test_the_ends_are_quantiles_of_the_ends_of_the_share() -> None:
    value, weight = np.arange(1.0, 101.0), np.ones(100)
    found = woodruff(value, weight, 0.5, interval_of=lambda below: (0.4, below.mean() + 0.1), t=2.0)
    assert (found.value, found.low, found.high, found.standard_error) == (50, 40, 60, 5)


def test_an_end_beyond_the_data_is_not_given() -> None:
    value, weight = np.arange(5.0), np.ones(5)
    found = woodruff(value, weight, 0.1, interval_of=lambda _: (-0.1, 0.6), t=2.0)
    assert (found.low, found.high, found.standard_error) == (None, 2, None)
    nothing = woodruff(value, weight, 0.1, interval_of=lambda _: None, t=2.0)
    assert (nothing.value, nothing.low, nothing.high) == (0, None, None)
    assert woodruff(value, 0 * weight, 0.1, interval_of=lambda _: None, t=2.0).value is None
