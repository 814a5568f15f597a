"""From observations to the index table: weights, PSU totals, estimates, the gate."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np

from analysis import engine
from analysis.disclosure import released, released_count
from analysis.engine import Visit
from analysis.estimation import Estimate
from analysis.modelled_figures import CellModels, cell_models, shown_figures
from analysis.satisfaction import CellTotals, Figure, composite_figures, service_figures
from analysis.segment_sums import Segment
from analysis.weighting import Cell, Respondents, Weighting, poststratified
from schemas.measurement import measurement
from schemas.population import Margins
from schemas.thresholds import thresholds
from server.database import Database
from server.indices.areas import (
    PLATES,
    SERVICES,
    Area,
    area_numbers,
    areas_of,
    service_weights,
)
from server.indices.hidden import Hidden, hidden_cells
from server.indices.observations import rebuild, refresh
from server.indices.queries import Basis, IndexRow, IndexTable, Wanted
from server.indices.ranking import with_rank_bands
from server.indices.segments import Manifest
from server.indices.sources import (
    margins_in_force,
    observations_folder,
    plan_of,
    segments_of,
    visits_of,
)

KEPT = 8
"""Rounds whose totals stay in memory."""

NUMBERS = tuple(
    each.name
    for each in fields(Estimate)
    if each.name in IndexRow.__dataclass_fields__ and each.name != "model_based"
)


@dataclass(frozen=True)
class RoundTotals:
    """Everything a table of a round is made of, whatever it is split by."""

    cells: CellTotals
    weighting: Weighting
    respondents: dict[Cell, Respondents]
    margins: Margins
    margins_version: str | None
    """Name of the institution's own population table; None where the built-in one is used."""
    excluded: dict[str, int]
    form_versions: tuple[str, ...]
    proof: tuple[object, ...] = ()
    """Names the last proof of what must stay hidden; see server/indices/hidden.py."""

    @cached_property
    def hidden(self) -> Hidden:
        """What must stay hidden for the sake of others."""
        return hidden_cells(self.proof, self.cells, thresholds())

    @cached_property
    def models(self) -> CellModels:
        """What the cells share, and models that are fitted when a figure first asks for them."""
        return cell_models(self.cells, thresholds())


_recent: "OrderedDict[tuple[object, ...], RoundTotals]" = OrderedDict()
_computing = threading.Lock()


def index_table(
    database: Database,
    data_dir: Path,
    round_id: str,
    wanted: Wanted,
    *,
    leave_out: tuple[int, ...] = (),
) -> IndexTable:
    """Compute a table from the latest observations, without some records if so asked."""
    folder = observations_folder(data_dir)
    selection_mode, sampled = plan_of(database, round_id)
    manifest = refresh(database, folder)
    totals = _totals(
        database,
        folder,
        round_id,
        manifest=manifest.without(round_id, leave_out),
        sampled=sampled,
    )
    areas = areas_of(wanted)
    chosen = wanted.services or SERVICES
    rows = _rows(totals, areas, chosen, split="service" in wanted.by)
    # Some provinces picked by hand, or people picked on purpose, have no ranks.
    if "province" in wanted.by and not wanted.provinces and selection_mode != "purposive":
        rows = with_rank_bands(rows)
    return IndexTable(
        rows=rows,
        basis=Basis(
            round=round_id,
            **_counts(totals, areas, chosen),
            weight_version=totals.weighting.version,
            margins="own" if totals.margins_version else "built-in",
            margins_version=totals.margins_version or "",
            form_versions=totals.form_versions,
            selection_mode=selection_mode,
            excluded=totals.excluded,
            through_sequence=manifest.through,
            computed_at=datetime.now(UTC).isoformat(timespec="seconds"),
        ),
        weighting=totals.weighting,
        clustering=totals.models.index.pooled.clustering,
    )


def totals_of(database: Database, data_dir: Path, round_id: str) -> RoundTotals:
    """Give what the tables of a round are made of, every committed submission included."""
    folder = observations_folder(data_dir)
    _, sampled = plan_of(database, round_id)
    manifest = refresh(database, folder)
    return _totals(database, folder, round_id, manifest=manifest, sampled=sampled)


@contextmanager
def opened(
    database: Database, data_dir: Path, round_id: str
) -> Iterator[tuple[engine.Round, RoundTotals]]:
    """Open the observations of a round for single questions, with the weights of its tables."""
    folder = observations_folder(data_dir)
    _, sampled = plan_of(database, round_id)
    manifest = refresh(database, folder)
    totals = _totals(database, folder, round_id, manifest=manifest, sampled=sampled)
    observed = engine.Round(segments_of(folder, round_id, manifest), visits_of(database, round_id))
    try:
        yield observed, totals
    finally:
        observed.close()


