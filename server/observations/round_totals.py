"""What the records of a round add up to at present: weights and PSU totals of every cell."""

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
from server.observations.segments import Manifest
from server.observations.sources import Plan, Sources, sources_of, visits_of
from server.store.database import Database
from server.store.kept import Kept
from server.terminal.progress import stage


@dataclass(frozen=True)
class RoundTotals:
    """Everything that is released of a round is made of these; nothing here may be printed."""

    cells: CellTotals
    places: tuple[str, ...]
    """Names of the sampled units, in the order of the design."""
    weighting: Weighting
    respondents: dict[Cell, Respondents]
    margins: Margins
    margins_version: str
    """The edition of the built-in population table, or the name of an institution's own."""
    excluded: dict[tuple[str, str | None], int]
    """Interviews that give no ratings, by reason and province."""
    imputed: dict[str, int]
    """Persons whose visit has no design weight where others of their province have one."""
    form_versions: tuple[str, ...]


@dataclass(frozen=True)
class RoundState:
    """A round at one moment: what it is made of, the visits, and what that adds up to."""

    sources: Sources
    visits: tuple[Visit, ...]
    totals: RoundTotals

    @property
    def plan(self) -> Plan:
        """What of the plan figures depend on."""
        return self.sources.plan

    @property
    def manifest(self) -> Manifest:
        """The observations there are, and through which record."""
        return self.sources.manifest

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The observations that count."""
        return self.sources.segments

    @property
    def key(self) -> tuple[object, ...]:
        """Equal as long as nothing came, went, fell due or was planned."""
        return self.sources.key


_recent: Kept[tuple[tuple[Visit, ...], RoundTotals]] = Kept(8)
"""Rounds whose totals stay in memory."""


def round_state(
    database: Database, data_dir: Path, round_id: str, *, manifest: Manifest | None = None
) -> RoundState:
    """Take a round as it is, every committed submission included, or those of a look before."""
    return _state_from(database, sources_of(database, data_dir, round_id, manifest=manifest))


def state_without(database: Database, state: RoundState, left_out: tuple[int, ...]) -> RoundState:
    """Take the same moment of a round again without some records."""
    return _state_from(database, state.sources.without(left_out))


def totals_of(database: Database, data_dir: Path, round_id: str) -> RoundTotals:
    """What a round adds up to, every committed submission included."""
    return round_state(database, data_dir, round_id).totals


@contextmanager
def opened(state: RoundState) -> Iterator[round_data.Round]:
    """Open the observations of a round as they were at a moment, for single questions."""
    observed = round_data.Round(state.segments, list(state.visits))
    try:
        yield observed
    finally:
        observed.close()


def _state_from(database: Database, sources: Sources) -> RoundState:
    def make() -> tuple[tuple[Visit, ...], RoundTotals]:
        visits = visits_of(database, sources.round_id)
        with stage("progress.sums"):
            return tuple(visits), _computed(sources, visits)

    return RoundState(sources, *_recent.of(sources.key, make))


def _computed(sources: Sources, visits: list[Visit]) -> RoundTotals:
    observed = round_data.Round(sources.segments, visits)
    try:
        respondents = observed.respondents()
        weighting = poststratified(
            respondents,
            sources.margins,
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
            margins=sources.margins,
            margins_version=sources.margins_version,
            excluded=observed.excluded(),
            imputed=observed.imputed(),
            form_versions=observed.form_versions(),
        )
    finally:
        observed.close()
