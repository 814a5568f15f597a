"""What the records of a round add up to at present: weights and PSU totals of every cell."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analysis.engine import round_data
from analysis.engine.round_data import Visit
from analysis.engine.segment_sums import Segment
from analysis.figures.satisfaction import CellTotals
from analysis.weighting.design_weights import Cell, Respondents, Weighting, poststratified
from schemas.reference.population import Margins
from schemas.rules.measurement import measurement
from schemas.rules.thresholds import thresholds
from server.observations.areas import PLATES, SERVICES
from server.observations.observations import refresh
from server.observations.segments import Manifest
from server.observations.sources import (
    Plan,
    margins_in_force,
    observations_folder,
    plan_of,
    segments_of,
    visits_of,
)
from server.store.database import Database
from server.terminal.progress import stage

KEPT = 8
"""Rounds whose totals stay in memory."""


@dataclass(frozen=True)
class RoundTotals:
    """Everything that is released of a round is made of these; nothing here may be printed."""

    cells: CellTotals
    places: tuple[str, ...]
    """Names of the sampled units, in the order of the design."""
    weighting: Weighting
    respondents: dict[Cell, Respondents]
    margins: Margins
    margins_version: str | None
    """Name of the institution's own population table; None where the built-in one is used."""
    excluded: dict[tuple[str, str | None], int]
    """Interviews that give no ratings, by reason and province."""
    imputed: dict[str, int]
    """Persons whose visit has no design weight where others of their province have one."""
    form_versions: tuple[str, ...]


@dataclass(frozen=True)
class RoundState:
    """A round at one moment: its plan, the segments that count, and what they add up to."""

    plan: Plan
    manifest: Manifest
    segments: tuple[Segment, ...]
    totals: RoundTotals
    key: tuple[object, ...]
    """Equal as long as nothing came, went, fell due or was planned."""


_recent: "OrderedDict[tuple[object, ...], RoundTotals]" = OrderedDict()
_computing = threading.Lock()


def round_state(
    database: Database, data_dir: Path, round_id: str, *, leave_out: tuple[int, ...] = ()
) -> RoundState:
    """Take a round as it is, every committed submission included, without some if so asked."""
    folder = observations_folder(data_dir)
    plan = plan_of(database, round_id)
    manifest = refresh(database, folder).without(round_id, leave_out)
    segments = segments_of(folder, round_id, manifest)
    margins, version = margins_in_force(database, data_dir, round_id)
    key = folder, round_id, segments, plan, version
    with _computing:
        if key not in _recent:
            visits = visits_of(database, round_id)
            with stage("progress.sums"):
                _recent[key] = _computed(segments, visits, margins=margins, version=version)
        _recent.move_to_end(key)
        while len(_recent) > KEPT:
            _recent.popitem(last=False)
        return RoundState(plan, manifest, segments, _recent[key], key)


def totals_of(database: Database, data_dir: Path, round_id: str) -> RoundTotals:
    """What a round adds up to, every committed submission included."""
    return round_state(database, data_dir, round_id).totals


@contextmanager
def opened(
    database: Database, data_dir: Path, round_id: str
) -> Iterator[tuple[round_data.Round, RoundState]]:
    """Open the observations of a round for single questions, with the weights of its tables."""
    state = round_state(database, data_dir, round_id)
    observed = round_data.Round(state.segments, visits_of(database, round_id))
    try:
        yield observed, state
    finally:
        observed.close()


def _computed(
    segments: tuple[Segment, ...], visits: list[Visit], *, margins: Margins, version: str | None
) -> RoundTotals:
    observed = round_data.Round(segments, visits)
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
        return RoundTotals(
            cells,
            observed.places(),
            weighting,
            respondents,
            margins=margins,
            margins_version=version,
            excluded=observed.excluded(),
            imputed=observed.imputed(),
            form_versions=observed.form_versions(),
        )
    finally:
        observed.close()
