"""How unequal weights and likeness within PSUs inflate variances, learned from all cells."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import nnls
from scipy.sparse import coo_array

from analysis.arrays import BoolArray, FloatArray, IntArray, count_by, sum_by
from analysis.estimation.linearisation import Linearised
from analysis.estimation.variance import LonelyRule, variances
from analysis.sampling.design import Design
from analysis.sampling.totals import PsuTotals

LARGE = 8
"""A cell with at least so many answers, from two PSUs, tells something."""
LEAST_CELLS = 30
LEAST_FREEDOM = 30
LEAST_EFFECT = 0.25
ASSUMED_CLUSTERING = 0.05
"""What is taken for ρ where there are too few cells, or PSUs, to learn it from."""


@dataclass(frozen=True)
class Clustering:
    """What the cells of a table share.

    Attributes
    ----------
    weight_effect
        d0: the variance relative to that of independent answers with the same weights. Below 1
        where calibration explains the answers.
    within
        ρ, correlation of two answers from a PSU within a cell, 0 to 1.
    shared
        Correlation of two answers from a PSU in different cells, 0 to ρ.
    cells
        How many cells it was learned from.
    assumed
        Whether they were too few: d0 is 1 then, and ρ is :data:`ASSUMED_CLUSTERING`.
    """

    weight_effect: float
    within: float
    shared: float
    cells: int
    assumed: bool

    def inflation(self, rows: PsuTotals, cells: int) -> FloatArray:
        """The variance of every cell's mean relative to that of a single answer."""
        weight = rows.per_domain(rows.w, cells)
        of_answers = rows.per_domain(rows.ww, cells)
        of_psus = rows.per_domain(rows.w**2, cells)
        with np.errstate(divide="ignore", invalid="ignore"):
            result: FloatArray = (
                self.weight_effect * of_answers + self.within * np.maximum(of_psus - of_answers, 0)
            ) / weight**2
        return result


@dataclass(frozen=True)
class Levers:
    """Per PSU and cell: its residual, what a full correlation would make of it, and how sure it is.

    Attributes
    ----------
    z
        Σ w(y − R), what calibration explains taken out.
    lever
        l: the product of two levers is what a correlation of 1 would add to that of two z.
    precision
        One over the variance of z; 0 where a cell has one PSU.
    """

    z: FloatArray
    lever: FloatArray
    precision: FloatArray


def learned(rows: PsuTotals, design: Design, residuals: Linearised, unit: FloatArray) -> Clustering:
    r"""Learn d0 and ρ by non-negative least squares over cells, and what cells of a PSU share.

    .. math:: E\,v_c = \sigma^2_c (d_0 a_c + \rho\, b_c) \frac{q_c}{W_c^2}, \qquad
              a_c = \sum_h \frac{n_h}{n_h - 1} \Big\{\sum_{i \in h} A(q_i, w_i)
              - \frac{1}{n_h} A(q_h, w_h)\Big\} \Big/ q_c, \qquad
              A(q, w) = q \Big(1 - \frac{2w}{W}\Big) + \frac{w^2}{W^2} q_c

    with v the Taylor variance, q sums of squared weights, h a stratum; b likewise, of
    :math:`w_i^2 - q_i` in place of :math:`q_i`. Each cell counts with its degrees of freedom.

    .. math:: \hat\rho_{shared} = \frac{\sum_i \sum_{c \ne d} g_{ic} g_{id}\, z_{ic} z_{id}\,
              l_{ic} l_{id}}{\sum_i \sum_{c \ne d} g_{ic} g_{id}\, l_{ic}^2 l_{id}^2}, \qquad
              l_{ic} = \sigma_c w_{ic} \Big(1 - \frac{w_{ic}}{W_c}\Big)

    with z the residual of a PSU, g one over its variance.

    Parameters
    ----------
    rows
        Totals of the cells by PSU.
    design
        All sampled PSUs; what lies within them does not matter here.
    residuals
        Linearised PSU totals of the cells' means, what calibration explains taken out.
    unit
        Variance of single answers, per cell.

    Returns
    -------
    Clustering

    Notes
    -----
    By cell, not by PSU: where weights follow the answers the large residuals of single PSUs would
    pull d0 up, to twice what holds for the means. Where all PSUs are alike d0 and ρ cannot be told
    apart: one more observation says d0 = 1.
    """
    first = replace(design, fraction=np.zeros(len(design.strata)), within=None)
    parts = _Parts.of(rows, first, len(unit))
    large = parts.known & (parts.n >= LARGE) & (unit > 0)
    if large.sum() < LEAST_CELLS or parts.freedom_in_all < LEAST_FREEDOM:
        assumed = ASSUMED_CLUSTERING
        return Clustering(1.0, assumed, assumed, int(large.sum()), assumed=True)
    taylor = variances(residuals, first, domains=len(unit), lonely=LonelyRule("remove"))
    y = (taylor * parts.weight**2)[large] / (unit * parts.ww)[large]
    a, b = parts.expected(rows.ww, parts.ww), parts.expected(rows.w**2 - rows.ww, parts.rest)
    effect, within = _fitted(y, a[large], b[large], np.sqrt(parts.freedom[large]))
    found = Clustering(effect, within, within, int(large.sum()), assumed=False)
    levers = _levers(parts, residuals, unit, found)
    return replace(found, shared=min(_shared(rows, levers), within))


