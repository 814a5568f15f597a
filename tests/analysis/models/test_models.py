"""Regressions and tests of tables equal statsmodels and scipy where these apply."""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import chi2_contingency

from analysis.estimation.linearisation import linearised_records
from analysis.estimation.variance import covariance
from analysis.models.contingency import rao_scott
from analysis.models.regression import linear, logistic
from analysis.sampling.design import design_of


def records(seed: int = 3, n: int = 300) -> tuple[Any, Any, Any, Any]:
    random = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), random.normal(size=(n, 2))])
    weight = random.uniform(0.5, 3, n)
    cluster = random.integers(0, 30, n)
    noise = random.normal(size=n) + random.normal(size=30)[cluster]
    return x, x @ [1.0, 0.5, -0.8] + noise, weight, cluster


def test_linear_regression_equals_weighted_least_squares_with_clustered_errors() -> None:
    x, y, weight, cluster = records()
    fit = linear(x, y, weight)
    theirs = sm.WLS(y, x, weights=weight).fit(
        cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False}
    )
    design, unit = design_of([""] * len(y), cluster.tolist())
    matrix = covariance(linearised_records(fit.influence, unit), design, domains=3)
    np.testing.assert_allclose(fit.coefficient, theirs.params, rtol=1e-9)
    np.testing.assert_allclose(matrix, theirs.cov_params() * 30 / 29, rtol=1e-9)


@pytest.mark.filterwarnings("ignore:cov_type not fully supported")
def test_logistic_regression_equals_weighted_maximum_likelihood() -> None:
    x, feeling, weight, cluster = records()
    y = (feeling > 1).astype(float)
    fit = logistic(x, y, weight)
    theirs = sm.GLM(y, x, family=sm.families.Binomial(), freq_weights=weight).fit(
        cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False}, tol=1e-14
    )
    design, unit = design_of([""] * len(y), cluster.tolist())
    matrix = covariance(linearised_records(fit.influence, unit), design, domains=3)
    np.testing.assert_allclose(fit.coefficient, theirs.params, rtol=1e-8)
    np.testing.assert_allclose(matrix, theirs.cov_params() * 30 / 29, rtol=1e-6)


def test_what_cannot_be_fitted_is_refused() -> None:
    x, y, weight, _ = records()
    with pytest.raises(ValueError, match="linearly dependent"):
        linear(np.column_stack([x, x[:, 1] * 2]), y, weight)
    with pytest.raises(ValueError, match="constantly 0"):
        linear(np.column_stack([x, np.zeros(len(y))]), y, weight)
    with pytest.raises(ValueError, match="0 and 1"):
        logistic(x, y, weight)
    with pytest.raises(ValueError, match="separates"):
        logistic(x, (x[:, 1] > 0).astype(float), weight)


def test_under_simple_random_sampling_the_table_test_is_pearsons() -> None:
    counts = np.array([[30, 20, 10], [12, 40, 25]])
    n = int(counts.sum())
    share = counts.ravel() / n
    simple = (np.diag(share) - np.outer(share, share)) / n
    test = rao_scott(share, simple, shape=(2, 3), n=n, df=n - 1)
    assert test is not None
    pearson = chi2_contingency(counts, correction=False)
    # Δ is nearly, not quite, the identity: the observed shares are not those of independence.
    assert test.ndf == pytest.approx(pearson.dof, rel=0.02)
    assert test.f * test.ndf == pytest.approx(pearson.statistic, rel=0.02)


def test_a_design_effect_divides_the_table_test() -> None:
    share = np.array([0.3, 0.2, 0.1, 0.4])
    simple = (np.diag(share) - np.outer(share, share)) / 200
    one, three = (
        rao_scott(share, effect * simple, shape=(2, 2), n=200, df=50) for effect in (1, 3)
    )
    assert one is not None
    assert three is not None
    assert three.f == pytest.approx(one.f / 3)
    assert three.p > one.p


def test_a_table_of_one_row_has_no_test() -> None:
    assert rao_scott(np.array([0.5, 0.5]), np.eye(2), shape=(1, 2), n=9, df=8) is None
    zero = np.zeros((4, 4))
    assert rao_scott(np.full(4, 0.25), zero, shape=(2, 2), n=9, df=8) is None
