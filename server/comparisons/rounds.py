"""What changed between two rounds: the gated figures of both, and the change's own uncertainty."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from flask import current_app
from sqlalchemy import select

from analysis.change import Change
from analysis.figure_changes import (
    RoundFigures,
    figure_changes,
    national_contributions,
)
from analysis.multiplicity import adjusted
from schemas.fieldwork import unit_key
from schemas.thresholds import thresholds
from server.database import Database, current_database
from server.indices.areas import PLATES, SERVICES, Area, area_numbers, areas_of, service_weights
from server.indices.queries import IndexRow, IndexTable, Wanted, index_table
from server.indices.tables import figures_of, opened
from server.rounds.models import VISITS

PURPOSIVE = "purposive"
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
    standard_error: float | None
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
    places = {"services": services, "provinces": provinces, "regions": regions}
    first, second = (index_table(each, by=by, **places) for each in (first_round, second_round))
    wanted = Wanted(by, services, provinces, regions)
    claimed = PURPOSIVE not in {first.basis.selection_mode, second.basis.selection_mode}
    changed = _changes(first_round, second_round, wanted)
    rows = _rows(_by_key(first), _by_key(second), changed, claimed=claimed)
    return Comparison(tuple(_tested(rows)), first, second)


@dataclass(frozen=True)
class _Changed:
    change: Change
    contribution: float | None


def _changes(first_round: str, second_round: str, wanted: Wanted) -> dict[Key, _Changed]:
    areas, chosen = areas_of(wanted), wanted.services or SERVICES
    split = "service" in wanted.by
    held = [_figures(each, areas, chosen, split=split) for each in (first_round, second_round)]
    weights = None if split else service_weights(areas, chosen, among=chosen)
    changes = figure_changes(
        held[0], held[1], area_numbers(areas), services=chosen, weights=weights
    )
    added = _contributions(held[0], held[1], chosen) if split and "province" in wanted.by else {}
    found: dict[Key, _Changed] = {}
    for figure, change in zip(held[0].figures, changes, strict=True):
        area = areas[figure.area]
        key = area.province, area.region, figure.service, figure.measure
        found[key] = _Changed(change, added.get((area.province, figure.service, figure.measure)))
    return found


def _figures(
    round_id: str, areas: list[Area], chosen: tuple[str, ...], *, split: bool
) -> RoundFigures:
    database = current_database()
    data_dir = current_app.extensions["izdes.config"].data_dir
    with opened(database, data_dir, round_id) as (observed, totals):
        places = observed.places()
    figures = figures_of(totals, areas, chosen, split=split)
    return RoundFigures(figures, totals.cells, totals.models, _units(database, round_id, places))


def _units(database: Database, round_id: str, places: tuple[str, ...]) -> tuple[Hashable, ...]:
    """Give what each visit is called in every round: its unit; a second visit to one is its own."""
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
                added = national_contributions(first, second, service, scale)
            except ValueError:  # nobody rated it in one of the rounds
                continue
            for plate, each in zip(PLATES, added.total.tolist(), strict=True):
                found[plate, service, scale] = each
    return found


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
        change=change.value if not hidden else None,
        standard_error=change.standard_error if told else None,
        low=change.low if told else None,
        high=change.high if told else None,
        p=change.p if told else None,
        q=None,
        moved=None,
        n_first=before.n if not hidden else None,
        n_second=after.n if not hidden else None,
        model_based=not hidden and change.model_based,
        contribution=changed.contribution if not hidden else None,
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
        tested.append(replace(row, q=q, moved=moved))
    return tested
