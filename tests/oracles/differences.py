"""The one table of accepted differences, in README.md: read by every test here."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

README = Path(__file__).with_name("README.md")
SAME = "same"
UNSTEADY = "unsteady"


class Difference(NamedTuple):
    """A row of the table: what is asked, what each engine says to it, and why we say otherwise."""

    case: str
    javarosa: str
    xforms_engine: str
    reason: str

    def said_by(self, engine: str) -> str:
        """An engine's answer, ``same`` if it is ours."""
        return self.javarosa if engine == "javarosa" else self.xforms_engine


def differences(kind: str) -> dict[str, Difference]:
    """The rows of one kind, by case: ``expression``, ``form`` or ``not asked``."""
    rows = [row for row in _rows() if row[0] == kind]
    found = {row[1]: Difference(*row[1:]) for row in rows}
    assert len(found) == len(rows), "a case stands in the table twice"
    return found


def _rows() -> Iterator[list[str]]:
    for line in README.read_text("utf-8").splitlines():
        cells = [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 5 and cells[0] != "kind":
            yield cells
