"""What is shown of a figure, by its answers and places, and that parts add up to the whole."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cluster_variance.scale_intervals import score_interval
from analysis.estimation.estimation import Estimate, means
from analysis.small_areas.area_model import AreaModel, area_model, coefficients
from analysis.small_areas.benchmarking import benchmarked
from analysis.small_areas.shown_estimates import Rule, measured_estimate, shown_estimate
from schemas.rules.thresholds import thresholds
from tests.analysis.small_areas.test_two_level import AREAS, ITEMS, survey

RULE = Rule(below=30)


def modelled(
    seed: int, least_areas: int = 10, shown: Any = None
) -> tuple[tuple[Estimate, ...], AreaModel]:
    totals, design, _ = survey(seed, size=1200)
    direct = means(totals, design, domains=AREAS * ITEMS)
    model = area_model(
        totals, design, areas=AREAS, items=ITEMS, least_areas=least_areas, shown=shown
    )
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
    assert thick
    for cell in thin:
        shown = shown_estimate(direct[cell], model, one(cell), RULE)
        assert shown.model_based
        assert shown.value == pytest.approx(model.values.flat[cell])
        assert shown.low is not None
        assert shown.high is not None
        assert shown.low < (shown.value or 0) < shown.high
        assert (shown.n, shown.psus) == (direct[cell].n, direct[cell].psus)
        assert shown.df == AREAS - 1
    for cell in thick:
        shown = shown_estimate(direct[cell], model, one(cell), RULE)
        assert (shown.value, shown.model_based, shown.pooled) == (direct[cell].value, False, True)
        assert shown.standard_error == pytest.approx(np.sqrt(model.pooled.variance[cell]))
        assert shown.df == model.pooled.df
    empty = [cell for cell, each in enumerate(direct) if each.n == 0]
    assert [shown_estimate(direct[cell], model, one(cell), RULE) for cell in empty] == [
        direct[cell] for cell in empty
    ]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_no_figure_of_a_place_is_surer_than_its_answers(seed: int) -> None:
    """The fault: n 45 with an effective n of 8,975, where two PSUs happened to agree."""
    direct, model = modelled(seed)
    for cell, each in enumerate(direct):
        shown = shown_estimate(each, model, one(cell), RULE)
        if each.n:
            assert shown.n_effective is not None
            assert 0 < shown.n_effective <= each.n


def test_two_psus_that_agree_by_chance_have_the_interval_of_all_others() -> None:
    direct, model = modelled(1)
    cell = next(cell for cell, each in enumerate(direct) if each.n >= 30)
    lucky = replace(direct[cell], standard_error=0.001, low=69.9, high=70.1)
    unlucky = replace(direct[cell], standard_error=99.0, low=None, high=None)
    shown = [shown_estimate(each, model, one(cell), RULE) for each in (lucky, unlucky)]
    assert shown[0] == shown[1]


def test_several_places_show_their_own_variance_where_it_is_known() -> None:
    direct, model = modelled(1)
    country = coefficients(model, np.zeros(AREAS, dtype=np.int64), 0, np.eye(ITEMS)[0])
    given = replace(direct[0], value=60.0, standard_error=2.0, df=45, n=200)
    own = shown_estimate(given, model, country, RULE)
    assert (own.standard_error, own.df, own.pooled) == (2.0, 45, False)
    assert (own.low, own.high) == pytest.approx(
        score_interval(60, (2.0141 * 2) ** 2 / 2400), abs=1e-3
    )
    few = shown_estimate(replace(given, df=29), model, country, RULE)
    assert few.pooled
    assert few.standard_error == pytest.approx(
        np.sqrt((country.ravel() ** 2 * np.nan_to_num(model.pooled.variance)).sum())
    )


def test_an_average_of_services_is_the_mean_of_what_is_shown_of_them() -> None:
    direct, model = modelled(1)
    area = next(
        number for number, n in enumerate(model.cells.n)
        if (n > 0).all() and (n < 30).any() and (n >= 30).any()
    )  # fmt: skip
    coefficient = np.zeros((AREAS, ITEMS))
    coefficient[area] = 1 / ITEMS
    cells = [area * ITEMS + item for item in range(ITEMS)]
    parts = [shown_estimate(direct[cell], model, one(cell), RULE) for cell in cells]
    whole = replace(direct[0], n=sum(part.n for part in parts))
    shown = shown_estimate(whole, model, coefficient, RULE)
    assert shown.value == pytest.approx(np.mean([part.value or 0 for part in parts]))
    assert shown.standard_error == pytest.approx(model.error_of(coefficient))
    assert shown.model_based
    assert shown.low is not None
    assert shown.high is not None
    assert 0 <= shown.low < (shown.value or 0) < shown.high <= 100


def test_a_hidden_cell_leaves_no_trace_in_what_a_model_says() -> None:
    totals, design, _ = survey(1)
    shown = np.ones((AREAS, ITEMS), dtype=bool)
    hidden = int(totals.domain[0])
    shown.flat[hidden] = False
    model = area_model(totals, design, areas=AREAS, items=ITEMS, least_areas=10, shown=shown)
    moved = replace(
        totals,
        wy=np.where(totals.domain == hidden, totals.wy + 20 * totals.w, totals.wy),
        wyy=np.where(
            totals.domain == hidden, totals.wyy + 40 * totals.wy + 400 * totals.w, totals.wyy
        ),
    )
    other = area_model(moved, design, areas=AREAS, items=ITEMS, least_areas=10, shown=shown)
    assert other.pooled.direct[hidden] == pytest.approx(model.pooled.direct[hidden] + 20)
    assert other.values == pytest.approx(model.values, abs=1e-6)
    every = [area_model(each, design, areas=AREAS, items=ITEMS, least_areas=10).values
             for each in (totals, moved)]  # fmt: skip
    assert np.abs(every[1] - every[0]).max() > 0.1


def test_a_hidden_service_counts_in_an_average_with_what_the_model_says() -> None:
    shown = np.ones((AREAS, ITEMS), dtype=bool)
    shown[3, 1] = False
    direct, model = modelled(4, shown=shown)
    coefficient = np.zeros((AREAS, ITEMS))
    coefficient[3] = 1 / ITEMS
    got = shown_estimate(replace(direct[9], n=100), model, coefficient, RULE)
    own = [model.cells.direct[3, item] if model.cells.n[3, item] >= 30 and item != 1
           else model.values[3, item] for item in range(ITEMS)]  # fmt: skip
    assert got.value == pytest.approx(np.mean(own))


def test_a_service_that_is_shown_nowhere_is_left_out_of_averages() -> None:
    shown = np.ones((AREAS, ITEMS), dtype=bool)
    shown[:, 2] = False
    direct, model = modelled(4, shown=shown)
    assert np.isnan(model.values[:, 2]).all()
    part, whole = np.zeros((2, AREAS, ITEMS))
    part[3, :2], whole[3] = 1 / 2, 1 / ITEMS
    some, every = (shown_estimate(replace(direct[9], n=100), model, each, RULE)
                   for each in (part, whole))  # fmt: skip
    assert every.value == some.value
    assert (every.low, every.high) == (some.low, some.high)
    hidden = next(cell for cell in range(2, AREAS * ITEMS, ITEMS) if direct[cell].n)
    alone = shown_estimate(replace(direct[hidden], n=20), model, one(hidden), RULE)
    assert (alone.value, alone.model_based) == (direct[hidden].value, False)


def test_with_few_areas_the_value_stays_and_its_variance_is_pooled() -> None:
    direct, model = modelled(1, least_areas=100)
    assert model.fit is None
    assert model.largest_shift == 0
    cell = next(cell for cell, each in enumerate(direct) if 5 < each.n < 30)
    shown = shown_estimate(direct[cell], model, one(cell), RULE)
    assert (shown.value, shown.model_based) == (direct[cell].value, False)
    assert shown.standard_error == pytest.approx(np.sqrt(model.pooled.variance[cell]))
    with pytest.raises(ValueError, match="too few areas"):
        model.error_of(one(cell))


def test_a_mean_at_the_end_of_the_scale_is_uncertain_to_one_side() -> None:
    direct, model = modelled(1, least_areas=100)
    cell = next(cell for cell, each in enumerate(direct) if each.n >= 30)
    top = replace(direct[cell], value=100.0, standard_error=None, low=None, high=None)
    shown = measured_estimate(top, model.pooled, one(cell).ravel(), own=True)
    assert shown.high == 100
    assert 50 < (shown.low or 0) < 99


def test_a_percentage_with_hardly_anybody_on_one_side_has_no_model() -> None:
    direct, model = modelled(1)
    cell = next(cell for cell, each in enumerate(direct) if 10 <= each.n < 30)
    expected = model.values.flat[cell]
    minority = direct[cell].n * min(expected, 100 - expected) / 100
    enough, more = (Rule(30, least_minority=minority * by) for by in (0.99, 1.01))
    assert shown_estimate(direct[cell], model, one(cell), enough).model_based
    alone = shown_estimate(direct[cell], model, one(cell), more)
    assert (alone.value, alone.model_based) == (direct[cell].value, False)


def test_the_thresholds_say_when() -> None:
    limits = thresholds()
    assert Rule.of(limits, share=False) == Rule(30)
    assert Rule.of(limits, share=True) == Rule(30, least_minority=1.0)


def test_benchmarking_shifts_little_where_the_model_is_right() -> None:
    assert 0 < modelled(1)[1].largest_shift < 0.5
