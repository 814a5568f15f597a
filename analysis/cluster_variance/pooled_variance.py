"""Sampling variances of many small cells, learned from all of them together.

A cell's own Taylor variance is itself a guess: with two or three PSUs it is a lottery, and it would
tell the mean of the smaller one. What all cells share is known much better: how much unequal
weights cost, how alike answers within a PSU are, and how answers to an item are spread.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray, sum_by
from analysis.cluster_variance.clustering import Clustering, Levers, learned, levers_of
from analysis.cluster_variance.scale_intervals import PERCENT
from analysis.estimation.estimation import mean_residuals
from analysis.estimation.linearisation import Linearised, linearised_means, primary
from analysis.estimation.residuals import Adjustment
from analysis.sampling.design import Design
from analysis.sampling.totals import PsuTotals, merged

ENOUGH_ANSWERS = 20
"""An item with fewer answers in all takes the spread of all items together."""


@dataclass(frozen=True)
class PooledVariances:
    r"""Direct means of cells, with variances from what all cells share.

    Attributes
    ----------
    direct
        Hájek mean per cell; NaN for a cell without answers.
    n, weight
        Answers and sum of their weights, per cell.
    item
        What is measured, per cell; cells of an item share its spread.
    unit_variance
        σ², variance of single answers within cells, per item; never 0.
    end_variance
        M, what it would be if everybody chose an end of the scale, on average, per item; never 0.
    inflation
        Variance of a cell's mean relative to σ²; NaN for a cell without weight.
    clustering
        What the cells share.
    df
        Degrees of freedom of the intervals: PSUs with answers less their strata, at least 1.
    scale
        Ends of the scale.
    psus
        All sampled PSUs.
    rows, residuals, levers
        Totals of the cells by PSU, linearised residuals of their means, and what they tell of
        correlations.
    """

    direct: FloatArray
    n: IntArray
    weight: FloatArray
    item: IntArray
    unit_variance: FloatArray
    end_variance: FloatArray
    inflation: FloatArray
    clustering: Clustering
    df: int
    scale: tuple[float, float]
    psus: int
    rows: PsuTotals
    residuals: Linearised
    levers: Levers

    @cached_property
    def variance(self) -> FloatArray:
        """ψ of every cell in squared units; NaN for a cell without weight."""
        result: FloatArray = self.inflation * self.unit_variance[self.item]
        return result

    def variance_of(self, coefficient: FloatArray) -> float:
        r"""The variance of Σ coefficient × mean.

        .. math:: V = \sum_c a_c^2 \psi_c + \rho_c \sum_i \sum_{c \ne d} u_{ic} u_{id}, \qquad
                  u_{ic} = a_c \sigma_c w_{ic} / W_c

        Parameters
        ----------
        coefficient
            a, one per cell; 0 for cells without answers.

        Returns
        -------
        float
            In squared units.
        """
        used = coefficient != 0
        own = float((coefficient[used] ** 2 * self.variance[used]).sum())
        inside = used[self.rows.domain]
        cell = self.rows.domain[inside]
        part = coefficient[cell] * self._spread[cell] * self.rows.w[inside] / self.weight[cell]
        places, place = np.unique(self.rows.psu[inside], return_inverse=True)
        together = float((sum_by(place, part, len(places)) ** 2).sum() - (part**2).sum())
        return max(own + self.clustering.shared * together, 0.0)

    def end_variance_of(self, coefficient: FloatArray) -> float:
        """M of Σ coefficient × mean: that of its items, by their share in it."""
        share = np.abs(coefficient) / np.abs(coefficient).sum()
        return float(share @ self.end_variance[self.item])

    def simple_variance_of(self, coefficient: FloatArray) -> float:
        """Its variance under simple random sampling of the same sizes in every cell."""
        used = coefficient != 0
        single = self.unit_variance[self.item[used]] / self.n[used]
        return float((coefficient[used] ** 2 * single).sum())

    def only(self, cell: int) -> "PooledVariances":
        """One cell by itself, without what it shares with others."""
        alone, none = slice(cell, cell + 1), slice(0, 0)
        held = self.rows
        rows = PsuTotals(
            held.domain[none], held.psu[none], held.n[none], held.w[none],
            held.wy[none], held.wyy[none], held.ww[none],
        )  # fmt: skip
        return replace(
            self,
            direct=self.direct[alone],
            n=self.n[alone],
            weight=self.weight[alone],
            item=self.item[alone],
            inflation=self.inflation[alone],
            rows=rows,
        )

    @cached_property
    def _spread(self) -> FloatArray:
        result: FloatArray = np.sqrt(self.unit_variance[self.item])
        return result


def pooled_variances(
    totals: PsuTotals,
    design: Design,
    *,
    item: IntArray,
    calibration: Adjustment | None = None,
    scale: tuple[float, float] = PERCENT,
) -> PooledVariances:
    r"""Learn what the cells of a table share, and give every cell its variance.

    .. math:: \psi_c = \sigma^2_s \frac{d_0 q_c + \rho\,(\sum_i w_i^2 - q_c)}{W_c^2}, \qquad
              \sigma^2_s = \frac{\sum_{c \in s} \sum w (y - R_c)^2}{\sum_{c \in s} W_c}
              \cdot \frac{\sum n_c}{\sum (n_c - 1)}

    with :math:`w_i` the weight of a PSU in the cell and :math:`q_c` the sum of squared weights.
    With equal weights and m answers per PSU this is Kish's :math:`\sigma^2 (d_0 + (m-1)\rho)/n`.

    Parameters
    ----------
    totals
        PSU totals; their domains are the cells.
    design
        All sampled PSUs.
    item
        What is measured, one code per cell, numbered from 0.
    calibration
        What the weights were calibrated on, as for :func:`analysis.estimation.estimation.means`.
    scale
        Ends of the scale the values lie on.

    Returns
    -------
    PooledVariances

    Notes
    -----
    An item with fewer than :data:`ENOUGH_ANSWERS` answers, or whose answers are all alike, takes
    the spread of all items; where nothing varies at all, that of people at both ends of the scale.

    References
    ----------
    Generalised variance functions: Wolter (2007), Introduction to Variance Estimation, ch. 7;
    Gabler, Häder & Lahiri (1999), Survey Methodology 25 for Kish's formula as a model.
    """
    cells = len(item)
    mean, own = linearised_means(totals, cells)
    residuals = primary(mean_residuals(own, totals, mean, calibration), design)
    rows = _by_psu(totals, design)
    n = np.rint(rows.per_domain(rows.n, cells)).astype(np.int64)
    weight = rows.per_domain(rows.w, cells)
    unit, ends = _spreads(rows, mean, n, item, scale)
    found = learned(rows, design, residuals, unit[item])
    return PooledVariances(
        direct=mean,
        n=n,
        weight=weight,
        item=item,
        unit_variance=unit,
        end_variance=ends,
        inflation=found.inflation(rows, cells),
        clustering=found,
        df=max(_degrees_of_freedom(rows, design), 1),
        scale=scale,
        psus=len(design.stratum),
        rows=rows,
        residuals=residuals,
        levers=levers_of(rows, design, residuals, unit[item], found),
    )


def _by_psu(totals: PsuTotals, design: Design) -> PsuTotals:
    """The totals by PSU; with one stage they are that already."""
    held = totals.w > 0
    part = PsuTotals(
        totals.domain[held], design.psu[totals.psu[held]], totals.n[held], totals.w[held],
        totals.wy[held], totals.wyy[held], totals.ww[held],
    )  # fmt: skip
    return merged([part])


def _spreads(
    rows: PsuTotals, mean: FloatArray, n: IntArray, item: IntArray, scale: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Σ² and M per item, both above 0."""
    cells, items = len(mean), int(item.max(initial=-1)) + 1
    known = np.where(n > 0, mean, scale[0])
    weight = rows.per_domain(rows.w, cells)
    squares = np.maximum(rows.per_domain(rows.wyy, cells) - known**2 * weight, 0)
    squares[squares <= 1e-10 * rows.per_domain(rows.wyy, cells)] = 0
    distance = np.maximum(known - scale[0], 0) * np.maximum(scale[1] - known, 0)
    sums = np.stack([squares, weight, n, np.maximum(n - 1, 0), n * distance])
    of_items = np.stack([sum_by(item, part, items) for part in sums])
    widest = (scale[1] - scale[0]) ** 2 / 4
    every = _ratios(of_items.sum(axis=1)[:, None], np.full((2, 1), widest))
    found = _ratios(of_items, np.broadcast_to(every, (2, items)))
    few = of_items[2] < ENOUGH_ANSWERS
    unit, ends = np.where(few, every, found)
    return unit, ends


def _ratios(sums: FloatArray, otherwise: FloatArray) -> FloatArray:
    """Σ² and M of sums over cells; where nothing varies, what is given for that case."""
    squares, weight, n, free, distance = sums
    known: BoolArray = (squares > 0) & (free > 0) & (distance > 0)
    safe = [np.where(known, values, 1.0) for values in (weight, n, free)]
    both = np.stack([squares / safe[0] * safe[1] / safe[2], distance / safe[1]])
    result: FloatArray = np.where(known, both, otherwise)
    return result


def _degrees_of_freedom(rows: PsuTotals, design: Design) -> int:
    psus = np.unique(rows.psu)
    return len(psus) - len(np.unique(design.stratum[psus]))
