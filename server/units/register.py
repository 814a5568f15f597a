"""The register of units as an import compares with it, and what the import adds to it."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from schemas.reference.unit_words import look_alike
from server.units.models import UNIT_ALIASES, UNITS
from server.units.operations import NewUnit

WAITING: Final = "#"
"""Before the number of a row whose unit has no id yet."""


@dataclass(frozen=True)
class _Named:
    """A name, and the unit (or row of the file) that goes by it."""

    unit: str
    district: str | None
    name: str


class Register:
    """Every unit by id, every key that means one, and the names by province and type.

    Units that wait in the file are known by their row, so that a file is compared with itself.
    """

    def __init__(self, connection: Connection) -> None:
        self.units: dict[str, NewUnit] = {}
        self._names: dict[tuple[str, str], list[_Named]] = {}
        self.called: dict[str, str] = {}
        columns = UNITS.c["id", "province", "district", "type", "name"]
        for row in connection.execute(select(*columns).where(UNITS.c.state != "merged")):
            self.units[row.id] = NewUnit(
                province=row.province, district=row.district, type=row.type, name=row.name
            )
        for row in connection.execute(select(UNIT_ALIASES)):
            self.called[row.key] = row.unit_id
            self._remember(row.unit_id, self.units[row.unit_id], row.name)

    def take(self, number: int, unit: NewUnit) -> None:
        """Remember a unit that a row of the file registers."""
        place = f"{WAITING}{number}"
        for key, name in unit.names.items():
            self.called[key] = place
            self._remember(place, unit, name)

    def alike(self, unit: NewUnit) -> list[str]:
        """Name what may be the same unit: of its place and type, with a name like one of its."""
        found: dict[str, str] = {}
        for known in self._names.get((unit.province, unit.type), ()):
            is_near = None in (known.district, unit.district) or known.district == unit.district
            if is_near and any(look_alike(known.name, name) for name in unit.names.values()):
                found.setdefault(known.unit, f"{known.unit} {known.name}")
        return list(found.values())

    def _remember(self, place: str, unit: NewUnit, name: str) -> None:
        named = _Named(place, unit.district, name)
        self._names.setdefault((unit.province, unit.type), []).append(named)
