"""Change between two rounds, with what both share: units visited in each of them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.special import stdtr, stdtrit

from analysis.arrays import FloatArray, IntArray, sum_by
from analysis.cluster_variance.pooled_change import common_units
from analysis.estimation.estimation import Estimate
from analysis.estimation.linearisation import Linearised, primary
from analysis.sampling.design import Design


@dataclass(frozen=True)
class Measured:
    """The means of one round.

    Attributes
    ----------
    estimates
        One per domain, as shown: direct or model-based.
    linearised
        Linearised PSU totals of the direct estimates, residuals if the weights were calibrated.
    design
        All sampled PSUs.
    units
        What each PSU is called in every round, None if it was not visited elsewhere; a name stands
        once.
    """

    estimates: Sequence[Estimate]
    linearised: Linearised
    design: Design
    units: Sequence[Hashable]


@dataclass(frozen=True)
class Change:
    """The change of one domain; None where it is not defined.

    Attributes
    ----------
    value
        Second less first, in the unit of the means.
    standard_error, low, high
        Its standard error and 95 % interval.
    df
        Degrees of freedom of the interval.
    p
        Two-sided p-value of no change.
    model_based
        Whether one of the sides is.
    """

    value: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    df: float | None
    p: float | None
    model_based: bool


def changes(
    first: Measured,
    second: Measured,
    *,
    level: float = 0.95,
    pooled: FloatArray | None = None,
) -> tuple[Change, ...]:
    r"""Estimate the change of every domain between two rounds.

    .. math:: \Delta = R_2 - R_1, \qquad V = V_{11} + V_{22} - 2 V_{12}, \qquad
              V_{12} = \sum_h \sqrt{(1-f_{1h})(1-f_{2h})}\, \frac{c_h}{c_h - 1}
              \sum_{i \in common} (z_{1hi} - \bar z_{1h})(z_{2hi} - \bar z_{2h})

    over the c_h units of a stratum sampled in both rounds. Where both sides have pooled variances
    their covariance is pooled too. Where one side is model-based
    :math:`V_{12}` is taken as 0: model errors of one area lean to the same side in both rounds, so
    the interval is rather too wide.

    Parameters
    ----------
    first, second
        Both rounds, over the same domains.
    level
        Confidence level of the intervals.
    pooled
        Covariances for pooled estimates, one per domain, see
        :func:`analysis.cluster_variance.pooled_change.pooled_covariances`; default: 0.

    Returns
    -------
    tuple of Change
        One per domain. The df are Welch and Satterthwaite's; with common units never more than
        those of both rounds together, each common unit counted once.

    References
    ----------
    Kish (1965), Survey Sampling, §12.4; Särndal, Swensson & Wretman (1992), §9.9.
    """
    domains = len(first.estimates)
    own = covariance_between(first, second, domains=domains)
    learned = np.zeros(domains) if pooled is None else pooled
    pairs = list(zip(first.estimates, second.estimates, strict=True))
    # Where only one side has its own variance, neither covariance speaks of both.
    shared = np.where([b.pooled and a.pooled for b, a in pairs], learned, own)
    shared = np.where([b.pooled != a.pooled for b, a in pairs], 0.0, shared)
    common = common_units(first.units, second.units)[0].size
    return tuple(
        _change(before, after, covariance, common, level)
        for (before, after), covariance in zip(pairs, shared.tolist(), strict=True)
    )


def covariance_between(first: Measured, second: Measured, *, domains: int) -> FloatArray:
    """Estimate the covariance of the two rounds' means of each domain, see :func:`changes`.

    Parameters
    ----------
    first, second
        Both rounds.
    domains
        Number of domains.

    Returns
    -------
    FloatArray
        One per domain, in squared units; 0 without common units. A stratum with one common unit
        adds nothing.
    """
    ours, theirs = common_units(first.units, second.units)
    if ours.size == 0:
        return np.zeros(domains)
    z = _values_of(first, ours, domains), _values_of(second, theirs, domains)
    pairs = first.design.stratum[ours] * len(second.design.strata) + second.design.stratum[theirs]
    _, group = np.unique(pairs, return_inverse=True)
    sizes = np.bincount(group)
    fraction = first.design.fraction[first.design.stratum[ours]]
    other = second.design.fraction[second.design.stratum[theirs]]
    scale = np.sqrt((1 - fraction) * (1 - other)) * (sizes / np.maximum(sizes - 1, 1))[group]
    scale[sizes[group] == 1] = 0
    centred = [values - _group_means(values, group, sizes)[group] for values in z]
    result: FloatArray = (scale[:, None] * centred[0] * centred[1]).sum(axis=0)
    return result


def _values_of(measured: Measured, units: IntArray, domains: int) -> FloatArray:
    left = primary(measured.linearised, measured.design)
    shape = len(measured.design.stratum), domains
    sparse = coo_array((left.z, (left.psu, left.domain)), shape=shape).tocsr()[units]
    values: FloatArray = np.asarray(sparse.todense(), dtype=np.float64)
    return values


def _group_means(values: FloatArray, group: IntArray, sizes: IntArray) -> FloatArray:
    sums = np.column_stack([sum_by(group, column, len(sizes)) for column in values.T])
    result: FloatArray = sums / sizes[:, None]
    return result


def _change(
    before: Estimate, after: Estimate, covariance: float, common: int, level: float
) -> Change:
    modelled = before.model_based or after.model_based
    value = None if before.value is None or after.value is None else after.value - before.value
    if value is None or before.standard_error is None or after.standard_error is None:
        return Change(value, None, None, None, None, None, modelled)
    parts = before.standard_error**2, after.standard_error**2
    variance = sum(parts) - (0 if modelled else 2 * covariance)
    df = _degrees_of_freedom(parts, before, after, common)
    if variance <= 0 or df < 1:
        return Change(value, None, None, None, None, None, modelled)
    error = variance**0.5
    t = abs(value) / error
    p = 2 * float(stdtr(df, -t))
    half = float(stdtrit(df, (1 + level) / 2)) * error
    return Change(value, error, value - half, value + half, df, p, modelled)


def _degrees_of_freedom(
    parts: tuple[float, float], before: Estimate, after: Estimate, common: int
) -> float:
    df = [float(estimate.df) for estimate in (before, after)]
    if min(df) < 1:
        return 0.0
    below = sum(part**2 / freedom for part, freedom in zip(parts, df, strict=True))
    welch = sum(parts) ** 2 / below if below > 0 else np.inf
    together = sum(df) - min(common, *df) if common else sum(df)
    return float(min(welch, together))
