"""Looking units up: by what they are called, by place, by state."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, or_, select, true

from schemas.turkish import search_word, turkish_sort_key
from server.units.models import UNIT_ALIASES, UNITS


@dataclass(frozen=True)
class FieldUnit:
    """A unit as the register holds it."""

    id: str
    type: str
    name: str
    province: str
    district: str | None
    organisation: str | None
    state: str
    merged_into: str | None
    created_on: date
    closed_on: date | None
    aliases: tuple[str, ...] = ()
    """Every other name it goes by, in the order of the alphabet."""


def units_found(
    connection: Connection,
    *,
    province: str | None = None,
    searched: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> list[FieldUnit]:
    """List units of a province, or of all, whose id or one of whose names holds a text."""
    chosen = select(UNITS).where(_matching(province, searched)).order_by(UNITS.c.id)
    rows = connection.execute(chosen.limit(limit).offset(offset)).mappings().all()
    return _with_names(connection, rows)


def _matching(province: str | None, searched: str) -> ColumnElement[bool]:
    """Whether a unit is of this province, and every word is found in its id or one of its names."""
    words = (_holds(word) for word in search_word(searched).split())
    return and_(UNITS.c.province == province if province else true(), *words)


def _holds(word: str) -> ColumnElement[bool]:
    named = UNIT_ALIASES.c.search_word.contains(word, autoescape=True)
    return or_(
        func.lower(UNITS.c.id).contains(word, autoescape=True),
        UNITS.c.id.in_(select(UNIT_ALIASES.c.unit_id).where(named)),
    )


def _with_names(connection: Connection, rows: Sequence[RowMapping]) -> list[FieldUnit]:
    names: dict[str, set[str]] = defaultdict(set)
    ids = [row["id"] for row in rows]
    chosen = select(*UNIT_ALIASES.c["unit_id", "name"]).where(UNIT_ALIASES.c.unit_id.in_(ids))
    for unit_id, name in connection.execute(chosen):
        names[unit_id].add(name)
    return [_unit(row, names[row["id"]]) for row in rows]


def _unit(row: RowMapping, names: set[str]) -> FieldUnit:
    facts = {name: row[name] for name in _FACTS}
    others = tuple(sorted(names - {row["name"]}, key=turkish_sort_key))
    return FieldUnit(**facts, aliases=others)


_FACTS = (
    *("id", "type", "name", "province", "district", "organisation"),
    *("state", "merged_into", "created_on", "closed_on"),
)