def levers_of(
    rows: PsuTotals, design: Design, residuals: Linearised, unit: FloatArray, known: Clustering
) -> Levers:
    """What every PSU says of the correlation between two cells it has answers in.

    Parameters
    ----------
    rows, design, residuals, unit
        As for :func:`learned`.
    known
        What was learned of the cells.

    Returns
    -------
    Levers
    """
    first = replace(design, fraction=np.zeros(len(design.strata)), within=None)
    return _levers(_Parts.of(rows, first, len(unit)), residuals, unit, known)


def _levers(parts: "_Parts", residuals: Linearised, unit: FloatArray, known: Clustering) -> Levers:
    rows, cell = parts.rows, parts.rows.domain
    noise = known.weight_effect * parts.single(rows.ww, parts.ww)
    noise = noise + known.within * parts.single(rows.w**2 - rows.ww, parts.rest)
    psus = int(max(rows.psu.max(initial=0), residuals.psu.max(initial=0))) + 1
    table = coo_array((residuals.z, (residuals.domain, residuals.psu)), (len(unit), psus)).tocsr()
    used = (parts.freedom[cell] >= 1) & (noise > 1e-12 * rows.w**2)
    return Levers(
        z=np.asarray(table[cell, rows.psu]).ravel() * parts.weight[cell],
        lever=np.sqrt(unit[cell]) * rows.w * (1 - rows.w / parts.weight[cell]),
        precision=np.where(used, 1 / np.where(used, unit[cell] * noise, 1.0), 0.0),
    )


def _fitted(y: FloatArray, a: FloatArray, b: FloatArray, root: FloatArray) -> tuple[float, float]:
    columns = np.vstack([np.column_stack([a, b]) * root[:, None], [1.0, 0.0]])
    (effect, within), _ = nnls(columns, np.append(y * root, 1.0))
    if effect < LEAST_EFFECT:
        effect = LEAST_EFFECT
        within = max(float((b * (y - effect * a)) @ root**2 / (b**2 @ root**2)), 0.0)
    return float(effect), min(float(within), 1.0)


@dataclass(frozen=True)
class _Parts:
    """Sums per cell, and the strata that its PSUs lie in."""

    rows: PsuTotals
    n: FloatArray
    weight: FloatArray
    ww: FloatArray
    rest: FloatArray
    freedom: IntArray
    freedom_in_all: int
    group: IntArray
    cell_of: IntArray
    n_h: IntArray

    @classmethod
    def of(cls, rows: PsuTotals, design: Design, cells: int) -> "_Parts":
        strata = max(len(design.strata), 1)
        of_row = design.stratum[rows.psu]
        keys, group = np.unique(rows.domain * strata + of_row, return_inverse=True)
        ww = rows.per_domain(rows.ww, cells)
        psus = np.unique(rows.psu)
        return cls(
            rows=rows,
            n=rows.per_domain(rows.n, cells),
            weight=rows.per_domain(rows.w, cells),
            ww=ww,
            rest=np.maximum(rows.per_domain(rows.w**2, cells) - ww, 0),
            freedom=count_by(rows.domain, cells) - count_by(keys // strata, cells),
            freedom_in_all=len(psus) - len(np.unique(design.stratum[psus])),
            group=group,
            cell_of=keys // strata,
            n_h=design.sampled[keys % strata],
        )

    @property
    def known(self) -> BoolArray:
        result: BoolArray = (self.freedom >= 1) & (self.ww > 0)
        return result

    def single(self, q: FloatArray, whole: FloatArray) -> FloatArray:
        """A of every PSU in every cell."""
        return self._of(q, self.rows.w, whole, self.rows.domain)

    def expected(self, q: FloatArray, whole: FloatArray) -> FloatArray:
        """A of every cell, or b."""
        groups = len(self.cell_of)
        spread = sum_by(self.group, self.single(q, whole), groups)
        q_h, w_h = sum_by(self.group, q, groups), sum_by(self.group, self.rows.w, groups)
        centre = self._of(q_h, w_h, whole, self.cell_of) / self.n_h
        scale = np.where(self.n_h > 1, self.n_h / np.maximum(self.n_h - 1, 1), 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            result: FloatArray = sum_by(self.cell_of, scale * (spread - centre), len(self.ww))
            return result / self.ww

    def _of(self, q: FloatArray, w: FloatArray, whole: FloatArray, cell: IntArray) -> FloatArray:
        share = w / self.weight[cell]
        result: FloatArray = q * (1 - 2 * share) + share**2 * whole[cell]
        return result


def _shared(rows: PsuTotals, levers: Levers) -> float:
    def pairs(values: FloatArray) -> float:
        """Add the products of two different cells of a PSU up over all PSUs."""
        return float((sum_by(rows.psu, values, 0) ** 2).sum() - (values**2).sum())

    below = pairs(levers.precision * levers.lever**2)
    above = pairs(levers.precision * levers.z * levers.lever)
    return max(above / below, 0.0) if below > 0 else 0.0
