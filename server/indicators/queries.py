"""Any indicator of a round by its name: of whole groups, as its table says, past the gate."""

from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from analysis.figures.indicator_figures import estimated
from schemas.problems import Problem
from schemas.rules.indicators import Indicator, indicator
from server import clock
from server.indicators.indicator_rows import (
    OBSERVED,
    PLACES,
    SCORES,
    IndicatorRow,
    means_of_dimensions,
    measured,
    row_of,
    rows_of_groups,
)
from server.indicators.observed_values import LABELS, observed_values
from server.indicators.record_values import record_values, records
from server.indicators.releases import (
    Family,
    Source,
    family_of_answers,
    family_of_records,
)
from server.indices.importance import kept_importances
from server.indices.queries import current_view, index_tables
from server.indices.tables import View
from server.observations.areas import Wanted
from server.observations.round_totals import opened
from server.rounds.models import VISITS
from server.store.database import Database, current_database


@dataclass(frozen=True)
class IndicatorFigures:
    """The figures of an indicator, and what they rest on."""

    indicator: Indicator
    round: str
    by: tuple[str, ...]
    rows: tuple[IndicatorRow, ...]
    selection_mode: str
    weight_version: str | None
    form_versions: tuple[str, ...]
    computed_at: str
    release: str | None = None


@dataclass(frozen=True)
class _Made:
    """Rows past the gate, and what they rest on."""

    rows: tuple[IndicatorRow, ...]
    form_versions: tuple[str, ...]
    weight_version: str | None = None
    release: str | None = None
    computed_at: str = ""


def indicator_figures(
    code: str, round_id: str, *, by: tuple[str, ...] | None = None
) -> IndicatorFigures:
    """An indicator of a round; every submission committed before this call is considered.

    Without ``by`` it is split as its table says; an empty ``by`` is the whole country.
    """
    split = _split(indicator(code), by)
    return figures_in(current_view(round_id), code, by=split)


def figures_in(view: View, code: str, *, by: tuple[str, ...] | None = None) -> IndicatorFigures:
    """The same of a round as it is looked at already."""
    chosen = indicator(code)
    split = _split(chosen, by)
    database, data_dir = current_database(), current_app.extensions["izdes.config"].data_dir
    if chosen.kind == "index" or _is_the_satisfied_share(chosen):
        made = _of_the_index(chosen, view, split)
    elif chosen.protects == "institution":
        made = _of_institutions(database, view, chosen, split)
    elif chosen.kind == "drivers":
        made = _of_drivers(data_dir, view, chosen, split)
    else:
        made = _of_people(database, data_dir, view, chosen, split)
    return IndicatorFigures(
        chosen,
        view.round_id,
        split,
        made.rows,
        selection_mode=view.state.plan.selection_mode,
        weight_version=made.weight_version,
        form_versions=made.form_versions,
        computed_at=made.computed_at or clock.now().isoformat(timespec="seconds"),
        release=made.release,
    )


def scores_of_dimensions(view: View) -> dict[tuple[str, str], float | None]:
    """The score of each service's dimension as it is printed everywhere."""
    figures = figures_in(view, SCORES, by=("service", "dimension"))
    return {(row.splits["service"], row.splits["dimension"]): row.value for row in figures.rows}


def _split(chosen: Indicator, asked: tuple[str, ...] | None) -> tuple[str, ...]:
    by = chosen.by if asked is None else asked
    for name in by:
        if name not in chosen.splits:
            raise Problem("unknown_code", code=name, known=", ".join(chosen.splits))
    if chosen.kind == "drivers":
        return chosen.by
    # Answers about different things are not averaged: their split is always there.
    told = tuple(name for name in LABELS if chosen.told_by(name) == "" and name not in by)
    return (*by, *told)


def _is_the_satisfied_share(chosen: Indicator) -> bool:
    """Tell whether the index table has the figure: there is one of each name and answer."""
    measured = indicator("ME_genel")
    return (chosen.variables, chosen.numerator) == (measured.variables, measured.numerator)


