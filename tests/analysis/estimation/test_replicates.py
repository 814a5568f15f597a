"""Replicates: equal to plain loops, to linearisation where that is exact, and repeatable."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimation.estimate import Inference
from analysis.estimation.estimation import means, ratios, sums
from analysis.estimation.replicate_variance import (
    replicate_covariance,
    replicate_variances,
    replicated_means,
)
from analysis.estimation.replicated import replicated_estimates
from analysis.estimation.replicates import Replicates, brr, given_replicates, jk1, jkn, rao_wu
from analysis.estimation.variance import LonelyPsuError, LonelyRule
from analysis.sampling.design import design_of
from analysis.sampling.totals import psu_totals
from tests.analysis.samples import DOMAINS, Sample, samples


@given(samples())
def test_replicated_means_equal_plain_loops(sample: Sample) -> None:
    totals, design = sample.totals()
    _, psu = sample.design()
    replicates = rao_wu(design, replicates=4, seed=1)
    got = replicated_means(totals, replicates, DOMAINS)
    for number, factor in enumerate(replicates.factor):
        for domain in range(DOMAINS):
            member = (sample.domain == domain) & ~np.isnan(sample.value)
            weight = sample.weight[member] * factor[psu[member]]
            if weight.sum():
                mean = (weight * sample.value[member]).sum() / weight.sum()
                assert got[number, domain] == pytest.approx(mean, rel=1e-9)
            else:
                assert np.isnan(got[number, domain])


@given(samples())
def test_the_jackknife_of_a_total_equals_linearisation(sample: Sample) -> None:
    # Not where a lonely PSU is adjusted for: the two differ by design.
    totals, design = sample.totals()
    removed = Inference(lonely="remove")
    linear = sums(totals, design, domains=DOMAINS, inference=removed)
    replicates = jkn(design, mse=True, lonely=LonelyRule("remove"))
    jackknifed = replicated_estimates("total", totals, replicates, domains=DOMAINS)
    if not len(replicates.factor):
        return
    for left, right in zip(linear, jackknifed, strict=True):
        assert right.value == pytest.approx(left.value)
        assert (left.standard_error or 0) == pytest.approx(
            right.standard_error or 0, rel=1e-6, abs=1e-6
        )


@given(samples(), st.integers(1, 9))
def test_the_size_of_the_weights_does_not_matter_to_replicated_means(
    sample: Sample, factor: int
) -> None:
    _, psu = sample.design()
    found = []
    for weight in (sample.weight, factor * sample.weight):
        totals = psu_totals(domain=sample.domain, psu=psu, weight=weight, value=sample.value)
        replicates = rao_wu(sample.design()[0], replicates=20, seed=3)
        found.append(replicated_estimates("mean", totals, replicates, domains=DOMAINS))
    for left, right in zip(*found, strict=True):
        assert right.value == (None if left.value is None else pytest.approx(left.value))
        if left.standard_error is not None and left.standard_error > 1e-6:
            assert right.standard_error == pytest.approx(left.standard_error)


def paired(strata: int, seed: int = 5) -> tuple[Any, Any, Any]:
    random = np.random.default_rng(seed)
    stratum = np.repeat(np.arange(strata), 6)
    psu = np.tile([0, 0, 0, 1, 1, 1], strata)
    design, unit = design_of(stratum.tolist(), psu.tolist())
    totals = psu_totals(
        domain=np.zeros(len(unit)),
        psu=unit,
        weight=random.uniform(1, 3, len(unit)),
        value=random.normal(50, 10, len(unit)) + 5 * random.normal(size=2 * strata)[unit],
    )
    return totals, design, unit


@pytest.mark.parametrize("strata", [1, 2, 3, 4, 7, 8, 9])
@pytest.mark.parametrize("rho", [0.0, 0.3, 0.5])
def test_balanced_replicates_of_a_total_equal_linearisation(strata: int, rho: float) -> None:
    totals, design, _ = paired(strata)
    (linear,) = sums(totals, design, domains=1)
    (balanced,) = replicated_estimates("total", totals, brr(design, rho=rho), domains=1)
    assert balanced.standard_error == pytest.approx(linear.standard_error, rel=1e-9)


def test_balanced_replicates_need_two_psus_in_each_stratum() -> None:
    design, _ = design_of(["x", "y", "y"], [1, 1, 2])
    with pytest.raises(ValueError, match="not in stratum x"):
        brr(design)


def test_the_bootstrap_approaches_linearisation_and_is_repeatable() -> None:
    random = np.random.default_rng(11)
    stratum = np.repeat(np.arange(20), 40)
    psu = np.tile(np.repeat(np.arange(8), 5), 20)
    design, unit = design_of(stratum.tolist(), psu.tolist(), frame=np.full(800, 30.0))
    value = random.normal(60, 20, 800) + random.normal(0, 6, 160)[unit]
    totals = psu_totals(
        domain=np.zeros(800), psu=unit, weight=random.uniform(1, 2, 800), value=value
    )
    (linear,) = means(totals, design, domains=1)
    first, second = (
        replicated_estimates("mean", totals, rao_wu(design), domains=1)[0] for _ in range(2)
    )
    assert first == second
    assert first.standard_error == pytest.approx(linear.standard_error, rel=0.08)


def test_a_bootstrap_replicate_keeps_the_weight_of_each_stratum_on_average() -> None:
    design, _ = design_of([1] * 5 + [2], [1, 2, 3, 4, 5, 1], frame=[9] * 5 + [3])
    factor = rao_wu(design, replicates=4000, seed=2).factor
    np.testing.assert_allclose(factor[:, :5].mean(axis=1), 1)
    np.testing.assert_allclose(factor[:, 5], 1)
    expected = (1 - 5 / 9) * 4 / 5 / 4 * 5
    assert factor[:, :5].var(axis=0) == pytest.approx(np.full(5, expected), rel=0.15)


def test_a_replicate_without_members_is_left_out_and_counted() -> None:
    values = np.array([[1.0, 2.0], [3.0, np.nan], [5.0, 4.0]])
    replicates = Replicates(np.ones((3, 1)), np.array([0.5, 0.5, 0.5]))
    variance, dropped = replicate_variances(values, np.array([3.0, 3.0]), replicates)
    assert variance.tolist() == [4.0, 1.0]
    assert dropped.tolist() == [0, 1]
    matrix = replicate_covariance(values, np.array([3.0, 3.0]), replicates)
    np.testing.assert_allclose(matrix, [[4.0, 2.0], [2.0, 1.0]])


def test_the_centre_is_the_full_sample_where_so_wished() -> None:
    values, scale = np.array([[1.0], [2.0]]), np.ones(2)
    around = [Replicates(np.ones((2, 1)), scale, mse) for mse in (False, True)]
    found = [float(replicate_variances(values, np.array([0.0]), each)[0][0]) for each in around]
    assert found == [0.5, 5.0]


def test_jackknife_replicates_leave_one_psu_out() -> None:
    design, _ = design_of([1, 1, 1], [1, 2, 3], frame=[30] * 3)
    replicates = jk1(design)
    assert replicates.factor.tolist() == [[0, 1.5, 1.5], [1.5, 0, 1.5], [1.5, 1.5, 0]]
    assert replicates.scale.tolist() == pytest.approx([0.9 * 2 / 3] * 3)
    assert replicates.degrees_of_freedom() == 2
    with pytest.raises(ValueError, match="without strata"):
        jk1(design_of([1, 2], [1, 1])[0])


def test_a_lonely_psu_is_named_where_the_jackknife_must_not_meet_one() -> None:
    with pytest.raises(LonelyPsuError, match="stratum x"):
        jkn(design_of(["x", "y", "y"], [1, 1, 2])[0], lonely=LonelyRule("fail"))


@pytest.mark.parametrize(
    ("method", "options", "scale"),
    [
        ("JK1", {}, [0.75] * 4),
        ("JK1", {"scale": 0.5, "rscales": [2]}, [1.0] * 4),
        ("JK2", {}, [1.0] * 4),
        ("JKn", {"rscales": [0.5, 0.5, 0.6, 0.6]}, [0.5, 0.5, 0.6, 0.6]),
        ("BRR", {}, [0.25] * 4),
        ("Fay", {"rho": 0.5}, [1.0] * 4),
        ("bootstrap", {}, [1 / 3] * 4),
        ("SDR", {}, [1.0] * 4),
        ("other", {"scale": 2.0}, [2.0] * 4),
    ],
)
def test_methods_weigh_their_replicates(method: Any, options: Any, scale: list[float]) -> None:
    replicates = given_replicates(np.ones((3, 4)), method=method, **options)
    assert replicates.scale.tolist() == pytest.approx(scale)


def test_fays_rho_is_read_off_the_weights() -> None:
    factor = np.array([[0.3, 1.7], [1.7, 0.3]])
    replicates = given_replicates(factor, method="Fay")
    assert replicates.scale.tolist() == pytest.approx([1 / (2 * 0.49)] * 2)
    with pytest.raises(ValueError, match="need 'rho'"):
        given_replicates([[0.3, 1.2]], method="Fay")


def test_constants_that_are_missing_or_too_few_are_refused() -> None:
    with pytest.raises(ValueError, match="need 'rscales'"):
        given_replicates(np.ones((2, 3)), method="JKn")
    with pytest.raises(ValueError, match="3 replicates but 2"):
        given_replicates(np.ones((2, 3)), method="JKn", rscales=[1, 1])


def test_a_ratio_needs_denominators() -> None:
    totals, design, _ = paired(2)
    with pytest.raises(ValueError, match="no denominators"):
        ratios(totals, design, domains=1)
    with pytest.raises(ValueError, match="no denominators"):
        replicated_estimates("ratio", totals, brr(design), domains=1)
