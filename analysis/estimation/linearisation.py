"""Estimates made linear: what each sampling unit adds to them; variances are made of it."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray, sum_by
from analysis.method_errors import MethodError
from analysis.sampling.design import Design
from analysis.sampling.totals import PsuTotals


@dataclass(frozen=True)
class Linearised:
    """Linearised values z of estimates, added up per unit; each (domain, unit) pair stands once.

    The units are those of the innermost stage of the design: the PSUs, if it has one stage.
    """

    domain: IntArray
    psu: IntArray
    z: FloatArray


def linearised_means(totals: PsuTotals, domains: int) -> tuple[FloatArray, Linearised]:
    r"""The mean of each domain and its linearised PSU totals.

    .. math:: R = S/W, \qquad z_{hi} = (S_{hi} - R W_{hi})/W

    Parameters
    ----------
    totals
        PSU totals.
    domains
        Number of domains.

    Returns
    -------
    tuple
        Means, NaN for a domain without weight, and z, in the unit of the values.
    """
    weight = totals.per_domain(totals.w, domains)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = totals.per_domain(totals.wy, domains) / weight
        z = (totals.wy - mean[totals.domain] * totals.w) / weight[totals.domain]
    known = ~np.isnan(z)
    return mean, Linearised(totals.domain[known], totals.psu[known], z[known])


def linearised_sums(totals: PsuTotals, domains: int) -> tuple[FloatArray, Linearised]:
    r"""The total Σwy of each domain and its linearised PSU totals, z = S_hi."""
    value = totals.per_domain(totals.wy, domains)
    return value, Linearised(totals.domain, totals.psu, totals.wy)


def linearised_ratios(totals: PsuTotals, domains: int) -> tuple[FloatArray, Linearised]:
    r"""The ratio Σwy / Σwx of each domain and its linearised PSU totals.

    .. math:: R = S_y/S_x, \qquad z_{hi} = (S_{y,hi} - R S_{x,hi})/S_x

    Parameters
    ----------
    totals
        PSU totals that hold ``wx``.
    domains
        Number of domains.

    Returns
    -------
    tuple
        Ratios, NaN where the denominator is 0, and z, in the unit of the ratio.

    Raises
    ------
    ValueError
        If ``totals`` has no denominators.
    """
    if totals.wx is None:
        raise MethodError("no_denominators")
    below = totals.per_domain(totals.wx, domains)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(below == 0, np.nan, totals.per_domain(totals.wy, domains) / below)
        z = (totals.wy - ratio[totals.domain] * totals.wx) / below[totals.domain]
    known = ~np.isnan(z)
    return ratio, Linearised(totals.domain[known], totals.psu[known], z[known])


def linearised_records(influence: FloatArray, unit: IntArray) -> Linearised:
    """Add linearised values of records up over their units; columns become domains.

    Parameters
    ----------
    influence
        Records × estimates, in the unit of the estimates; 0 for records outside.
    unit
        Unit code per record.

    Returns
    -------
    Linearised
        One row per unit and estimate.
    """
    units, row = np.unique(unit, return_inverse=True)
    columns = range(influence.shape[1])
    z = [sum_by(row, influence[:, column], len(units)) for column in columns]
    return Linearised(
        domain=np.repeat(np.arange(influence.shape[1]), len(units)),
        psu=np.tile(units, influence.shape[1]),
        z=np.concatenate(z) if z else np.empty(0),
    )


def primary(linearised: Linearised, design: Design) -> Linearised:
    """Add linearised values up over the PSUs; with one stage they are that already."""
    if design.within is None:
        return linearised
    return added(linearised.domain, design.psu[linearised.psu], linearised.z)


def combined(linearised: Linearised, *, group: IntArray, coefficient: FloatArray) -> Linearised:
    """Linearise sums of coefficient × estimate over groups of domains.

    Parameters
    ----------
    linearised
        Linearised PSU totals of the single estimates.
    group
        Group code per domain; a negative one leaves the domain out.
    coefficient
        Coefficient per domain.

    Returns
    -------
    Linearised
        One row per group and PSU. Its variance holds the covariances between the domains.
    """
    kept = group[linearised.domain] >= 0
    domain = linearised.domain[kept]
    return added(group[domain], linearised.psu[kept], coefficient[domain] * linearised.z[kept])


def added(domain: IntArray, unit: IntArray, z: FloatArray) -> Linearised:
    """Add values up, one row per domain and unit."""
    base = int(unit.max(initial=0)) + 1
    keys, row = np.unique(domain * base + unit, return_inverse=True)
    return Linearised(domain=keys // base, psu=keys % base, z=sum_by(row, z, len(keys)))
