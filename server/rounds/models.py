"""Rounds of measurement, and the visits officers make in them."""

from datetime import date, datetime
from typing import Any, Final, get_args

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Table
from sqlmodel import Field, SQLModel

from schemas.reference.rounds import RoundStatus, SelectionMode


def _one_of(column: str, words: object) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in get_args(words))
    return CheckConstraint(f"{column} in ({listed})", name=f"{column}_is_known")


def _optional_json() -> "Column[Any]":
    return Column(JSON(none_as_null=True), nullable=True)


class Round(SQLModel, table=True):
    """One measurement of the whole country; how people were selected decides what it may claim."""

    __tablename__ = "rounds"
    __table_args__ = (
        _one_of("status", RoundStatus),
        _one_of("selection_mode", SelectionMode),
    )

    id: str = Field(primary_key=True, max_length=32)
    name_tr: str
    name_en: str
    status: str = Field(max_length=16)
    selection_mode: str = Field(max_length=16)
    starts_on: date
    ends_on: date
    built_in_margins: str = Field(max_length=16)
    """The edition of the built-in population table (schemas/reference/population.py) that its
    interviews are weighted to, unless it has a table of its own."""


class Visit(SQLModel, table=True):
    """A place and time where a team interviews: the primary sampling unit of a round."""

    __tablename__ = "visits"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=64)
    round_id: str = Field(foreign_key="rounds.id", index=True)
    province: str = Field(max_length=2)
    district: str | None = Field(default=None, max_length=16)
    stratum: str = Field(max_length=64)
    design_weight: float | None = None
    team: str = Field(max_length=64)
    title_tr: str
    title_en: str
    planned_on: date
    target: int
    forms: list[str] | None = Field(default=None, sa_column=_optional_json())
    """Ids of the forms that can be begun in it; null: every form in use; an empty list: none, for
    it was withdrawn."""
    unit_type: str | None = Field(default=None, max_length=32)
    unit_name: str | None = Field(default=None, max_length=150)
    standing_since: int | None = Field(default=None, sa_type=BigInteger)
    """The last record there was when it was put right what the visit stands for: those of the visit
    up to it were counted as it stood before."""
    earlier_topics: list[dict[str, str]] | None = Field(default=None, sa_column=_optional_json())
    """Topics to be asked again that the plan names (schemas/rules/known_questions.py: Topic)."""


class VisitOfficer(SQLModel, table=True):
    """Who may work in a visit."""

    __tablename__ = "visit_officers"

    visit_id: int = Field(foreign_key="visits.id", primary_key=True)
    user_id: int = Field(foreign_key="users.id", primary_key=True, index=True)


class RoundMargins(SQLModel, table=True):
    """A population table a round was weighted to; the latest counts, a blank one means built-in."""

    __tablename__ = "round_margins"

    id: int | None = Field(default=None, primary_key=True)
    round_id: str = Field(foreign_key="rounds.id", index=True)
    set_at: datetime
    version: str = Field(max_length=32)
    cells: str


ROUNDS: Final[Table] = Round.__table__  # type: ignore[attr-defined]
VISITS: Final[Table] = Visit.__table__  # type: ignore[attr-defined]
VISIT_OFFICERS: Final[Table] = VisitOfficer.__table__  # type: ignore[attr-defined]
ROUND_MARGINS: Final[Table] = RoundMargins.__table__  # type: ignore[attr-defined]
