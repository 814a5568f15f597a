"""Confidence intervals for proportions."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import betaincinv, expit, logit, stdtrit, xlogy

from analysis.arrays import FloatArray
from analysis.method_errors import MethodError

IntervalMethod = Literal["beta", "logit", "asin", "wald", "likelihood"]


def proportion_interval(
    p: float,
    variance: float,
    *,
    n: int,
    df: float,
    level: float = 0.95,
    method: IntervalMethod = "beta",
    bounded: bool = True,
) -> tuple[float, float] | None:
    r"""A confidence interval for a proportion.

    With t the quantile of Student's distribution with ``df`` degrees of freedom:

    - ``beta`` (Korn–Graubard): effective size
      :math:`n^* = \frac{p(1-p)}{v} \left(\frac{t_{n-1}}{t_{df}}\right)^2`, ends
      :math:`B^{-1}(\alpha/2;\ n^*p,\ n^*(1-p)+1)` and
      :math:`B^{-1}(1-\alpha/2;\ n^*p+1,\ n^*(1-p))`;
    - ``logit``: :math:`expit(l \pm t s)`, :math:`l = \ln\frac{p}{1-p}`,
      :math:`s = \frac{\sqrt v}{p(1-p)}`;
    - ``asin``: :math:`\sin^2(\theta \pm t s)`, :math:`\theta = \arcsin\sqrt p`,
      :math:`s = \frac{\sqrt v}{2\sqrt{p(1-p)}}`;
    - ``wald``: :math:`p \pm t\sqrt v`, which may leave [0, 1];
    - ``likelihood``: the q with
      :math:`2 n^\circ \left[p \ln\frac pq + (1-p)\ln\frac{1-p}{1-q}\right] = t^2`,
      :math:`n^\circ = p(1-p)/v`.

    Parameters
    ----------
    p, variance
        Estimated proportion, 0 to 1, and its design-based variance.
    n
        Records it is estimated from.
    df
        Degrees of freedom of the variance.
    level
        Confidence level.
    method
        See above; ``beta`` covers best for small n and for p near 0 and 1.
    bounded
        Whether n* may not exceed n (a design effect below 1 is more often luck than precision) and
        the angle may not leave [0, π/2]. R survey bounds neither.

    Returns
    -------
    tuple or None
        Lower and upper end. None if there is less than one degree of freedom, or no variance:
        p = 0 or p = 1 has an interval by ``beta`` only, with n* = n.

    Raises
    ------
    ValueError
        If p is not within [0, 1] or the variance is negative.

    References
    ----------
    Korn & Graubard (1998), Survey Methodology 24; unbounded, they equal R survey ``svyciprop``,
    whose ``likelihood`` interpolates (see :func:`analysis.estimation.profile.profile_interval`).
    """
    if not 0 <= p <= 1 or variance < 0:
        raise MethodError("not_a_proportion")
    if df < 1 or n < 2:
        return None
    t = float(stdtrit(df, (1 + level) / 2))
    if method == "beta":
        ends = korn_graubard(p, variance, n=n, df=df, level=level, bounded=bounded)
        return float(ends[0]), float(ends[1])
    if variance == 0 or p in {0.0, 1.0}:
        return None
    return _transformed(p, t * variance**0.5, method, bounded=bounded)


def korn_graubard(
    p: ArrayLike,
    variance: ArrayLike,
    *,
    n: ArrayLike,
    df: ArrayLike,
    level: float = 0.95,
    bounded: bool = True,
) -> tuple[FloatArray, FloatArray]:
    r"""The intervals of Korn and Graubard for many proportions at once.

    Parameters
    ----------
    p, variance, n, df, level, bounded
        As for :func:`proportion_interval`, whose ``beta`` this is; where the variance is 0, n is
        the effective size.

    Returns
    -------
    tuple of FloatArray
        Lower and upper ends; NaN where there is less than one degree of freedom or two records.

    References
    ----------
    Korn & Graubard (1998), Survey Methodology 24.
    """
    share, spread, size, freedom = (
        np.asarray(array, dtype=np.float64) for array in (p, variance, n, df)
    )
    tail = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        wider = (stdtrit(size - 1, 1 - tail) / stdtrit(freedom, 1 - tail)) ** 2
        effective = np.where(spread > 0, share * (1 - share) / spread * wider, size)
        if bounded:
            effective = np.minimum(effective, size)
        yes, no = effective * share, effective * (1 - share)
        known = (freedom >= 1) & (size >= 2)
        low = np.where(share > 0, betaincinv(yes, no + 1, tail), 0.0)
        high = np.where(share < 1, betaincinv(yes + 1, no, 1 - tail), 1.0)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _transformed(
    p: float, half: float, method: IntervalMethod, *, bounded: bool
) -> tuple[float, float]:
    if method == "wald":
        return p - half, p + half
    if method == "logit":
        centre, step = float(logit(p)), half / (p * (1 - p))
        return float(expit(centre - step)), float(expit(centre + step))
    if method == "asin":
        return _arcsine(p, half / (2 * (p * (1 - p)) ** 0.5), bounded=bounded)
    return _likelihood(p, half**2 / (2 * p * (1 - p)))


def _arcsine(p: float, half: float, *, bounded: bool) -> tuple[float, float]:
    angles = np.arcsin(p**0.5) + np.array([-half, half])
    # Beyond 0 and a right angle the sine turns back.
    low, high = np.sin(np.clip(angles, 0, np.pi / 2) if bounded else angles) ** 2
    return float(low), float(high)


def _likelihood(p: float, wanted: float) -> tuple[float, float]:
    def distance(q: float) -> float:
        return float(xlogy(p, p / q) + xlogy(1 - p, (1 - p) / (1 - q))) - wanted

    edge = 1e-300
    low = brentq(distance, edge, p, xtol=1e-15) if distance(edge) > 0 else 0.0
    below_one = 1 - 2**-53
    high = brentq(distance, p, below_one, xtol=1e-15) if distance(below_one) > 0 else 1.0
    return float(low), float(high)
