"""The unit level model and the random intercept under it, against blunt matrices."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.models.random_intercept import random_intercept
from analysis.small_areas.unit_level import unit_level

AREAS = 8


def units(seed: int, between: float = 3.0) -> tuple[Any, Any, Any, Any]:
    random = np.random.default_rng(seed)
    area = np.concatenate([np.arange(AREAS), random.integers(0, AREAS, 40)])
    x = np.column_stack([np.ones(len(area)), random.normal(0, 1, len(area))])
    effect = random.normal(0, between**0.5, AREAS)
    y = x @ [10.0, 2.0] + effect[area] + random.normal(0, 1.5, len(area))
    means = np.column_stack([np.ones(AREAS), random.normal(0, 0.3, AREAS)])
    return y, x, area, means


def restricted_likelihood(between: float, within: float, y: Any, x: Any, area: Any) -> float:
    same = area[:, None] == area[None, :]
    v = within * np.eye(len(y)) + between * same
    inverse = np.linalg.inv(v)
    xvx = x.T @ inverse @ x
    residual = y - x @ np.linalg.solve(xvx, x.T @ inverse @ y)
    return -0.5 * float(
        np.linalg.slogdet(v)[1] + np.linalg.slogdet(xvx)[1] + residual @ inverse @ residual
    )


@pytest.mark.parametrize("seed", range(6))
def test_both_variances_are_where_the_restricted_likelihood_is_highest(seed: int) -> None:
    y, x, area, _ = units(seed)
    fit = random_intercept(y, x, area)
    best = restricted_likelihood(fit.between, fit.within, y, x, area)
    for between, within in ((1.01, 1), (0.99, 1), (1, 1.01), (1, 0.99)):
        near = restricted_likelihood(fit.between * between, fit.within * within, y, x, area)
        assert near < best


@given(st.integers(0, 10_000), st.floats(0, 20))
def test_the_predictions_equal_those_of_the_whole_covariance_matrix(
    seed: int, between: float
) -> None:
    y, x, area, means = units(seed, between)
    fit = unit_level(y, x, area, area_means=means)
    u, e = fit.fit.between, fit.fit.within
    same = area[:, None] == area[None, :]
    inverse = np.linalg.inv(e * np.eye(len(y)) + u * same)
    beta = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
    member = np.arange(AREAS)[:, None] == area[None, :]
    expected = means @ beta + u * member @ inverse @ (y - x @ beta)
    assert fit.eblup == pytest.approx(expected, rel=1e-6)
    assert (fit.mse > 0).all()


@given(st.integers(0, 10_000))
def test_the_order_of_records_does_not_matter(seed: int) -> None:
    y, x, area, means = units(seed)
    order = np.random.default_rng(seed).permutation(len(y))
    one = unit_level(y, x, area, area_means=means)
    other = unit_level(y[order], x[order], area[order], area_means=means)
    assert other.eblup == pytest.approx(one.eblup, rel=1e-6)
    assert other.mse == pytest.approx(one.mse, rel=1e-5)


def test_an_area_without_records_gets_what_the_regression_says() -> None:
    y, x, area, means = units(1)
    seen = area != AREAS - 1
    fit = unit_level(y[seen], x[seen], area[seen], area_means=means)
    assert fit.eblup[-1] == pytest.approx(means[-1] @ fit.fit.beta)
    assert fit.sampled[-1] == 0
    assert fit.mse[-1] > fit.mse[:-1].max()


def test_an_area_seen_whole_is_known() -> None:
    y, x, area, _ = units(2)
    sizes = np.bincount(area)
    means = np.column_stack([np.bincount(area, weights=column) / sizes for column in x.T])
    fit = unit_level(y, x, area, area_means=means, area_sizes=sizes)
    assert fit.eblup == pytest.approx(np.bincount(area, weights=y) / sizes)
    assert fit.mse == pytest.approx(0, abs=1e-9)


def test_groups_that_do_not_differ_have_no_variance_between_them() -> None:
    y = np.tile([1.0, 2.0, 3.0, 4.0], 5)
    fit = random_intercept(y, np.ones((20, 1)), np.repeat(np.arange(5), 4))
    assert (fit.between, fit.intraclass_correlation) == (0.0, 0.0)
    assert fit.within == pytest.approx(np.var(y, ddof=1))


def test_what_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        random_intercept([1.0, 2.0], np.ones((2, 1)), [0, 1])
    y, x, area, means = units(1)
    with pytest.raises(ValueError, match="columns"):
        unit_level(y, x, area, area_means=means[:, :1])
    with pytest.raises(ValueError, match="not given"):
        unit_level(y, x, area, area_means=means[:-1])
