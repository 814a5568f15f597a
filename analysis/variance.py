"""Taylor linearisation: the variance of an estimate from the spread of its PSU totals."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray, count_by, sum_by
from analysis.design import Design
from analysis.totals import PsuTotals

LonelyPsu = Literal["adjust", "fail", "remove", "average"]


class LonelyPsuError(ValueError):
    """A stratum with a single PSU, which says nothing about the spread between PSUs."""

    def __init__(self, strata: tuple[object, ...]) -> None:
        super().__init__(f"only one PSU was sampled in stratum {', '.join(map(str, strata))}")
        self.strata = strata


@dataclass(frozen=True)
class Linearised:
    """Linearised values z of estimates, added up per PSU; each (domain, PSU) pair stands once."""

    domain: IntArray
    psu: IntArray
    z: FloatArray


def linearised_means(totals: PsuTotals, domains: int) -> tuple[FloatArray, Linearised]:
    r"""Give the mean of each domain and its linearised PSU totals.

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


def variances(
    linearised: Linearised, design: Design, *, domains: int, lonely: LonelyPsu = "adjust"
) -> FloatArray:
    r"""Estimate the variance of each domain's estimate.

    .. math:: V = \sum_h (1-f_h) \frac{n_h}{n_h-1} \sum_i (z_{hi}-\bar z_h)^2

    with n_h all PSUs sampled in the stratum: those without members of the domain have z = 0.

    Parameters
    ----------
    linearised
        Linearised PSU totals, in the unit of the estimate.
    design
        All sampled PSUs.
    domains
        Number of domains; one that does not occur has variance 0.
    lonely
        What a stratum with one PSU contributes: ``adjust`` its squared distance from the mean of
        all PSUs, ``remove`` nothing, ``average`` the mean of the other strata, ``fail`` an error. A
        PSU that is the whole of its frame (f_h = 1) is certain and contributes nothing.

    Returns
    -------
    FloatArray
        One variance per domain, in the squared unit of the estimate.

    Raises
    ------
    LonelyPsuError
        With ``lonely="fail"``, naming the strata.

    References
    ----------
    Lumley (2010), Complex Surveys, ch. 2; equals ``svymean`` and ``svytotal`` of R survey 4.1-1,
    whose ``survey.lonely.psu`` options carry the same names.
    """
    sampled = design.sampled
    alone = (sampled == 1) & (design.fraction < 1)
    if lonely == "fail" and alone.any():
        raise LonelyPsuError(tuple(design.strata[code] for code in np.flatnonzero(alone)))
    stratum = design.stratum[linearised.psu]
    keys, group = np.unique(linearised.domain * len(sampled) + stratum, return_inverse=True)
    domain, stratum = keys // len(sampled), keys % len(sampled)
    n_h, members = sampled[stratum], count_by(group, len(keys))
    mean = sum_by(group, linearised.z, len(keys)) / n_h
    spread = sum_by(group, (linearised.z - mean[group]) ** 2, len(keys))
    spread += (n_h - members) * mean**2
    scale = (1 - design.fraction[stratum]) * n_h / np.maximum(n_h - 1, 1)
    total = sum_by(domain, np.where(n_h > 1, scale * spread, 0), domains)
    if lonely == "adjust" and alone.any():
        total += _from_the_mean_of_all(linearised, design, alone=alone, domains=domains)
    if lonely == "average" and alone.any():
        total *= len(sampled) / (len(sampled) - alone.sum())
    return total


def covariance(linearised: Linearised, design: Design, *, domains: int) -> FloatArray:
    r"""Estimate the covariance matrix of the estimates of a few domains.

    .. math:: V_{de} = \sum_h (1-f_h) \frac{n_h}{n_h-1}
              \sum_i (z_{hi}^d-\bar z_h^d)(z_{hi}^e-\bar z_h^e)

    Parameters
    ----------
    linearised
        Linearised PSU totals, in the unit of the estimates.
    design
        All sampled PSUs. Strata with one PSU contribute nothing.
    domains
        Number of domains; the matrix is dense, so keep them few.

    Returns
    -------
    FloatArray
        Symmetric matrix, domains × domains.
    """
    sampled = design.sampled
    z = np.zeros((len(design.stratum), domains))
    np.add.at(z, (linearised.psu, linearised.domain), linearised.z)
    mean = np.zeros((len(sampled), domains))
    np.add.at(mean, design.stratum, z)
    centred = z - (mean / sampled[:, None])[design.stratum]
    scale = np.where(sampled > 1, (1 - design.fraction) * sampled / np.maximum(sampled - 1, 1), 0.0)
    result: FloatArray = (centred * scale[design.stratum, None]).T @ centred
    return result


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
    domain, psu = linearised.domain[kept], linearised.psu[kept]
    base = int(psu.max(initial=0)) + 1
    keys, row = np.unique(group[domain] * base + psu, return_inverse=True)
    z = sum_by(row, coefficient[domain] * linearised.z[kept], len(keys))
    return Linearised(domain=keys // base, psu=keys % base, z=z)


def _from_the_mean_of_all(
    linearised: Linearised, design: Design, *, alone: BoolArray, domains: int
) -> FloatArray:
    centre = sum_by(linearised.domain, linearised.z, domains)
    centre /= len(design.stratum)
    open_share = np.where(alone, 1 - design.fraction, 0.0)
    weight = open_share[design.stratum[linearised.psu]]
    distance = (linearised.z - centre[linearised.domain]) ** 2 - centre[linearised.domain] ** 2
    present = sum_by(linearised.domain, weight * distance, domains)
    everywhere: FloatArray = open_share.sum() * centre**2
    return present + everywhere
