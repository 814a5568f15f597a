"""Any indicator of a round by its name: read, computed as its table says, past the gate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from flask import current_app
from sqlalchemy import select

from analysis.arrays import IntArray
from analysis.design import Design
from analysis.disclosure import released
from analysis.engine import Round
from analysis.estimation import Estimate, combinations, means
from analysis.indicator_figures import Values, adjustment_of, estimated, totals_of_values
from analysis.pooled_variance import pooled_variances
from analysis.shown_estimates import measured_estimate
from schemas.geography import TURKISH_TIME
from schemas.indicators import Indicator, indicator, limits_of
from schemas.problems import Problem
from server.database import Database, current_database
from server.indices import tables
from server.indices.importance import importances
from server.indices.observed_values import LABELS, Key, observed_values
from server.indices.queries import index_table
from server.indices.record_values import record_values, records
from server.rounds.models import VISITS

SHOWN = ("value", "standard_error", "low", "high", "n", "n_effective", "design_effect")
PLACES = frozenset({"province", "team"})
"""Splits whose figures rest on a few visits: they never show a variance of their own."""
OBSERVED = ("rating", "person")
"""Rows that stand in the observations; others are read from the records."""


@dataclass(frozen=True)
class IndicatorRow:
    """One published figure; a suppressed one says why and holds nothing else."""

    splits: dict[str, str]
    value: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    n: int | None
    units: int | None
    n_effective: float | None
    design_effect: float | None
    suppressed: str | None
    precision: str | None


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


@dataclass(frozen=True)
class _Made:
    """Figures before the gate."""

    domains: Sequence[Key]
    estimates: Sequence[Estimate]
    form_versions: tuple[str, ...]
    weight_version: str | None = None


def indicator_figures(
    code: str, round_id: str, *, by: tuple[str, ...] | None = None
) -> IndicatorFigures:
    """Compute an indicator of a round, every submission committed before this call included.

    Without ``by`` it is split as its table says; an empty ``by`` is the whole country.
    """
    chosen = indicator(code)
    split = _split(chosen, chosen.by if by is None else by)
    database, data_dir = current_database(), current_app.extensions["izdes.config"].data_dir
    mode = tables.selection_mode_of(database, round_id)
    if chosen.kind == "index":
        return _headline(chosen, round_id, split, mode)
    made = (
        _of_observations(database, data_dir, round_id, chosen, split)
        if chosen.rows in OBSERVED
        else _of_records(database, round_id, chosen, split)
    )
    rows = (
        _row(chosen, dict(zip(split, key, strict=True)), estimate)
        for key, estimate in zip(made.domains, made.estimates, strict=True)
        if estimate.n
    )
    return IndicatorFigures(
        chosen,
        round_id,
        split,
        tuple(rows),
        selection_mode=mode,
        weight_version=made.weight_version,
        form_versions=made.form_versions,
        computed_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _split(chosen: Indicator, by: tuple[str, ...]) -> tuple[str, ...]:
    for name in by:
        if name not in chosen.splits:
            raise Problem("unknown_code", code=name, known=", ".join(chosen.splits))
    if chosen.kind == "drivers":
        return chosen.by
    # Answers about different things are not averaged: their split is always there.
    told = tuple(name for name in LABELS if chosen.told_by(name) == "" and name not in by)
    return (*by, *told)


def _of_records(database: Database, round_id: str, chosen: Indicator, by: tuple[str, ...]) -> _Made:
    with database.read() as connection:
        found = records(connection, round_id, chosen)
    read = record_values(found, chosen, by, today=_today())
    domains = read.table.domains
    estimates = _single(chosen, read.table.values, domains, read.design, by)[1]
    return _Made(domains, estimates, read.form_versions)


def _of_observations(
    database: Database, data_dir: Any, round_id: str, chosen: Indicator, by: tuple[str, ...]
) -> _Made:
    teams = _teams(database, round_id)
    with tables.opened(database, data_dir, round_id) as (observed, totals):
        if chosen.kind == "drivers":
            domains, estimates = _drivers(observed, totals, by)
        else:
            asked = (*by, "dimension") if chosen.kind == "dimensions" else by
            table = observed_values(
                observed, chosen, asked, weighting=totals.weighting, teams=teams
            )
            make = _mean_of_dimensions if chosen.kind == "dimensions" else _single
            domains, estimates = make(chosen, table.values, table.domains, observed.design(), asked)
    version = totals.weighting.version if chosen.weighted else None
    return _Made(domains, estimates, totals.form_versions, version)


def _teams(database: Database, round_id: str) -> dict[str, str]:
    visits = select(VISITS.c.code, VISITS.c.team).where(VISITS.c.round_id == round_id)
    with database.read() as connection:
        return {row.code: row.team for row in connection.execute(visits)}


def _single(
    chosen: Indicator,
    values: Values,
    domains: tuple[Key, ...],
    design: Design,
    by: tuple[str, ...],
) -> tuple[Sequence[Key], Sequence[Estimate]]:
    item = _measured(domains, by)
    own = not PLACES.intersection(by)
    return domains, estimated(chosen, values, design, domains=len(domains), item=item, own=own)


def _measured(domains: tuple[Key, ...], by: tuple[str, ...]) -> IntArray:
    """Give each domain the number of what it is about: its service, dimension, topic."""
    about = [
        tuple(code for name, code in zip(by, key, strict=True) if name in LABELS) for key in domains
    ]
    known = {each: number for number, each in enumerate(dict.fromkeys(about))}
    return np.array([known[each] for each in about], dtype=np.int64)


def _mean_of_dimensions(
    chosen: Indicator,
    values: Values,
    domains: tuple[Key, ...],
    design: Design,
    by: tuple[str, ...],
) -> tuple[Sequence[Key], Sequence[Estimate]]:
    """Average the dimension scores that rest on enough answers, each counting alike."""
    totals, made = totals_of_values(values), adjustment_of(values.cross)
    single = means(totals, design, domains=len(domains), calibration=made)
    groups = tuple(dict.fromkeys(key[:-1] for key in domains))
    group = np.array([groups.index(key[:-1]) for key in domains], dtype=np.int64)
    enough = np.array([each.n >= chosen.least_answers for each in single], dtype=bool)
    held = np.bincount(group[enough], minlength=len(groups))
    share = np.where(enough, 1 / np.maximum(held[group], 1), 0.0)
    direct = combinations(totals, design, group=group, coefficient=share, calibration=made)
    pooled = pooled_variances(totals, design, item=_measured(domains, by), calibration=made)
    figures = [
        measured_estimate(
            each, pooled, np.where(group == place, share, 0.0), own=not PLACES.intersection(by)
        )
        for place, each in enumerate(direct)
    ]
    answered = [
        max((e.n for e, g in zip(single, group.tolist(), strict=True) if g == place), default=0)
        for place in range(len(figures))
    ]
    # A person answers for several dimensions and counts once.
    return groups, [
        replace(each, n=n, n_effective=None, design_effect=None)
        for each, n in zip(figures, answered, strict=True)
    ]


def _drivers(
    observed: Round, totals: tables.RoundTotals, by: tuple[str, ...]
) -> tuple[Sequence[Key], Sequence[Estimate]]:
    domains: list[Key] = []
    estimates: list[Estimate] = []
    for found in importances(observed, totals.weighting):
        for dimension, estimate in found.estimates():
            told = {"service": found.service, "dimension": dimension}
            domains.append(tuple(told[name] for name in by))
            estimates.append(estimate)
    return domains, estimates


def _headline(chosen: Indicator, round_id: str, by: tuple[str, ...], mode: str) -> IndicatorFigures:
    """Take the index as the index table has it: there is one figure of that name."""
    table = index_table(round_id, by=by)
    rows = tuple(
        IndicatorRow(
            {name: getattr(row, name) for name in by},
            value=row.value,
            standard_error=row.standard_error,
            low=row.low,
            high=row.high,
            n=row.n,
            units=row.psus,
            n_effective=row.n_effective,
            design_effect=row.design_effect,
            suppressed=row.suppressed,
            precision=row.precision,
        )
        for row in table.rows
        if row.measure.endswith("index")
    )
    return IndicatorFigures(
        chosen,
        round_id,
        by,
        rows,
        selection_mode=mode,
        weight_version=table.basis.weight_version,
        form_versions=table.basis.form_versions,
        computed_at=table.basis.computed_at,
    )


def _row(chosen: Indicator, splits: dict[str, str], estimate: Estimate) -> IndicatorRow:
    release = released(estimate, limits_of(chosen), share=chosen.is_share)
    shown: dict[str, Any] = vars(release.estimate) if release.estimate else {}
    return IndicatorRow(
        splits,
        **{name: shown.get(name) for name in SHOWN},
        units=shown.get("psus"),
        suppressed=release.suppressed,
        # Of what was found in units and meetings nothing is estimated imprecisely.
        precision=None if chosen.protects == "institution" else release.precision,
    )


def _today() -> date:
    return datetime.now(TURKISH_TIME).date()
