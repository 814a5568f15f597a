"""Fay–Herriot: one direct estimate per area, one regression, one variance between areas."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import FloatArray
from analysis.method_errors import MethodError

Method = Literal["REML", "ML", "FH"]

STEPS = 200
RELATIVE_CHANGE = 1e-12
"""Scoring stops here. R sae stops at 1e-4 unless told otherwise, and is that much off."""


@dataclass(frozen=True)
class FayHerriot:
    """A fitted area level model.

    Attributes
    ----------
    method
        How the variance between areas was estimated.
    refvar
        A, the variance of the area effects; 0 where none was found.
    beta, beta_se
        Regression coefficients and their standard errors, p.
    loglik
        Gaussian log-likelihood at the estimates.
    eblup
        Model-based estimate per area, m, in the unit of the direct estimates.
    mse
        Estimated mean squared error per area, m.
    synthetic
        What the regression alone predicts per area, m.
    shrinkage
        γ per area, m: the share of the direct estimate in the EBLUP.
    steps
        Scoring steps taken.
    converged
        Whether the last step changed A by less than the tolerance, or A ended at 0.
    """

    method: Method
    refvar: float
    beta: FloatArray
    beta_se: FloatArray
    loglik: float
    eblup: FloatArray
    mse: FloatArray
    synthetic: FloatArray
    shrinkage: FloatArray
    steps: int
    converged: bool


def fay_herriot(
    direct: ArrayLike, variance: ArrayLike, covariates: ArrayLike, *, method: Method = "REML"
) -> FayHerriot:
    r"""Fit the Fay–Herriot model and give the EBLUP of each area with its MSE.

    .. math:: y_i = x_i'\beta + u_i + e_i, \quad u_i \sim N(0, A), \quad e_i \sim N(0, D_i)

    .. math:: \hat\theta_i = x_i'\hat\beta + \gamma_i (y_i - x_i'\hat\beta), \quad
              \gamma_i = \hat A / (\hat A + D_i)

    Parameters
    ----------
    direct
        Direct estimates y, m.
    variance
        Their sampling variances D, m, known and positive, in the squared unit of y.
    covariates
        X, m × p with full column rank; a column of ones for an intercept. They must come from
        outside the sample: means of the same sample make the intervals far too narrow.
    method
        ``REML``, ``ML``, or ``FH`` (method of moments of Fay and Herriot).

    Returns
    -------
    FayHerriot
        Estimates, coefficients and MSE: g1 + g2 + 2·g3, less the bias of g1 for ML and FH.

    Raises
    ------
    ValueError
        If lengths differ, a variance is not positive, or X has not full column rank with m > p.

    References
    ----------
    Fay & Herriot (1979) JASA 74; Prasad & Rao (1990) JASA 85; Datta & Lahiri (2000) Statistica
    Sinica 10; Datta, Rao & Smith (2005) Biometrika 92. Equals ``eblupFH`` and ``mseFH`` of R sae.
    """
    y, d = np.asarray(direct, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    x = np.asarray(covariates, dtype=np.float64)
    _require_sound(y, d, x)
    a, steps, converged = _between_areas(y, d, x, method)
    inverse = 1 / (a + d)
    spread: FloatArray = np.linalg.inv((x.T * inverse) @ x).astype(np.float64)
    beta = spread @ (x.T @ (inverse * y))
    synthetic = x @ beta
    residual = y - synthetic
    gamma = a * inverse
    return FayHerriot(
        method=method,
        refvar=a,
        beta=beta,
        beta_se=np.sqrt(np.diag(spread)),
        loglik=float(-0.5 * (np.log(2 * np.pi * (a + d)) + residual**2 * inverse).sum()),
        eblup=synthetic + gamma * residual,
        mse=_mse(a, d, x, spread, method),
        synthetic=synthetic,
        shrinkage=gamma,
        steps=steps,
        converged=converged,
    )


def _require_sound(y: FloatArray, d: FloatArray, x: FloatArray) -> None:
    if not len(y) == len(d) == len(x):
        raise MethodError("lengths_differ")
    if not (d > 0).all():
        raise MethodError("variance_positive")
    if len(y) <= x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
        raise MethodError("covariates_leave_nothing")


def _between_areas(
    y: FloatArray, d: FloatArray, x: FloatArray, method: Method
) -> tuple[float, int, bool]:
    """Estimate A by Fisher scoring from the median sampling variance, never below 0.

    Scoring can jump to and fro over the solution for ever. The signs of the steps enclose it: a
    step that leaves what is enclosed, or is not half as long as the one before, halves that.
    """
    a, change, steps = float(np.median(d)), np.inf, 0
    low, high, last = -float(d.min()), np.inf, np.inf
    while change > RELATIVE_CHANGE and steps < STEPS:
        step = _scoring_step(a, y, d, x, method)
        low, high = (a, high) if step > 0 else (low, a)
        if high < np.inf and not (low < a + step < high and abs(step) <= abs(last) / 2):
            step = (low + high) / 2 - a
        change, last = abs(step / a) if a else 0.0, step
        a, steps = a + step, steps + 1
    return max(a, 0.0), steps, change <= RELATIVE_CHANGE or a <= 0


def _scoring_step(a: float, y: FloatArray, d: FloatArray, x: FloatArray, method: Method) -> float:
    inverse = 1 / (a + d)
    weighted = x.T * inverse
    spread = np.linalg.inv(weighted @ x)
    residual = y - x @ (spread @ (weighted @ y))
    if method == "FH":
        score = (residual**2 * inverse).sum() - (len(y) - x.shape[1])
        return float(score / inverse.sum())
    squares = ((residual * inverse) ** 2).sum()
    if method == "ML":
        return float((squares - inverse.sum()) / (inverse**2).sum())
    # P = V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹, whose traces need only p × p matrices.
    inner, twice = weighted * inverse @ x, weighted * inverse**2 @ x
    leverage = spread @ inner
    trace = inverse.sum() - np.trace(leverage)
    trace_squared = (
        (inverse**2).sum() - 2 * np.trace(spread @ twice) + np.trace(leverage @ leverage)
    )
    return float((squares - trace) / trace_squared)


def _mse(a: float, d: FloatArray, x: FloatArray, spread: FloatArray, method: Method) -> FloatArray:
    inverse = 1 / (a + d)
    share = d * inverse
    areas, sum_1, sum_2 = len(d), inverse.sum(), (inverse**2).sum()
    variance = 2 * areas / sum_1**2 if method == "FH" else 2 / sum_2
    of_effects = a * share
    of_coefficients = share**2 * np.einsum("ip,pq,iq->i", x, spread, x)
    of_variance = share**2 * inverse * variance
    bias = 0.0
    if method == "ML":
        bias = -float(np.trace(spread @ ((x.T * inverse**2) @ x))) / sum_2
    if method == "FH":
        bias = 2 * (areas * sum_2 - sum_1**2) / sum_1**3
    total: FloatArray = of_effects + of_coefficients + 2 * of_variance - bias * share**2
    return total
