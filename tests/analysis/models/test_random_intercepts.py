"""Random intercepts of several groupings: equal to one grouping's, and to the likelihood itself."""

from typing import Any

import numpy as np
import pytest

from analysis.models.random_intercept import random_intercept
from analysis.models.random_intercepts import random_intercepts
from analysis.requests import RequestError, answer
from analysis.requests.given.tables import Table

RANDOM = np.random.default_rng(11)
N = 300
INTERVIEWER = RANDOM.integers(0, 15, N)
AREA = RANDOM.integers(0, 20, N)
X = np.column_stack([np.ones(N), RANDOM.normal(0, 1, N)])
Y = (
    X @ [50.0, 2.0]
    + RANDOM.normal(0, 1.5, 15)[INTERVIEWER]
    + RANDOM.normal(0, 0.8, 20)[AREA]
    + RANDOM.normal(0, 3, N)
)


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_one_grouping_is_fitted_as_by_the_profile_of_one_variance(method: Any) -> None:
    many = random_intercepts(Y, X, [INTERVIEWER], method=method)
    one = random_intercept(Y, X, INTERVIEWER, method=method)
    assert many.between[0] == pytest.approx(one.between, rel=1e-5)
    assert many.within == pytest.approx(one.within, rel=1e-6)
    assert many.beta == pytest.approx(one.beta, rel=1e-6)
    assert np.diag(many.beta_covariance) == pytest.approx(np.diag(one.beta_covariance), rel=1e-5)


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_no_variances_nearby_make_the_answers_more_likely(method: Any) -> None:
    fit = random_intercepts(Y, X, [INTERVIEWER, AREA], method=method)
    best = whole_likelihood(fit.between, fit.within, restricted=method == "REML")
    assert fit.log_likelihood == pytest.approx(best, rel=1e-9)
    for factors in np.eye(3) * 0.02 + 1:
        moved = whole_likelihood(
            fit.between * factors[:2], fit.within * factors[2], restricted=method == "REML"
        )
        assert moved < best


def whole_likelihood(between: Any, within: float, *, restricted: bool) -> float:
    """The log likelihood from the covariance matrix of all records."""
    v = within * np.eye(N)
    for codes, variance in zip((INTERVIEWER, AREA), between, strict=True):
        v += variance * (codes[:, None] == codes[None, :])
    inverse = np.linalg.inv(v)
    information = X.T @ inverse @ X
    residual = Y - X @ np.linalg.solve(information, X.T @ inverse @ Y)
    free = N - 2 if restricted else N
    lost = np.linalg.slogdet(information)[1] if restricted else 0.0
    squares = float(residual @ inverse @ residual)
    return -0.5 * (np.linalg.slogdet(v)[1] + lost + squares + free * np.log(2 * np.pi))


def test_the_order_of_the_groupings_does_not_matter() -> None:
    one = random_intercepts(Y, X, [INTERVIEWER, AREA])
    other = random_intercepts(Y, X, [AREA, INTERVIEWER])
    assert one.between == pytest.approx(other.between[::-1], rel=1e-5)


def test_a_grouping_that_says_nothing_has_no_variance() -> None:
    noise = RANDOM.normal(0, 1, N) - Y.mean()
    flat = noise - np.bincount(AREA, noise)[AREA] / np.bincount(AREA)[AREA]
    fit = random_intercepts(flat, X[:, :1], [AREA])
    assert fit.between[0] == 0


@pytest.mark.parametrize("groups", [np.zeros(N, dtype=np.int64), np.arange(N)])
def test_one_group_or_a_group_per_record_is_refused(groups: Any) -> None:
    with pytest.raises(ValueError, match="needs two groups"):
        random_intercepts(Y, X, [groups])


def asked(formula: str) -> dict[str, Any]:
    texts = np.array([f"a{each}" for each in AREA], dtype=object)
    table = Table({"y": Y, "x": X[:, 1], "who": INTERVIEWER.astype(float), "area": texts}, N)
    estimate = {"kind": "random_intercepts_REML", "formula": formula}
    return answer({"data": "t", "estimate": estimate}, lambda _: table)[0]


def test_nested_groupings_are_named_as_lme4_names_them() -> None:
    row = asked("y ~ (1|who/area)")
    assert list(row["variance"]) == ["who", "area:who", "Residual"]
    assert row["groups"]["area:who"] > row["groups"]["who"]
    assert row["variance"] == pytest.approx(
        asked("y ~ (1|who) + (1|area:who)")["variance"], rel=1e-4
    )
    assert list(row["fixed"]) == ["(Intercept)"]


def test_covariates_and_shares_are_given_by_name() -> None:
    row = asked("y ~ x + (1|who) + (1|area)")
    fit = random_intercepts(Y, X, [INTERVIEWER, AREA])
    assert row["fixed"]["x"] == pytest.approx(fit.beta[1], rel=1e-6)
    assert sum(row["icc"].values()) < 1
    with pytest.raises(RequestError, match="only random intercepts"):
        asked("y ~ (x|who)")
