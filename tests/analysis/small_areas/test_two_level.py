"""The two-level model against blunt matrices."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cluster_variance.pooled_variance import pooled_variances
from analysis.estimation.linearisation import Linearised, linearised_means
from analysis.estimation.variance import covariance
from analysis.sampling.design import Design, design_of
from analysis.sampling.totals import PsuTotals, psu_totals
from analysis.small_areas.area_cells import AreaCells, area_cells, within_areas
from analysis.small_areas.bounded_scale import interval_between, two_level_between
from analysis.small_areas.two_level import two_level

AREAS, ITEMS = 14, 3


def survey(seed: int, *, size: int = 700, missing: int = 2) -> tuple[PsuTotals, Design, Any]:
    """Draw a clustered sample of a small country; some cells have no answers."""
    random = np.random.default_rng(seed)
    area = np.concatenate([np.repeat(np.arange(AREAS), 4), random.integers(0, AREAS, size)])
    psu = area * 10 + np.concatenate([np.tile([0, 1, 2, 3], AREAS), random.integers(0, 6, size)])
    item = random.integers(0, ITEMS, len(area))
    feeling = (
        np.array([60.0, 70.0, 75.0])[item]
        + random.normal(0, 5, AREAS)[area]
        + random.normal(0, 3, (AREAS, ITEMS))[area, item]
        + random.normal(0, 4, AREAS * 10)[psu]
        + random.normal(0, 18, len(area))
    )
    cell = area * ITEMS + item
    cell[np.isin(cell, random.choice(AREAS * ITEMS, missing, replace=False))] = -1
    design, unit = design_of(area.tolist(), psu.tolist())
    weight = random.uniform(0.5, 2, len(area))
    value = np.clip(feeling, 0, 100)
    records = {"cell": cell, "psu": unit, "weight": weight, "value": value}
    totals = psu_totals(domain=cell, psu=unit, weight=weight, value=value)
    return totals, design, records


def cells_of(seed: int, **given: int) -> AreaCells:
    totals, design, _ = survey(seed, **given)
    pooled = pooled_variances(totals, design, item=np.tile(np.arange(ITEMS), AREAS))
    return area_cells(pooled, design, areas=AREAS)


def stacked(cells: AreaCells, of_areas: float, of_cells: float) -> tuple[Any, Any, Any, Any]:
    """Y, X, G and E of all cells at once; an unseen cell has a variance beyond measure."""
    seen = ~np.isnan(cells.variance)
    psi = np.where(seen, cells.variance, 1e12)
    root = np.sqrt(np.where(seen, psi, 0)).ravel()
    same = np.kron(np.eye(AREAS), np.ones((ITEMS, ITEMS)))
    error = same * cells.correlation * np.outer(root, root)
    np.fill_diagonal(error, psi.ravel())
    between = of_areas * same + of_cells * np.eye(AREAS * ITEMS)
    y = np.where(seen, cells.direct, 0).ravel()
    return y, np.tile(np.eye(ITEMS), (AREAS, 1)), between, error


def criterion(cells: AreaCells, of_areas: float, of_cells: float) -> float:
    y, x, between, error = stacked(cells, of_areas, of_cells)
    seen = ~np.isnan(cells.variance).ravel()
    y, x, v = y[seen], x[seen], (between + error)[np.ix_(seen, seen)]
    inverse = np.linalg.inv(v)
    xvx = x.T @ inverse @ x
    residual = y - x @ np.linalg.solve(xvx, x.T @ inverse @ y)
    return 0.5 * float(
        np.linalg.slogdet(v)[1] + np.linalg.slogdet(xvx)[1] + residual @ inverse @ residual
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_variances_are_where_the_restricted_likelihood_is_highest(seed: int) -> None:
    cells = cells_of(seed)
    fit = two_level(cells)
    best = criterion(cells, fit.between_areas, fit.between_cells)
    for a, c in ((1.1, 1), (0.9, 1), (1, 1.1), (1, 0.9)):
        assert criterion(cells, fit.between_areas * a, fit.between_cells * c) > best - 1e-4


@pytest.mark.parametrize("seed", range(4))
def test_the_predictions_are_those_of_all_cells_together(seed: int) -> None:
    cells = cells_of(seed)
    fit = two_level(cells)
    y, x, between, error = stacked(cells, fit.between_areas, fit.between_cells)
    inverse = np.linalg.inv(between + error)
    beta = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
    expected = x @ beta + between @ inverse @ (y - x @ beta)
    assert fit.beta == pytest.approx(beta, rel=1e-5)
    assert fit.eblup.ravel() == pytest.approx(expected, rel=1e-5)
    own = between - between @ inverse @ between
    lever = x - between @ inverse @ x
    known = np.diag(own + lever @ np.linalg.inv(x.T @ inverse @ x) @ lever.T)
    assert (fit.mse.ravel() >= known * (1 - 1e-6)).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_error_of_one_cell_is_the_error_of_a_sum_of_one(seed: int) -> None:
    fit = two_level(cells_of(seed))
    one = np.zeros((AREAS, ITEMS))
    one[3, 1] = 1
    assert fit.mse_of(one) == pytest.approx(fit.mse[3, 1])
    assert fit.mse_of(2 * one) == pytest.approx(4 * fit.mse[3, 1])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_areas_and_items_does_not_matter(seed: int) -> None:
    cells = cells_of(seed)
    random = np.random.default_rng(seed)
    areas, items = random.permutation(AREAS), random.permutation(ITEMS)
    turned = replace(
        cells,
        direct=cells.direct[np.ix_(areas, items)],
        variance=cells.variance[np.ix_(areas, items)],
        n=cells.n[np.ix_(areas, items)],
        weight=cells.weight[np.ix_(areas, items)],
    )
    one, other = two_level(cells), two_level(turned)
    assert other.eblup == pytest.approx(one.eblup[np.ix_(areas, items)], rel=1e-3)
    one_bounded, other_bounded = two_level_between(cells), two_level_between(turned)
    assert other_bounded.values == pytest.approx(one_bounded.values[np.ix_(areas, items)], rel=1e-3)


def test_a_cell_without_answers_is_predicted_with_a_larger_error() -> None:
    cells = cells_of(1, missing=2)
    empty = np.isnan(cells.variance)
    assert empty.sum() == 2
    fit = two_level(cells)
    assert np.isfinite(fit.eblup).all()
    assert fit.mse[empty].min() > fit.mse[~empty].max()


def test_an_item_nobody_rated_has_no_model() -> None:
    cells = cells_of(2)
    nobody = np.full(AREAS, np.nan)
    without = replace(
        cells,
        direct=np.column_stack([cells.direct[:, :2], nobody]),
        variance=np.column_stack([cells.variance[:, :2], nobody]),
    )
    fit = two_level(without)
    assert np.isnan(fit.eblup[:, 2]).all()
    assert np.isnan(fit.beta[2])
    assert np.isfinite(fit.eblup[:, :2]).all()


def test_a_covariate_from_outside_takes_over_what_it_explains() -> None:
    cells = cells_of(3)
    outside = np.random.default_rng(4).normal(0, 1, (AREAS, 1))
    driven = replace(cells, direct=cells.direct + 20 * outside)
    before = two_level(cells, covariates=outside)
    after = two_level(driven, covariates=outside)
    assert after.beta[-1] - before.beta[-1] == pytest.approx(20, rel=1e-3)
    assert after.between_areas == pytest.approx(before.between_areas, rel=0.01)
    assert two_level(driven).between_areas > 2 * after.between_areas


def test_too_few_cells_are_refused() -> None:
    cells = cells_of(1)
    few = replace(cells, direct=cells.direct[:1], variance=cells.variance[:1])
    with pytest.raises(ValueError, match="too few"):
        two_level(few)


@pytest.mark.parametrize("seed", range(3))
def test_covariances_within_areas_are_those_of_the_whole_matrix(seed: int) -> None:
    totals, design, _ = survey(seed)
    _, linearised = linearised_means(totals, AREAS * ITEMS)
    whole = covariance(linearised, design, domains=AREAS * ITEMS)
    parts = within_areas(linearised, design, areas=AREAS, items=ITEMS)
    for area in range(AREAS):
        rows = slice(area * ITEMS, (area + 1) * ITEMS)
        assert parts[area] == pytest.approx(whole[rows, rows])


def test_a_lonely_psu_says_nothing_about_covariance() -> None:
    design = Design((0,), np.array([0]), np.zeros(1))
    linearised = Linearised(np.array([0, 1]), np.array([0, 0]), np.array([1.0, 2.0]))
    assert not within_areas(linearised, design, areas=1, items=2).any()


@pytest.mark.parametrize("seed", range(3))
def test_means_on_a_bounded_scale_stay_on_it(seed: int) -> None:
    cells = cells_of(seed)
    high = replace(cells, direct=np.minimum(cells.direct + 25, 100))
    fit = two_level_between(high)
    assert ((fit.values > 0) & (fit.values < 100)).all()
    assert (fit.mse > 0).all()


def test_in_the_middle_of_the_scale_both_models_agree() -> None:
    cells = cells_of(4)
    near = replace(cells, direct=50 + (cells.direct - 68) / 4, variance=cells.variance / 16)
    assert two_level_between(near).values == pytest.approx(two_level(near).eblup, abs=0.15)


def test_an_interval_on_a_bounded_scale_leans_away_from_the_end() -> None:
    low, high = interval_between(95, 2, 1.96)
    assert 95 - low > high - 95
    assert 0 < low < 95 < high < 100
    assert interval_between(50, 2, 1.96) == pytest.approx((46.08, 53.92), abs=0.02)
    assert interval_between(100, 2, 1.96) == (100, 100)
