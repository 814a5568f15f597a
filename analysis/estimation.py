"""Design-based estimates of means, totals, ratios and their combinations from PSU totals."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from analysis.arrays import FloatArray, IntArray, count_by, sum_by
from analysis.design import Design
from analysis.residuals import Adjustment
from analysis.totals import PsuTotals
from analysis.variance import Linearised, LonelyPsu, combined, linearised_means, variances

# Below this share of the values' own size a standard error is rounding noise, not precision.
_NOTHING = 1e-10


@dataclass(frozen=True)
class Estimate:
    """One figure and how well it is known; None where a thing is not defined.

    Attributes
    ----------
    value
        The estimate; None for a domain without weight.
    standard_error
        None if a mean's domain lies in one PSU or its values do not vary: ±0 would be a lie.
    low, high
        Ends of the t interval; None without a standard error or with fewer than 1 df.
    n, psus
        Records with a value, and PSUs they come from.
    df
        Degrees of freedom of the interval.
    design_effect
        Variance relative to a simple random sample of n records.
    n_effective
        n / design effect.
    model_based
        Whether a model made it, with answers from elsewhere; always shown with the estimate.
    """

    value: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    n: int
    psus: int
    df: int
    n_effective: float | None
    design_effect: float | None
    model_based: bool = False


@dataclass(frozen=True)
class Inference:
    """Choices every estimate is made under.

    Attributes
    ----------
    lonely
        What a stratum with one PSU contributes, see :func:`analysis.variance.variances`.
    df
        ``domain``: PSUs with members less strata with members; ``design``: all PSUs less strata.
    level
        Confidence level of the interval.
    replacement
        Whether the design effect compares with a simple random sample drawn with replacement.
    """

    lonely: LonelyPsu = "adjust"
    df: Literal["domain", "design"] = "domain"
    level: float = 0.95
    replacement: bool = True


STANDARD = Inference()


def means(
    totals: PsuTotals,
    design: Design,
    *,
    domains: int,
    inference: Inference = STANDARD,
    calibration: Adjustment | None = None,
) -> tuple[Estimate, ...]:
    r"""Estimate the mean of each domain (Hájek), or a proportion if values are 0 and 1.

    .. math:: R = S/W, \qquad z_{hi} = (S_{hi} - R W_{hi})/W

    Parameters
    ----------
    totals
        PSU totals.
    design
        All sampled PSUs.
    domains
        Number of domains.
    inference
        Treatment of lonely PSUs, degrees of freedom, level.
    calibration
        What the weights were calibrated on, for the same domains; without it the weights count as
        known before the sample was drawn.

    Returns
    -------
    tuple of Estimate
        One per domain, in the unit of the values.

    References
    ----------
    Särndal, Swensson & Wretman (1992), §5.7 and §5.8; equals R survey ``svymean``, ``svyby``.
    """
    value, linearised = linearised_means(totals, domains)
    sample = _Sample.of(totals, domains, value, inference)
    spread = _mean_residuals(linearised, totals, value, calibration)
    return _estimates(value, linearised, design, inference, sample, spread=spread)


def sums(
    totals: PsuTotals,
    design: Design,
    *,
    domains: int,
    inference: Inference = STANDARD,
    calibration: Adjustment | None = None,
) -> tuple[Estimate, ...]:
    """Estimate the population total of each domain, Σwy.

    Parameters
    ----------
    totals, design, domains, inference, calibration
        As for :func:`means`; the weights must add up to the population.

    Returns
    -------
    tuple of Estimate
        One per domain, in the unit of the values.

    References
    ----------
    Equals R survey ``svytotal`` for full samples and domains.
    """
    value = totals.per_domain(totals.wy, domains)
    mean, _ = linearised_means(totals, domains)
    sample = _Sample.of(totals, domains, mean, inference)
    size = totals.per_domain(totals.w, domains)
    linearised = Linearised(totals.domain, totals.psu, totals.wy)
    spread = linearised
    if calibration is not None:
        spread = calibration.residuals(linearised, of_y=np.ones(domains), of_one=np.zeros(domains))
    return _estimates(value, linearised, design, inference, sample.times(size), spread=spread)


def ratios(
    totals: PsuTotals,
    design: Design,
    *,
    domains: int,
    inference: Inference = STANDARD,
    calibration: Adjustment | None = None,
) -> tuple[Estimate, ...]:
    r"""Estimate the ratio of two totals, Σwy / Σwx, in each domain.

    .. math:: z_{hi} = (\sum w y - R \sum w x)/\sum w x

    Parameters
    ----------
    totals, design, domains, inference, calibration
        As for :func:`means`; ``totals`` must hold ``wx``, and ``calibration`` its ``xo``.

    Returns
    -------
    tuple of Estimate
        One per domain; no design effect.

    Raises
    ------
    ValueError
        If ``totals`` has no denominators.
    """
    if totals.wx is None:
        raise ValueError("these totals hold no denominators")
    below = totals.per_domain(totals.wx, domains)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = totals.per_domain(totals.wy, domains) / below
        z = (totals.wy - value[totals.domain] * totals.wx) / below[totals.domain]
    linearised = spread = Linearised(totals.domain, totals.psu, z)
    if calibration is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = calibration.residuals(linearised, of_y=1 / below, of_one=value / below)
    sample = _Sample.without_effect(totals, value)
    return _estimates(value, linearised, design, inference, sample, spread=spread)


def combinations(
    totals: PsuTotals,
    design: Design,
    *,
    group: IntArray,
    coefficient: FloatArray,
    inference: Inference = STANDARD,
    calibration: Adjustment | None = None,
) -> tuple[Estimate, ...]:
    r"""Estimate weighted sums of domain means: composites, differences, contrasts.

    .. math:: I_g = \sum_{d \in g} a_d R_d

    with the standard error from all covariances between the domains, through the combined
    linearised values. The design effect compares with independent simple random samples of the
    same sizes in each domain: :math:`\sum a_d^2 s_d^2 / n_d`.

    Parameters
    ----------
    totals, design, inference, calibration
        As for :func:`means`.
    group
        Group code per domain; negative: in no group. Groups are numbered from 0.
    coefficient
        a per domain; a domain without records must have coefficient 0.

    Returns
    -------
    tuple of Estimate
        One per group.
    """
    domains, groups = len(group), int(group.max(initial=-1)) + 1
    mean, single = linearised_means(totals, domains)
    used = np.where((group >= 0) & (coefficient != 0), group, -1)
    inside = used >= 0
    sample = _Sample.of(totals, domains, mean, inference)

    def grouped(column: FloatArray | IntArray) -> FloatArray:
        return sum_by(used[inside], column[inside], groups)

    value = grouped(coefficient * mean)
    value[grouped(np.ones(domains)) == 0] = np.nan
    joint = combined(single, group=used, coefficient=coefficient)
    spread = joint
    if calibration is not None:
        residuals = _mean_residuals(single, totals, mean, calibration)
        spread = combined(residuals, group=used, coefficient=coefficient)
    together = _Sample(
        n=np.rint(grouped(sample.n)).astype(np.int64),
        size=np.sqrt(grouped((coefficient * sample.size) ** 2)),
        srs_variance=grouped(coefficient**2 * sample.srs_variance),
    )
    return _estimates(value, joint, design, inference, together, spread=spread)


def _mean_residuals(
    linearised: Linearised, totals: PsuTotals, mean: FloatArray, calibration: Adjustment | None
) -> Linearised:
    if calibration is None:
        return linearised
    with np.errstate(divide="ignore", invalid="ignore"):
        of_y = 1 / totals.per_domain(totals.w, len(mean))
        return calibration.residuals(linearised, of_y=of_y, of_one=mean * of_y)


@dataclass(frozen=True)
class _Sample:
    """What the design effect needs per estimate: n, size of the values, variance under SRS."""

    n: IntArray
    size: FloatArray
    srs_variance: FloatArray

    @classmethod
    def of(
        cls, totals: PsuTotals, domains: int, mean: FloatArray, inference: Inference
    ) -> "_Sample":
        n = totals.per_domain(totals.n, domains)
        weight = totals.per_domain(totals.w, domains)
        with np.errstate(divide="ignore", invalid="ignore"):
            square = totals.per_domain(totals.wyy, domains) / weight
            spread = np.maximum(square - mean**2, 0) * n / (n - 1)
            srs = spread / n
            if not inference.replacement:
                srs *= (weight - n) / weight
        return cls(np.rint(n).astype(np.int64), np.sqrt(square), srs)

    @classmethod
    def without_effect(cls, totals: PsuTotals, value: FloatArray) -> "_Sample":
        n = np.rint(totals.per_domain(totals.n, len(value))).astype(np.int64)
        return cls(n, np.abs(value), np.full(len(value), np.nan))

    def times(self, factor: FloatArray) -> "_Sample":
        return _Sample(self.n, self.size * factor, self.srs_variance * factor**2)


def _estimates(
    value: FloatArray,
    linearised: Linearised,
    design: Design,
    inference: Inference,
    sample: _Sample,
    *,
    spread: Linearised,
) -> tuple[Estimate, ...]:
    domains = len(value)
    error = np.sqrt(variances(spread, design, domains=domains, lonely=inference.lonely))
    psus = count_by(linearised.domain, domains)
    df = _degrees_of_freedom(linearised, design, psus, inference)
    with np.errstate(divide="ignore", invalid="ignore"):
        # A mean within one PSU has z = 0 there: no spread is no knowledge, not certainty.
        known = error > _NOTHING * sample.size
        effect = np.where(known, error**2 / sample.srs_variance, np.nan)
        effect[~np.isfinite(effect) | (sample.srs_variance <= (_NOTHING * sample.size) ** 2)] = (
            np.nan
        )
        half = np.where(known & (df > 0), stdtrit(df, (1 + inference.level) / 2) * error, np.nan)
        columns = (
            value,
            np.where(known, error, np.nan),
            value - half,
            value + half,
            sample.n / effect,
            effect,
        )
    floats = [[None if each != each else each for each in column.tolist()] for column in columns]  # noqa: PLR0124  NaN is the one value unequal to itself
    counts = zip(sample.n.tolist(), psus.tolist(), df.tolist(), strict=True)
    return tuple(
        Estimate(mean, se, low, high, n, units, freedom, effective, deff)
        for (mean, se, low, high, effective, deff), (n, units, freedom) in zip(
            zip(*floats, strict=True), counts, strict=True
        )
    )


def _degrees_of_freedom(
    linearised: Linearised, design: Design, psus: IntArray, inference: Inference
) -> IntArray:
    if inference.df == "design":
        return np.full(len(psus), design.degrees_of_freedom, dtype=np.int64)
    base = len(design.strata)
    pairs = np.unique(linearised.domain * base + design.stratum[linearised.psu])
    return psus - count_by(pairs // base, len(psus))
