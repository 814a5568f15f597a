"""Change between rounds, what the parts add to it, and who is similar."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimation.estimation import combinations, means
from analysis.estimation.linearisation import linearised_means
from analysis.figures.change import Change, Measured, changes, covariance_between
from analysis.figures.contribution import contributions
from analysis.figures.peers import peers
from analysis.sampling.design import Design, design_of
from analysis.sampling.totals import PsuTotals, merged, psu_totals

DOMAINS, UNITS = 3, 12


def survey(
    seed: int, *, shift: float = 0.0, of_units: Any = None, named: bool = True
) -> tuple[Measured, PsuTotals]:
    """Ask in twelve units of two strata; ``of_units`` moves the answers of each unit."""
    random = np.random.default_rng(seed)
    unit = np.repeat(np.arange(UNITS), 25)
    domain = random.integers(0, DOMAINS, len(unit))
    value = 60 + shift + random.normal(0, 10, len(unit))
    value += 0 if of_units is None else of_units[unit]
    weight = random.uniform(0.5, 2, len(unit))
    design, psu = design_of((unit % 2).tolist(), unit.tolist())
    totals = psu_totals(domain=domain, psu=psu, weight=weight, value=value)
    names = [f"unit {each}" if named else None for each in range(UNITS)]
    _, linearised = linearised_means(totals, DOMAINS)
    estimates = means(totals, design, domains=DOMAINS)
    return Measured(estimates, linearised, design, names), totals


def measured(seed: int, **given: Any) -> Measured:
    return survey(seed, **given)[0]


def as_one_sample(first: PsuTotals, second: PsuTotals, design: Design) -> Any:
    """Estimate the differences as contrasts of one sample of the same units, both rounds in it."""
    later = replace(second, domain=second.domain + DOMAINS)
    group = np.tile(np.arange(DOMAINS), 2)
    coefficient = np.repeat([-1.0, 1.0], DOMAINS)
    return combinations(merged([first, later]), design, group=group, coefficient=coefficient)


@pytest.mark.parametrize("seed", range(4))
def test_with_the_same_units_it_is_the_contrast_of_one_sample(seed: int) -> None:
    effect = np.random.default_rng(seed).normal(0, 8, UNITS)
    first, before = survey(seed, of_units=effect)
    second, after = survey(seed + 100, of_units=effect, shift=3)
    contrasts = as_one_sample(before, after, first.design)
    for change, expected in zip(changes(first, second), contrasts, strict=True):
        assert change.value == pytest.approx(expected.value)
        assert change.standard_error == pytest.approx(expected.standard_error)


def test_common_units_make_a_change_more_certain() -> None:
    effect = np.random.default_rng(1).normal(0, 8, UNITS)
    first = measured(1, of_units=effect)
    paired = changes(first, measured(2, of_units=effect))
    apart = changes(first, measured(2, of_units=effect, named=False))
    assert [each.value for each in paired] == [each.value for each in apart]
    for one, other in zip(paired, apart, strict=True):
        assert (one.standard_error or 0) < 0.6 * (other.standard_error or 0)
        assert (one.p or 0) < (other.p or 0)


def test_without_common_units_variances_add_up() -> None:
    first, second = measured(1), measured(2, shift=6, named=False)
    assert not covariance_between(first, second, domains=DOMAINS).any()
    for change, before, after in zip(
        changes(first, second), first.estimates, second.estimates, strict=True
    ):
        expected = ((before.standard_error or 0) ** 2 + (after.standard_error or 0) ** 2) ** 0.5
        assert change.standard_error == pytest.approx(expected)
        assert change.df is not None
        assert min(before.df, after.df) <= change.df <= before.df + after.df


def test_one_common_unit_of_a_stratum_tells_nothing() -> None:
    first, second = measured(1), measured(2)
    names = [name if code < 2 else None for code, name in enumerate(second.units)]
    assert not covariance_between(first, replace(second, units=names), domains=DOMAINS).any()


def test_no_change_is_rarely_found_where_there_is_none() -> None:
    found = [
        change.p is not None and change.p < 0.05
        for seed in range(120)
        for change in changes(measured(seed), measured(seed + 1000, named=False))
    ]
    assert 0.01 < np.mean(found) < 0.09


def test_a_model_based_side_is_told_and_has_no_covariance() -> None:
    effect = np.random.default_rng(1).normal(0, 8, UNITS)
    first, second = measured(1, of_units=effect), measured(2, of_units=effect)
    modelled = replace(
        second, estimates=[replace(estimate, model_based=True) for estimate in second.estimates]
    )
    change = changes(first, modelled)[0]
    before, after = first.estimates[0], second.estimates[0]
    assert change.model_based
    assert change.standard_error == pytest.approx(
        ((before.standard_error or 0) ** 2 + (after.standard_error or 0) ** 2) ** 0.5
    )


def test_what_was_not_measured_has_not_changed() -> None:
    first, second = measured(1), measured(2)
    missing = replace(first.estimates[0], value=None, standard_error=None, low=None, high=None)
    unsure = replace(first.estimates[1], standard_error=None, low=None, high=None)
    other = replace(first, estimates=[missing, unsure, first.estimates[2]])
    none, value_only, whole = changes(other, second)
    assert none == Change(None, None, None, None, None, None, model_based=False)
    assert value_only.value is not None
    assert (value_only.p, value_only.low) == (None, None)
    assert whole.p is not None


PARTS = st.lists(
    st.tuples(*[st.floats(0, 100)] * 2, *[st.floats(0, 10)] * 2), min_size=1, max_size=20
)


@given(PARTS)
def test_contributions_add_up_to_the_change(parts: list[tuple[float, ...]]) -> None:
    first, second, weight, later = map(np.array, zip(*parts, strict=True))
    if weight.sum() < 1e-3 or later.sum() < 1e-3:
        return
    got = contributions(first, second, first_weight=weight, second_weight=later)
    change = np.average(second, weights=later) - np.average(first, weights=weight)
    assert got.total.sum() == pytest.approx(change, abs=1e-9)
    nobody = (weight == 0) & (later == 0)
    assert not got.total[nobody].any()


@given(PARTS)
def test_equal_shares_leave_nothing_to_composition(parts: list[tuple[float, ...]]) -> None:
    first, second, weight, _ = map(np.array, zip(*parts, strict=True))
    got = contributions(first, second, first_weight=weight + 1, second_weight=2 * weight + 2)
    assert got.composition == pytest.approx(0, abs=1e-9)


def test_a_part_that_came_adds_by_composition_only() -> None:
    got = contributions([50, np.nan], [50, 90], first_weight=[1, 0], second_weight=[1, 1])
    assert got.within.tolist() == [0, 0]
    assert got.total.sum() == pytest.approx(20)


def test_the_order_of_parts_and_rounds_turns_nothing_else() -> None:
    random = np.random.default_rng(0)
    first, second = random.uniform(40, 90, 9), random.uniform(40, 90, 9)
    weight, later = random.uniform(1, 5, 9), random.uniform(1, 5, 9)
    forth = contributions(first, second, first_weight=weight, second_weight=later)
    back = contributions(second, first, first_weight=later, second_weight=weight)
    assert back.total == pytest.approx(-forth.total)


def test_a_round_without_weight_has_no_change() -> None:
    with pytest.raises(ValueError, match="no weight"):
        contributions([1.0], [2.0], first_weight=[0.0], second_weight=[1.0])


@given(st.integers(0, 10_000), st.floats(0.1, 1000))
def test_similar_are_those_at_the_least_distance_whatever_the_unit(seed: int, unit: float) -> None:
    random = np.random.default_rng(seed)
    x = random.normal(0, 1, (10, 3))
    got = peers(x, weights=[1, 2, 0.5], count=4)
    other = peers(x * [1, unit, 1] + [0, 5, 0], weights=[1, 2, 0.5], count=4)
    assert (got.nearest == other.nearest).all()
    scaled = x / x.std(axis=0)
    for p in range(10):
        distances = [
            (np.sum(np.array([1, 2, 0.5]) * (scaled[p] - scaled[q]) ** 2) / 3.5) ** 0.5
            for q in range(10)
        ]
        expected = [q for q in np.argsort(distances, kind="stable") if q != p][:4]
        assert got.nearest[p].tolist() == expected
        assert got.distance[p] == pytest.approx(np.array(distances)[expected])


def test_a_feature_in_which_all_are_alike_counts_nothing() -> None:
    x = np.array([[1.0, 7], [2, 7], [4, 7]])
    assert peers(x, weights=[1, 100], count=1).nearest.tolist() == [[1], [0], [1]]
    with pytest.raises(ValueError, match="similar"):
        peers(x, weights=[1, 1], count=3)
