"""Sampling variances of many small cells, borrowed from all of them together.

A cell's own Taylor variance is itself a guess: with a handful of PSUs it is so unsure that its
interval covers far too rarely. What the cells of a table share — the spread of answers within an
item, the design effect, the correlation between items of one area — is known much better.
"""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray, count_by, sum_by
from analysis.design import Design
from analysis.estimation import mean_residuals
from analysis.linearisation import Linearised, linearised_means, primary
from analysis.residuals import Adjustment
from analysis.totals import PsuTotals
from analysis.variance import variances

LARGE = 8
"""Cells with at least so many answers tell the design effect and the correlation."""
MANY_PSUS = 5
LEAST_EFFECT = 0.25


@dataclass(frozen=True)
class Smoothed:
    r"""Direct means of the cells area × item, with variances smoothed over the table.

    Attributes
    ----------
    direct
        Hájek mean, areas × items; NaN for a cell without answers.
    n, weight
        Answers and sum of their weights, areas × items.
    variance
        Smoothed sampling variance ψ in squared units; NaN for a cell without answers or weight.
    correlation
        ρ, the correlation of the sampling errors of two items in one area, 0 to 1.
    unit_variance
        Variance of single answers within cells, per item.
    design_effect
        D, the Taylor variance relative to what unequal weights alone would give.
    large
        How many cells D was learned from; 0: none was large enough, and D is 1.
    """

    direct: FloatArray
    n: IntArray
    weight: FloatArray
    variance: FloatArray
    correlation: float
    unit_variance: FloatArray
    design_effect: float
    large: int


def smoothed(
    totals: PsuTotals,
    design: Design,
    *,
    areas: int,
    items: int,
    calibration: Adjustment | None = None,
) -> Smoothed:
    r"""Smooth the sampling variances of the cells of a table.

    .. math:: \sigma^2_s = \frac{\sum_{r \in s} w_r (y_r - R_{ps})^2}{\sum_{r \in s} w_r}
              \cdot \frac{\sum_p n_{ps}}{\sum_p (n_{ps} - 1)}, \qquad
              \psi_{ps} = D\,\sigma^2_s \Big/ \frac{(\sum w)^2}{\sum w^2}

    with D the mean of the Taylor variance relative to :math:`\psi_{ps}/D` over the large cells, and
    ρ the mean correlation of the Taylor errors of two items over areas where both cells are large.

    Parameters
    ----------
    totals
        PSU totals; the domain of a cell is area × items + item.
    design
        All sampled PSUs.
    areas, items
        Size of the table.
    calibration
        What the weights were calibrated on, as for :func:`analysis.estimation.means`.

    Returns
    -------
    Smoothed

    Notes
    -----
    A cell is large with :data:`LARGE` answers from :data:`MANY_PSUS` PSUs, or from all but one of
    those sampled in its strata if they are fewer. An item with one answer per cell throughout has
    no variance within cells: it takes the mean of the other items'.

    References
    ----------
    Generalised variance functions: Wolter (2007), Introduction to Variance Estimation, ch. 7;
    smoothing before an area model: You & Chapman (2006), Survey Methodology 32.
    """
    cells = areas * items
    mean, own = linearised_means(totals, cells)
    taylor = mean_residuals(own, totals, mean, calibration)
    n = np.rint(totals.per_domain(totals.n, cells)).astype(np.int64)
    weight = totals.per_domain(totals.w, cells)
    unit = _unit_variance(totals, mean, n, items)
    with np.errstate(divide="ignore", invalid="ignore"):
        base = np.tile(unit, areas) * totals.per_domain(totals.ww, cells) / weight**2
    known = (n > 0) & np.isfinite(base) & (base > 0)
    large = known & _is_large(own, design, n)
    ratio = variances(taylor, design, domains=cells)[large] / base[large]
    # Not cut off at 1: where the weights follow the answers Kish's size is too small by far, and a
    # variance that is too large leaves the area model nothing to find between cells.
    effect = max(LEAST_EFFECT, float(ratio.mean())) if large.any() else 1.0
    psi = np.where(known, effect * base, np.nan).reshape(areas, items)
    several = np.where(n.reshape(areas, items) >= LARGE, psi, np.nan)
    return Smoothed(
        direct=mean.reshape(areas, items),
        n=n.reshape(areas, items),
        weight=weight.reshape(areas, items),
        variance=psi,
        correlation=_correlation(within_areas(taylor, design, areas=areas, items=items), several),
        unit_variance=unit,
        design_effect=effect,
        large=int(large.sum()),
    )


