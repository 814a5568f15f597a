"""What the composites of a round owe to their making: other weights, another mean, PLS."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from flask import current_app

from analysis.arrays import sum_by
from analysis.engine_values import EngineItems
from analysis.modelled_figures import shown_cells
from analysis.pls import index_0_100, path_model
from analysis.sensitivity import Sensitivity, sensitivity
from schemas.problems import Problem
from schemas.thresholds import thresholds
from server.database import current_database
from server.indices import tables
from server.indices.areas import PLATES, SERVICES, areas_of, service_weights
from server.indices.importance import complete_ratings
from server.indices.queries import IndexRow, IndexTable, Wanted, index_table

LOWEST, HIGHEST = 1, 5
"""Ends of the scale the items are answered on."""


@dataclass(frozen=True)
class ServiceView:
    """The published index of a service, and the one with weights that its answers give."""

    row: IndexRow
    acsi: float | None
    weights: dict[str, float]
    """Share of every dimension in the ACSI-type index; they sum to 1."""


@dataclass(frozen=True)
class SensitivityView:
    """Both views of a round; the composites are those of the index table."""

    table: IndexTable
    plates: tuple[str, ...]
    composites: Sensitivity
    services: tuple[ServiceView, ...]


def sensitivity_of(round_id: str, *, services: tuple[str, ...] = ()) -> SensitivityView:
    """Put the composites of a round together in other ways, of all services or of some."""
    table = index_table(round_id, by=("province",), services=services)
    if table.basis.selection_mode == "purposive":
        raise Problem("no_ranks_of_purposive_rounds", round=round_id)
    data_dir = current_app.extensions["izdes.config"].data_dir
    with tables.opened(current_database(), data_dir, round_id) as (observed, totals):
        fitted = {
            service: _acsi(asked, ratings)
            for service, asked, ratings in complete_ratings(observed, totals.weighting)
        }
        cells = totals.cells.index
        used = sum_by(cells.domain % len(SERVICES), cells.w, len(SERVICES))
        scores = shown_cells(totals.models.index, thresholds())
    published = {
        row.province: row.value
        for row in table.rows
        if row.province and row.measure == "composite_index" and row.value is not None
    }
    plates = tuple(plate for plate in PLATES if plate in published)
    places = [PLATES.index(plate) for plate in plates]
    weights = service_weights(
        areas_of(Wanted(by=("province",))), services or SERVICES, among=SERVICES
    )
    found = sensitivity(scores[places], weights[places], used, seed=len(PLATES))
    values = np.array([published[plate] for plate in plates], dtype=np.float64)
    return SensitivityView(
        table=table,
        plates=plates,
        composites=replace(found, published=values),
        services=tuple(_services(round_id, services, fitted)),
    )


def _services(
    round_id: str,
    services: tuple[str, ...],
    fitted: dict[str, tuple[float, dict[str, float]] | None],
) -> Iterator[ServiceView]:
    for row in index_table(round_id, by=("service",), services=services).rows:
        if row.measure == "index" and row.value is not None and row.service:
            acsi, weights = fitted.get(row.service) or (None, {})
            yield ServiceView(row, acsi, weights)


def _acsi(asked: tuple[str, ...], ratings: EngineItems) -> tuple[float, dict[str, float]] | None:
    """Weigh the dimensions as they go with overall satisfaction; None where that cannot be."""
    answers, weight = ratings.answers[:, 1:], ratings.weight
    items = {"overall": ratings.answers[:, 0], **dict(zip(asked, answers.T, strict=True))}
    blocks = {"quality": (asked, "A"), "satisfaction": (("overall",), "A")}
    mean = np.average(answers, axis=0, weights=weight)
    spread = np.sqrt(np.average((answers - mean) ** 2, axis=0, weights=weight))
    try:
        model = path_model(items, blocks, [("quality", "satisfaction")])  # type: ignore[arg-type]
        weights = np.array([model.weights[name] for name in asked])
        value = index_0_100(mean, spread, weights, low=LOWEST, high=HIGHEST)
    except ValueError:
        return None
    shares = weights / spread / (weights / spread).sum()
    return value, dict(zip(asked, shares.tolist(), strict=True))
