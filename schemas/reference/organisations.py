"""Institutions that can be addressed: central units, ministries, boards, and those of each place.

``organisations.csv`` has a row for each; one with ``per`` stands for many: the governorate is one a
province, ``valilik-65``. Municipalities, unions and development agencies are no list of ours: their
rows stand for none until somebody brings one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final

from schemas.reference.files import reference_rows
from schemas.reference.geography import Province, districts, province, provinces

OF_PROVINCES: Final = {"province", "metropolitan", "non_metropolitan"}
OF_DISTRICTS: Final = "district"


@dataclass(frozen=True)
class Organisation:
    """An institution; ``closed_on`` is the last day of one that was dissolved."""

    code: str
    name_tr: str
    name_en: str
    short_tr: str
    short_en: str
    kind: str
    parent: str | None
    is_external: bool
    province: str | None
    opened_on: date | None
    closed_on: date | None
    successor: str | None


@cache
def organisations() -> tuple[Organisation, ...]:
    """Every institution; the central units that forms name come first, in their order."""
    return tuple(each for row in reference_rows("organisations.csv") for each in _each(row))


def _each(row: dict[str, str]) -> Iterator[Organisation]:
    one, per = _organisation(row), row["per"]
    if not per:
        yield one
    elif per in OF_PROVINCES:
        for place in provinces():
            if _has(place, per):
                yield _of(one, place.plate, place.plate, place.name)
    elif per == OF_DISTRICTS:
        for town in districts():
            name = f"{province(town.plate).name}, {town.name}"
            yield _of(one, town.code, town.plate, name)


def _has(place: Province, per: str) -> bool:
    return per == "province" or place.is_metropolitan == (per == "metropolitan")


def _of(one: Organisation, place: str, plate: str, name: str) -> Organisation:
    """The institution of a place; its parent is the one of the province, if that is one a place."""
    parent = one.parent
    return replace(
        one,
        code=f"{one.code}-{place}",
        name_tr=f"{one.name_tr} ({name})",
        name_en=f"{one.name_en} ({name})",
        parent=f"{parent}-{plate}" if parent in _of_each_province() else parent,
        province=plate,
    )


@cache
def _of_each_province() -> frozenset[str]:
    rows = reference_rows("organisations.csv")
    return frozenset(row["code"] for row in rows if row["per"] == "province")


def _organisation(row: dict[str, str]) -> Organisation:
    return Organisation(
        code=row["code"],
        name_tr=row["name_tr"],
        name_en=row["name_en"],
        short_tr=row["short_tr"],
        short_en=row["short_en"],
        kind=row["kind"],
        parent=row["parent"] or None,
        is_external=row["external"] == "1",
        province=None,
        opened_on=_day(row["valid_from"]),
        closed_on=_day(row["valid_to"]),
        successor=row["successor"] or None,
    )


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None
