"""Makes the figures of an indicator of the values of its rows: means, medians, ratios, totals."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from analysis.arrays import FloatArray, IntArray, count_by, sum_by
from analysis.design import Design
from analysis.estimation import Estimate, means, ratios
from analysis.quantiles import woodruff
from analysis.residuals import Adjustment, Calibrators, CrossSums
from analysis.totals import PsuTotals, merged
from schemas.indicators import Indicator

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
    indicator: Indicator, values: Values, design: Design, *, domains: int
) -> tuple[Estimate, ...]:
    r"""Make the figures of an indicator.

    Parameters
    ----------
    indicator
        Its ``kind`` decides: a Hájek mean :math:`\sum wy/\sum w`; a weighted median with Woodruff's
        interval; a ratio :math:`100 \sum wy / \sum wx`; a total :math:`\sum y`.
    values
        Values of its rows.
    design
        All PSUs.
    domains
        Number of domains.

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
    if indicator.kind in MEANS:
        made = means(
            totals_of_values(values),
            design,
            domains=domains,
            calibration=adjustment_of(values.cross),
        )
        return _rounded_off(made) if indicator.is_share else made
    if indicator.kind in MEDIANS:
        return tuple(_median(values, design, domain) for domain in range(domains))
    if indicator.kind == "ratio":
        return tuple(map(_in_percent, ratios(totals_of_values(values), design, domains=domains)))
    if indicator.kind in TOTALS:
        return _found(values, domains)
    raise ValueError(f"an indicator of kind {indicator.kind!r} is not made of rows")


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


def adjustment_of(cross: CrossValues | None, at_most: float | None = None) -> Adjustment | None:
    """Give the calibration's share in the variance of means, or of shares at or below a value."""
    if cross is None:
        return None
    y = cross.value if at_most is None else (cross.value <= at_most).astype(np.float64)
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


def _median(values: Values, design: Design, domain: int) -> Estimate:
    inside = values.domain == domain
    value, weight = values.value[inside], values.w[inside]

    def of(cut: FloatArray, at_most: float | None) -> Estimate:
        here = Values(
            np.zeros(int(inside.sum()), dtype=np.int64), values.unit[inside], cut,
            values.n[inside], weight, values.ww[inside],
        )  # fmt: skip
        made = adjustment_of(_of_domain(values.cross, domain), at_most)
        return means(totals_of_values(here), design, domains=1, calibration=made)[0]

    plain = of(value, None)

    def interval_of(below: FloatArray) -> tuple[float, float] | None:
        reached = float(value[below > 0].max(initial=-np.inf))
        share = of(below, reached)
        return None if share.low is None or share.high is None else (share.low, share.high)

    t = float(stdtrit(plain.df, 0.975)) if plain.df >= 1 else np.nan
    found = woodruff(value, weight, 0.5, interval_of=interval_of, t=t)
    return replace(
        plain,
        value=found.value,
        standard_error=found.standard_error,
        low=found.low,
        high=found.high,
        n_effective=None,
        design_effect=None,
    )


def _of_domain(cross: CrossValues | None, domain: int) -> CrossValues | None:
    if cross is None:
        return None
    inside = cross.domain == domain
    zero = np.zeros(int(inside.sum()), dtype=np.int64)
    return replace(
        cross, domain=zero, variable=cross.variable[inside], value=cross.value[inside],
        x=cross.x[inside],
    )  # fmt: skip


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

    return replace(
        estimate,
        value=times(estimate.value),
        standard_error=times(estimate.standard_error),
        low=times(estimate.low),
        high=times(estimate.high),
    )


def _rounded_off(estimates: tuple[Estimate, ...]) -> tuple[Estimate, ...]:
    """End intervals of percentages where percentages end."""
    return tuple(
        each
        if each.low is None or each.high is None
        else replace(each, low=max(each.low, 0.0), high=min(each.high, _PERCENT))
        for each in estimates
    )
