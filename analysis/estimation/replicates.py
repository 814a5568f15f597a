"""Replicate weights: the sample drawn again and again, as factors on the weights of its units."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import hadamard

from analysis.arrays import FloatArray, IntArray
from analysis.estimation.variance import ADJUSTED, LonelyPsuError, LonelyRule
from analysis.method_errors import MethodError
from analysis.sampling.design import Design

Method = Literal["JK1", "JK2", "JKn", "BRR", "Fay", "bootstrap", "ACS", "SDR", "other"]

DEFAULT_REPLICATES = 1_000
DEFAULT_SEED = 20_270_101
"""Fixed, so that a published interval can be computed again."""


@dataclass(frozen=True)
class Replicates:
    r"""Replicates of a sample.

    The variance of an estimate θ is :math:`\sum_r c_r (\theta_r - \tilde\theta)^2`.

    Attributes
    ----------
    factor
        Replicates × units: what the weights of a unit are multiplied by.
    scale
        c per replicate.
    mse
        Whether the centre is the full-sample estimate; else it is the mean of the replicates.
    """

    factor: FloatArray
    scale: FloatArray
    mse: bool = False

    def degrees_of_freedom(self, units: IntArray | None = None) -> int:
        """The rank of the replicate weights less 1, over all units or some of them.

        As ``degf`` of R survey, which takes singular values below 1e-5 of the largest for 0.
        """
        factor = self.factor if units is None else self.factor[:, np.unique(units)]
        distinct = np.unique(factor, axis=1)
        return int(np.linalg.matrix_rank(distinct, rtol=1e-5)) - 1


def given_replicates(
    factor: ArrayLike,
    *,
    method: Method,
    scale: float | None = None,
    rscales: ArrayLike | None = None,
    rho: float | None = None,
    mse: bool = False,
) -> Replicates:
    r"""Take replicate weights that somebody else has made.

    ================  ==========================================================
    method            c of a replicate, R replicates in all
    ================  ==========================================================
    JK1               ``scale``, else (R − 1)/R; times ``rscales``
    JK2               1
    JKn               ``scale`` (else 1) times ``rscales``, which must be given
    BRR               1/R
    Fay               1/(R(1 − ρ)²)
    bootstrap         ``scale``, else 1/(R − 1); times ``rscales``
    ACS, SDR          4/R
    other             ``scale`` (else 1) times ``rscales`` (else 1)
    ================  ==========================================================

    Parameters
    ----------
    factor
        Units × replicates: replicate weight / weight.
    method, scale, rscales
        As in the table; a single ``rscales`` holds for all replicates.
    rho
        Fay's ρ; without it, it is read off the factors, which are ρ and 2 − ρ.
    mse
        See :class:`Replicates`.

    Returns
    -------
    Replicates
        With one factor per replicate and unit.

    Raises
    ------
    ValueError
        If ``rscales`` is missing or of the wrong length, or Fay's factors are not two numbers.

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation, ch. 3–5; defaults as R survey
    ``svrepdesign``.
    """
    factors = np.asarray(factor, dtype=np.float64).T
    size = len(factors)
    if method == "JKn" and rscales is None:
        raise MethodError("jkn_rscales")
    relative = np.ones(size) if rscales is None else np.asarray(rscales, dtype=np.float64)
    if relative.size not in {1, size}:
        raise MethodError("rscales_count", size=size, given=relative.size)
    fixed: dict[Method, float] = {"BRR": 1 / size, "JK2": 1.0, "ACS": 4 / size, "SDR": 4 / size}
    if method == "Fay":
        fixed["Fay"] = 1 / (size * (1 - (_rho(factors) if rho is None else rho)) ** 2)
    if method in fixed:
        return Replicates(factors, np.full(size, fixed[method]), mse)
    assumed: dict[Method, float] = {"JK1": (size - 1) / size, "bootstrap": 1 / max(size - 1, 1)}
    overall = assumed.get(method, 1.0) if scale is None else scale
    return Replicates(factors, overall * np.broadcast_to(relative.reshape(-1), size), mse)


def jk1(design: Design, *, mse: bool = False) -> Replicates:
    r"""Make jackknife replicates of a design without strata: each leaves one PSU out.

    .. math:: k_i = n/(n-1), \qquad c = (1-f)(n-1)/n

    Parameters
    ----------
    design
        With one stratum; stages within the PSUs do not matter.
    mse
        See :class:`Replicates`.

    Returns
    -------
    Replicates
        One per PSU.

    Raises
    ------
    ValueError
        If there are several strata.
    """
    if len(design.strata) != 1:
        raise MethodError("jk1_strata")
    return jkn(design, mse=mse)


def jkn(design: Design, *, mse: bool = False, lonely: LonelyRule = ADJUSTED) -> Replicates:
    r"""Make jackknife replicates: each leaves one PSU out, the others of its stratum stand for it.

    .. math:: k_{hi} = n_h/(n_h-1), \qquad c = (1-f_h)(n_h-1)/n_h

    Parameters
    ----------
    design
        All sampled PSUs.
    mse
        See :class:`Replicates`.
    lonely
        For strata with one PSU. ``adjust``: it is left out and all other strata stand for it,
        k = H/(H−1), c = (H−1)/H. ``remove``: no replicate. ``average``: none, and the scale of the
        others grows by PSUs / replicates.

    Returns
    -------
    Replicates
        One per PSU.

    Raises
    ------
    LonelyPsuError
        With the rule ``fail``.

    References
    ----------
    Wolter (2007), ch. 4; equals R survey ``as.svrepdesign``, whose options carry the same names.
    """
    sampled, strata = design.sampled, len(design.strata)
    stratum, n_h = design.stratum, design.sampled[design.stratum]
    alone = (sampled == 1) & (design.fraction < 1)
    if lonely.choice == "fail" and alone.any():
        raise LonelyPsuError(tuple(design.strata[code] for code in np.flatnonzero(alone)))
    same = stratum[:, None] == stratum[None, :]
    factor = np.where(same, (n_h / np.maximum(n_h - 1, 1))[:, None], 1.0)
    scale = (1 - design.fraction[stratum]) * (n_h - 1) / n_h
    if lonely.choice == "adjust" and strata > 1:
        factor[alone[stratum]] = strata / (strata - 1)
        scale[alone[stratum]] = (strata - 1) / strata
    np.fill_diagonal(factor, 0.0)
    kept = (n_h > 1) | (alone[stratum] & (lonely.choice == "adjust") & (strata > 1))
    if lonely.choice == "average":
        scale *= len(kept) / max(int(kept.sum()), 1)
    return Replicates(factor[kept][:, design.psu], scale[kept], mse)


def brr(design: Design, *, rho: float = 0.0, mse: bool = False) -> Replicates:
    r"""Make balanced half-samples of a design with two PSUs in each stratum, or Fay's variant.

    In replicate r the weights of one PSU of each stratum are multiplied by 2 − ρ, those of the
    other by ρ, as the signs of a Hadamard matrix say; c = 1/(R(1 − ρ)²).

    Parameters
    ----------
    design
        Two PSUs per stratum; finite populations are not corrected for.
    rho
        0 for half-samples; Fay's ρ, 0 ≤ ρ < 1, keeps small domains in every replicate.
    mse
        See :class:`Replicates`.

    Returns
    -------
    Replicates
        The smallest power of 2 above the number of strata.

    Raises
    ------
    ValueError
        If a stratum has another number of PSUs.

    References
    ----------
    McCarthy (1969); Judkins (1990), Fay's method for variance estimation.
    """
    if (design.sampled != 2).any():
        code = int(np.flatnonzero(design.sampled != 2)[0])
        raise MethodError("half_samples", stratum=design.strata[code])
    size = 1 << len(design.strata).bit_length()
    # The first row of a Hadamard matrix of this kind is constant and would not balance.
    signs = hadamard(size)[1 : len(design.strata) + 1]
    first = np.zeros(len(design.stratum), dtype=bool)
    first[np.unique(design.stratum, return_index=True)[1]] = True
    chosen = np.where(first, 1, -1)[:, None] * signs[design.stratum] > 0
    factor = np.where(chosen, 2 - rho, rho).T.astype(np.float64)
    return Replicates(factor[:, design.psu], np.full(size, 1 / (size * (1 - rho) ** 2)), mse)


def rao_wu(
    design: Design, *, replicates: int = DEFAULT_REPLICATES, seed: int = DEFAULT_SEED
) -> Replicates:
    r"""Make bootstrap replicates: n_h − 1 of the n_h PSUs of each stratum, with replacement.

    .. math:: m_h \sim Multinomial(n_h-1;\ 1/n_h, \dots), \qquad
              k_{hi} = 1 - a_h + a_h \frac{n_h}{n_h-1} m_{hi}, \qquad a_h = \sqrt{1-f_h}

    and c = 1/(B − 1), around the mean of the replicates. A stratum with one PSU keeps it, k = 1:
    it adds nothing to the variance.

    Parameters
    ----------
    design
        All sampled PSUs.
    replicates
        Their number B.
    seed
        Equal seeds give equal replicates.

    Returns
    -------
    Replicates
        B of them.

    References
    ----------
    Rao & Wu (1988), JASA 83; Rao, Wu & Yue (1992), Survey Methodology 18.
    """
    random = np.random.default_rng(seed)
    factor = np.ones((replicates, len(design.stratum)))
    order = np.argsort(design.stratum, kind="stable")
    ends = np.cumsum(design.sampled)
    for psus, fraction in zip(np.split(order, ends[:-1]), design.fraction, strict=True):
        if len(psus) > 1:
            drawn = random.multinomial(len(psus) - 1, np.full(len(psus), 1 / len(psus)), replicates)
            open_share = np.sqrt(1 - fraction)
            factor[:, psus] = 1 - open_share + open_share * len(psus) / (len(psus) - 1) * drawn
    return Replicates(factor[:, design.psu], np.full(replicates, 1 / max(replicates - 1, 1)))


def _rho(factors: FloatArray) -> float:
    low = factors[factors < 1]
    rho = float(np.median(low)) if low.size else np.nan
    expected = np.where(factors < 1, rho, 2 - rho)
    if not np.allclose(factors, expected, rtol=0, atol=1e-3):
        raise MethodError("fay_rho")
    return rho
