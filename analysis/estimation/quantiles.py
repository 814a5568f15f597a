"""Weighted quantiles and Woodruff's intervals for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.arrays import FloatArray, sum_by
from analysis.method_errors import MethodError

Rule = Literal["math", "school", "hf1", "hf2", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"]

# Sums of weights are compared with shares of their total: equal but for rounding is equal.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Quantile:
    """A quantile and its interval, in the unit of the values; None where not defined."""

    share: float
    value: float | None
    standard_error: float | None
    low: float | None
    high: float | None


def quantile(
    value: FloatArray, weight: FloatArray, share: float, *, rule: Rule = "math"
) -> float | None:
    r"""A weighted quantile.

    With the values sorted and :math:`F_k` the share of weight up to the k-th:

    - ``math`` (hf1): the smallest value with :math:`F_k \ge q`, the inverse of the distribution
      function;
    - ``school`` (hf2): the same, but the mean of two values where :math:`F_k = q`;
    - ``hf4`` to ``hf9``: linear interpolation between points :math:`(p_k, y_k)` with, for the
      weight w_k of the value and S_k the sum up to it, S in all:
      hf4 :math:`S_k/S`, hf5 :math:`(S_k - w_k/2)/S`, hf6 :math:`S_k/(S+w_n)`,
      hf7 :math:`S_{k-1}/S_{n-1}`, hf8 :math:`(S_k - w_k/3)/(S + w_n/3)`,
      hf9 :math:`(S_k - 3w_k/8)/(S + w_n/4)`.

    Parameters
    ----------
    value, weight
        One per record; records of weight 0 do not count.
    share
        q, from 0 to 1.
    rule
        See above.

    Returns
    -------
    float or None
        None without weight.

    Raises
    ------
    ValueError
        If q is outside [0, 1].

    References
    ----------
    Hyndman & Fan (1996), The American Statistician 50; weighted as in R survey ``svyquantile``.
    """
    if not 0 <= share <= 1:
        raise MethodError("quantile_share")
    counted = weight > 0
    order = np.argsort(value[counted], kind="stable")
    y, w = value[counted][order], weight[counted][order]
    if not len(y):
        return None
    if rule in {"math", "school", "hf1", "hf2"}:
        return _step(y, w, share, between=rule in {"school", "hf2"})
    if len(y) == 1:
        return float(y[0])
    off, on, sums = *_POINTS[rule], np.cumsum(w)
    return float(np.interp(share, (sums - off * w) / (sums[-1] + on * w[-1]), y))


def woodruff(
    value: FloatArray,
    weight: FloatArray,
    share: float,
    *,
    interval_of: Callable[[FloatArray], tuple[float, float] | None],
    t: float,
    rule: Rule = "math",
) -> Quantile:
    r"""A quantile with Woodruff's interval.

    The share at or below the quantile, :math:`\hat F(\hat q)`, is a proportion; the ends of its
    interval, :math:`\hat F(\hat q) \pm t s` as Woodruff gave it, are turned into quantiles.
    SE = (upper − lower)/(2t).

    Parameters
    ----------
    value, weight
        One per record.
    share
        q, from 0 to 1.
    interval_of
        Gives the design-based interval of the proportion of records marked 1, None if it is not
        defined.
    t
        Quantile of Student's distribution for the level of that interval.
    rule
        See :func:`quantile`.

    Returns
    -------
    Quantile
        Without an end where the interval of the share leaves [0, 1], without a standard error
        where an end is missing.

    References
    ----------
    Woodruff (1952), JASA 47; equals R survey 4.1-1 ``svyquantile``, whose ``interval.type`` is that
    of the proportion; it is centred at the share at or below the quantile, not at q.
    """
    found = quantile(value, weight, share, rule=rule)
    if found is None:
        return Quantile(share, None, None, None, None)
    below = (value <= found).astype(np.float64)
    ends = interval_of(below)
    if ends is None:
        return Quantile(share, found, None, None, None)
    low, high = (quantile(value, weight, end, rule=rule) if 0 <= end <= 1 else None for end in ends)
    spread = None if low is None or high is None else (high - low) / (2 * t)
    return Quantile(share, found, spread, low, high)


def _step(y: FloatArray, w: FloatArray, share: float, *, between: bool) -> float:
    # Equal values are one step; their weights are added in one order, whatever that of the records.
    values, group = np.unique(y, return_inverse=True)
    reached = np.cumsum(sum_by(group, w, len(values)))
    wanted = share * reached[-1]
    slack = _ROUNDING * reached[-1]
    at = min(int(np.searchsorted(reached, wanted - slack)), len(values) - 1)
    on_step = between and abs(reached[at] - wanted) <= slack and at + 1 < len(values)
    return float((values[at] + values[at + 1]) / 2) if on_step else float(values[at])


# Share of the own weight taken off the sum, and share of the last weight added to the total.
_POINTS: dict[Rule, tuple[float, float]] = {
    "hf4": (0, 0),
    "hf5": (1 / 2, 0),
    "hf6": (0, 1),
    "hf7": (1, -1),
    "hf8": (1 / 3, 1 / 3),
    "hf9": (3 / 8, 1 / 4),
}
