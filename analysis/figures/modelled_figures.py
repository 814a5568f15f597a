"""The figures of the index table as they are shown: pooled variances, models of thin cells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray, count_by
from analysis.figures.satisfaction import SCALES, CellTotals, Figure, Scale
from analysis.small_areas.area_model import AreaModel, area_model, coefficients
from analysis.small_areas.shown_estimates import Rule, shown_estimate
from schemas.rules.thresholds import Thresholds


@dataclass(frozen=True)
class CellModels:
    """What the cells province × service share, and a two-level model of them, for each scale."""

    services: tuple[str, ...]
    index: AreaModel
    satisfied: AreaModel

    def of(self, scale: Scale) -> AreaModel:
        """The model of a scale."""
        return self.index if scale == "index" else self.satisfied


def cell_models(
    cells: CellTotals, limits: Thresholds, *, shown: BoolArray | None = None
) -> CellModels:
    """Pool the variances of all provinces and services of a round, for both scales.

    Parameters
    ----------
    cells
        PSU totals; 20 to 60 ms per scale for 81 × 9 cells, whatever the number of interviews, once
        a figure asks for the model.
    limits
        The thresholds in force.
    shown
        Provinces × services that the model may look at, see
        :func:`analysis.small_areas.area_model.area_model`; default: those with enough answers and
        PSUs to be shown at all.

    Returns
    -------
    CellModels
    """
    every = np.arange(len(cells.provinces) * len(cells.services))
    seen = _large_enough(cells, limits) if shown is None else shown
    index, satisfied = (
        area_model(
            cells.of(scale),
            cells.design,
            areas=len(cells.provinces),
            items=len(cells.services),
            least_areas=limits.model_needs_provinces,
            calibration=cells.adjustment(scale, every),
            shown=seen,
        )
        for scale, _ in SCALES
    )
    return CellModels(cells.services, index, satisfied)


def shown_figures(
    figures: Sequence[Figure],
    models: CellModels,
    area_of: IntArray,
    *,
    weights: FloatArray,
    limits: Thresholds,
) -> list[Figure]:
    """Figures the values and intervals they are shown with.

    Parameters
    ----------
    figures
        Of :func:`analysis.figures.satisfaction.service_figures` or ``composite_figures``.
    models
        See :func:`cell_models`.
    area_of
        Area number per province, as the figures were made with.
    weights
        Areas × all services of the models: the weights of a composite.
    limits
        The thresholds in force.

    Returns
    -------
    list of Figure
        In the order given, see :func:`analysis.small_areas.shown_estimates.shown_estimate`.
    """
    return [_shown(figure, models, area_of, weights, limits) for figure in figures]


def shown_cells(model: AreaModel, limits: Thresholds) -> FloatArray:
    """What an average of a province is made of: what is shown, else what the model says.

    Parameters
    ----------
    model
        Of a scale.
    limits
        The thresholds in force.

    Returns
    -------
    FloatArray
        Areas × items; NaN for a cell without answers, and for one that is not shown where there is
        no model.
    """
    own = model.shown & (
        np.full(model.shown.shape, model.fit is None)
        | (model.cells.n >= limits.model_based_below_answers)
    )
    cells = np.where(own, model.cells.direct, model.values)
    result: FloatArray = np.where(model.cells.weight > 0, cells, np.nan)
    return result


def _large_enough(cells: CellTotals, limits: Thresholds) -> BoolArray:
    size = len(cells.provinces) * len(cells.services)
    enough: BoolArray = (
        cells.index.per_domain(cells.index.n, size) >= limits.suppress_below_answers
    ) & (count_by(cells.index.domain, size) >= limits.suppress_below_psus)
    return enough.reshape(len(cells.provinces), len(cells.services))


def _shown(
    figure: Figure,
    models: CellModels,
    area_of: IntArray,
    weights: FloatArray,
    limits: Thresholds,
) -> Figure:
    is_share = figure.measure.endswith("satisfied")
    model = models.of("satisfied" if is_share else "index")
    share = _service_share(figure, models.services, weights[figure.area])
    inside = coefficients(model, area_of, figure.area, share)
    made = shown_estimate(figure.estimate, model, inside, Rule.of(limits, share=is_share))
    return replace(figure, estimate=made)


def _service_share(figure: Figure, services: Sequence[str], weights: FloatArray) -> FloatArray:
    """The weight of each service in a figure: one service, or a composite's."""
    if figure.service is None:
        return weights
    return np.array([float(code == figure.service) for code in services])
