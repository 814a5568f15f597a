"""Design-based estimates of means, totals, ratios and their combinations from PSU totals."""

import numpy as np

from analysis.arrays import FloatArray, IntArray, count_by, sum_by
from analysis.estimation.estimate import STANDARD, Compared, Estimate, Inference, described
from analysis.estimation.linearisation import (
    Linearised,
    combined,
    linearised_means,
    linearised_ratios,
    linearised_sums,
    primary,
)
from analysis.estimation.residuals import Adjustment
from analysis.estimation.variance import variances
from analysis.sampling.design import Design
from analysis.sampling.totals import PsuTotals

__all__ = ["STANDARD", "Estimate", "Inference", "combinations", "means", "ratios", "sums"]


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
    sample = Compared.of(totals, domains, value, inference)
    spread = mean_residuals(linearised, totals, value, calibration)
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
    value, linearised = linearised_sums(totals, domains)
    mean, _ = linearised_means(totals, domains)
    sample = Compared.of(totals, domains, mean, inference)
    size = totals.per_domain(totals.w, domains)
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
    value, linearised = linearised_ratios(totals, domains)
    spread = linearised
    if calibration is not None and totals.wx is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            below = 1 / totals.per_domain(totals.wx, domains)
            spread = calibration.residuals(linearised, of_y=below, of_one=value * below)
    sample = Compared.without_effect(totals, value)
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
    sample = Compared.of(totals, domains, mean, inference)

    def grouped(column: FloatArray | IntArray) -> FloatArray:
        return sum_by(used[inside], column[inside], groups)

    value = grouped(coefficient * mean)
    value[grouped(np.ones(domains)) == 0] = np.nan
    joint = combined(single, group=used, coefficient=coefficient)
    spread = joint
    if calibration is not None:
        residuals = mean_residuals(single, totals, mean, calibration)
        spread = combined(residuals, group=used, coefficient=coefficient)
    together = Compared(
        n=np.rint(grouped(sample.n)).astype(np.int64),
        size=np.sqrt(grouped((coefficient * sample.size) ** 2)),
        srs_variance=grouped(coefficient**2 * sample.srs_variance),
    )
    return _estimates(value, joint, design, inference, together, spread=spread)


def mean_residuals(
    linearised: Linearised, totals: PsuTotals, mean: FloatArray, calibration: Adjustment | None
) -> Linearised:
    """Take what calibration explains out of the linearised PSU totals of means, if there is any.

    Parameters
    ----------
    linearised, mean
        Of :func:`analysis.estimation.variance.linearised_means`.
    totals
        The PSU totals they were made of.
    calibration
        What the weights were calibrated on, None: the weights count as known beforehand.

    Returns
    -------
    Linearised
        PSU totals whose spread is the variance of the means.
    """
    if calibration is None:
        return linearised
    with np.errstate(divide="ignore", invalid="ignore"):
        of_y = 1 / totals.per_domain(totals.w, len(mean))
        return calibration.residuals(linearised, of_y=of_y, of_one=mean * of_y)


def _estimates(
    value: FloatArray,
    linearised: Linearised,
    design: Design,
    inference: Inference,
    sample: Compared,
    *,
    spread: Linearised,
) -> tuple[Estimate, ...]:
    domains = len(value)
    error = np.sqrt(variances(spread, design, domains=domains, lonely=inference.lonely_rule))
    members = primary(linearised, design)
    psus = count_by(members.domain, domains)
    df = _degrees_of_freedom(members, design, psus, inference)
    return described(value, error, sample, psus=psus, df=df, level=inference.level)


def _degrees_of_freedom(
    members: Linearised, design: Design, psus: IntArray, inference: Inference
) -> FloatArray | IntArray:
    if inference.df == "design":
        return np.full(len(psus), design.degrees_of_freedom, dtype=np.int64)
    if inference.df != "domain":
        return np.full(len(psus), inference.df)
    base = len(design.strata)
    pairs = np.unique(members.domain * base + design.stratum[members.psu])
    return psus - count_by(pairs // base, len(psus))
