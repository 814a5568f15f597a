"""The variance of an estimate from the spread of its linearised values between sampling units."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray, count_by, sum_by
from analysis.estimation.linearisation import Linearised, added
from analysis.method_errors import MethodError
from analysis.sampling.design import Design

LonelyPsu = Literal["adjust", "fail", "remove", "average"]


class LonelyPsuError(MethodError):
    """A stratum with a single PSU, which says nothing about the spread between PSUs."""

    def __init__(self, strata: tuple[object, ...]) -> None:
        super().__init__("lonely_psu", strata=", ".join(map(str, strata)))
        self.strata = strata


@dataclass(frozen=True)
class LonelyRule:
    """What strata contribute that show a single PSU.

    Attributes
    ----------
    choice
        For a stratum in which one PSU was sampled: ``adjust``: its squared distance from the mean
        of all PSUs; ``remove``: nothing; ``average``: as much as the other strata on average;
        ``fail``: an error. A PSU that is the whole of its frame (f_h = 1) is certain and
        contributes nothing under any rule.
    domains
        Whether ``adjust`` and ``average`` also apply to a stratum with several sampled PSUs of
        which only one has members of the domain: its squared z, not centred, or the average.
    """

    choice: LonelyPsu = "adjust"
    domains: bool = False


ADJUSTED = LonelyRule()


def variances(
    linearised: Linearised, design: Design, *, domains: int, lonely: LonelyRule = ADJUSTED
) -> FloatArray:
    r"""Estimate the variance of each domain's estimate.

    .. math:: V = \sum_h (1-f_h) \frac{n_h}{n_h-1} \sum_i (z_{hi}-\bar z_h)^2

    with n_h all PSUs sampled in the stratum: those without members of the domain have z = 0. Where
    the design has a second stage, each PSU adds the same expression over its own units, times the
    first-stage fraction f_h, and so on inwards:

    .. math:: V = V_1 + \sum_h f_h \sum_i (1-f_{hi}) \frac{m_{hi}}{m_{hi}-1}
              \sum_j (z_{hij}-\bar z_{hi})^2

    Parameters
    ----------
    linearised
        Linearised totals of the innermost units, in the unit of the estimate.
    design
        All sampled units.
    domains
        Number of domains; one that does not occur has variance 0.
    lonely
        What a stratum with one PSU contributes. ``average`` gives NaN if there is no other stratum.

    Returns
    -------
    FloatArray
        One variance per domain, in the squared unit of the estimate.

    Raises
    ------
    LonelyPsuError
        With the rule ``fail``, naming the strata.

    References
    ----------
    Särndal, Swensson & Wretman (1992), result 4.3.1; Lumley (2010), Complex Surveys, ch. 2; equals
    ``svymean`` and ``svytotal`` of R survey 4.1-1, whose options ``survey.lonely.psu`` and
    ``survey.adjust.domain.lonely`` carry the same names; ``adjust`` centres totals at the mean of
    all PSUs as R survey ≥ 4.4 does.
    """
    total = np.zeros(domains)
    for values, stage, share in _by_stage(linearised, design):
        total += _stage_variances(values, stage, share, domains=domains, lonely=lonely)
    return total


def covariance(
    linearised: Linearised, design: Design, *, domains: int, lonely: LonelyRule = ADJUSTED
) -> FloatArray:
    r"""Estimate the covariance matrix of the estimates of a few domains.

    .. math:: V_{de} = \sum_h (1-f_h) \frac{n_h}{n_h-1}
              \sum_i (z_{hi}^d-\bar z_h^d)(z_{hi}^e-\bar z_h^e)

    and further stages as in :func:`variances`, which gives the diagonal of this matrix.

    Parameters
    ----------
    linearised, design, lonely
        As for :func:`variances`.
    domains
        Number of domains; the matrix is dense, so keep them few.

    Returns
    -------
    FloatArray
        Symmetric matrix, domains × domains.

    Raises
    ------
    LonelyPsuError
        With the rule ``fail``, naming the strata.
    """
    total = np.zeros((domains, domains))
    for values, stage, share in _by_stage(linearised, design):
        z = np.zeros((len(stage.stratum), domains))
        np.add.at(z, (values.psu, values.domain), values.z)
        present = np.zeros_like(z, dtype=bool)
        present[values.psu, values.domain] = True
        deviation = _deviations(z, present, stage, share, lonely)
        total += deviation.T @ deviation
    return total


def _by_stage(
    linearised: Linearised, design: Design
) -> Iterator[tuple[Linearised, Design, FloatArray]]:
    """Each stage with the values of its units and the share its strata count with."""
    stages = list(design.stages())
    values = [linearised]
    for inner in reversed(stages[1:]):
        outer = inner.stratum[values[0].psu]
        values.insert(0, added(values[0].domain, outer, values[0].z))
    share = np.ones(len(design.strata))
    for stage, value in zip(stages, values, strict=True):
        yield value, stage, share
        share = (share * stage.fraction)[stage.stratum]


def _stage_variances(
    values: Linearised, stage: Design, share: FloatArray, *, domains: int, lonely: LonelyRule
) -> FloatArray:
    sampled = stage.sampled
    alone = _alone(stage, share, lonely)
    of_row = stage.stratum[values.psu]
    keys, group = np.unique(values.domain * len(sampled) + of_row, return_inverse=True)
    domain, stratum = keys // len(sampled), keys % len(sampled)
    n_h, members = sampled[stratum], count_by(group, len(keys))
    mean = sum_by(group, values.z, len(keys)) / n_h
    single = _single(n_h, members, lonely)
    if lonely.choice == "adjust":
        mean = np.where(single, 0.0, mean)
    spread = sum_by(group, (values.z - mean[group]) ** 2, len(keys))
    spread += (n_h - members) * mean**2
    scale = share * (1 - stage.fraction) * sampled / np.maximum(sampled - 1, 1)
    counted = (n_h > 1) & ~(single & (lonely.choice == "average"))
    total = sum_by(domain, np.where(counted, scale[stratum] * spread, 0), domains)
    if lonely.choice == "adjust" and alone.any():
        total += _from_the_mean_of_all(values, stage, np.where(alone, scale, 0.0), domains)
    if lonely.choice == "average":
        left_out = count_by(domain[alone[stratum] | (single & (scale[stratum] > 0))], domains)
        total *= _average_factor(count_by(domain, domains), left_out)
    return total


def _alone(stage: Design, share: FloatArray, lonely: LonelyRule) -> BoolArray:
    """Tell which strata have one sampled unit that is not the whole of its frame."""
    alone: BoolArray = (stage.sampled == 1) & (stage.fraction < 1) & (share > 0)
    if lonely.choice == "fail" and alone.any():
        raise LonelyPsuError(tuple(stage.strata[code] for code in np.flatnonzero(alone)))
    return alone


def _single(n_h: IntArray, members: IntArray, lonely: LonelyRule) -> BoolArray:
    """Tell which strata show a single PSU of the domain although several were sampled."""
    result: BoolArray = (n_h > 1) & (members == 1) & lonely.domains
    return result


def _average_factor(strata: IntArray, left_out: IntArray) -> FloatArray:
    """H/(H − left out) per domain, H its strata with members; NaN if none remains."""
    used = strata - left_out
    ratio = np.divide(strata, used, out=np.full(len(strata), np.nan), where=used > 0)
    return np.where(strata > 0, ratio, 1.0)


def _from_the_mean_of_all(
    values: Linearised, stage: Design, weight: FloatArray, domains: int
) -> FloatArray:
    """Add up the squared distances of lonely units from the mean of all units of the stage."""
    centre = sum_by(values.domain, values.z, domains) / len(stage.stratum)
    own = centre[values.domain]
    distance = (values.z - own) ** 2 - own**2
    present = sum_by(values.domain, weight[stage.stratum[values.psu]] * distance, domains)
    everywhere: FloatArray = weight.sum() * centre**2
    return present + everywhere


def _deviations(
    z: FloatArray, present: BoolArray, stage: Design, share: FloatArray, lonely: LonelyRule
) -> FloatArray:
    """A matrix, units × domains, whose product with itself is the covariance of a stage."""
    sampled = stage.sampled[:, None]
    alone = _alone(stage, share, lonely)
    shape = len(stage.strata), z.shape[1]
    members, sums = np.zeros(shape, dtype=np.int64), np.zeros(shape)
    np.add.at(members, stage.stratum, present)
    np.add.at(sums, stage.stratum, z)
    single = _single(np.broadcast_to(sampled, shape), members, lonely)
    centre = sums / sampled
    scale = (share * (1 - stage.fraction))[:, None] * sampled / np.maximum(sampled - 1, 1)
    factor = np.where((sampled > 1) & ~(single & (lonely.choice == "average")), scale, 0.0)
    if lonely.choice == "adjust":
        centre = np.where(single, 0.0, centre)
        centre[alone] = z.sum(axis=0) / max(len(stage.stratum), 1)
        factor[alone] = scale[alone]
    if lonely.choice == "average":
        left_out = (members > 0) & (alone[:, None] | (single & (scale > 0)))
        factor = factor * _average_factor((members > 0).sum(axis=0), left_out.sum(axis=0))
    deviation: FloatArray = (z - centre[stage.stratum]) * np.sqrt(factor)[stage.stratum]
    return deviation
