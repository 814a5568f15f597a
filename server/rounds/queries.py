"""Reading rounds and visits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from schemas.rules.claims import claims
from schemas.rules.known_questions import Topic, unit_key
from server.rounds.models import ROUNDS, VISIT_OFFICERS, VISITS

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class RoundSummary:
    """A round as lists and filters show it."""

    id: str
    name_tr: str
    name_en: str
    status: str
    selection_mode: str
    starts_on: date
    ends_on: date

    def name(self, language: str) -> str:
        """The round's name in ``language``."""
        return self.name_en if language == "en" else self.name_tr


@dataclass(frozen=True)
class PlannedVisit:
    """A visit as sampled: where it is, what it stands for, and who may work in it."""

    id: int
    code: str
    round_id: str
    province: str
    district: str | None
    stratum: str
    design_weight: float | None
    officers: frozenset[int]


@dataclass(frozen=True)
class OfficersVisit:
    """A visit as its officers see it: what can be begun there, and what is known of it before."""

    code: str
    round_id: str
    title: dict[str, str]
    province: str
    district: str | None
    team: str
    planned_on: date
    target: int
    forms: tuple[str, ...]
    unit_type: str | None
    unit_name: str | None
    earlier_topics: tuple[Topic, ...]

    @property
    def unit(self) -> str | None:
        """The key of the unit that is visited, if the plan names one."""
        if not (self.district and self.unit_type and self.unit_name):
            return None
        return unit_key(self.province, self.district, self.unit_type, self.unit_name)


def all_rounds(connection: Connection) -> tuple[RoundSummary, ...]:
    """List all rounds, the latest first."""
    shown = ROUNDS.c[tuple(field.name for field in fields(RoundSummary))]
    latest_first = select(*shown).order_by(ROUNDS.c.starts_on.desc(), ROUNDS.c.id)
    return tuple(RoundSummary(**row) for row in connection.execute(latest_first).mappings())


def round_before(rounds: Sequence[RoundSummary], round_id: str) -> RoundSummary | None:
    """The last round that began before this one, if people were selected alike in both.

    None if they were picked on purpose: no change can be tested then.
    """
    this = next(summary for summary in rounds if summary.id == round_id)
    earlier = [summary for summary in rounds if summary.starts_on < this.starts_on]
    last = max(earlier, key=lambda one: one.starts_on, default=None)
    if last is None or not claims(this.selection_mode).has_intervals:
        return None
    return last if last.selection_mode == this.selection_mode else None


def open_rounds(connection: Connection) -> tuple[RoundSummary, ...]:
    """List the rounds interviews may belong to now, the latest first."""
    return tuple(summary for summary in all_rounds(connection) if summary.status == "open")


def visits_by_code(connection: Connection, codes: Collection[str]) -> dict[str, PlannedVisit]:
    """Find visits by the codes that records carry; unknown codes are simply absent."""
    return {visit.code: visit for visit in _visits(connection, VISITS.c.code.in_(codes))}


def visits_of_officer(connection: Connection, officer_id: int) -> tuple[OfficersVisit, ...]:
    """List what an officer may work in: visits of open rounds, the next one first."""
    rows = connection.execute(
        select(VISITS)
        .join(VISIT_OFFICERS, VISIT_OFFICERS.c.visit_id == VISITS.c.id)
        .join(ROUNDS, ROUNDS.c.id == VISITS.c.round_id)
        .where(VISIT_OFFICERS.c.user_id == officer_id, ROUNDS.c.status == "open")
        .order_by(VISITS.c.planned_on, VISITS.c.code)
    )
    return tuple(_officers_visit(row) for row in rows)


def _visits(connection: Connection, which: ColumnElement[bool]) -> tuple[PlannedVisit, ...]:
    rows = connection.execute(
        select(VISITS, VISIT_OFFICERS.c.user_id)
        .outerjoin(VISIT_OFFICERS, VISIT_OFFICERS.c.visit_id == VISITS.c.id)
        .where(which)
        .order_by(VISITS.c.id)
    )
    return tuple(_planned(list(same)) for _, same in groupby(rows, lambda row: row.id))


def _planned(rows: Sequence[AnyRow]) -> PlannedVisit:
    row = rows[0]
    return PlannedVisit(
        id=row.id,
        code=row.code,
        round_id=row.round_id,
        province=row.province,
        district=row.district,
        stratum=row.stratum,
        design_weight=row.design_weight,
        officers=frozenset(row.user_id for row in rows if row.user_id is not None),
    )


def _officers_visit(row: AnyRow) -> OfficersVisit:
    return OfficersVisit(
        code=row.code,
        round_id=row.round_id,
        title={"tr": row.title_tr, "en": row.title_en},
        province=row.province,
        district=row.district,
        team=row.team,
        planned_on=row.planned_on,
        target=row.target,
        forms=tuple(row.forms or ()),
        unit_type=row.unit_type,
        unit_name=row.unit_name,
        earlier_topics=tuple(Topic(**topic) for topic in row.earlier_topics or ()),
    )


def withdrawn_visits(connection: Connection, round_id: str) -> frozenset[str]:
    """The codes of visits that were taken out of the sample: no form can be begun in them."""
    rows = connection.execute(
        select(VISITS.c.code, VISITS.c.forms).where(VISITS.c.round_id == round_id)
    )
    return frozenset(row.code for row in rows if row.forms == [])
