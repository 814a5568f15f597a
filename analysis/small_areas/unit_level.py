"""Battese–Harter–Fuller: area means from records, covariates known for every area."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import FloatArray, IntArray, count_by, sum_by
from analysis.method_errors import MethodError
from analysis.models.random_intercept import Method, RandomIntercept, random_intercept


@dataclass(frozen=True)
class UnitLevel:
    """A fitted unit level model.

    Attributes
    ----------
    fit
        Coefficients and variances.
    eblup
        Model-based mean of each area, m, in the unit of the values.
    mse
        Its estimated mean squared error, m.
    sampled
        Records per area, m.
    """

    fit: RandomIntercept
    eblup: FloatArray
    mse: FloatArray
    sampled: IntArray


def unit_level(
    y: ArrayLike,
    x: ArrayLike,
    area: ArrayLike,
    *,
    area_means: ArrayLike,
    area_sizes: ArrayLike | None = None,
    method: Method = "REML",
) -> UnitLevel:
    r"""Fit the nested error model and predict the mean of each area.

    .. math:: \hat\theta_d = f_d \bar y_d + (\bar X_d - f_d \bar x_d)'\hat\beta
              + (1 - f_d)\hat u_d, \qquad f_d = n_d/N_d

    .. math:: \hat u_d = \gamma_d(\bar y_d - \bar x_d'\hat\beta), \qquad
              \gamma_d = \sigma^2_u/(\sigma^2_u + \sigma^2_e/n_d)

    Parameters
    ----------
    y, x
        Values, n, and covariates, n × p, of the sampled units.
    area
        Area code of each unit, from 0 to m − 1.
    area_means
        Population means of the covariates, m × p, in the order of the codes.
    area_sizes
        Population sizes N, m; without them the sampling fractions count as 0.
    method
        ``REML`` or ``ML``.

    Returns
    -------
    UnitLevel
        Means and MSE; an area without sampled units gets the regression's prediction.

    Raises
    ------
    ValueError
        If ``area_means`` and the covariates have different columns, or an area is unknown.

    Notes
    -----
    The model takes no weights: use it where selection within areas does not depend on y given x.
    MSE = g1 + g2 + 2·g3 for the unsampled part, scaled to the area, plus the residual variance of
    its units.

    References
    ----------
    Battese, Harter & Fuller (1988) JASA 83; Prasad & Rao (1990) JASA 85, §3 and §4; the means
    equal ``eblupBHF`` of R sae.
    """
    means = np.asarray(area_means, dtype=np.float64)
    values, columns = np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64)
    codes = np.asarray(area, dtype=np.int64)
    if means.shape[1] != columns.shape[1]:
        raise MethodError("means_columns")
    if not ((codes >= 0) & (codes < len(means))).all():
        raise MethodError("means_missing")
    fit = random_intercept(values, columns, codes, method=method)
    sums = _Areas.of(values, columns, codes, len(means))
    size = np.inf if area_sizes is None else np.asarray(area_sizes, dtype=np.float64)
    fraction = sums.n / size
    effect = np.zeros(len(means))
    effect[: len(fit.effects)] = fit.effects
    rest = means - fraction[:, None] * sums.mean_x
    eblup = fraction * sums.mean_y + rest @ fit.beta + (1 - fraction) * effect
    # An area seen whole has nothing unseen; its mean is known.
    unseen = rest / np.maximum(1 - fraction, 1e-9)[:, None]
    of_units = (1 - fraction) * fit.within / size
    mse = (1 - fraction) ** 2 * _model_mse(fit, sums, unseen) + of_units
    return UnitLevel(fit, eblup, mse, sums.n)


@dataclass(frozen=True)
class _Areas:
    """Size and means of the sample in each area; 0 where nothing was sampled."""

    n: IntArray
    mean_x: FloatArray
    mean_y: FloatArray

    @classmethod
    def of(cls, y: FloatArray, x: FloatArray, area: IntArray, areas: int) -> "_Areas":
        n = count_by(area, areas)
        held = np.maximum(n, 1)
        mean_x = np.column_stack([sum_by(area, column, areas) / held for column in x.T])
        return cls(n, mean_x, sum_by(area, y, areas) / held)


def _model_mse(fit: RandomIntercept, sums: _Areas, unseen: FloatArray) -> FloatArray:
    held = np.maximum(sums.n, 1)
    gamma = np.where(sums.n > 0, fit.between / (fit.between + fit.within / held), 0.0)
    apart = unseen - gamma[:, None] * sums.mean_x
    of_coefficients = np.einsum("dp,pq,dq->d", apart, fit.beta_covariance, apart)
    total: FloatArray = (1 - gamma) * fit.between + of_coefficients + 2 * _of_variances(fit, sums.n)
    return total


def _of_variances(fit: RandomIntercept, n: IntArray) -> FloatArray:
    """G3: what estimating the two variances adds to the error."""
    u, e = fit.between, fit.within
    seen = n[n > 0]
    whole = e + seen * u
    information = 0.5 * np.array(
        [
            [(seen**2 / whole**2).sum(), (seen / whole**2).sum()],
            [(seen / whole**2).sum(), ((seen - 1) / e**2 + 1 / whole**2).sum()],
        ]
    )
    variance = np.linalg.pinv(information)
    spread = e**2 * variance[0, 0] + u**2 * variance[1, 1] - 2 * e * u * variance[0, 1]
    held = np.maximum(n, 1)
    part: FloatArray = np.where(n > 0, spread / held**2 / (u + e / held) ** 3, 0.0)
    return part
