"""Calibrated weights meet the totals, stay near the base weights and within their bounds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from scipy.optimize import minimize

from analysis.weighting.calibration import CalibrationError, DistanceName, calibrated, dummies
from analysis.weighting.distances import Clipped, Logit, Raking, Sinh, Truncated, Unbounded
from analysis.weighting.trimming import trimmed

SEEDS = st.integers(0, 2**32 - 1)
DISTANCES: list[tuple[DistanceName, tuple[float, float] | None]] = [
    ("linear", None),
    ("raking", None),
    ("truncated", (0.2, 4.0)),
    ("logit", (0.2, 4.0)),
]


def survey(seed: int, n: int = 60) -> tuple[Any, Any, Any]:
    """Draw base weights, two dummies and a quantity, and totals that weights can meet."""
    random = np.random.default_rng(seed)
    d = random.uniform(0.5, 4, n)
    group = random.integers(0, 2, n)
    group[:2] = 0, 1
    x = np.c_[dummies(group, 2), random.gamma(2, 300, n)]
    return d, x, x.T @ (d * random.uniform(0.7, 1.6, n))


@given(SEEDS, st.sampled_from(DISTANCES))
def test_the_totals_are_met(
    seed: int, chosen: tuple[DistanceName, tuple[float, float] | None]
) -> None:
    d, x, totals = survey(seed)
    run = calibrated(d, x, totals, distance=chosen[0], bounds=chosen[1])
    np.testing.assert_allclose(x.T @ run.weight, totals, rtol=1e-9)
    if chosen[1]:
        assert chosen[1][0] <= run.range[0] <= run.range[1] <= chosen[1][1]
    if chosen[0] == "raking":
        assert run.range[0] > 0


@given(SEEDS)
def test_linear_weights_are_the_regression_estimator(seed: int) -> None:
    d, x, totals = survey(seed)
    y = np.random.default_rng(seed + 1).normal(size=len(d))
    slope = np.linalg.solve((x * d[:, None]).T @ x, x.T @ (d * y))
    expected = d @ y + (totals - x.T @ d) @ slope
    assert calibrated(d, x, totals).weight @ y == pytest.approx(expected, rel=1e-8, abs=1e-8)


def test_bounded_weights_are_the_nearest_ones() -> None:
    d, x, totals = survey(5, n=12)
    bounds = (0.75, 1.45)
    run = calibrated(d, x, totals, distance="truncated", bounds=bounds)
    slow = minimize(
        lambda g: d @ (g - 1) ** 2 / 2,
        np.ones(12),
        jac=lambda g: d * (g - 1),
        bounds=[bounds] * 12,
        constraints={"type": "eq", "fun": lambda g: (x.T @ (d * g) - totals) / totals},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert slow.success
    assert ((run.g > bounds[0]) & (run.g < bounds[1])).sum() < 12
    np.testing.assert_allclose(run.g, slow.x, atol=1e-6)


def test_variables_that_depend_on_each_other_are_no_obstacle() -> None:
    code = np.array([0, 0, 1, 1, 1]), np.array([0, 1, 0, 1, 1])
    x = np.hstack([dummies(code[0], 2), dummies(code[1], 2)])
    run = calibrated(np.ones(5), x, [10, 20, 12, 18], distance="raking")
    np.testing.assert_allclose(x.T @ run.weight, [10, 20, 12, 18], rtol=1e-9)


def test_one_variable_scaled_by_itself_is_the_ratio_estimator() -> None:
    size = np.array([2.0, 5.0, 9.0])
    run = calibrated([1, 2, 3], size, [100.0], scale=1 / size)
    np.testing.assert_allclose(run.g, 100 / (2 + 10 + 27))


def test_bounds_that_are_too_narrow_are_named_not_widened() -> None:
    x = dummies([0, 0, 1, 1], 2)
    with pytest.raises(CalibrationError) as caught:
        calibrated(
            np.ones(4), x, [2, 5], distance="truncated", bounds=(0.5, 2.0), names=("men", "women")
        )
    assert str(caught.value) == "no weights with g from 0.5 to 2 meet the totals of women"
    assert caught.value.variables == ("women",)
    with pytest.raises(CalibrationError, match="of women"):
        calibrated(
            np.ones(4), x, [2, 5], distance="logit", bounds=(0.5, 2.0), names=("men", "women")
        )


def test_a_variable_without_respondents_is_named() -> None:
    x = dummies([0, 0, 1], 3)
    with pytest.raises(CalibrationError, match="no respondent in 65\\+"):
        calibrated(np.ones(3), x, [1, 1, 1], names=("18-24", "25-64", "65+"))


def test_totals_that_contradict_each_other_are_named() -> None:
    x = np.c_[np.ones(3), dummies([0, 1, 1], 2)]
    for distance in ("linear", "raking"):
        with pytest.raises(CalibrationError):
            calibrated(np.ones(3), x, [10, 4, 5], distance=distance)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"distance": "logit"}, "needs bounds"),
        ({"distance": "linear", "bounds": (0.5, 2.0)}, "takes no bounds"),
        ({"distance": "logit", "bounds": (1.0, 2.0)}, "0 ≤ L < 1 < U"),
    ],
)
def test_bounds_must_fit_the_distance(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        calibrated([1.0], [[1.0]], [2.0], **more)


def test_negative_weights_and_missing_values_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        calibrated([-1.0], [[1.0]], [2.0])
    with pytest.raises(ValueError, match="a value of every variable"):
        calibrated([1.0], [[np.nan]], [2.0])


@pytest.mark.parametrize("distance", [Unbounded(), Raking(), Truncated(0.4, 2.5), Logit(0.4, 2.5)])
def test_a_distances_slope_and_integral_belong_to_its_factor(distance: Any) -> None:
    u = np.array([-2.0, -0.9, -0.31, 0.0, 0.27, 1.1, 2.3])
    step = 1e-6
    assert distance.factor(np.zeros(1)) == pytest.approx(1)
    slope = (distance.factor(u + step) - distance.factor(u - step)) / (2 * step)
    np.testing.assert_allclose(distance.slope(u), slope, rtol=1e-5, atol=1e-8)
    factor = (distance.integral(u + step) - distance.integral(u - step)) / (2 * step)
    np.testing.assert_allclose(distance.factor(u), factor, rtol=1e-5)


@given(SEEDS)
def test_trimmed_weights_meet_the_totals_under_the_limit(seed: int) -> None:
    d, x, totals = survey(seed)
    first = calibrated(d, x, totals, distance="raking")
    try:
        run = trimmed(first.weight, x, totals, times_mean=2.0)
    except CalibrationError:
        reject()
    assert run.calibration.weight.max() <= run.largest * (1 + 1e-9)
    assert run.calibration.weight.min() >= 0
    assert run.cut == (first.weight > run.largest).sum()
    np.testing.assert_allclose(x.T @ run.calibration.weight, totals, rtol=1e-9)
    np.testing.assert_allclose(run.calibration.g * first.weight, run.calibration.weight)


def test_weights_under_the_limit_stay_as_they_are() -> None:
    weight = np.array([1.0, 1.2, 0.9])
    run = trimmed(weight, np.ones((3, 1)), [weight.sum()], times_mean=3.0)
    assert run.cut == 0
    np.testing.assert_allclose(run.calibration.weight, weight)


def test_a_limit_that_cannot_be_kept_is_said() -> None:
    weight, x = np.array([1.0, 1.0, 7.0]), dummies([0, 0, 1], 2)
    with pytest.raises(
        CalibrationError, match="up to the largest one allowed meet the totals of b"
    ):
        trimmed(weight, x, [2, 7], times_mean=1.5, names=("a", "b"))
    with pytest.raises(ValueError, match="above the mean"):
        trimmed(weight, x, [2, 7], times_mean=1.0)


@pytest.mark.parametrize("name", ["raking", "sinh"])
def test_positive_distances_meet_totals_and_can_be_cut_off(name: Any) -> None:
    random = np.random.default_rng(9)
    d, x = random.uniform(1, 5, 200), np.column_stack([np.ones(200), random.normal(10, 2, 200)])
    totals = (x.T @ d) * [1.05, 1.08]
    free = calibrated(d, x, totals, distance=name)
    assert x.T @ free.weight == pytest.approx(totals)
    assert free.range[0] > 0
    low, high = free.range[0] + 0.02, free.range[1] - 0.02
    held = calibrated(d, x, totals, distance=name, bounds=(low, high))
    assert x.T @ held.weight == pytest.approx(totals)
    assert low - 1e-12 <= held.range[0] <= held.range[1] <= high + 1e-12


def test_the_distances_are_derivatives_and_integrals_of_one_another() -> None:
    u, step = np.linspace(-1.5, 1.5, 31), 1e-5
    for each in (Raking(), Sinh(), Clipped(Raking(), 0.6, 1.7), Clipped(Sinh(), 0.6, 1.7)):
        rise = (each.integral(u + step) - each.integral(u - step)) / (2 * step)
        assert rise == pytest.approx(each.factor(u), abs=1e-6)
        slope = (each.factor(u + step) - each.factor(u - step)) / (2 * step)
        assert slope == pytest.approx(each.slope(u), abs=1e-5)
