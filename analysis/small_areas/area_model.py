"""Everything a table area × item knows of its cells: pooled variances and the two-level model."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.cluster_variance.pooled_variance import PooledVariances, pooled_variances
from analysis.estimation.residuals import Adjustment
from analysis.method_errors import MethodError
from analysis.sampling.design import Design
from analysis.sampling.totals import PsuTotals
from analysis.small_areas.area_cells import AreaCells, area_cells
from analysis.small_areas.benchmarking import benchmarked
from analysis.small_areas.bounded_scale import BoundedTwoLevel, two_level_between


@dataclass(frozen=True)
class AreaModel:
    """Pooled variances of a table, and a model that is fitted when it is first asked for.

    Attributes
    ----------
    pooled
        Direct means and variances, one per cell; its number is area × items + item.
    cells
        The same as a table; cells that are not shown have no variance in it.
    shown
        Areas × items: which cells the model may look at.
    least_areas
        Areas with answers that a model needs.
    """

    pooled: PooledVariances
    cells: AreaCells
    shown: BoolArray
    least_areas: int

    @cached_property
    def fit(self) -> BoundedTwoLevel | None:
        """The two-level model; None if there are too few areas, or cells, for one."""
        if self.df + 1 < self.least_areas:
            return None
        try:
            return two_level_between(self.cells)
        except ValueError:
            return None

    @cached_property
    def values(self) -> FloatArray:
        """Benchmarked model-based means, areas × items; NaN where there is none.

        Each item is moved so that its shown cells average to their direct mean.
        """
        if self.fit is None:
            return np.full(self.shown.shape, np.nan)
        values, held = self.fit.values.copy(), self._seen
        for item in np.flatnonzero(held.any(axis=0)):
            inside, mse = held[:, item], self.fit.mse[:, item]
            weight = np.where(inside, self.cells.weight[:, item], 0.0)
            whole = weight[inside] @ self.cells.direct[inside, item] / weight.sum()
            values[:, item] = benchmarked(values[:, item], mse, weight, float(whole))
        return values

    @cached_property
    def shift(self) -> FloatArray:
        """What benchmarking added, areas × items."""
        return np.zeros(self.shown.shape) if self.fit is None else self.values - self.fit.values

    @cached_property
    def df(self) -> int:
        """Degrees of freedom of model-based intervals: areas with answers less one."""
        return int(self._seen.any(axis=1).sum()) - 1

    def error_of(self, coefficient: FloatArray) -> float:
        r"""The error of Σ a·mean, :math:`\sqrt{MSE(\sum a \theta) + (\sum a \cdot shift)^2}`.

        Raises
        ------
        ValueError
            If there is no model.
        """
        if self.fit is None:
            raise MethodError("areas_few")
        used = coefficient != 0
        shift = float(coefficient[used] @ self.shift[used])
        return float((self.fit.mse_of(coefficient) + shift**2) ** 0.5)

    @property
    def largest_shift(self) -> float:
        """Largest shift relative to the root of the cell's MSE: near 1 the model is doubtful."""
        if self.fit is None:
            return 0.0
        relative = np.abs(self.shift) / np.sqrt(self.fit.mse)
        return float(np.nanmax(np.where(self._seen, relative, 0)))

    @cached_property
    def _seen(self) -> BoolArray:
        result: BoolArray = ~np.isnan(self.cells.variance)
        return result


def area_model(
    totals: PsuTotals,
    design: Design,
    *,
    areas: int,
    items: int,
    least_areas: int,
    calibration: Adjustment | None = None,
    shown: BoolArray | None = None,
) -> AreaModel:
    """Pool the variances of a table, and prepare its two-level model.

    Parameters
    ----------
    totals
        PSU totals of values between 0 and 100; the domain of a cell is area × items + item.
    design
        All sampled PSUs.
    areas, items
        Size of the table.
    least_areas
        Areas with answers that a model needs.
    calibration
        What the weights were calibrated on, as for :func:`analysis.estimation.estimation.means`.
    shown
        Areas × items; the model is fitted without the cells that are not shown, and predicts them
        like cells without answers: printed, it carries nothing of them. Default: all are shown.

    Returns
    -------
    AreaModel
    """
    item = np.tile(np.arange(items), areas)
    pooled = pooled_variances(totals, design, item=item, calibration=calibration)
    every = np.ones((areas, items), dtype=bool) if shown is None else shown
    cells = area_cells(pooled, design, areas=areas, shown=every)
    return AreaModel(pooled, cells, every, least_areas)


def coefficients(
    model: AreaModel,
    area_of: IntArray,
    area: int,
    item_weights: FloatArray,
    *,
    counted: BoolArray | None = None,
) -> FloatArray:
    r"""A of one larger area: each item the mean of its cells by weight, items by theirs.

    .. math:: a_{ps} = \frac{a_s}{\sum_{s'} a_{s'}} \frac{W_{ps}}{\sum_{q \in area} W_{qs}}

    Parameters
    ----------
    model
        See :func:`area_model`.
    area_of
        Number of the larger area per row of the model, negative: in none.
    area
        The larger area wanted.
    item_weights
        a_s; items without answers in the area are left out and the others scaled up.
    counted
        Areas × items: the cells that count in the larger area; default: all.

    Returns
    -------
    FloatArray
        Rows of the model × items; they add up to 1, or are all 0.
    """
    weight = np.where((area_of == area)[:, None], model.cells.weight, 0.0)
    if counted is not None:
        weight = np.where(counted, weight, 0.0)
    whole = weight.sum(axis=0)
    planned = np.where(whole > 0, item_weights, 0.0)
    each = np.divide(planned, whole, out=np.zeros_like(whole), where=whole > 0)
    total = planned.sum()
    result: FloatArray = weight * (each / total if total > 0 else each)
    return result
