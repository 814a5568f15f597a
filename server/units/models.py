"""Institutions, and the units in the field that are visited: each known for good by its id."""

from datetime import date
from typing import Final, Literal, get_args

from sqlalchemy import CheckConstraint, Table
from sqlmodel import Field, SQLModel

UnitState = Literal["open", "closed", "merged"]


class OrganisationRow(SQLModel, table=True):
    """An institution that can be addressed (schemas/reference/organisations.csv)."""

    __tablename__ = "organisations"

    code: str = Field(primary_key=True, max_length=64)
    place: int
    """Its place in the list: the central units that forms name come first."""
    name_tr: str
    name_en: str
    short_tr: str
    short_en: str
    kind: str = Field(max_length=16)
    parent: str | None = Field(default=None, max_length=64)
    is_external: bool
    """Has no accounts here: the desk enters what it answers."""
    province: str | None = Field(default=None, max_length=2, index=True)
    opened_on: date | None = None
    closed_on: date | None = None
    successor: str | None = Field(default=None, max_length=64)
    search_word: str


class Unit(SQLModel, table=True):
    """A unit in the field. Rows are never deleted: so no id is ever given twice."""

    __tablename__ = "units"
    __table_args__ = (
        CheckConstraint(
            f"state in ({', '.join(repr(state) for state in get_args(UnitState))})",
            name="state_is_known",
        ),
        CheckConstraint("(state = 'merged') = (merged_into is not null)", name="merged_into_one"),
    )

    id: str = Field(primary_key=True, max_length=16)
    """``B-65-0001``: the plate of the province, and a number that runs within it."""
    type: str = Field(max_length=32)
    name: str = Field(max_length=150)
    search_word: str
    province: str = Field(max_length=2, index=True)
    district: str | None = Field(default=None, max_length=16)
    """Null: the unit is of the whole province."""
    organisation: str | None = Field(
        default=None, foreign_key="organisations.code", max_length=64, index=True
    )
    state: str = Field(max_length=8)
    merged_into: str | None = Field(default=None, foreign_key="units.id", max_length=16)
    created_on: date
    closed_on: date | None = None


class UnitAlias(SQLModel, table=True):
    """Which unit a key of texts means (schemas/rules/known_questions.py: unit_key)."""

    __tablename__ = "unit_aliases"

    key: str = Field(primary_key=True, max_length=200)
    unit_id: str = Field(foreign_key="units.id", index=True, max_length=16)
    name: str = Field(max_length=150)
    """As it was written the first time."""
    search_word: str


ORGANISATIONS: Final[Table] = OrganisationRow.__table__  # type: ignore[attr-defined]
UNITS: Final[Table] = Unit.__table__  # type: ignore[attr-defined]
UNIT_ALIASES: Final[Table] = UnitAlias.__table__  # type: ignore[attr-defined]
