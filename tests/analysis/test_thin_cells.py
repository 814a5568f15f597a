"""What is shown of a cell with few answers, and that parts add up to the whole."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.benchmarking import benchmarked
from analysis.estimation import Estimate, means
from analysis.thin_cells import AreaModel, Rule, area_model, shown_estimate
from schemas.thresholds import thresholds
from tests.analysis.test_two_level import AREAS, ITEMS, survey

RULE = Rule(below=30)


def modelled(seed: int, least_areas: int = 10) -> tuple[tuple[Estimate, ...], AreaModel]:
    totals, design, _ = survey(seed)
    direct = means(totals, design, domains=AREAS * ITEMS)
    model = area_model(totals, design, areas=AREAS, items=ITEMS, least_areas=least_areas)
    return direct, model


def one(cell: int) -> Any:
    coefficient = np.zeros((AREAS, ITEMS))
    coefficient.flat[cell] = 1
    return coefficient


@given(st.integers(0, 100_000), st.integers(1, 30))
def test_benchmarked_parts_add_up_to_the_whole(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    weight = random.uniform(0.1, 5, count) * (random.random(count) < 0.8)
    got = benchmarked(random.uniform(20, 90, count), random.uniform(0.1, 30, count), weight, 61.25)
    if weight.any():
        assert np.average(got, weights=weight) == pytest.approx(61.25, rel=1e-12)


@given(st.integers(0, 100_000))
def test_benchmarking_moves_precise_cells_least_and_all_to_one_side(seed: int) -> None:
    random = np.random.default_rng(seed)
    before, mse = random.uniform(20, 90, 12), random.uniform(0.1, 30, 12)
    moved = benchmarked(before, mse, random.uniform(1, 2, 12), 70.0) - before
    assert (np.sign(moved) == np.sign(moved[0])).all()
    assert np.abs(moved)[np.argsort(mse)] == pytest.approx(np.sort(np.abs(moved)))


def test_benchmarking_leaves_alone_what_has_no_weight_or_no_estimate() -> None:
    got = benchmarked([50.0, np.nan, 70.0], [1.0, 1.0, 1.0], [1.0, 2.0, 0.0], 55.0)
    assert got == pytest.approx([55.0, np.nan, 70.0], nan_ok=True)
    assert benchmarked([], [], [], 5.0).tolist() == []
    assert benchmarked([50.0, 60.0], [0.0, 0.0], [1.0, 1.0], 56.0) == pytest.approx([51, 61])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_the_models_of_all_cells_of_an_item_average_to_its_direct_mean(seed: int) -> None:
    _, model = modelled(seed)
    for item in range(ITEMS):
        held = model.cells.weight[:, item] > 0
        weight = model.cells.weight[held, item]
        direct = np.average(model.cells.direct[held, item], weights=weight)
        assert np.average(model.values[held, item], weights=weight) == pytest.approx(direct)


def test_thin_cells_show_the_model_and_others_themselves() -> None:
    direct, model = modelled(1)
    thin = [cell for cell, each in enumerate(direct) if 0 < each.n < 30]
    thick = [cell for cell, each in enumerate(direct) if each.n >= 30]
    assert len(thin) > 5
    for cell in thin:
        shown = shown_estimate(direct[cell], model, one(cell), RULE)
        assert shown.model_based
        assert shown.value == pytest.approx(model.values.flat[cell])
        assert shown.low is not None
        assert shown.high is not None
        assert shown.low < (shown.value or 0) < shown.high
        assert (shown.n, shown.psus) == (direct[cell].n, direct[cell].psus)
        assert shown.df == AREAS - 1
        assert shown.n_effective == pytest.approx(shown.n / (shown.design_effect or 0))
    for cell in thick:
        assert shown_estimate(direct[cell], model, one(cell), RULE) == direct[cell]
    empty = [cell for cell, each in enumerate(direct) if each.n == 0]
    assert [shown_estimate(direct[cell], model, one(cell), RULE) for cell in empty] == [
        direct[cell] for cell in empty
    ]


def test_an_average_of_thin_cells_is_the_average_of_their_models() -> None:
    direct, model = modelled(1)
    rule = Rule(below=10_000)
    held = model.cells.n[0] > 0
    coefficient = np.zeros((AREAS, ITEMS))
    coefficient[0, held] = 1 / held.sum()
    shown = shown_estimate(direct[0], model, coefficient, rule)
    assert shown.value == pytest.approx(model.values[0, held].mean())
    worst = np.sqrt(model.fit.mse[0, held].max()) if model.fit else 0
    assert 0 < (shown.standard_error or 0) <= worst


def test_with_few_areas_the_value_stays_and_its_variance_is_smoothed() -> None:
    direct, model = modelled(1, least_areas=100)
    assert model.fit is None
    assert model.largest_shift == 0
    cell = next(cell for cell, each in enumerate(direct) if 5 < each.n < 30)
    shown = shown_estimate(direct[cell], model, one(cell), RULE)
    assert (shown.value, shown.model_based) == (direct[cell].value, False)
    assert shown.standard_error == pytest.approx(np.sqrt(model.cells.variance.flat[cell]))


def test_a_percentage_with_hardly_anybody_on_one_side_has_no_model() -> None:
    direct, model = modelled(1)
    cell = next(cell for cell, each in enumerate(direct) if 10 <= each.n < 30)
    expected = model.values.flat[cell]
    minority = direct[cell].n * min(expected, 100 - expected) / 100
    enough, more = (Rule(30, least_minority=minority * by) for by in (0.99, 1.01))
    assert shown_estimate(direct[cell], model, one(cell), enough).model_based
    assert shown_estimate(direct[cell], model, one(cell), more) == direct[cell]


def test_the_thresholds_say_when() -> None:
    limits = thresholds()
    assert Rule.of(limits, share=False) == Rule(30)
    assert Rule.of(limits, share=True) == Rule(30, least_minority=1.0)


def test_benchmarking_shifts_little_where_the_model_is_right() -> None:
    assert 0 < modelled(1)[1].largest_shift < 0.5
