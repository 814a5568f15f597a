"""The change of the figures of the index table between two rounds."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.cluster_variance.pooled_change import pooled_covariances
from analysis.estimation.estimation import Estimate, mean_residuals
from analysis.estimation.linearisation import Linearised, combined, linearised_means
from analysis.figures.change import Change, Measured, changes
from analysis.figures.contribution import Contributions, contributions
from analysis.figures.modelled_figures import CellModels
from analysis.figures.satisfaction import (
    SCALES,
    CellTotals,
    Scale,
    composite_coefficients,
    domains_of,
)
from analysis.sampling.totals import recoded
from analysis.small_areas.area_model import coefficients


@dataclass(frozen=True)
class RoundFigures:
    """The figures of one round, and what they were made of.

    Attributes
    ----------
    figures
        As printed, one per measure, area and service (or average), in this order; without a value
        where there is none.
    cells
        PSU totals.
    models
        What their variances were learned as.
    area_of
        Area number per place of the cells, as the figures were made with.
    units
        What each PSU is called in every round; None if it is visited in this one only.
    """

    figures: Sequence[Estimate]
    cells: CellTotals
    models: CellModels
    area_of: IntArray
    units: Sequence[Hashable]


def figure_changes(
    first: RoundFigures,
    second: RoundFigures,
    *,
    services: Sequence[str],
    weights: FloatArray | None = None,
) -> tuple[Change, ...]:
    """Estimate the change of every figure, see :func:`analysis.figures.change.changes`.

    Parameters
    ----------
    first, second
        Both rounds; the same figures in the same order.
    services
        The services wanted.
    weights
        Areas × services, the weights of composites; None: the figures are single services.

    Returns
    -------
    tuple of Change
        In the order of the figures.
    """
    every: list[Change] = []
    half = len(first.figures) // len(SCALES)
    for position, (scale, _) in enumerate(SCALES):
        part = slice(position * half, (position + 1) * half)
        before, after = (
            Measured(
                held.figures[part],
                _linearised(held.cells, scale, held.area_of, services, weights),
                held.cells.design,
                held.units,
            )
            for held in (first, second)
        )
        shares = tuple(_coefficients(held, scale, services, weights) for held in (first, second))
        pooled = pooled_covariances(
            first.models.of(scale).pooled,
            second.models.of(scale).pooled,
            (first.units, second.units),
            (shares[0], shares[1]),
        )
        every += [_on_the_scale(change) for change in changes(before, after, pooled=pooled)]
    return tuple(every)


def _on_the_scale(change: Change) -> Change:
    """End the interval where a change from one end of the scale to the other ends."""
    if change.low is None or change.high is None:
        return change
    return replace(change, low=max(change.low, -100.0), high=min(change.high, 100.0))


def _coefficients(
    held: RoundFigures,
    scale: Scale,
    services: Sequence[str],
    weights: FloatArray | None,
) -> FloatArray:
    """A of every figure of a scale, figures × cells."""
    model, every, area_of = held.models.of(scale), held.models.services, held.area_of
    position = [every.index(service) for service in services]
    areas = range(int(area_of.max(initial=-1)) + 1)
    if weights is None:
        planned = [(area, np.eye(len(every))[at]) for area in areas for at in position]
    else:
        spread = np.zeros((len(weights), len(every)))
        spread[:, position] = weights
        planned = [(area, spread[area]) for area in areas]
    return np.stack([coefficients(model, area_of, *plan).ravel() for plan in planned])


def national_contributions(
    first: CellTotals, second: CellTotals, service: str, scale: Scale, *, places: int
) -> Contributions:
    """Split the change of a service's national mean into the provinces' contributions.

    Parameters
    ----------
    first, second
        PSU totals of both rounds; the split is of the direct means.
    service
        The service.
    scale
        Index or satisfied share.
    places
        How many of the places are provinces; they come first.

    Returns
    -------
    Contributions
        One per province, in points of the national mean.

    Raises
    ------
    ValueError
        If nobody rated the service in one of the rounds.
    """
    means, weights = [], []
    for cells in (first, second):
        size = len(cells.provinces) * len(cells.services)
        totals = cells.of(scale)
        column = np.arange(places) * len(cells.services) + cells.services.index(service)
        weight = totals.per_domain(totals.w, size)[column]
        sums = totals.per_domain(totals.wy, size)[column]
        means.append(np.divide(sums, weight, out=np.zeros_like(sums), where=weight > 0))
        weights.append(weight)
    return contributions(*means, first_weight=weights[0], second_weight=weights[1])


def _linearised(
    cells: CellTotals,
    scale: Scale,
    area_of: IntArray,
    services: Sequence[str],
    weights: FloatArray | None,
) -> Linearised:
    areas = int(area_of.max(initial=-1)) + 1
    domain_of = domains_of(cells, area_of, services)
    totals = recoded(cells.of(scale), domain_of)
    mean, single = linearised_means(totals, areas * len(services))
    left = mean_residuals(single, totals, mean, cells.adjustment(scale, domain_of))
    if weights is None:
        return left
    coefficient, _ = composite_coefficients(totals, weights)
    group = np.where(coefficient != 0, np.repeat(np.arange(areas), len(services)), -1)
    return combined(left, group=group, coefficient=coefficient)
