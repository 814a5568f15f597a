"""Intervals that end where the scale ends."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from analysis.cluster_variance.scale_intervals import (
    positive_interval,
    score_interval,
    stable_interval,
)


@given(st.integers(1, 400), st.floats(0, 1))
def test_for_a_share_it_is_wilsons(n: int, part: float) -> None:
    yes = round(part * n)
    expected = proportion_confint(yes, n, method="wilson")
    got = score_interval(100 * yes / n, 1.959963984540054**2 / n)
    assert got == pytest.approx([100 * each for each in expected], abs=1e-9)


@pytest.mark.parametrize("kind", [score_interval, stable_interval])
@given(
    st.floats(0, 1), st.floats(0, 1e6), st.sampled_from([(0.0, 100.0), (1.0, 5.0), (-100.0, 100.0)])
)
def test_it_stays_on_the_scale_and_holds_the_mean(
    kind: Callable[..., tuple[float, float]],
    part: float,
    relative: float,
    scale: tuple[float, float],
) -> None:
    value = scale[0] + part * (scale[1] - scale[0])
    low, high = kind(value, relative, scale)
    assert scale[0] <= low <= value <= high <= scale[1]
    if relative > 1e-6:
        assert high - low > 0


def test_in_the_middle_it_is_the_linear_one() -> None:
    low, high = score_interval(50, 1.96**2 * 4 / 2500)
    assert (low, high) == pytest.approx((46.08, 53.92), abs=0.02)


def test_another_scale_is_the_same_interval_stretched() -> None:
    low, high = score_interval(80, 0.05)
    assert score_interval(4.2, 0.05, (1, 5)) == pytest.approx((1 + low / 25, 1 + high / 25))


def test_an_average_is_half_as_skewed_as_a_single_mean() -> None:
    value, relative = 90.0, 1.96**2 * 4 / 900
    single, average = (kind(value, relative) for kind in (score_interval, stable_interval))
    skewed = [(2 * value - low - high) for low, high in (single, average)]
    assert skewed[1] == pytest.approx(skewed[0] / 2, rel=0.03)
    widths = [high - low for low, high in (single, average)]
    assert widths[0] == pytest.approx(widths[1], rel=0.01)


def test_even_intervals_are_those_of_the_arcsine() -> None:
    low, high = stable_interval(90, 1.96**2 * 4 / 900)
    angle, half = np.arcsin(0.9**0.5), 1.96 * 2 / (2 * 900**0.5)
    assert (low, high) == pytest.approx(
        (100 * np.sin(angle - half) ** 2, 100 * np.sin(angle + half) ** 2)
    )
    assert stable_interval(100, 0.04)[1] == 100
    assert stable_interval(0, 0.04)[0] == 0


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
