"""Ranks with what is known of them: joint regions and bootstrap intervals, never bare ranks."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from analysis.arrays import BoolArray, FloatArray, IntArray

Simultaneous = Literal["independence", "bonferroni"]


@dataclass(frozen=True)
class RankRegion:
    """The ranks each area may have; areas that cannot be ranked have 0 throughout.

    Attributes
    ----------
    rank
        Rank of the estimate, K; equal estimates share the smallest.
    lo, hi
        Best and worst rank the area may have, K; 1 ≤ lo ≤ rank ≤ hi ≤ K.
    """

    rank: IntArray
    lo: IntArray
    hi: IntArray


def joint_rank_region(
    estimates: ArrayLike,
    standard_errors: ArrayLike,
    *,
    confidence: float = 0.9,
    method: Simultaneous = "bonferroni",
    df: ArrayLike | None = None,
    highest_first: bool = False,
) -> RankRegion:
    r"""The region that holds all true ranks together with the confidence wanted.

    .. math:: L_k, U_k = \hat\theta_k \pm z_{1-\alpha_k/2}\, SE_k, \qquad
              \alpha_k = 1 - \gamma^{1/K} \ \text{or} \ (1-\gamma)/K

    then as :func:`ranks_of_intervals`.

    Parameters
    ----------
    estimates, standard_errors
        One per area, K; areas with a NaN in either are not ranked and do not count in K.
    confidence
        Joint confidence γ.
    method
        ``independence`` where the estimates are independent; ``bonferroni`` always holds.
    df
        Degrees of freedom per area, for quantiles of t in place of z.
    highest_first
        Whether rank 1 is the highest, as for satisfaction, not the lowest.

    Returns
    -------
    RankRegion

    References
    ----------
    Klein, Wright & Wieczorek (2020) JRSS C 69: Theorem and §2.
    """
    value = np.asarray(estimates, dtype=np.float64)
    error = np.asarray(standard_errors, dtype=np.float64)
    count = int((~np.isnan(value) & ~np.isnan(error)).sum())
    z = critical_values(count, confidence, method, df=df)
    return ranks_of_intervals(
        value - z * error, value + z * error, estimates=value, highest_first=highest_first
    )


def critical_values(
    count: int, confidence: float, method: Simultaneous, *, df: ArrayLike | None = None
) -> FloatArray:
    """The quantile each of ``count`` intervals needs to hold jointly with the confidence.

    Parameters
    ----------
    count
        Number of intervals K.
    confidence
        Joint confidence.
    method
        As for :func:`joint_rank_region`.
    df
        Degrees of freedom, for quantiles of t.

    Returns
    -------
    FloatArray
        One number, or one per entry of ``df``.
    """
    held = max(count, 1)
    alpha = 1 - confidence ** (1 / held) if method == "independence" else (1 - confidence) / held
    quantile = ndtri(1 - alpha / 2) if df is None else stdtrit(df, 1 - alpha / 2)
    result: FloatArray = np.asarray(quantile, dtype=np.float64)
    return result


def ranks_of_intervals(
    low: ArrayLike,
    high: ArrayLike,
    *,
    estimates: ArrayLike | None = None,
    highest_first: bool = False,
    touching_differ: bool = False,
) -> RankRegion:
    r"""Read ranks off simultaneous intervals: who lies wholly below, who wholly above.

    .. math:: lo_k = 1 + \#\{j: U_j < L_k\}, \qquad hi_k = K - \#\{j: L_j > U_k\}

    Parameters
    ----------
    low, high
        Ends of the intervals, K; NaN where an area is not ranked.
    estimates
        The estimates, for ``rank``; without them the middle of the interval.
    highest_first
        Whether rank 1 is the highest.
    touching_differ
        Compare with ≤ and ≥: right for published ends that were rounded before comparing.

    Returns
    -------
    RankRegion
    """
    lower, upper = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    middle = (lower + upper) / 2 if estimates is None else np.asarray(estimates, np.float64)
    ranked: BoolArray = ~np.isnan(lower) & ~np.isnan(upper)
    if highest_first:
        lower, upper, middle = -upper, -lower, -middle
    own, bottoms, tops = ranked, np.sort(lower[ranked]), np.sort(upper[ranked])
    side: Literal["left", "right"] = "right" if touching_differ else "left"
    other: Literal["left", "right"] = "left" if touching_differ else "right"
    below = np.searchsorted(tops, lower, side=side)
    not_above = np.searchsorted(bottoms, upper, side=other)
    if touching_differ:
        # An interval of no width would lie below and above itself.
        below, not_above = below - (lower == upper), not_above + (lower == upper)
    rank = 1 + np.searchsorted(np.sort(middle[ranked]), middle, side="left")
    return RankRegion(
        rank=np.where(own, rank, 0).astype(np.int64),
        lo=np.where(own, 1 + below, 0).astype(np.int64),
        hi=np.where(own, not_above, 0).astype(np.int64),
    )


def ranks_of_replicates(
    replicates: ArrayLike, *, confidence: float = 0.95, highest_first: bool = False
) -> tuple[IntArray, IntArray]:
    """The marginal bootstrap interval of each area's rank.

    Parameters
    ----------
    replicates
        Estimates, replicates × K; NaN where a replicate has no estimate of an area. Such an area
        is not ranked in that replicate.
    confidence
        Share of the replicates' ranks between the ends.
    highest_first
        Whether rank 1 is the highest.

    Returns
    -------
    tuple
        Lower and upper rank, K; 0 for an area no replicate ranks.

    Notes
    -----
    An interval holds for one area looked at alone, not for all at once, and the bootstrap is too
    narrow where true values are close: show it beside the joint region, never in its place.

    References
    ----------
    Goldstein & Spiegelhalter (1996) JRSS A 159; Rao & Wu (1988) JASA 83 for the replicates.
    """
    values = np.asarray(replicates, dtype=np.float64)
    if highest_first:
        values = -values
    order = np.argsort(np.argsort(values, axis=1, kind="stable"), axis=1) + 1.0
    order[np.isnan(values)] = np.nan
    tail = (1 - confidence) / 2
    ends = np.zeros((2, values.shape[1]), dtype=np.int64)
    seen = ~np.isnan(order).all(axis=0)
    if seen.any():
        low, high = np.nanquantile(order[:, seen], [tail, 1 - tail], axis=0, method="nearest")
        ends[0, seen], ends[1, seen] = np.rint(low), np.rint(high)
    return ends[0], ends[1]
