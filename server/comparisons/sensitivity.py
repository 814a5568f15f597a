"""What the composites of a round owe to their making: other weights, another mean, PLS."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from flask import current_app

from analysis.arrays import sum_by
from analysis.disclosure.rules import printed_value
from analysis.engine.engine_values import EngineItems
from analysis.figures.sensitivity import Sensitivity, sensitivity
from analysis.scales.pls import path_model
from schemas.problems import Problem
from schemas.rules.claims import claims
from server.indicators.queries import scores_of_dimensions
from server.indices.figures import offered_in, parts_of
from server.indices.importance import complete_ratings
from server.indices.index_rows import IndexRow, IndexTable
from server.indices.queries import current_view, known
from server.indices.tables import View, figures_of, table_of
from server.observations.areas import PLATES, SERVICES, Wanted
from server.observations.round_totals import opened
from server.releases.kept_results import Measurable, kept_results

FAMILY = "acsi"


@dataclass(frozen=True)
class ServiceView:
    """The published index of a service, and the one with weights that its answers give."""

    row: IndexRow
    acsi: float | None
    weights: dict[str, float]
    """Share of every dimension in the ACSI-type index; they sum to 1."""


@dataclass(frozen=True)
class SensitivityView:
    """Both views of a round, made of published figures only."""

    table: IndexTable
    plates: tuple[str, ...]
    composites: Sensitivity
    services: tuple[ServiceView, ...]


def sensitivity_of(round_id: str, *, services: tuple[str, ...] = ()) -> SensitivityView:
    """Put the composites of a round together in other ways, of all services or of some."""
    chosen = services or SERVICES
    wanted = known(Wanted(("province", "service"), services=services))
    view = current_view(round_id)
    if not claims(view.state.plan.selection_mode).has_intervals:
        raise Problem("no_ranks_of_purposive_rounds", round=round_id)
    table = table_of(view, wanted)
    cells = view.groups.cells.index
    used = sum_by(cells.domain % len(SERVICES), cells.w, len(SERVICES))
    published = _composites(view, chosen)
    plates = tuple(published)
    rows = [PLATES.index(plate) for plate in plates]
    weights = offered_in(None, chosen)[rows]
    scores = np.where(weights > 0, parts_of(view.groups, None, "index")[rows], np.nan)
    found = _printed(sensitivity(scores, weights, used, seed=len(PLATES)))
    values = np.array(list(published.values()), dtype=np.float64)
    return SensitivityView(
        table=table,
        plates=plates,
        composites=replace(found, published=values),
        services=tuple(_services(view, chosen)),
    )


def _composites(view: View, chosen: tuple[str, ...]) -> dict[str, float]:
    """The composites that are printed, by province."""
    return {
        area.province or "": figure.value
        for area, figure in figures_of(view, Wanted(("province",), services=chosen))
        if figure.measure == "composite_index" and figure.value is not None
    }


def _printed(found: Sensitivity) -> Sensitivity:
    """Round what is made of printed figures as they are."""
    names = ("published", "by_users", "geometric", "low", "high")
    rounded = {name: np.round(getattr(found, name), 1) + 0.0 for name in names}
    return replace(found, **rounded, shift=round(found.shift, 1))


def _services(view: View, chosen: tuple[str, ...]) -> Iterator[ServiceView]:
    fitted = _fitted(view) if view.groups.release.ledger.shown.any() else {}
    scores = scores_of_dimensions(view) if fitted else {}
    for row in table_of(view, Wanted(("service",), services=chosen)).rows:
        if row.measure == "index" and row.value is not None and row.service:
            weights = fitted.get(row.service, {})
            yield ServiceView(row, _acsi(row.service, weights, scores), weights)


def _fitted(view: View) -> dict[str, dict[str, float]]:
    data_dir, state = current_app.extensions["izdes.config"].data_dir, view.state
    with opened(state) as observed:
        found = (
            Measurable(service, len(ratings.weight), partial(_acsi_weights, asked, ratings))
            for service, asked, ratings in complete_ratings(observed, state.totals.weighting)
        )
        through = state.manifest.through
        return kept_results(data_dir, view.round_id, FAMILY, found, through=through)


def _acsi(
    service: str, weights: dict[str, float], scores: dict[tuple[str, str], float | None]
) -> float | None:
    """Average the printed scores of the dimensions with the weights that the answers give."""
    told = [scores.get((service, dimension)) for dimension in weights]
    if not told or any(figure is None for figure in told):
        return None
    pairs = zip(weights.values(), told, strict=True)
    return printed_value(sum(weight * (score or 0) for weight, score in pairs))


def _acsi_weights(asked: tuple[str, ...], ratings: EngineItems) -> dict[str, float] | None:
    """Weigh the dimensions as they go with overall satisfaction; None where that cannot be."""
    answers, weight = ratings.answers[:, 1:], ratings.weight
    items = {"overall": ratings.answers[:, 0], **dict(zip(asked, answers.T, strict=True))}
    blocks = {"quality": (asked, "A"), "satisfaction": (("overall",), "A")}
    mean = np.average(answers, axis=0, weights=weight)
    spread = np.sqrt(np.average((answers - mean) ** 2, axis=0, weights=weight))
    try:
        model = path_model(items, blocks, [("quality", "satisfaction")])  # type: ignore[arg-type]
        weights = np.array([model.weights[name] for name in asked])
    except ValueError:
        return None
    shares = np.round(weights / spread / (weights / spread).sum(), 3)
    return dict(zip(asked, shares.tolist(), strict=True))
