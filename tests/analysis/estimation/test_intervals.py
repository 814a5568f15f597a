"""Intervals for proportions lie where they must, and equal what other programmes give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binomtest

from analysis.estimation.intervals import IntervalMethod, proportion_interval
from analysis.estimation.profile import profile_interval, spline

METHODS: tuple[IntervalMethod, ...] = ("beta", "logit", "asin", "wald", "likelihood")
shares = st.floats(0.01, 0.99)
effects = st.floats(0.3, 5)


def variance(p: float, n: int, effect: float) -> float:
    return effect * p * (1 - p) / n


@pytest.mark.parametrize("method", METHODS)
@given(p=shares, effect=effects, n=st.integers(5, 2000), df=st.integers(1, 200))
def test_an_interval_holds_the_estimate(
    method: IntervalMethod, p: float, effect: float, n: int, df: int
) -> None:
    found = proportion_interval(p, variance(p, n, effect), n=n, df=df, method=method)
    assert found is not None
    low, high = found
    assert low <= p <= high
    if method != "wald":
        assert 0 <= low < high <= 1


@pytest.mark.parametrize("method", METHODS)
@given(p=shares, effect=effects, n=st.integers(5, 500))
def test_the_interval_of_the_opposite_is_the_mirrored_one(
    method: IntervalMethod, p: float, effect: float, n: int
) -> None:
    options = {"n": n, "df": 20, "method": method}
    here = proportion_interval(p, variance(p, n, effect), **options)  # type: ignore[arg-type]
    there = proportion_interval(1 - p, variance(p, n, effect), **options)  # type: ignore[arg-type]
    assert here is not None
    assert there is not None
    assert there == pytest.approx((1 - here[1], 1 - here[0]), abs=1e-7)


@pytest.mark.parametrize("successes", [0, 1, 7, 20])
def test_a_simple_random_sample_has_the_interval_of_clopper_and_pearson(successes: int) -> None:
    n, p = 20, successes / 20
    found = proportion_interval(p, variance(p, n, 1), n=n, df=n - 1)
    exact = binomtest(successes, n).proportion_ci(method="exact")
    assert found == pytest.approx((exact.low, exact.high))


def test_clustering_widens_the_interval_and_luck_does_not_narrow_it() -> None:
    n, p = 100, 0.3
    clustered, simple, lucky = (
        proportion_interval(p, variance(p, n, effect), n=n, df=99) for effect in (4, 1, 0.25)
    )
    assert clustered is not None
    assert simple is not None
    assert clustered[0] < simple[0] < simple[1] < clustered[1]
    assert lucky == pytest.approx(simple)
    unbounded = proportion_interval(p, variance(p, n, 0.25), n=n, df=99, bounded=False)
    assert unbounded == pytest.approx((beta.ppf(0.025, 120, 281), beta.ppf(0.975, 121, 280)))


def test_the_likelihood_interval_solves_its_equation() -> None:
    p, n = 0.2, 50
    found = proportion_interval(p, variance(p, n, 2), n=n, df=10, method="likelihood")
    assert found is not None
    for q in found:
        distance = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
        assert 2 * (n / 2) * distance == pytest.approx(2.2281388519649385**2)


def test_the_interpolated_likelihood_interval_is_near_the_exact_one() -> None:
    value = (np.arange(200) < 60).astype(float)
    v = variance(0.3, 200, 1.5)
    interpolated = profile_interval(value, np.full(200, 2.5), v, df=30)
    exact = proportion_interval(0.3, v, n=200, df=30, method="likelihood")
    assert interpolated == pytest.approx(exact, rel=2e-3)


def test_there_is_no_interval_without_variance_or_freedom() -> None:
    for method in METHODS[1:]:
        assert proportion_interval(0.0, 0.0, n=30, df=10, method=method) is None
    assert proportion_interval(0.5, 0.01, n=30, df=0) is None
    assert proportion_interval(1.0, 0.0, n=1, df=10) is None
    assert profile_interval(np.ones(9), np.ones(9), 0.01, df=8) is None
    assert profile_interval(np.array([]), np.array([]), 0.01, df=8) is None


def test_what_is_no_proportion_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        proportion_interval(1.2, 0.1, n=9, df=8)


@given(st.integers(4, 9), st.integers(0, 2**32 - 1))
def test_the_spline_goes_through_its_points_and_keeps_a_cubic(size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    x = np.cumsum(random.uniform(0.2, 2, size))
    y = random.normal(size=size)
    np.testing.assert_allclose(spline(x, y, x), y, atol=1e-9)
    at = np.linspace(x[0], x[-1], 40)
    cubic = np.poly1d(random.normal(size=4))
    np.testing.assert_allclose(spline(x, cubic(x), at), cubic(at), rtol=1e-7, atol=1e-6)
