"""The figures of a release as every door prints them: of places × services, and what follows.

Figures of single services are direct estimates of whole groups. Everything else is made of them as
they are printed: an average of services says nothing that its parts have not said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from typing import Any

import numpy as np

from analysis.arrays import BoolArray, FloatArray
from analysis.disclosure.rules import Bound, printed_value, released
from analysis.estimation.estimation import Estimate
from analysis.figures.modelled_figures import shown_figures
from analysis.figures.satisfaction import SCALES, Figure, Scale, composite_figures, service_figures
from schemas.reference.geography import provinces
from schemas.reference.services import is_offered
from schemas.rules.thresholds import Precision, thresholds
from server.indices.index_release import Groups
from server.observations.areas import COUNTRY, PLATES, REGION, REGION_OF, REGIONS, SERVICES
from server.store.kept import Kept

LEVELS = (None, REGION, COUNTRY)
"""Provinces, regions, the country."""
FORMULAS = 1
"""To be raised when figures of the same groups come out otherwise."""
PRINTED_BY = blake2b(repr((FORMULAS, thresholds())).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True)
class Printed:
    """A figure as it is printed, and the error that tests and ranks of it are made with.

    ``area``: position among the areas of its level. Without a value it says why not. ``pooled``:
    whether the error is what all figures share.
    """

    area: int
    service: str | None
    measure: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    suppressed: str | None = None
    precision: Precision | None = None
    model_based: bool = False
    bound: Bound | None = None
    error: float | None = None
    df: int = 0
    pooled: bool = False


NAMES = tuple(field.name for field in fields(Printed))


def printed_figures(groups: Groups) -> list[list[Any]]:
    """Print the figures of single services at every level, to be kept with the release."""
    return [
        [[getattr(printed, name) for name in NAMES] for printed in _printed_at(groups, level)]
        for level in LEVELS
    ]


def figures_at(groups: Groups, level: int | None) -> list[Printed]:
    """Read the figures of single services of a level as the release has them."""
    held = groups.release.printed[LEVELS.index(level)]
    return [Printed(**dict(zip(NAMES, values, strict=True))) for values in held]


def _printed_at(groups: Groups, level: int | None) -> list[Printed]:
    area_of = groups.area_of(level)
    figures = service_figures(groups.cells, area_of, services=SERVICES)
    shown = _shown(groups, figures, level, SERVICES)
    return [_printed(figure) for figure in shown if figure.estimate.n]


def _shown(
    groups: Groups, figures: Sequence[Figure], level: int | None, chosen: tuple[str, ...]
) -> list[Figure]:
    return shown_figures(
        figures,
        groups.models,
        groups.area_of(level),
        weights=offered_in(level, chosen),
        limits=thresholds(),
    )


def _printed(figure: Figure) -> Printed:
    gate = released(
        figure.estimate,
        thresholds(),
        share=figure.measure.endswith("satisfied"),
        coverage=figure.coverage,
        bounded=True,
    )
    plain = Printed(figure.area, figure.service, figure.measure, n=figure.estimate.n)
    if gate.estimate is None:
        return replace(plain, suppressed=gate.suppressed)
    return replace(
        plain,
        value=printed_value(gate.estimate.value),
        low=printed_value(gate.estimate.low),
        high=printed_value(gate.estimate.high),
        precision=gate.precision,
        model_based=gate.estimate.model_based,
        bound=gate.bound,
        error=gate.estimate.standard_error,
        df=int(gate.estimate.df or 0),
        pooled=gate.estimate.pooled,
    )


def offered_in(level: int | None, chosen: Sequence[str]) -> FloatArray:
    """Weigh the chosen services alike in every area, but only those it has."""
    areas = {None: len(PLATES), REGION: len(REGIONS), COUNTRY: 1}[level]
    weights = np.zeros((areas, len(SERVICES)))
    for position, place in enumerate(provinces()):
        area = {None: position, REGION: int(REGION_OF[position]), COUNTRY: 0}[level]
        for column, service in enumerate(SERVICES):
            if service in chosen and is_offered(service, place.plate):
                weights[area, column] = 1.0
    return weights


def parts_of(groups: Groups, level: int | None, scale: Scale) -> FloatArray:
    """The figures averages are made of, areas × services; NaN where there is none.

    They are the printed ones. A province's figure that is hidden is taken from the model, which has
    not looked at it.
    """
    values = _values(figures_at(groups, level), level, scale)
    if level is not None:
        return values
    model = groups.models.of(scale).values[: len(PLATES)]
    there = offered_in(None, SERVICES) > 0
    filled = np.where(np.isnan(values) & there, np.round(model, 1), values)
    return np.where(there, filled, np.nan)


def _values(figures: Sequence[Printed], level: int | None, scale: Scale) -> FloatArray:
    values = np.full(offered_in(level, ()).shape, np.nan)
    for figure in figures:
        if figure.measure == scale and figure.value is not None and figure.service is not None:
            values[figure.area, SERVICES.index(figure.service)] = figure.value
    return values


_averages: Kept[tuple[Printed, ...]] = Kept(32)


def averages_at(groups: Groups, level: int | None, chosen: tuple[str, ...]) -> tuple[Printed, ...]:
    """Average the chosen services of every area of a level: a mean of printed figures."""
    key = groups.release.digest, level, chosen
    return _averages.of(key, lambda: _averaged(groups, level, chosen))


def _averaged(groups: Groups, level: int | None, chosen: tuple[str, ...]) -> tuple[Printed, ...]:
    area_of, weights = groups.area_of(level), offered_in(level, chosen)
    figures = composite_figures(groups.cells, area_of, services=SERVICES, weights=weights)
    shown = _shown(groups, figures, level, chosen)
    held = figures_at(groups, level)
    made: list[Printed] = []
    for scale, measure in SCALES:
        parts, told = parts_of(groups, level, scale), _values(held, level, scale)
        for figure in shown:
            if figure.measure == measure and figure.estimate.n:
                row = weights[figure.area] > 0
                used = row & ~np.isnan(parts[figure.area])
                wider = _wider(groups, level, scale, figure, used)
                made.append(
                    _average(figure, parts[figure.area][row], told[figure.area][row], wider)
                )
    return tuple(made)


def _wider(
    groups: Groups, level: int | None, scale: Scale, figure: Figure, used: BoolArray
) -> float:
    """Tell how much larger the error is for services of which only the model speaks."""
    model, error = groups.models.of(scale), figure.estimate.standard_error
    if level is not None or model.fit is None or not error or not used.any():
        return 1.0
    coefficient = np.zeros(model.shown.shape)
    coefficient[figure.area, used] = 1 / used.sum()
    return max(model.error_of(coefficient) / error, 1.0)


def _average(figure: Figure, parts: FloatArray, told: FloatArray, wider: float) -> Printed:
    """Take the mean of printed figures; the error is that of the estimate it stands for."""
    known, used = ~np.isnan(told), ~np.isnan(parts)
    coverage = float(known.mean())
    if not known.any():
        return Printed(
            figure.area, None, figure.measure, n=figure.estimate.n, suppressed="too_few_answers"
        )
    value = float(parts[used].mean())
    modelled = figure.estimate.model_based or bool((used & ~known).any())
    estimate = _moved(figure.estimate, value, wider)
    made = replace(figure, estimate=replace(estimate, model_based=modelled), coverage=coverage)
    return _printed(made)


def _moved(estimate: Estimate, value: float, wider: float) -> Estimate:
    """Let an interval lie about another value, so much wider, within the scale."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return replace(estimate, value=value)
    below, above = estimate.value - estimate.low, estimate.high - estimate.value
    error = estimate.standard_error
    return replace(
        estimate,
        value=value,
        standard_error=None if error is None else wider * error,
        low=min(max(value - wider * below, 0.0), value),
        high=max(min(value + wider * above, 100.0), value),
    )
