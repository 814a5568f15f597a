"""Reading a list of units from a CSV file: all its faults at once, and what it would do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import Connection, select

from schemas.problems import Problem
from schemas.reference.geography import District, districts, find_province
from schemas.reference.unit_words import unit_types, unit_words
from schemas.tables.text_tables import text_table
from schemas.turkish import search_word
from schemas.wording import say
from server.units.models import ORGANISATIONS
from server.units.operations import NewUnit, add_aliases, register_unit
from server.units.register import WAITING, Register

NAME_LENGTH: Final = 150
FORMER_NAMES: Final = "|"
"""Between other names in a cell."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a cell of the file."""

    row: int
    column: str
    key: str
    value: str
    other: str = ""

    def said(self, language: str) -> str:
        """Say it, with row and column."""
        return say(
            f"units.fault_{self.key}",
            language,
            row=self.row,
            column=self.column,
            value=self.value,
            other=self.other,
        )


@dataclass
class UnitPlan:
    """What a file would do: units to register, units it names again, and what is wrong."""

    new: list[tuple[int, NewUnit]] = field(default_factory=list)
    known: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    """Row, unit, and the names (key → name) by which the unit is not found yet."""
    faults: list[RowFault] = field(default_factory=list)


def import_units(
    connection: Connection, plan: UnitPlan, *, on: date, actor: int | None
) -> dict[int, str]:
    """Register what a plan without faults holds; row → the id of its unit."""
    if plan.faults:
        raise Problem("unit_file_refused", faults=len(plan.faults))
    ids = {number: register_unit(connection, unit, on=on, actor=actor) for number, unit in plan.new}
    for number, named, fresh in plan.known:
        ids[number] = ids[int(named[1:])] if named.startswith(WAITING) else named
        if fresh:
            add_aliases(connection, ids[number], fresh, actor=actor)
    return ids


class _Wrong(Exception):  # noqa: N818  becomes a fault with its row
    def __init__(self, column: str, key: str, value: str, other: str = "") -> None:
        super().__init__(column, key, value)
        self.found = (column, key, value, other)


def plan_units(connection: Connection, data: bytes, *, alike_are_new: bool = False) -> UnitPlan:
    """Work out what a file would do; nothing is written.

    Columns: ``unit_words.json`` names them in both languages. ``decision`` says of a unit that
    looks like a known one which it is: the id of that one, or ``new``; ``alike_are_new`` decides
    so for every row that does not say it.
    """
    plan = UnitPlan()
    register = Register(connection)
    bodies = frozenset(connection.scalars(select(ORGANISATIONS.c.code)))
    for number, row in _rows(data):
        try:
            unit = _unit(row, bodies)
            same = _same(register, unit, row["decision"], alike_are_new=alike_are_new)
            _add(plan, register, number, unit, same)
        except _Wrong as wrong:
            plan.faults.append(RowFault(number, *wrong.found))
    return plan


def _same(register: Register, unit: NewUnit, decision: str, *, alike_are_new: bool) -> str | None:
    """The known unit that this one is; None: it is new. Not to be told is a fault of the row."""
    named = sorted({register.called[key] for key in unit.names if key in register.called})
    is_new = search_word(decision) in unit_words().new
    if len(named) > 1:
        raise _Wrong("name", "two_units", unit.name, ", ".join(named))
    if named and is_new:
        raise _Wrong("decision", "not_new", unit.name, named[0])
    if named:
        return named[0]
    if decision and not is_new:
        return _decided(register, unit, decision.upper())
    if not (is_new or alike_are_new) and (alike := register.alike(unit)):
        raise _Wrong("name", "alike", unit.name, "; ".join(alike))
    return None


def _add(plan: UnitPlan, register: Register, number: int, unit: NewUnit, same: str | None) -> None:
    if same is None:
        register.take(number, unit)
        plan.new.append((number, unit))
        return
    fresh = {key: name for key, name in unit.names.items() if key not in register.called}
    register.called.update(dict.fromkeys(fresh, same))
    plan.known.append((number, same, fresh))


def _decided(register: Register, unit: NewUnit, unit_id: str) -> str:
    """The unit that the file itself says this one is: one of the same province."""
    known = register.units.get(unit_id)
    if known is None or known.province != unit.province:
        raise _Wrong("decision", "unknown_decision", unit_id)
    return unit_id


def _rows(data: bytes) -> Iterator[tuple[int, Row]]:
    """Each row by the names of our columns; what is no table is ``Unreadable``."""
    table = text_table(data)
    columns = _columns(table.header)
    for number, cells in table.rows():
        held = {columns[at]: cell.strip() for at, cell in enumerate(cells) if at in columns}
        yield number, dict.fromkeys(unit_words().columns, "") | held


def _columns(header: tuple[str, ...]) -> dict[int, str]:
    """Place in the row → our column; a column that is needed and not there is a problem."""
    spelled = {word: name for name, words in unit_words().columns.items() for word in words}
    found = {at: spelled.get(search_word(head), "") for at, head in enumerate(header)}
    for name in unit_words().needed:
        if name not in found.values():
            raise Problem("unit_file_column", column=" / ".join(unit_words().columns[name]))
    return {at: name for at, name in found.items() if name}


def _unit(row: Row, bodies: frozenset[str]) -> NewUnit:
    place = find_province(row["province"].zfill(2))
    if place is None:
        raise _Wrong("province", "unknown_value", row["province"])
    name = " ".join(row["name"].split())
    if not 0 < len(name) <= NAME_LENGTH:
        raise _Wrong("name", "name_length", name[:NAME_LENGTH])
    unit = NewUnit(
        province=place.plate,
        district=_district(place.plate, row["district"]),
        type=_coded("type", row["type"], _types()),
        name=name,
        organisation=_organisation(row["organisation"], bodies),
    )
    also = tuple(filter(None, (" ".join(n.split()) for n in row["aliases"].split(FORMER_NAMES))))
    if too_long := [alias for alias in also if len(alias) > NAME_LENGTH]:
        raise _Wrong("aliases", "name_length", too_long[0][:NAME_LENGTH])
    return replace(unit, also=also)


def _district(plate: str, written: str) -> str | None:
    if not written:
        return None
    here = _districts(plate)
    return _coded("district", written, {word: place.code for word, place in here.items()})


def _organisation(written: str, bodies: frozenset[str]) -> str | None:
    return _coded("organisation", written, {body: body for body in bodies}) if written else None


def _coded(column: str, written: str, codes: Mapping[str, str]) -> str:
    """The code that a cell means: written itself, or its word in any spelling."""
    code = codes.get(written) or codes.get(search_word(written))
    if code is None:
        raise _Wrong(column, "unknown_value", written)
    return code


@cache
def _types() -> dict[str, str]:
    words = {
        search_word(text): code for code, said in unit_types().items() for text in said.values()
    }
    return words | {code: code for code in unit_types()}


@cache
def _districts(plate: str) -> dict[str, District]:
    here = [place for place in districts() if place.plate == plate]
    return {word: place for place in here for word in (place.code, search_word(place.name))}
