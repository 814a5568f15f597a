"""Variance with calibrated weights: what the calibration variables explain does not vary."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array

from analysis.arrays import FloatArray, IntArray, sum_by
from analysis.estimation.linearisation import Linearised


@dataclass(frozen=True)
class Calibrators:
    """What a sample was calibrated on, as sums.

    Attributes
    ----------
    sums
        PSU × variable: Σ g·d·x over the records of the PSU.
    solve
        Variable × variable: (Σ d·q·x·x')⁻¹ over the sample, so that ``solve`` times Σ d·q·x·z gives
        the coefficients B of a regression of z on x.
    """

    sums: csr_array
    solve: csr_array


@dataclass(frozen=True)
class CrossSums:
    """Sums of the calibration variables over the records of domains; each pair stands once.

    Attributes
    ----------
    domain, variable
        Codes.
    x, xy
        Σ d·q·x and Σ d·q·x·y over the records of the domain that have a value y.
    xo
        Σ d·q·x·(denominator), where ratios are wanted.
    """

    domain: IntArray
    variable: IntArray
    x: FloatArray
    xy: FloatArray
    xo: FloatArray | None = None

    def recoded(self, domain_of: IntArray) -> "CrossSums":
        """The sums for coarser domains; a negative code leaves a domain out."""
        domain = domain_of[self.domain]
        kept = domain >= 0
        base = int(self.variable.max(initial=0)) + 1
        keys, row = np.unique(domain[kept] * base + self.variable[kept], return_inverse=True)

        def summed(column: FloatArray) -> FloatArray:
            return sum_by(row, column[kept], len(keys))

        over = None if self.xo is None else summed(self.xo)
        return CrossSums(keys // base, keys % base, summed(self.x), summed(self.xy), over)


@dataclass(frozen=True)
class Adjustment:
    """Turns linearised PSU totals into PSU totals of residuals: the calibration's own variance."""

    calibrators: Calibrators
    cross: CrossSums

    def recoded(self, domain_of: IntArray) -> "Adjustment":
        """The adjustment for coarser domains."""
        return Adjustment(self.calibrators, self.cross.recoded(domain_of))

    def residuals(
        self, linearised: Linearised, *, of_y: FloatArray, of_one: FloatArray
    ) -> Linearised:
        r"""Take what the calibration variables explain out of linearised PSU totals.

        With z = a_d·y − b_d·(1 or the denominator) per record before its final weight,

        .. math:: B = \Big(\sum d q x x'\Big)^{-1} \sum d q x z, \qquad
                  \sum_{r \in i} g_r d_r e_r = z_i - \Big(\sum_{r \in i} g_r d_r x_r\Big)' B

        Parameters
        ----------
        linearised
            Linearised PSU totals Σ g·d·z of the estimates, in their unit.
        of_y, of_one
            a and b per domain.

        Returns
        -------
        Linearised
            PSU totals Σ g·d·e; PSUs without members of a domain may occur in it now.

        References
        ----------
        Särndal, Swensson & Wretman (1992), §6.6; equals R survey ``postStratify`` and
        ``calibrate`` to 1e-12. R's ``rake`` stops sweeping residuals early and can differ.
        """
        domains, shape = len(of_y), self.calibrators.sums.shape
        domain, below = self.cross.domain, self.cross.x if self.cross.xo is None else self.cross.xo
        # A domain without weight has no estimate; what is not a number must not spread from it.
        crossed = np.nan_to_num(of_y[domain] * self.cross.xy - of_one[domain] * below)
        products = csr_array((crossed, (self.cross.variable, domain)), shape=(shape[1], domains))
        total = coo_array(
            (linearised.z, (linearised.psu, linearised.domain)), shape=(shape[0], domains)
        ).tocsr()
        left = (total - self.calibrators.sums @ (self.calibrators.solve @ products)).tocoo()
        return Linearised(
            domain=left.coords[1].astype(np.int64), psu=left.coords[0].astype(np.int64), z=left.data
        )


def adjustment(
    *,
    psu: ArrayLike,
    psus: int,
    base: ArrayLike,
    g: ArrayLike,
    x: ArrayLike,
    domain: ArrayLike,
    value: ArrayLike,
    over: ArrayLike | None = None,
    scale: ArrayLike | None = None,
) -> Adjustment:
    """Add calibrated records up to what their estimates' variances need.

    Parameters
    ----------
    psu, psus
        PSU code per record, number of PSUs.
    base, g
        Base weight d and calibration factor g per record; the final weight is their product.
    x
        Calibration variables, records × variables; they may depend on each other linearly.
    domain, value, over
        As for :func:`analysis.sampling.totals.psu_totals`, one per record.
    scale
        q of :func:`analysis.weighting.calibration.calibrated`, one per record; default 1.

    Returns
    -------
    Adjustment
        To be given to :func:`analysis.estimation.estimation.means` and its like.
    """
    d, matrix = np.asarray(base, dtype=np.float64), np.asarray(x, dtype=np.float64)
    dq = d if scale is None else d * np.asarray(scale, dtype=np.float64)
    variables = matrix.shape[1]
    final = matrix * (d * np.asarray(g))[:, None]
    place = np.asarray(psu, dtype=np.int64)
    sums = np.zeros((psus, variables))
    np.add.at(sums, place, final)
    products = (matrix * dq[:, None]).T @ matrix
    # Counts and money in one matrix: brought to one size first, so that both stay exact.
    size = np.sqrt(np.diag(products))
    size[size == 0] = 1.0
    scaled = products / np.outer(size, size)
    inverse = np.linalg.pinv(scaled, hermitian=True) / np.outer(size, size)
    cross = _cross_sums(
        np.asarray(domain, dtype=np.int64),
        np.asarray(value, dtype=np.float64),
        matrix * dq[:, None],
        over=None if over is None else np.asarray(over, dtype=np.float64),
    )
    return Adjustment(Calibrators(csr_array(sums), csr_array(inverse)), cross)


def _cross_sums(
    domain: IntArray, y: FloatArray, dqx: FloatArray, *, over: FloatArray | None
) -> CrossSums:
    counted = (domain >= 0) & ~np.isnan(y) & (True if over is None else ~np.isnan(over))
    domains, variables = int(domain.max(initial=0)) + 1, dqx.shape[1]

    def summed(values: FloatArray) -> FloatArray:
        result = np.zeros((domains, variables))
        np.add.at(result, domain[counted], dqx[counted] * values[counted, None])
        return result.ravel()

    return CrossSums(
        domain=np.repeat(np.arange(domains), variables),
        variable=np.tile(np.arange(variables), domains),
        x=summed(np.ones(len(y))),
        xy=summed(y),
        xo=None if over is None else summed(over),
    )