def within_areas(linearised: Linearised, design: Design, *, areas: int, items: int) -> FloatArray:
    """Give the covariance matrix of the items of every area.

    Parameters
    ----------
    linearised
        Linearised totals; the domain of a cell is area × items + item.
    design
        All sampled PSUs. Strata with one PSU contribute nothing.
    areas, items
        Size of the table.

    Returns
    -------
    FloatArray
        Areas × items × items, as :func:`analysis.variance.covariance` for each area.
    """
    linearised = primary(linearised, design)
    area, item = linearised.domain // items, linearised.domain % items
    rows, row = np.unique(area * len(design.stratum) + linearised.psu, return_inverse=True)
    z = np.zeros((len(rows), items))
    z[row, item] = linearised.z
    stratum = design.stratum[rows % len(design.stratum)]
    strata = len(design.strata)
    groups, group = np.unique(rows // len(design.stratum) * strata + stratum, return_inverse=True)
    n_h = design.sampled[groups % strata]
    scale = np.where(
        n_h > 1, (1 - design.fraction[groups % strata]) * n_h / np.maximum(n_h - 1, 1), 0.0
    )
    total = np.column_stack([sum_by(group, column, len(groups)) for column in z.T])
    result = np.zeros((areas, items, items))
    products = (z * scale[group, None])[:, :, None] * z[:, None, :]
    np.add.at(result, rows // len(design.stratum), products)
    centre = (total * (scale / n_h)[:, None])[:, :, None] * total[:, None, :]
    np.subtract.at(result, groups // strata, centre)
    return result


def _unit_variance(totals: PsuTotals, mean: FloatArray, n: IntArray, items: int) -> FloatArray:
    cells = len(mean)
    weight = totals.per_domain(totals.w, cells)
    known = np.nan_to_num(mean)
    squares = np.maximum(totals.per_domain(totals.wyy, cells) - known**2 * weight, 0)

    def per_item(column: FloatArray | IntArray) -> FloatArray:
        summed: FloatArray = column.reshape(-1, items).sum(axis=0).astype(np.float64)
        return summed

    free = per_item(np.maximum(n - 1, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        own = per_item(squares) / per_item(weight) * per_item(n) / free
        every = float(squares.sum() / weight.sum() * n.sum() / np.maximum(n - 1, 0).sum())
    result: FloatArray = np.where(free > 0, own, every)
    return result


def _is_large(linearised: Linearised, design: Design, n: IntArray) -> BoolArray:
    linearised = primary(linearised, design)
    cells, strata = len(n), len(design.strata)
    psus = count_by(linearised.domain, cells)
    pairs = np.unique(linearised.domain * strata + design.stratum[linearised.psu])
    possible = sum_by(pairs // strata, design.sampled[pairs % strata] - 1, cells)
    return (n >= LARGE) & (psus >= 2) & (psus >= np.minimum(MANY_PSUS, possible))


def _correlation(covariance: FloatArray, variance: FloatArray) -> float:
    items = variance.shape[1]
    with np.errstate(invalid="ignore"):
        scaled = covariance / np.sqrt(variance[:, :, None] * variance[:, None, :])
    pairs = scaled[:, *np.triu_indices(items, 1)]
    known = ~np.isnan(pairs)
    return float(np.clip(pairs[known].mean(), 0, 0.99)) if known.any() else 0.0
