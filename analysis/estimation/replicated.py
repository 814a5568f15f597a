"""Estimates with standard errors from replicates; twin of :mod:`analysis.estimation.estimation`."""

from typing import Literal

import numpy as np

from analysis.arrays import FloatArray, count_by
from analysis.estimation.estimate import STANDARD, Compared, Estimate, Inference, described
from analysis.estimation.linearisation import linearised_means, linearised_ratios, linearised_sums
from analysis.estimation.replicate_variance import (
    replicate_variances,
    replicated_means,
    replicated_ratios,
    replicated_sums,
)
from analysis.estimation.replicates import Replicates
from analysis.sampling.totals import PsuTotals

Statistic = Literal["mean", "total", "ratio"]

POINTS = {"mean": linearised_means, "total": linearised_sums, "ratio": linearised_ratios}
"""Each statistic from PSU totals, with its linearised values."""
REPEATED = {"mean": replicated_means, "total": replicated_sums, "ratio": replicated_ratios}
"""Each statistic in every replicate."""


def replicated_estimates(
    statistic: Statistic,
    totals: PsuTotals,
    replicates: Replicates,
    *,
    domains: int,
    inference: Inference = STANDARD,
) -> tuple[Estimate, ...]:
    r"""Estimate means, totals or ratios of domains with the variance of their replicates.

    .. math:: v = \sum_r c_r (\theta_r - \tilde\theta)^2

    Parameters
    ----------
    statistic
        ``mean``: Σwy/Σw; ``total``: Σwy; ``ratio``: Σwy/Σwx.
    totals
        Totals of the units the replicates are made of.
    replicates
        Factors of these units.
    domains
        Number of domains.
    inference
        As for :func:`analysis.estimation.estimation.means`; unless ``df`` is a number, it is the
        rank of the replicate weights less 1.

    Returns
    -------
    tuple of Estimate
        One per domain; ``psus`` counts the units with members. A replicate without weight in a
        domain is left out there.

    Raises
    ------
    ValueError
        If a ratio is asked of totals without denominators.

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation; equals R survey ``svymean``, ``svytotal``
    and ``svyratio`` on ``svyrep.design``.
    """
    value, _ = POINTS[statistic](totals, domains)
    repeated = REPEATED[statistic](totals, replicates, domains)
    variance, _ = replicate_variances(repeated, value, replicates)
    given = inference.df
    df = replicates.degrees_of_freedom() if isinstance(given, str) else given
    return described(
        value,
        np.sqrt(variance),
        _compared(statistic, totals, value, inference),
        psus=count_by(totals.domain, domains),
        df=np.full(domains, df),
        level=inference.level,
    )


def _compared(
    statistic: Statistic, totals: PsuTotals, value: FloatArray, inference: Inference
) -> Compared:
    domains = len(value)
    if statistic == "ratio":
        return Compared.without_effect(totals, value)
    weight = totals.per_domain(totals.w, domains)
    mean, _ = linearised_means(totals, domains)
    compared = Compared.of(totals, domains, mean, inference)
    return compared if statistic == "mean" else compared.times(weight)
