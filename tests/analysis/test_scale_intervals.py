"""Intervals that end where the scale ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from analysis.scale_intervals import positive_interval, score_interval


@given(st.integers(1, 400), st.floats(0, 1))
def test_for_a_share_it_is_wilsons(n: int, part: float) -> None:
    yes = round(part * n)
    expected = proportion_confint(yes, n, method="wilson")
    got = score_interval(100 * yes / n, 1.959963984540054**2 / n)
    assert got == pytest.approx([100 * each for each in expected], abs=1e-9)


@given(
    st.floats(0, 1), st.floats(0, 1e6), st.sampled_from([(0.0, 100.0), (1.0, 5.0), (-100.0, 100.0)])
)
def test_it_stays_on_the_scale_and_holds_the_mean(
    part: float, relative: float, scale: tuple[float, float]
) -> None:
    value = scale[0] + part * (scale[1] - scale[0])
    low, high = score_interval(value, relative, scale)
    assert scale[0] <= low <= value <= high <= scale[1]
    if relative > 1e-6:
        assert high - low > 0


def test_in_the_middle_it_is_the_linear_one() -> None:
    low, high = score_interval(50, 1.96**2 * 4 / 2500)
    assert (low, high) == pytest.approx((46.08, 53.92), abs=0.02)


def test_another_scale_is_the_same_interval_stretched() -> None:
    low, high = score_interval(80, 0.05)
    assert score_interval(4.2, 0.05, (1, 5)) == pytest.approx((1 + low / 25, 1 + high / 25))


@given(st.floats(1e-3, 1e4), st.floats(0, 1e4), st.floats(0, 13))
def test_a_duration_never_reaches_nothing(value: float, error: float, quantile: float) -> None:
    ends = positive_interval(value, error, quantile)
    if ends is not None:
        assert 0 <= ends[0] <= value <= ends[1]


def test_a_duration_is_uncertain_by_a_factor() -> None:
    low, high = positive_interval(20, 5, 2) or (0, 0)
    assert (low, high) == pytest.approx((20 * np.exp(-0.5), 20 * np.exp(0.5)))
    assert positive_interval(0, 5, 2) is None
    assert positive_interval(1, 1e9, 2) is None
