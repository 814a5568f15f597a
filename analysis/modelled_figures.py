"""The figures of the index table as they are shown: model-based where too few answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.satisfaction import SCALES, CellTotals, Figure, Scale, cut
from analysis.thin_cells import AreaModel, Rule, area_model, coefficients, shown_estimate
from schemas.thresholds import Thresholds


@dataclass(frozen=True)
class CellModels:
    """A two-level model of the cells province × service for each scale."""

    services: tuple[str, ...]
    index: AreaModel
    satisfied: AreaModel

    def of(self, scale: Scale) -> AreaModel:
        """Give the model of a scale."""
        return self.index if scale == "index" else self.satisfied


def cell_models(cells: CellTotals, limits: Thresholds) -> CellModels:
    """Fit the models of both scales to all provinces and services of a round.

    Parameters
    ----------
    cells
        PSU totals; 20 to 60 ms per scale for 81 × 9 cells, whatever the number of interviews.
    limits
        The thresholds in force.

    Returns
    -------
    CellModels
    """
    every = np.arange(len(cells.provinces) * len(cells.services))
    index, satisfied = (
        area_model(
            cells.of(scale),
            cells.design,
            areas=len(cells.provinces),
            items=len(cells.services),
            least_areas=limits.model_needs_provinces,
            calibration=cells.adjustment(scale, every),
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
    """Replace the figures that rest on too few answers, see :mod:`analysis.thin_cells`.

    Parameters
    ----------
    figures
        Of :func:`analysis.satisfaction.service_figures` or ``composite_figures``.
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
        In the order given.
    """
    return [
        _shown(each, models, area_of, weights, limits)
        if 0 < each.estimate.n < limits.model_based_below_answers
        else each
        for each in figures
    ]


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
    estimate = shown_estimate(figure.estimate, model, inside, Rule.of(limits, share=is_share))
    return replace(figure, estimate=cut(estimate))


def _service_share(figure: Figure, services: Sequence[str], weights: FloatArray) -> FloatArray:
    """Give the weight of each service in a figure: one service, or a composite's."""
    if figure.service is None:
        return weights
    return np.array([float(code == figure.service) for code in services])
