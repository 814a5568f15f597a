"""A table of cells area × item as the area models take it: means, and how their errors go."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray, sum_by
from analysis.cluster_variance.clustering import LARGE
from analysis.cluster_variance.pooled_variance import PooledVariances
from analysis.estimation.linearisation import Linearised, primary
from analysis.sampling.design import Design


@dataclass(frozen=True)
class AreaCells:
    """The cells a model is fitted to, areas × items.

    Attributes
    ----------
    direct
        Hájek mean; NaN for a cell without answers.
    n, weight
        Answers and sum of their weights.
    variance
        Sampling variance in squared units; NaN for a cell the model may not look at.
    correlation
        Correlation of the sampling errors of two items in one area, 0 to 1.
    """

    direct: FloatArray
    n: IntArray
    weight: FloatArray
    variance: FloatArray
    correlation: float


def area_cells(
    pooled: PooledVariances, design: Design, *, areas: int, shown: BoolArray | None = None
) -> AreaCells:
    """Lay cells out as a table.

    Parameters
    ----------
    pooled
        Their means and variances; the number of a cell is area × items + item.
    design
        All sampled PSUs.
    areas
        Number of areas.
    shown
        Areas × items; what is False is no observation: a model must not carry what is hidden.

    Returns
    -------
    AreaCells
    """
    items = len(pooled.item) // areas
    psi = pooled.variance.reshape(areas, items)
    seen = np.where(np.ones_like(psi, dtype=bool) if shown is None else shown, psi, np.nan)
    n = pooled.n.reshape(areas, items)
    within = within_areas(pooled.residuals, replace(design, within=None), areas=areas, items=items)
    return AreaCells(
        direct=pooled.direct.reshape(areas, items),
        n=n,
        weight=pooled.weight.reshape(areas, items),
        variance=seen,
        correlation=_correlation(within, np.where(n >= LARGE, psi, np.nan)),
    )


def within_areas(linearised: Linearised, design: Design, *, areas: int, items: int) -> FloatArray:
    """The covariance matrix of the items of every area.

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
        Areas × items × items, as :func:`analysis.estimation.variance.covariance` for each area.
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


def _correlation(covariance: FloatArray, variance: FloatArray) -> float:
    items = variance.shape[1]
    with np.errstate(invalid="ignore"):
        scaled = covariance / np.sqrt(variance[:, :, None] * variance[:, None, :])
    pairs = scaled[:, *np.triu_indices(items, 1)]
    known = ~np.isnan(pairs)
    return float(np.clip(pairs[known].mean(), 0, 0.99)) if known.any() else 0.0
