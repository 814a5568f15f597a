"""The linear model with random intercepts of several groupings, crossed or nested."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from analysis.arrays import FloatArray, IntArray, count_by, sum_by
from analysis.method_errors import MethodError

Method = Literal["REML", "ML"]
_STARTS = (0.05, 0.2, 0.5, 1.0, 2.5)
"""Standard deviations, as shares of the residual's, from which the likelihood is climbed."""
_NOTHING = 1e-4


@dataclass(frozen=True)
class RandomIntercepts:
    """A fitted model.

    Attributes
    ----------
    beta, beta_covariance
        Coefficients, p, and their covariance matrix (X'V⁻¹X)⁻¹.
    between
        Variance of the effects of each grouping, in their order; 0 where none was found.
    within
        Variance of the residuals.
    log_likelihood
        At the estimates; the restricted one with REML.
    """

    beta: FloatArray
    beta_covariance: FloatArray
    between: FloatArray
    within: float
    log_likelihood: float


def random_intercepts(
    y: FloatArray, x: FloatArray, groups: Sequence[IntArray], *, method: Method = "REML"
) -> RandomIntercepts:
    r"""Fit random intercepts of several groupings by (restricted) maximum likelihood.

    .. math:: y = X\beta + \sum_k Z_k u_k + e, \quad u_k \sim N(0, \theta_k^2\sigma^2), \quad
              e \sim N(0, \sigma^2)

    Parameters
    ----------
    y
        Values, n.
    x
        Covariates, n × p with full column rank; a column of ones for an intercept.
    groups
        Code of each record's group, from 0, one array per grouping.
    method
        ``REML`` or ``ML``.

    Returns
    -------
    RandomIntercepts
        Variances in the squared unit of y.

    Raises
    ------
    ValueError
        If X has not full column rank, a grouping has one group, or as many as there are records.

    Notes
    -----
    β and σ² are profiled out; what is left is a function of the θ, which are looked for without
    derivatives. The largest grouping is eliminated analytically (its block is diagonal), so only
    the others make a dense matrix.

    References
    ----------
    Harville (1977), JASA 72; Bates et al. (2015), Journal of Statistical Software 67; equals R
    ``lme4::lmer``.
    """
    n, p = x.shape
    if n - p < len(groups) + 1 or np.linalg.matrix_rank(x) < p:
        raise MethodError("covariates_leave_nothing")
    for codes in groups:
        if not 1 < len(np.unique(codes)) < n:
            raise MethodError("groups_few")
    start = np.linalg.lstsq(x, y, rcond=None)[0]
    sums = _Sums.of(y - x @ start, x, groups)
    theta = _best(sums, method)
    fit = sums.profiled(theta, method)
    between = np.empty(len(groups))
    between[sums.order] = fit.within * theta**2
    return RandomIntercepts(
        beta=start + fit.beta,
        beta_covariance=fit.within * fit.spread,
        between=between,
        within=fit.within,
        log_likelihood=-fit.deviance / 2,
    )


@dataclass(frozen=True)
class _Profile:
    """The likelihood and what is best for given θ."""

    deviance: float
    beta: FloatArray
    spread: FloatArray
    within: float


@dataclass(frozen=True)
class _Sums:
    """All that the likelihood needs of the records; W stands for [Z₂ … | X | y].

    ``order`` says which grouping comes first: the largest, whose Z₁'Z₁ = diag(``sizes``).
    """

    order: list[int]
    sizes: FloatArray
    first: FloatArray
    crossed: FloatArray
    factor: IntArray
    n: int
    p: int

    @classmethod
    def of(cls, y: FloatArray, x: FloatArray, groups: Sequence[IntArray]) -> "_Sums":
        counts = [int(codes.max()) + 1 for codes in groups]
        order = sorted(range(len(groups)), key=lambda k: -counts[k])
        first, others = groups[order[0]], order[1:]
        factor = np.repeat(np.arange(len(others)), [counts[k] for k in others])
        shift = np.cumsum([0, *(counts[k] for k in others)])
        right = np.column_stack([x, y])
        q, size = len(factor), len(factor) + right.shape[1]
        by_first, crossed = np.zeros((counts[order[0]], size)), np.zeros((size, size))
        columns = [groups[k] + low for k, low in zip(others, shift, strict=False)]
        for place in columns:
            np.add.at(by_first, (first, place), 1.0)
            for other in columns:
                np.add.at(crossed, (place, other), 1.0)
        for j, column in enumerate(right.T):
            by_first[:, q + j] = sum_by(first, column, counts[order[0]])
            for place in columns:
                np.add.at(crossed, (place, np.full(len(y), q + j)), column)
        crossed[q:, :q] = crossed[:q, q:].T
        crossed[q:, q:] = right.T @ right
        sizes = count_by(first, counts[order[0]]).astype(np.float64)
        return cls(order, sizes, by_first, crossed, factor, *x.shape)

    def profiled(self, theta: FloatArray, method: Method) -> _Profile:
        """Eliminate the first grouping, then the others, then β and σ²."""
        ratio = theta[0] ** 2
        taken = ratio / (1 + ratio * self.sizes)
        h = self.crossed - (self.first * taken[:, None]).T @ self.first
        determinant = np.log1p(ratio * self.sizes).sum()
        q, p = len(self.factor), self.p
        scale = np.abs(theta[1:])[self.factor]
        inner = np.eye(q) + scale[:, None] * h[:q, :q] * scale
        rest = h[q:, q:]
        if q:
            factored = cho_factor(inner, lower=True)
            right = scale[:, None] * h[:q, q:]
            rest = rest - right.T @ cho_solve(factored, right)
            determinant += 2 * np.log(np.diag(factored[0])).sum()
        spread = np.linalg.inv(rest[:p, :p])
        beta = spread @ rest[:p, p]
        residual = float(rest[p, p] - beta @ rest[:p, p])
        free = self.n - p if method == "REML" else self.n
        deviance = determinant + free * (1 + np.log(2 * np.pi * residual / free))
        if method == "REML":
            deviance += np.linalg.slogdet(rest[:p, :p])[1]
        return _Profile(float(deviance), beta, spread, residual / free)


def _best(sums: _Sums, method: Method) -> FloatArray:
    """Look for the θ of the highest likelihood; one that adds nothing is 0."""
    count = len(sums.order)

    def deviance(theta: FloatArray) -> float:
        return sums.profiled(np.abs(theta), method).deviance

    starts = product(_STARTS, repeat=count) if count <= 3 else ((s,) * count for s in _STARTS)
    best: FloatArray = min((np.array(start) for start in starts), key=deviance)
    for _ in range(2):
        options: Any = {
            "xatol": 1e-9,
            "fatol": 1e-12,
            "maxiter": 2000 * count,
            "maxfev": 4000 * count,
        }
        found = minimize(deviance, best.ravel(), method="Nelder-Mead", options=options)
        best = np.abs(found.x)
    for k in range(count):
        without = np.where(np.arange(count) == k, 0.0, best)
        if best[k] < _NOTHING and deviance(without) <= deviance(best) + 1e-9:
            best = without
    return np.asarray(best, dtype=np.float64)
