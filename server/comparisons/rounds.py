"""What changed between two rounds: the gated figures of both, and the change's own uncertainty."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from sqlalchemy import select

from analysis.disclosure.rules import printed_value
from analysis.estimation.estimation import Estimate
from analysis.figures.change import Change
from analysis.figures.figure_changes import RoundFigures, figure_changes, national_contributions
from analysis.figures.satisfaction import SCALES
from analysis.models.multiplicity import adjusted
from schemas.problems import Problem
from schemas.reference.geography import provinces as provinces_of_all
from schemas.rules.claims import claims
from schemas.rules.known_questions import unit_key
from schemas.rules.thresholds import thresholds
from server.indices.figures import Printed, offered_in
from server.indices.index_rows import IndexRow, IndexTable
from server.indices.queries import known, views_of_both
from server.indices.tables import View, figures_of, level_of, table_of
from server.observations.areas import PLATES, REGION, REGIONS, SERVICES, Wanted, areas_of
from server.rounds.models import VISITS
from server.rounds.queries import all_rounds
from server.store.database import Database, current_database

Key = tuple[str | None, str | None, str | None, str]


@dataclass(frozen=True)
class ChangeRow:
    """One figure in both rounds, both past the disclosure gate.

    ``q`` is the p-value after Benjamini and Hochberg over the whole table; ``moved`` says which way
    if that is below the limit. ``contribution`` is what a province adds to the change of
    its service in the country. Where one of the rounds hides its figure nothing is told but why.
    """

    province: str | None
    region: str | None
    service: str | None
    measure: str
    first: float | None
    second: float | None
    change: float | None
    low: float | None
    high: float | None
    p: float | None
    q: float | None
    moved: Literal["up", "down"] | None
    n_first: int | None
    n_second: int | None
    model_based: bool
    contribution: float | None
    suppressed: str | None


@dataclass(frozen=True)
class Comparison:
    """All changes, and the tables of both rounds."""

    rows: tuple[ChangeRow, ...]
    first: IndexTable
    second: IndexTable


def rounds_to_compare(first: str | None, second: str | None) -> tuple[str, str]:
    """The rounds named; who names none means the last two, who names one the last after it."""
    if first is None or second is None:
        with current_database().read() as connection:
            latest_first = [summary.id for summary in all_rounds(connection)]
        if len(latest_first) < (2 if first is None else 1):
            raise Problem("one_round_only")
        first, second = first or latest_first[1], second or latest_first[0]
    return first, second


def comparison(
    first_round: str,
    second_round: str,
    *,
    by: tuple[str, ...] = ("province", "service"),
    services: tuple[str, ...] = (),
    provinces: tuple[str, ...] = (),
    regions: tuple[str, ...] = (),
) -> Comparison:
    """Compare two rounds figure by figure."""
    wanted = known(Wanted(by, services, provinces, regions))
    return compared(views_of_both(first_round, second_round), wanted)


def compared(views: tuple[View, View], wanted: Wanted) -> Comparison:
    """Compare two rounds as they are released at this moment."""
    first, second = (table_of(view, wanted) for view in views)
    claimed = all(claims(table.basis.selection_mode).has_intervals for table in (first, second))
    changed = _changes(*views, wanted)
    rows = _rows(_by_key(first), _by_key(second), changed, claimed=claimed)
    return Comparison(tuple(_tested(rows)), first, second)


@dataclass(frozen=True)
class _Changed:
    change: Change
    contribution: float | None


def _changes(first: View, second: View, wanted: Wanted) -> dict[Key, _Changed]:
    areas, chosen = areas_of(wanted), wanted.services or SERVICES
    level, split = level_of(areas), "service" in wanted.by
    weights = None if split else offered_in(level, chosen)
    services = chosen if split else SERVICES
    keys = _keys(level, services if split else (None,))
    held = [_figures(view, wanted, level, keys) for view in (first, second)]
    changes = figure_changes(held[0], held[1], services=services, weights=weights)
    added = _contributions(held[0], held[1], chosen) if split and level is None else {}
    return {
        key: _Changed(change, added.get((key[0], key[2], key[3])))
        for key, change in zip(keys, changes, strict=True)
    }


def _keys(level: int | None, services: Sequence[str | None]) -> list[Key]:
    """Name the figures of a level in the order of the estimators: measure, area, service."""
    places: list[tuple[str | None, str | None]] = [(None, None)]
    if level is None:
        places = [(province.plate, province.region) for province in provinces_of_all()]
    elif level == REGION:
        places = [(None, code) for code in REGIONS]
    return [
        (*place, service, measure if service else average)
        for measure, average in SCALES
        for place in places
        for service in services
    ]


def _figures(view: View, wanted: Wanted, level: int | None, keys: list[Key]) -> RoundFigures:
    """The printed figures with the errors they are tested with."""
    printed = {
        (area.province, area.region, figure.service, figure.measure): figure
        for area, figure in figures_of(view, wanted)
    }
    places = tuple(unit for unit, _ in view.groups.release.units)
    names = _units(current_database(), view.round_id, places)
    return RoundFigures(
        [_estimate(printed.get(key)) for key in keys],
        view.groups.cells,
        view.groups.models,
        view.groups.area_of(level),
        names,
    )


def _estimate(printed: Printed | None) -> Estimate:
    held = printed or Printed(0, None, "")
    return Estimate(
        value=held.value,
        standard_error=held.error,
        low=held.low,
        high=held.high,
        n=held.n,
        psus=0,
        df=held.df,
        n_effective=None,
        design_effect=None,
        model_based=held.model_based,
        pooled=held.pooled,
    )


def _units(database: Database, round_id: str, places: tuple[str, ...]) -> tuple[Hashable, ...]:
    """What each visit is called in every round: its unit; a second visit to one is its own."""
    names = ("code", "province", "district", "unit_type", "unit_name")
    with database.read() as connection:
        rows = connection.execute(
            select(*(VISITS.c[name] for name in names))
            .where(VISITS.c.round_id == round_id)
            .order_by(VISITS.c.planned_on, VISITS.c.id)
        ).all()
    unit_of: dict[str, Hashable] = {}
    seen: dict[str, int] = {}
    for row in rows:
        if row.district and row.unit_type and row.unit_name:
            unit = unit_key(row.province, row.district, row.unit_type, row.unit_name)
            seen[unit] = seen.get(unit, 0) + 1
            unit_of[row.code] = unit, seen[unit]
    return tuple(unit_of.get(place) for place in places)


def _contributions(
    first: RoundFigures, second: RoundFigures, chosen: tuple[str, ...]
) -> dict[tuple[str | None, str | None, str], float]:
    found: dict[tuple[str | None, str | None, str], float] = {}
    for service in chosen:
        for scale in ("index", "satisfied"):
            try:
                added = national_contributions(
                    first.cells, second.cells, service, scale, places=len(PLATES)
                )
            except ValueError:  # nobody rated it in one of the rounds
                continue
            for plate, share in zip(PLATES, added.total.tolist(), strict=True):
                found[plate, service, scale] = share
    return found


def _hundredth(points: float | None) -> float | None:
    """Round a contribution: it is a small part of a point, made of released figures only."""
    return None if points is None else round(points, 2) + 0.0


def _digits(p: float | None) -> float | None:
    return None if p is None else round(p, 4)


def _by_key(table: IndexTable) -> dict[Key, IndexRow]:
    return {(row.province, row.region, row.service, row.measure): row for row in table.rows}


def _rows(
    first: dict[Key, IndexRow],
    second: dict[Key, IndexRow],
    changed: dict[Key, _Changed],
    *,
    claimed: bool,
) -> list[ChangeRow]:
    return [
        _row(key, first[key], second[key], changed[key], claimed=claimed)
        for key in first
        if key in second
    ]


def _row(
    key: Key, before: IndexRow, after: IndexRow, changed: _Changed, *, claimed: bool
) -> ChangeRow:
    hidden = before.suppressed or after.suppressed
    change = changed.change
    told = claimed and not hidden
    return ChangeRow(
        province=key[0],
        region=key[1],
        service=key[2],
        measure=key[3],
        first=before.value if not hidden else None,
        second=after.value if not hidden else None,
        change=printed_value(change.value) if not hidden else None,
        low=printed_value(change.low) if told else None,
        high=printed_value(change.high) if told else None,
        p=change.p if told else None,
        q=None,
        moved=None,
        n_first=before.n if not hidden else None,
        n_second=after.n if not hidden else None,
        model_based=not hidden and change.model_based,
        contribution=_hundredth(changed.contribution) if not hidden else None,
        suppressed=hidden,
    )


def _tested(rows: list[ChangeRow]) -> list[ChangeRow]:
    """Adjust the p-values of the whole table, and say what moved: who reads it looks at all."""
    p_values = np.array([np.nan if row.p is None else row.p for row in rows], dtype=np.float64)
    found = adjusted(p_values).false_discovery
    limit = thresholds().change_false_discovery_rate
    tested = []
    for row, q in zip(rows, found.tolist(), strict=True):
        if row.p is None:
            tested.append(row)
            continue
        moved: Literal["up", "down"] | None = None
        if q < limit and row.change is not None:
            moved = "up" if (row.change or 0) > 0 else "down"
        tested.append(replace(row, p=_digits(row.p), q=_digits(q), moved=moved))
    return tested
