"""From a release to the index table: every door reads its rows here."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.arrays import IntArray
from analysis.disclosure.rules import released_count
from analysis.figures.satisfaction import SCALES
from schemas.reference.population import VOTERS_2018
from schemas.rules.claims import claims
from schemas.rules.thresholds import thresholds
from server.indices.figures import Printed, averages_at, figures_at
from server.indices.index_release import CELLS, MEASURES, Groups
from server.indices.index_releases import index_release
from server.indices.index_rows import Basis, IndexRow, IndexTable
from server.indices.ranking import with_rank_bands
from server.observations.areas import (
    COUNTRY,
    PLATES,
    REGION,
    REGIONS,
    SERVICES,
    Area,
    Wanted,
    areas_of,
)
from server.observations.observations import rebuild
from server.observations.round_totals import RoundState, RoundTotals, round_state
from server.observations.segments import Manifest
from server.observations.sources import observations_folder, plan_of
from server.store.database import Database


@dataclass(frozen=True)
class View:
    """A round as all its tables show it: one state of the records, one release of the figures."""

    round_id: str
    state: RoundState
    groups: Groups

    @property
    def key(self) -> tuple[object, ...]:
        """All that its tables depend on."""
        return *self.state.key, self.groups.release.name


def view_of(
    database: Database,
    data_dir: Path,
    round_id: str,
    *,
    waits: bool,
    manifest: Manifest | None = None,
) -> View:
    """Look at a round once, for as many tables as are wanted of the same moment.

    ``manifest`` is that of another round's view: what both hold came until the same record.
    """
    state = round_state(database, data_dir, round_id, manifest=manifest)
    groups = index_release(database, data_dir, round_id, state, waits=waits)
    return View(round_id, state, groups)


def table_of(view: View, wanted: Wanted) -> IndexTable:
    """A table of what is released."""
    areas, chosen = areas_of(wanted), wanted.services or SERVICES
    figures = figures_of(view, wanted)
    rows = [_row(view, figure, area) for area, figure in figures]
    mode = view.state.plan.selection_mode
    # People picked on purpose have no ranks, nor have provinces picked by hand.
    if "province" in wanted.by and not wanted.provinces and claims(mode).has_intervals:
        rows = list(with_rank_bands(rows))
    return IndexTable(
        rows=(*rows,),
        basis=basis_of(view, areas, chosen),
        weighting=view.state.totals.weighting,
        clustering=view.groups.models.index.pooled.clustering,
    )


def figures_of(view: View, wanted: Wanted) -> list[tuple[Area, Printed]]:
    """The figures of a table with their places, those that are kept back included."""
    areas, chosen = areas_of(wanted), wanted.services or SERVICES
    level = level_of(areas)
    if "service" in wanted.by:
        made = _with_kept_back(view, level, figures_at(view.groups, level))
        made = [printed for printed in made if printed.service in chosen]
    else:
        made = _averages(view, level, chosen)
    position = {_number(area, level): area for area in areas}
    return [(position[printed.area], printed) for printed in made if printed.area in position]


def level_of(areas: Sequence[Area]) -> int | None:
    """Tell what level of the tree the lines of a table stand on."""
    if any(area.province for area in areas):
        return None
    return REGION if any(area.region for area in areas) else COUNTRY


def basis_of(view: View, areas: Sequence[Area], chosen: tuple[str, ...]) -> Basis:
    """Say what a table rests on; the number of interviews is that of this moment."""
    totals, release = view.state.totals, view.groups.release
    limits = thresholds()
    return Basis(
        round=view.round_id,
        **_counts(totals, areas, chosen),
        weight_version=release.facts["weight_version"],
        # Releases made before there was more than one edition name none.
        margins_version=release.facts["margins_version"] or VOTERS_2018,
        form_versions=tuple(release.facts["form_versions"]),
        selection_mode=view.state.plan.selection_mode,
        excluded={
            name: released_count(n, limits) for name, n in _left_out(totals, areas, chosen).items()
        },
        imputed=released_count(
            sum(n for plate, n in totals.imputed.items() if plate in _plates(areas)), limits
        ),
        through_sequence=view.state.manifest.through,
        computed_at=release.made_at,
        release=release.name,
    )


def rebuild_observations(database: Database, data_dir: Path, round_id: str | None) -> Manifest:
    """Make the observations again, of one round or of all."""
    if round_id is not None:
        plan_of(database, round_id)
    return rebuild(database, observations_folder(data_dir), round_id)


def _number(area: Area, level: int | None) -> int:
    if level is None:
        return PLATES.index(area.province or "")
    return REGIONS.index(area.region or "") if level == REGION else 0


def _row(view: View, printed: Printed, area: Area) -> IndexRow:
    return IndexRow(
        province=area.province,
        region=area.region,
        service=printed.service,
        measure=printed.measure,  # type: ignore[arg-type]
        value=printed.value,
        low=printed.low,
        high=printed.high,
        n=None if printed.value is None else released_count(printed.n, thresholds()),
        suppressed=printed.suppressed,
        precision=printed.precision,
        model_based=printed.model_based,
        bound=printed.bound,
        release=view.groups.release.name,
    )


def _with_kept_back(view: View, level: int | None, shown: Iterable[Printed]) -> list[Printed]:
    """Add the cells with answers that are in no group of their own, each with the reason."""
    found = {(printed.measure, printed.area, printed.service): printed for printed in shown}
    rows: list[Printed] = []
    for number, measure in enumerate(MEASURES):
        answers = _answers(view, measure, level)
        for area, column in np.ndindex(answers.shape):
            service = SERVICES[column]
            printed = found.get((measure, area, service))
            if printed is None and answers[area, column]:
                leaf = number * CELLS + area * len(SERVICES) + column
                reason = _reason(view, leaf) if level is None else _why(int(answers[area, column]))
                printed = Printed(area, service, measure, suppressed=reason)
            if printed is not None:
                rows.append(printed)
    return rows


def _why(answers: int) -> str:
    """Say why an area has no figure: its answers are few, or stand in places that are small."""
    few = answers < thresholds().suppress_below_answers
    return "too_few_answers" if few else "waits_for_others"


def _averages(view: View, level: int | None, chosen: tuple[str, ...]) -> list[Printed]:
    made = {(e.measure, e.area): e for e in averages_at(view.groups, level, chosen)}
    columns = [SERVICES.index(service) for service in chosen]
    rows: list[Printed] = []
    for scale, measure in SCALES:
        answers = _answers(view, scale, level)[:, columns].sum(axis=1)
        for area in np.flatnonzero(answers).tolist():
            kept_back = Printed(area, None, measure, suppressed=_why(int(answers[area])))
            rows.append(made.get((measure, area), kept_back))
    return rows


def _answers(view: View, measure: str, level: int | None) -> np.ndarray:
    """Count the answers there are at present, by area × service."""
    totals = view.state.totals.cells.of(measure)  # type: ignore[arg-type]
    people = totals.per_domain(totals.n, CELLS).reshape(len(PLATES), len(SERVICES))
    area_of = view.groups.area_of(level)[: len(PLATES)]
    answers = np.zeros((int(area_of.max()) + 1, len(SERVICES)), dtype=np.int64)
    np.add.at(answers, area_of, people.astype(np.int64))
    return answers


def _reason(view: View, leaf: int) -> str:
    """Say why a cell with answers has no figure."""
    ledger, limits = view.groups.release.ledger, thresholds()
    measure = MEASURES[leaf // CELLS]
    held = view.state.totals.cells.of(measure)
    inside = (held.domain == leaf % CELLS) & (held.n > 0)
    people, units = int(held.n[inside].sum()), int(inside.sum())
    if people < limits.suppress_below_answers:
        return "too_few_answers"
    if units < limits.suppress_below_psus:
        return "too_few_units"
    return "counts_with_others" if ledger.pool[leaf] >= 0 else "waits_for_others"


def _counts(
    totals: RoundTotals, areas: Sequence[Area], chosen: tuple[str, ...]
) -> dict[str, int | None]:
    plates = _plates(areas)
    interviews = sum(
        respondent.n for cell, respondent in totals.respondents.items() if cell[0] in plates
    )
    ratings = int(_within(totals.cells.ratings, plates, chosen).sum())
    return {
        "interviews": released_count(interviews, thresholds()),
        "ratings": released_count(ratings, thresholds()),
    }


def _left_out(
    totals: RoundTotals, areas: Sequence[Area], chosen: tuple[str, ...]
) -> dict[str, int]:
    """Count what gives no figure in these places, by reason; of the country, also what has none."""
    plates = _plates(areas)
    found: Counter[str] = Counter()
    for (reason, province), number in sorted(totals.excluded.items(), key=str):
        if province in plates or plates.issuperset(PLATES):
            found[reason] += number
    cells = totals.cells
    answered = cells.index.per_domain(cells.index.n, CELLS).astype(np.int64)
    found["too_few_items"] += int(_within(cells.ratings - answered, plates, chosen).sum())
    return dict(+found)


def _plates(areas: Sequence[Area]) -> frozenset[str]:
    return frozenset().union(*(area.plates for area in areas))


def _within(cells: IntArray, plates: frozenset[str], chosen: tuple[str, ...]) -> IntArray:
    """Take places and services out of a number per province × service."""
    rows = [number for number, plate in enumerate(PLATES) if plate in plates]
    columns = [number for number, service in enumerate(SERVICES) if service in chosen]
    return cells.reshape(len(PLATES), len(SERVICES))[np.ix_(rows, columns)]