def selection_mode_of(database: Database, round_id: str) -> str:
    """Give how the people of a round were selected."""
    return plan_of(database, round_id)[0]


def rebuild_observations(database: Database, data_dir: Path, round_id: str | None) -> Manifest:
    """Make the observations again, of one round or of all."""
    if round_id is not None:
        plan_of(database, round_id)
    return rebuild(database, observations_folder(data_dir), round_id)


def _totals(
    database: Database,
    folder: Path,
    round_id: str,
    *,
    manifest: Manifest,
    sampled: tuple[object, ...],
) -> RoundTotals:
    segments = segments_of(folder, round_id, manifest)
    margins, version = margins_in_force(database, folder.parent, round_id)
    key = folder, round_id, segments, sampled, version
    with _computing:
        if key not in _recent:
            visits = visits_of(database, round_id)
            made = _computed(segments, visits, margins=margins, version=version)
            _recent[key] = replace(made, proof=(folder, round_id))
        _recent.move_to_end(key)
        while len(_recent) > KEPT:
            _recent.popitem(last=False)
        return _recent[key]


def _computed(
    segments: tuple[Segment, ...], visits: list[Visit], *, margins: Margins, version: str | None
) -> RoundTotals:
    observed = engine.Round(segments, visits)
    try:
        respondents = observed.respondents()
        weighting = poststratified(
            respondents,
            margins,
            least=thresholds().merge_weighting_cells_below,
        )
        cells = observed.totals(
            weighting,
            provinces=PLATES,
            services=SERVICES,
            satisfied_from=measurement().satisfied_from,
        )
        excluded = observed.excluded()
        unanswered = int(cells.ratings.sum() - cells.index.n.sum())
        if unanswered:
            excluded["too_few_items"] = unanswered
        return RoundTotals(
            cells,
            weighting,
            respondents,
            margins=margins,
            margins_version=version,
            excluded=excluded,
            form_versions=observed.form_versions(),
        )
    finally:
        observed.close()


def figures_of(
    totals: RoundTotals, areas: list[Area], chosen: tuple[str, ...], *, split: bool
) -> list[Figure]:
    """Give the figures of a table as they are shown, before the gate."""
    area_of = area_numbers(areas)
    if split:
        figures = service_figures(totals.cells, area_of, services=chosen)
    else:
        weights = service_weights(areas, chosen, among=chosen)
        figures = composite_figures(totals.cells, area_of, services=chosen, weights=weights)
    whole = service_weights(areas, chosen, among=SERVICES)
    return shown_figures(figures, totals.models, area_of, weights=whole, limits=thresholds())


def _rows(
    totals: RoundTotals, areas: list[Area], chosen: tuple[str, ...], *, split: bool
) -> tuple[IndexRow, ...]:
    figures = figures_of(totals, areas, chosen, split=split)
    return tuple(_row(each, areas[each.area], totals.hidden) for each in figures if each.estimate.n)


def _row(figure: Figure, area: Area, hidden: Hidden) -> IndexRow:
    release = released(
        figure.estimate,
        thresholds(),
        share=figure.measure.endswith("satisfied"),
        coverage=figure.coverage,
        protects_others=hidden.holds(area, figure.service),
    )
    shown = vars(release.estimate) if release.estimate else {}
    return IndexRow(
        province=area.province,
        region=area.region,
        service=figure.service,
        measure=figure.measure,
        **{name: shown.get(name) for name in NUMBERS},
        suppressed=release.suppressed,
        precision=release.precision,
        model_based=bool(release.estimate and release.estimate.model_based),
    )


def _counts(
    totals: RoundTotals, areas: list[Area], chosen: tuple[str, ...]
) -> dict[str, int | None]:
    plates = frozenset().union(*(area.plates for area in areas))
    interviews = sum(each.n for cell, each in totals.respondents.items() if cell[0] in plates)
    table = totals.cells.ratings.reshape(len(PLATES), len(SERVICES))
    rows = [number for number, plate in enumerate(PLATES) if plate in plates]
    columns = [number for number, service in enumerate(SERVICES) if service in chosen]
    ratings = int(table[np.ix_(rows, columns)].sum())
    if totals.hidden.holds_count(plates):
        return {"interviews": None, "ratings": None}
    return {
        "interviews": released_count(interviews, thresholds()),
        "ratings": released_count(ratings, thresholds()),
    }
