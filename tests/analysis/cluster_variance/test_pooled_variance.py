"""Variances that all cells share: Kish's formula, and the clustering that data were made with."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cluster_variance.clustering import Clustering
from analysis.cluster_variance.pooled_variance import PooledVariances, pooled_variances
from analysis.estimation.variance import variances
from analysis.sampling.design import Design, design_of
from analysis.sampling.totals import psu_totals

PROVINCES, ITEMS, PSUS, MET = 60, 3, 3, 12


def country(
    random: np.random.Generator, *, clustered: float = 0.0, unequal: float = 0.0
) -> tuple[dict[str, Any], Design]:
    """Draw persons in PSUs; a share ``clustered`` of the variance lies between PSUs."""
    units = PROVINCES * PSUS
    unit = np.repeat(np.arange(units), ITEMS * MET)
    item = np.tile(np.repeat(np.arange(ITEMS), MET), units)
    effect = random.normal(0, clustered**0.5, units)
    value = 50 + 10 * (effect[unit] + random.normal(0, (1 - clustered) ** 0.5, len(unit)))
    weight = np.exp(random.normal(0, unequal, len(unit)))
    domain = unit // PSUS * ITEMS + item
    province = np.repeat(np.arange(PROVINCES), PSUS)
    design = Design(tuple(range(PROVINCES)), province, np.zeros(PROVINCES))
    return {"domain": domain, "psu": unit, "weight": weight, "value": value}, design


def pooled_of(records: dict[str, Any], design: Design, cells: int = PROVINCES) -> PooledVariances:
    return pooled_variances(psu_totals(**records), design, item=np.tile(np.arange(ITEMS), cells))


@pytest.mark.parametrize("clustered", [0.0, 0.05, 0.2])
def test_the_clustering_of_the_data_is_found(clustered: float) -> None:
    random = np.random.default_rng(int(100 * clustered))
    found = [pooled_of(*country(random, clustered=clustered)).clustering for _ in range(6)]
    assert not any(each.assumed for each in found)
    assert np.mean([each.within for each in found]) == pytest.approx(clustered, abs=0.035)
    # The effect of a PSU is the same for all its items here.
    assert np.mean([each.shared for each in found]) == pytest.approx(clustered, abs=0.035)
    assert np.mean([each.weight_effect for each in found]) == pytest.approx(1, abs=0.12)


@pytest.mark.parametrize(("clustered", "unequal"), [(0.0, 0.0), (0.1, 0.0), (0.1, 0.6)])
def test_on_average_the_pooled_variance_is_taylors(clustered: float, unequal: float) -> None:
    random = np.random.default_rng(3)
    own, shared = [], []
    for _ in range(8):
        records, design = country(random, clustered=clustered, unequal=unequal)
        pooled = pooled_of(records, design)
        taylor = variances(pooled.residuals, design, domains=PROVINCES * ITEMS)
        own.append(taylor.mean())
        shared.append(pooled.variance.mean())
    assert np.mean(shared) == pytest.approx(np.mean(own), rel=0.05)
    # Taylor's is a lottery with three PSUs, the pooled one is not.
    assert pooled.variance.std() < 0.4 * taylor.std()


def test_with_equal_weights_it_is_kishs_formula() -> None:
    records, design = country(np.random.default_rng(1), clustered=0.1)
    pooled = pooled_of(records, design)
    known = pooled.clustering
    expected = (
        pooled.unit_variance / (PSUS * MET) * (known.weight_effect + (MET - 1) * known.within)
    )
    assert pooled.variance == pytest.approx(np.tile(expected, PROVINCES))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_moving_answers_between_the_psus_of_a_cell_changes_nothing_of_it(seed: int) -> None:
    random = np.random.default_rng(seed)
    records, design = country(random, clustered=0.2)
    before = pooled_of(records, design)
    inside = np.flatnonzero(records["domain"] == 7)
    records["value"][inside] = random.permutation(records["value"][inside])
    after = pooled_of(records, design)
    known = Clustering(1.1, 0.07, 0.07, 1, assumed=False)
    cells = PROVINCES * ITEMS
    assert known.inflation(before.rows, cells) == pytest.approx(known.inflation(after.rows, cells))
    assert before.unit_variance == pytest.approx(after.unit_variance)


def test_services_of_a_psu_err_together_in_an_average() -> None:
    random = np.random.default_rng(5)
    average = np.zeros(PROVINCES * ITEMS)
    average[:ITEMS] = 1 / ITEMS
    pooled = pooled_of(*country(random, clustered=0.2))
    alone = (average**2 * pooled.variance).sum()
    assert pooled.variance_of(average) > 1.5 * alone
    one = np.eye(PROVINCES * ITEMS)[4]
    assert pooled.variance_of(one) == pytest.approx(pooled.variance[4])
    # Nothing is shared between provinces.
    apart = np.zeros(PROVINCES * ITEMS)
    apart[[0, ITEMS, 2 * ITEMS]] = 1 / 3
    assert pooled.variance_of(apart) == pytest.approx((apart**2 * pooled.variance).sum())


def test_the_variance_of_an_average_is_that_of_many_draws() -> None:
    random = np.random.default_rng(8)
    average = np.zeros(PROVINCES * ITEMS)
    average[:ITEMS] = 1 / ITEMS
    drawn = [pooled_of(*country(random, clustered=0.15)) for _ in range(40)]
    means = [each.direct.reshape(PROVINCES, ITEMS).mean(axis=1) for each in drawn]
    expected = np.mean([each.variance_of(average) for each in drawn])
    assert np.var(np.concatenate(means)) == pytest.approx(expected, rel=0.12)


def test_few_cells_are_not_learned_from() -> None:
    records, design = country(np.random.default_rng(2), clustered=0.3)
    few = records["domain"] < 5 * ITEMS
    pooled = pooled_of({name: record[few] for name, record in records.items()}, design, 5)
    assert pooled.clustering == Clustering(1.0, 0.05, 0.05, 15, assumed=True)
    assert pooled.df == 10
    expected = pooled.unit_variance / (PSUS * MET) * (1 + (MET - 1) * 0.05)
    assert pooled.variance == pytest.approx(np.tile(expected, 5))


def test_an_item_few_answered_takes_the_spread_of_all() -> None:
    values = [10.0, 90, 20, 80] * 10
    design, unit = design_of([0] * 43, list(range(43)))
    totals = psu_totals(
        domain=[0] * 40 + [1] * 3, psu=unit, weight=np.ones(43), value=[*values, 50.0, 51, 52]
    )
    pooled = pooled_variances(totals, design, item=np.arange(2))
    assert pooled.unit_variance[0] == pytest.approx(np.var(values, ddof=1))
    assert 0.5 * pooled.unit_variance[0] < pooled.unit_variance[1] < pooled.unit_variance[0]


@pytest.mark.parametrize("everybody", [0.0, 100.0, 60.0])
def test_answers_all_alike_are_no_certainty(everybody: float) -> None:
    design, unit = design_of([0] * 40, np.repeat(np.arange(4), 10).tolist())
    totals = psu_totals(domain=[0] * 40, psu=unit, weight=np.ones(40), value=np.full(40, everybody))
    pooled = pooled_variances(totals, design, item=np.zeros(1, dtype=np.int64))
    assert (pooled.unit_variance[0], pooled.end_variance[0]) == (2500, 2500)
    assert pooled.variance[0] == pytest.approx(2500 / 40 * (1 + 9 * 0.05))


def test_nothing_at_all_is_no_error() -> None:
    design = Design((), np.array([], dtype=np.int64), np.array([]))
    empty = psu_totals(domain=[], psu=[], weight=[], value=[])
    pooled = pooled_variances(empty, design, item=np.zeros(4, dtype=np.int64))
    assert np.isnan(pooled.variance).all()
    assert np.isnan(pooled.direct).all()
    assert pooled.clustering.assumed


def test_one_psu_counts_as_the_cluster_it_is() -> None:
    design, unit = design_of([0] * 20, [0] * 20)
    totals = psu_totals(domain=[0] * 20, psu=unit, weight=np.ones(20), value=np.arange(20.0))
    pooled = pooled_variances(totals, design, item=np.zeros(1, dtype=np.int64))
    assert pooled.inflation[0] == pytest.approx((1 + 19 * 0.05) / 20)
    assert pooled.df == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 10))
def test_the_unit_of_the_weights_does_not_matter(seed: int, unit: float) -> None:
    records, design = country(np.random.default_rng(seed), clustered=0.1, unequal=0.4)
    one = pooled_of(records, design)
    other = pooled_of(records | {"weight": records["weight"] * unit}, design)
    assert other.variance == pytest.approx(one.variance)
    assert other.clustering.shared == pytest.approx(one.clustering.shared)


def test_the_strata_of_a_cell_are_taken_apart() -> None:
    """What differs between strata is no clustering."""
    records, _ = country(np.random.default_rng(6))
    province = np.repeat(np.arange(PROVINCES), 2 * PSUS)
    half = np.tile(np.repeat([0, 1], PSUS), PROVINCES)
    # Persons of a cell come to the six PSUs of their province in turn.
    psu = records["domain"] // ITEMS * 2 * PSUS + np.arange(len(province) * MET * ITEMS // 2) % 6
    far = records | {"psu": psu, "value": records["value"] + 30 * half[psu]}
    places = np.zeros(2 * PROVINCES)
    apart = pooled_of(far, Design(tuple(range(2 * PROVINCES)), 2 * province + half, places))
    mixed = pooled_of(far, Design(tuple(range(PROVINCES)), province, places[:PROVINCES]))
    assert apart.clustering.within < 0.05
    assert mixed.clustering.within > 0.3
