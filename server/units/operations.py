"""Registering units, closing them, and merging one into another."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, text, update

from schemas.problems import Problem
from schemas.rules.known_questions import unit_key
from schemas.turkish import search_word
from server.store import audit
from server.units.models import UNIT_ALIASES, UNITS

LOCK: Final = 0x12DE6
"""On PostgreSQL: two who number units at once would give one number twice."""


@dataclass(frozen=True, kw_only=True)
class NewUnit:
    """A unit to be registered; ``also`` are other names it goes by."""

    province: str
    district: str | None
    type: str
    name: str
    organisation: str | None = None
    also: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """Key → name, for every name the unit goes by."""
        return {self.key(name): name for name in (*self.also, self.name)}

    def key(self, name: str) -> str:
        """What a visit or record that writes this name calls the unit."""
        return unit_key(self.province, self.district or "", self.type, name)


def register_unit(connection: Connection, new: NewUnit, *, on: date, actor: int | None) -> str:
    """Give a unit its id. A name that means a unit already is the caller's mistake."""
    take_number_turn(connection)
    unit_id = _next_id(connection, new.province)
    row = {
        "id": unit_id,
        "type": new.type,
        "name": new.name,
        "search_word": search_word(new.name),
        "province": new.province,
        "district": new.district,
        "organisation": new.organisation,
        "state": "open",
        "created_on": on,
    }
    connection.execute(insert(UNITS), row)
    _call(connection, unit_id, new.names)
    _write(connection, actor, "unit.registered", unit_id, {"keys": sorted(new.names)})
    return unit_id


def add_aliases(
    connection: Connection, unit_id: str, names: dict[str, str], *, actor: int | None
) -> None:
    """Let a unit be found by more names (key → name)."""
    _call(connection, unit_id, names)
    _write(connection, actor, "unit.alias_added", unit_id, {"keys": sorted(names)})


def merge_unit(
    connection: Connection, merged: str, into: str, *, on: date, actor: int | None
) -> None:
    """Make two units one: ``into`` stays, and is found by everything ``merged`` was called.

    Both are of one province, for what was recorded there stays there. The merged one keeps its
    row: whoever has written its id down learns where it went.
    """
    take_number_turn(connection)
    gone, stays = _unit(connection, merged), _unit(connection, into)
    if merged == into or gone["province"] != stays["province"]:
        raise Problem("units_not_mergeable", merged=merged, into=into)
    for unit in (gone, stays):
        if unit["state"] == "merged":
            raise Problem("unit_is_merged", unit=unit["id"], into=unit["merged_into"])
    keys = connection.scalars(select(UNIT_ALIASES.c.key).where(UNIT_ALIASES.c.unit_id == merged))
    moved = sorted(keys)
    connection.execute(
        update(UNIT_ALIASES).where(UNIT_ALIASES.c.unit_id == merged).values(unit_id=into)
    )
    ended = {"state": "merged", "merged_into": into, "closed_on": on}
    connection.execute(update(UNITS).where(UNITS.c.id == merged).values(ended))
    _write(connection, actor, "unit.merged", merged, {"into": into, "keys": moved})
    _write(connection, actor, "unit.took_in", into, {"merged": merged, "keys": moved})


def close_unit(connection: Connection, unit_id: str, *, on: date, actor: int | None) -> None:
    """Write down that a unit is there no more; what was recorded of it stays."""
    unit = _unit(connection, unit_id)
    if unit["state"] == "merged":
        raise Problem("unit_is_merged", unit=unit_id, into=unit["merged_into"])
    if unit["state"] == "closed":
        raise Problem("unit_is_closed", unit=unit_id, day=unit["closed_on"].isoformat())
    ended = {"state": "closed", "closed_on": on}
    connection.execute(update(UNITS).where(UNITS.c.id == unit_id).values(ended))
    _write(connection, actor, "unit.closed", unit_id, {"on": on.isoformat()})


def take_number_turn(connection: Connection) -> None:
    """Wait until nobody else changes the register; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _unit(connection: Connection, unit_id: str) -> dict[str, Any]:
    row = connection.execute(select(UNITS).where(UNITS.c.id == unit_id)).mappings().first()
    if row is None:
        raise Problem("unknown_unit", unit=unit_id)
    return dict(row)


def _next_id(connection: Connection, province: str) -> str:
    # Every unit keeps its row, so the count never gives a number twice.
    here = select(func.count()).where(UNITS.c.province == province)
    return f"B-{province}-{connection.execute(here).scalar_one() + 1:04d}"


def _call(connection: Connection, unit_id: str, names: dict[str, str]) -> None:
    rows = [
        {"key": key, "unit_id": unit_id, "name": name, "search_word": search_word(name)}
        for key, name in names.items()
    ]
    connection.execute(insert(UNIT_ALIASES), rows)


def _write(
    connection: Connection, actor: int | None, action: str, unit_id: str, details: dict[str, Any]
) -> None:
    audit.write(connection, actor=actor, action=action, object=f"unit:{unit_id}", details=details)
