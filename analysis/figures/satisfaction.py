"""The satisfaction index (0–100) and the satisfied share, of services, areas and composites."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.arrays import FloatArray, IntArray, sum_by
from analysis.estimation.estimation import STANDARD, Estimate, Inference, combinations, means
from analysis.estimation.residuals import Adjustment, Calibrators, CrossSums
from analysis.sampling.design import Design
from analysis.sampling.totals import PsuTotals, recoded

Scale = Literal["index", "satisfied"]
Measure = Literal["index", "satisfied", "composite_index", "composite_satisfied"]

SCALES: tuple[tuple[Scale, Measure], ...] = (
    ("index", "composite_index"),
    ("satisfied", "composite_satisfied"),
)
"""Each scale, and what its average over services is called."""


@dataclass(frozen=True)
class CellCalibration:
    """What the weights of the cells were calibrated on, for the variance of their estimates.

    Attributes
    ----------
    calibrators
        Sums by PSU and weighting cell.
    index, satisfied
        Sums of the two scales by cell province × service and weighting cell.
    """

    calibrators: Calibrators
    index: CrossSums
    satisfied: CrossSums


@dataclass(frozen=True)
class CellTotals:
    """PSU totals of the cells province × service.

    Attributes
    ----------
    provinces, services
        Codes; the domain of a cell is province position × number of services + service position.
    design
        All sampled PSUs.
    index
        Totals of the respondent index, 0 to 100.
    satisfied
        Totals of the overall question, 100 where it is 4 or 5, else 0.
    ratings
        Number of ratings per cell, with or without answers.
    calibration
        What the weights were calibrated on; without it they count as known beforehand.
    """

    provinces: tuple[str, ...]
    services: tuple[str, ...]
    design: Design
    index: PsuTotals
    satisfied: PsuTotals
    ratings: IntArray
    calibration: CellCalibration | None = None

    def of(self, scale: Scale) -> PsuTotals:
        """The totals of a scale."""
        return self.index if scale == "index" else self.satisfied

    def adjustment(self, scale: Scale, domain_of: IntArray) -> Adjustment | None:
        """The calibration's share in the variance of a scale, for coarser domains."""
        held = self.calibration
        if held is None:
            return None
        cross = held.index if scale == "index" else held.satisfied
        return Adjustment(held.calibrators, cross.recoded(domain_of))


@dataclass(frozen=True)
class Figure:
    """One estimate of the table.

    Attributes
    ----------
    area
        Position of the area; areas are numbered by the caller.
    service
        Service code, or None for a composite.
    measure
        What was estimated.
    estimate
        On the scale 0 to 100; a design-based interval is cut off there. What is shown of it is said
        in :mod:`analysis.small_areas.shown_estimates`.
    coverage
        Of a composite, the share of its services, by weight, that have answers; else 1.
    """

    area: int
    service: str | None
    measure: Measure
    estimate: Estimate
    coverage: float = 1.0


def service_figures(
    cells: CellTotals,
    area_of: IntArray,
    *,
    services: Sequence[str],
    inference: Inference = STANDARD,
) -> list[Figure]:
    """Estimate both measures for every area × service.

    Parameters
    ----------
    cells
        PSU totals.
    area_of
        Area number per province, from 0; negative leaves the province out.
    services
        The services wanted.
    inference
        See :class:`analysis.estimation.estimation.Inference`.

    Returns
    -------
    list of Figure
        By measure, area, service. An area of several provinces is one domain over their strata:
        persons count by their weight, not provinces alike.
    """
    areas = int(area_of.max(initial=-1)) + 1
    domain_of = domains_of(cells, area_of, services)
    figures = []
    for measure, _ in SCALES:
        totals = recoded(cells.of(measure), domain_of)
        estimates = means(
            totals,
            cells.design,
            domains=areas * len(services),
            inference=inference,
            calibration=cells.adjustment(measure, domain_of),
        )
        figures += [
            Figure(
                number // len(services), services[number % len(services)], measure, cut(estimate)
            )
            for number, estimate in enumerate(estimates)
        ]
    return figures


def composite_figures(
    cells: CellTotals,
    area_of: IntArray,
    *,
    services: Sequence[str],
    weights: FloatArray,
    inference: Inference = STANDARD,
) -> list[Figure]:
    r"""Average the services of each area with fixed weights.

    .. math:: I_a = \sum_s a_s R_{as}, \qquad \sum_s a_s = 1

    The standard error holds the covariances between services that share PSUs. Services without
    answers are left out and the others' weights scaled up; ``coverage`` says how much was there.

    Parameters
    ----------
    cells, area_of, inference
        As for :func:`service_figures`.
    services
        The services averaged.
    weights
        Area × service, not negative; 0 where an area does not have a service.

    Returns
    -------
    list of Figure
        By measure and area.
    """
    areas = int(area_of.max(initial=-1)) + 1
    domain_of = domains_of(cells, area_of, services)
    group = np.repeat(np.arange(areas), len(services))
    figures = []
    for scale, measure in SCALES:
        totals = recoded(cells.of(scale), domain_of)
        coefficient, covered = composite_coefficients(totals, weights)
        estimates = combinations(
            totals,
            cells.design,
            group=group,
            coefficient=coefficient,
            inference=inference,
            calibration=cells.adjustment(scale, domain_of),
        )
        figures += [
            Figure(area, None, measure, cut(estimate), coverage)
            for area, (estimate, coverage) in enumerate(
                zip(estimates, covered.tolist(), strict=True)
            )
        ]
    return figures


def composite_coefficients(totals: PsuTotals, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The weight of each service that has answers in its area's composite.

    Parameters
    ----------
    totals
        PSU totals; the domain is area × services + service.
    weights
        Area × service, as planned.

    Returns
    -------
    tuple
        Coefficients per domain, adding up to 1 in an area or all 0, and per area the share of the
        planned weight that has answers.
    """
    areas, services = weights.shape
    group, planned = np.repeat(np.arange(areas), services), weights.reshape(-1)
    present = planned * (totals.per_domain(totals.w, len(planned)) > 0)
    held, whole = sum_by(group, present, areas), sum_by(group, planned, areas)
    covered = np.divide(held, whole, out=np.zeros(areas), where=whole > 0)
    coefficient = np.divide(present, held[group], out=np.zeros_like(present), where=held[group] > 0)
    return coefficient, covered


def domains_of(cells: CellTotals, area_of: IntArray, services: Sequence[str]) -> IntArray:
    """The domain area × services + service of every cell; -1 for a cell left out."""
    position = {code: number for number, code in enumerate(services)}
    service_of = np.array([position.get(code, -1) for code in cells.services])
    domain = area_of[:, None] * len(services) + service_of[None, :]
    left_out = (area_of[:, None] < 0) | (service_of[None, :] < 0)
    result: IntArray = np.where(left_out, -1, domain).reshape(-1)
    return result


def cut(estimate: Estimate) -> Estimate:
    """End the interval where the scale ends, at 0 and 100."""
    if estimate.low is None or estimate.high is None:
        return estimate
    return replace(estimate, low=max(estimate.low, 0.0), high=min(estimate.high, 100.0))
