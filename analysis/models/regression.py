"""Weighted linear and logistic regression with design-based standard errors."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from analysis.arrays import FloatArray
from analysis.method_errors import MethodError

_STEPS = 50
_CHANGE = 1e-12


@dataclass(frozen=True)
class Regression:
    """Coefficients, and what each record adds to them.

    Attributes
    ----------
    coefficient
        One per column.
    influence
        Records × columns: linearised values, whose sums by PSU give the covariance matrix through
        :func:`analysis.estimation.variance.covariance`.
    """

    coefficient: FloatArray
    influence: FloatArray


def linear(x: FloatArray, y: FloatArray, weight: FloatArray) -> Regression:
    r"""Fit a linear regression by weighted least squares.

    .. math:: \beta = (X'WX)^{-1} X'Wy, \qquad z_r = (X'WX)^{-1} x_r w_r (y_r - x_r'\beta)

    Parameters
    ----------
    x
        Records × columns.
    y, weight
        One per record, nothing missing.

    Returns
    -------
    Regression
        In units of y per unit of x.

    Raises
    ------
    ValueError
        If the columns are linearly dependent.

    References
    ----------
    Binder (1983), International Statistical Review 51; equals R survey ``svyglm``.
    """
    information = x.T @ (weight[:, None] * x)
    _require_full_rank(information)
    beta: FloatArray = np.linalg.solve(information, x.T @ (weight * y)).astype(np.float64)
    score = x * (weight * (y - x @ beta))[:, None]
    return Regression(beta, _influence(information, score))


def logistic(x: FloatArray, y: FloatArray, weight: FloatArray) -> Regression:
    r"""Fit a logistic regression by weighted pseudo-likelihood.

    .. math:: \sum_r w_r x_r (y_r - \mu_r) = 0, \quad \mu = expit(x'\beta), \qquad
              z_r = J^{-1} x_r w_r (y_r - \mu_r), \quad J = \sum_r w_r \mu_r (1-\mu_r) x_r x_r'

    Parameters
    ----------
    x
        Records × columns.
    y, weight
        0 or 1, and a weight, per record, nothing missing.

    Returns
    -------
    Regression
        Log odds ratios.

    Raises
    ------
    ValueError
        If y is not 0 or 1, the columns are linearly dependent, or a column separates the zeros
        from the ones, so that no finite coefficient is best.

    References
    ----------
    Binder (1983); equals R survey ``svyglm(family = quasibinomial)``.
    """
    if not np.isin(y, (0.0, 1.0)).all():
        raise MethodError("outcome_not_binary")
    w = weight / weight.mean() if weight.sum() else weight
    _require_full_rank(x.T @ (w[:, None] * x))
    mean = (w * y + 0.5) / (w + 1)
    working = logit(mean)
    beta = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        before = beta
        spread = w * mean * (1 - mean)
        information = x.T @ (spread[:, None] * x)
        if not _has_full_rank(information):
            break
        beta = np.linalg.solve(information, x.T @ (spread * working + w * (y - mean)))
        working = x @ beta
        mean = expit(working)
        if np.abs(beta - before).max() <= _CHANGE * (1 + np.abs(beta).max()):
            score = x * (w * (y - mean))[:, None]
            return Regression(beta, _influence(information, score))
    raise MethodError("separated")


def _influence(information: FloatArray, score: FloatArray) -> FloatArray:
    result: FloatArray = np.linalg.solve(information, score.T).T.astype(np.float64)
    return result


def _require_full_rank(information: FloatArray) -> None:
    if not (np.diag(information) > 0).all():
        raise MethodError("column_zero")
    if not _has_full_rank(information):
        raise MethodError("columns_dependent")


def _has_full_rank(information: FloatArray) -> bool:
    scale = np.sqrt(np.diag(information))
    if not (scale > 0).all():
        return False
    return int(np.linalg.matrix_rank(information / np.outer(scale, scale))) == len(scale)
