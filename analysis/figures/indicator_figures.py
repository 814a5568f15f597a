"""Makes the figures of an indicator of the values of its rows: means, medians, ratios, totals."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from analysis.arrays import FloatArray, IntArray, count_by, sum_by
from analysis.cluster_variance.pooled_variance import pooled_variances
from analysis.cluster_variance.scale_intervals import PERCENT, positive_interval
from analysis.estimation.estimation import Estimate, means, ratios
from analysis.estimation.quantiles import quantile, woodruff
from analysis.estimation.residuals import Adjustment, Calibrators, CrossSums
from analysis.method_errors import MethodError
from analysis.records.indicators import points_of
from analysis.sampling.design import Design
from analysis.sampling.totals import PsuTotals, merged
from analysis.small_areas.shown_estimates import measured_cells
from schemas.rules.indicators import Indicator

MEANS = frozenset({"share", "points", "mean", "scaled"})
MEDIANS = frozenset({"median", "age"})
TOTALS = frozenset({"sum", "count"})
_PERCENT = 100.0


@dataclass(frozen=True)
class CrossValues:
    """Values by domain and calibration variable, before weighting; ``x`` is Σ d of each."""

    calibrators: Calibrators
    domain: IntArray
    variable: IntArray
    value: FloatArray
    x: FloatArray


@dataclass(frozen=True)
class Values:
    """Values of rows, alike ones together.

    Attributes
    ----------
    domain, unit
        Codes of the domain and the PSU.
    value
        The value of each row, or of ``n`` rows alike.
    n
        How many rows.
    w, ww
        Sums of weights and of their squares.
    over
        Denominator of each row, for ratios.
    cross
        What the weights were calibrated on, if they were.
    """

    domain: IntArray
    unit: IntArray
    value: FloatArray
    n: IntArray
    w: FloatArray
    ww: FloatArray
    over: FloatArray | None = None
    cross: CrossValues | None = None


def estimated(
    indicator: Indicator,
    values: Values,
    design: Design,
    *,
    domains: int,
    item: IntArray | None = None,
    own: bool = False,
) -> tuple[Estimate, ...]:
    r"""Make the figures of an indicator.

    Parameters
    ----------
    indicator
        Its ``kind`` decides: a Hájek mean :math:`\sum wy/\sum w`; a weighted median with Woodruff's
        interval; a ratio :math:`100 \sum wy / \sum wx`; a total :math:`\sum y`. Means and medians
        have pooled variances. Intervals end where the scale ends: between two ends by
        :func:`analysis.cluster_variance.scale_intervals.score_interval`; numbers of visits and
        ratios have none above and are never below 0:
        :func:`analysis.cluster_variance.scale_intervals.positive_interval`; those of medians lie
        between values that were answered, and are not told where all were alike.
    values
        Values of its rows.
    design
        All PSUs.
    domains
        Number of domains.
    item
        What is measured, one code per domain: a service, a dimension; default: all the same.
    own
        Whether domains are of several places and may show variances of their own.

    Returns
    -------
    tuple of Estimate
        One per domain, in the unit of the indicator. Totals are counts of what was found and have
        no standard error.

    Raises
    ------
    ValueError
        If the indicator's kind is not made of rows.

    References
    ----------
    Särndal, Swensson & Wretman (1992), §5.7; Woodruff (1952), JASA 47.
    """
    items = np.zeros(domains, dtype=np.int64) if item is None else item
    if indicator.kind in MEANS:
        return _means(values, design, items, scale=scale_of(indicator), own=own)
    if indicator.kind in MEDIANS:
        return _medians(values, design, items, own=own)
    if indicator.kind == "ratio":
        return tuple(map(_in_percent, ratios(totals_of_values(values), design, domains=domains)))
    if indicator.kind in TOTALS:
        return _found(values, domains)
    raise MethodError("indicator_kind", kind=indicator.kind)


def totals_of_values(values: Values) -> PsuTotals:
    """Add values up to PSU totals."""
    part = PsuTotals(
        domain=values.domain,
        psu=values.unit,
        n=values.n,
        w=values.w,
        wy=values.w * values.value,
        wyy=values.w * values.value**2,
        ww=values.ww,
        wx=None if values.over is None else values.w * values.over,
    )
    return merged([part])


def scale_of(indicator: Indicator) -> tuple[float, float] | None:
    """The ends of the scale of a mean; None: any number from 0 on."""
    points = points_of(indicator)
    if points is None:
        return None
    worth = [point for point in points.values() if isinstance(point, int | float)]
    if len(worth) < len(points) or indicator.kind == "share":
        return PERCENT
    return float(min(worth)), float(max(worth))


def adjustment_of(
    cross: CrossValues | None, at_most: FloatArray | None = None
) -> Adjustment | None:
    """The calibration's share in the variance of means, or of what is at most a value.

    ``at_most`` is one value per domain; the mean is then of 100 and 0.
    """
    if cross is None:
        return None
    y = cross.value if at_most is None else _PERCENT * (cross.value <= at_most[cross.domain])
    base = int(cross.variable.max(initial=0)) + 1
    keys, row = np.unique(cross.domain * base + cross.variable, return_inverse=True)
    return Adjustment(
        cross.calibrators,
        CrossSums(
            domain=keys // base,
            variable=keys % base,
            x=sum_by(row, cross.x, len(keys)),
            xy=sum_by(row, cross.x * y, len(keys)),
        ),
    )


def _means(
    values: Values,
    design: Design,
    item: IntArray,
    *,
    scale: tuple[float, float] | None,
    own: bool,
) -> tuple[Estimate, ...]:
    totals, made = totals_of_values(values), adjustment_of(values.cross)
    direct = means(totals, design, domains=len(item), calibration=made)
    # What has no upper end is measured against twice the largest answer.
    ends = scale or (0.0, 2 * float(values.value.max(initial=0)) + 1)
    pooled = pooled_variances(totals, design, item=item, calibration=made, scale=ends)
    shown = measured_cells(direct, pooled, own=own)
    return shown if scale else tuple(_from_nothing_on(estimate) for estimate in shown)


def _from_nothing_on(estimate: Estimate) -> Estimate:
    """A mean without an upper end its interval."""
    value, error = estimate.value, estimate.standard_error
    if value is None or error is None or estimate.df < 1:
        return replace(estimate, low=None, high=None)
    found = positive_interval(value, error, float(stdtrit(estimate.df, 0.975)))
    return replace(estimate, low=found and found[0], high=found and found[1])


def _medians(values: Values, design: Design, item: IntArray, *, own: bool) -> tuple[Estimate, ...]:
    """Medians; the share at or below each is what has a pooled variance."""
    inside = [np.flatnonzero(values.domain == domain) for domain in range(len(item))]
    found = [quantile(values.value[rows], values.w[rows], 0.5) for rows in inside]
    cut = np.array([np.nan if value is None else value for value in found])
    below = (values.value <= cut[values.domain]).astype(np.float64)
    reached = replace(values, value=_PERCENT * below)
    totals, made = totals_of_values(reached), adjustment_of(values.cross, cut)
    pooled = pooled_variances(totals, design, item=item, calibration=made)
    direct = means(totals, design, domains=len(item), calibration=made)
    shares = measured_cells(direct, pooled, own=own)
    return tuple(
        _median(values.value[rows], values.w[rows], share)
        for rows, share in zip(inside, shares, strict=True)
    )


def _median(value: FloatArray, weight: FloatArray, share: Estimate) -> Estimate:
    def interval_of(_: FloatArray) -> tuple[float, float] | None:
        if share.low is None or share.high is None or np.ptp(value) == 0:
            return None
        return share.low / _PERCENT, share.high / _PERCENT

    t = float(stdtrit(share.df, 0.975)) if share.df >= 1 else np.nan
    found = woodruff(value, weight, 0.5, interval_of=interval_of, t=t)
    return replace(
        share,
        value=found.value,
        standard_error=found.standard_error,
        low=found.low,
        high=found.high,
        n_effective=None,
        design_effect=None,
    )


def _found(values: Values, domains: int) -> tuple[Estimate, ...]:
    total = sum_by(values.domain, values.w * values.value, domains).tolist()
    n = sum_by(values.domain, values.n, domains).astype(np.int64).tolist()
    base = int(values.unit.max(initial=0)) + 1
    pairs = np.unique(values.domain * base + values.unit)
    units = count_by(pairs // base, domains).tolist()
    return tuple(
        Estimate(
            value=value if rows else None, standard_error=None, low=None, high=None, n=rows,
            psus=psus, df=0, n_effective=None, design_effect=None,
        )
        for value, rows, psus in zip(total, n, units, strict=True)
    )  # fmt: skip


def _in_percent(estimate: Estimate) -> Estimate:
    def times(value: float | None) -> float | None:
        return None if value is None else _PERCENT * value

    percent = replace(
        estimate, value=times(estimate.value), standard_error=times(estimate.standard_error)
    )
    return _from_nothing_on(percent)