def _of_the_index(chosen: Indicator, view: View, by: tuple[str, ...]) -> _Made:
    (table,) = index_tables(view, (Wanted(by),))
    measure = "index" if chosen.kind == "index" else "satisfied"
    rows = tuple(
        IndicatorRow(
            {name: getattr(row, name) for name in by},
            value=row.value,
            low=row.low,
            high=row.high,
            n=row.n,
            units=None,
            suppressed=row.suppressed,
            precision=row.precision,
            bound=row.bound,
        )
        for row in table.rows
        if row.measure == measure
    )
    basis = table.basis
    return _Made(rows, basis.form_versions, basis.weight_version, basis.release, basis.computed_at)


def _of_institutions(
    database: Database, view: View, chosen: Indicator, by: tuple[str, ...]
) -> _Made:
    """Figures of units and meetings, or of how many took part: nobody's answers."""
    if chosen.rows in OBSERVED:
        totals = view.state.totals
        with opened(view.state) as observed:
            table = observed_values(
                observed,
                chosen,
                by,
                weighting=totals.weighting,
                teams=_teams(database, view.round_id),
            )
            design, versions = observed.design(), totals.form_versions
    else:
        with database.read() as connection:
            found = records(connection, view.round_id, chosen)
        read = record_values(found, chosen, by, today=clock.today())
        table, design, versions = read.table, read.design, read.form_versions
    estimates = estimated(
        chosen,
        table.values,
        design,
        domains=len(table.domains),
        item=measured(table.domains, by),
        own=not PLACES.intersection(by),
    )
    rows = (
        row_of(chosen, dict(zip(by, key, strict=True)), estimate)
        for key, estimate in zip(table.domains, estimates, strict=True)
        if estimate.n
    )
    return _Made(tuple(rows), versions)


def _of_drivers(data_dir: Path, view: View, chosen: Indicator, by: tuple[str, ...]) -> _Made:
    found = kept_importances(data_dir, view.round_id, view.state)
    rows = []
    for kept in found:
        for dimension, estimate in kept.estimates():
            told = {"service": kept.service, "dimension": dimension}
            rows.append(row_of(chosen, {name: told[name] for name in by}, estimate))
    totals = view.state.totals
    return _Made(tuple(rows), totals.form_versions, totals.weighting.version)


def _of_people(
    database: Database, data_dir: Path, view: View, chosen: Indicator, by: tuple[str, ...]
) -> _Made:
    family, versions, weights = _family(database, data_dir, view, chosen)
    if beyond := [name for name in by if name not in {*family.splits, "region"}]:
        raise Problem("split_not_offered", split=", ".join(beyond), indicator=chosen.code)
    make = means_of_dimensions if chosen.kind == "dimensions" else rows_of_groups
    release = family.release
    return _Made(make(chosen, family, by), versions, weights, release.name, release.made_at)


def _family(
    database: Database, data_dir: Path, view: View, chosen: Indicator
) -> tuple[Family, tuple[str, ...], str | None]:
    counted = indicator(SCORES) if chosen.kind == "dimensions" else chosen
    waits = current_app.extensions["izdes.config"].releases_wait
    source = Source(database, data_dir, view.round_id)
    if chosen.rows not in OBSERVED:
        with database.read() as connection:
            found = records(connection, view.round_id, chosen)
        family = family_of_records(source, counted, found, view.state, today=clock.today())
        return (
            family,
            tuple(sorted({f"{chosen.form}/{record.form_version}" for record in found})),
            None,
        )
    with opened(view.state) as observed:
        family = family_of_answers(
            source, counted, observed, view.state, base=view.groups, waits=waits,
        )  # fmt: skip
    totals = view.state.totals
    return family, totals.form_versions, totals.weighting.version


def _teams(database: Database, round_id: str) -> dict[str, str]:
    visits = select(VISITS.c.code, VISITS.c.team).where(VISITS.c.round_id == round_id)
    with database.read() as connection:
        return {row.code: row.team for row in connection.execute(visits)}
