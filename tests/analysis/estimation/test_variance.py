"""Covariances agree with variances, and linear combinations with both."""

import numpy as np
import pytest
from hypothesis import given

from analysis.estimation.linearisation import Linearised, combined, linearised_means
from analysis.estimation.variance import LonelyPsuError, LonelyRule, covariance, variances
from analysis.sampling.design import design_of
from analysis.sampling.totals import psu_totals
from tests.analysis.samples import DOMAINS, Sample, samples


@given(samples())
def test_the_diagonal_of_the_covariance_is_the_variance(sample: Sample) -> None:
    totals, design = sample.totals()
    _, linearised = linearised_means(totals, DOMAINS)
    matrix = covariance(linearised, design, domains=DOMAINS, lonely=LonelyRule("remove"))
    single = variances(linearised, design, domains=DOMAINS, lonely=LonelyRule("remove"))
    np.testing.assert_allclose(np.diag(matrix), single, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-9)


@given(samples())
def test_the_variance_of_a_combination_is_the_quadratic_form(sample: Sample) -> None:
    totals, design = sample.totals()
    _, linearised = linearised_means(totals, DOMAINS)
    coefficient = np.array([0.5, -2.0, 1.0])
    joint = combined(linearised, group=np.zeros(DOMAINS, dtype=np.int64), coefficient=coefficient)
    (variance,) = variances(joint, design, domains=1, lonely=LonelyRule("remove"))
    matrix = covariance(linearised, design, domains=DOMAINS, lonely=LonelyRule("remove"))
    assert variance == pytest.approx(coefficient @ matrix @ coefficient, rel=1e-9, abs=1e-9)


def test_lonely_psus_of_a_total_are_measured_from_the_mean_of_all() -> None:
    design, psu = design_of([1, 2, 2], [1, 1, 2])
    totals = psu_totals(domain=[0] * 3, psu=psu, weight=[1] * 3, value=[9.0, 2.0, 4.0])
    linearised = Linearised(totals.domain, totals.psu, totals.wy)
    (variance,) = variances(linearised, design, domains=1)
    assert variance == pytest.approx((9 - 5) ** 2 + 2 * ((2 - 3) ** 2 + (4 - 3) ** 2))


def test_a_domain_absent_from_a_lonely_stratum_stands_there_with_zero() -> None:
    design, psu = design_of([1, 2, 2], [1, 1, 2])
    totals = psu_totals(domain=[1, 0, 0], psu=psu, weight=[1] * 3, value=[9.0, 2.0, 4.0])
    linearised = Linearised(totals.domain, totals.psu, totals.wy)
    first, _ = variances(linearised, design, domains=2)
    assert first == pytest.approx((0 - 2) ** 2 + 2 * (1 + 1))


def test_lonely_psus_can_be_forbidden_removed_or_averaged() -> None:
    design, psu = design_of(["x", "y", "y"], [1, 1, 2])
    totals = psu_totals(domain=[0] * 3, psu=psu, weight=[1] * 3, value=[9.0, 2.0, 4.0])
    linearised = Linearised(totals.domain, totals.psu, totals.wy)
    (removed,) = variances(linearised, design, domains=1, lonely=LonelyRule("remove"))
    (averaged,) = variances(linearised, design, domains=1, lonely=LonelyRule("average"))
    assert (removed, averaged) == (pytest.approx(4), pytest.approx(8))
    with pytest.raises(LonelyPsuError, match="stratum x"):
        variances(linearised, design, domains=1, lonely=LonelyRule("fail"))
