"""How each column of a file writes its numbers and its days: by proof, by the mapping, or asked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from schemas.tables.date_orders import ORDERS, moment_in, moments_in, order_of
from schemas.tables.number_styles import number_in, style_of
from server.imports.reading import Fault, SourceFile

Kind = Literal["numbers", "dates", "codes"]
"""What a column is read as; of ``codes`` nothing has to be known, they prove themselves."""

LONGEST: Final = 60
"""No number or day has more characters."""
STYLES: Final = ("point", "comma")
LARGEST: Final = 1e100


@dataclass(frozen=True)
class Writing:
    """How a column is written; where nothing is known, each cell must prove itself."""

    numbers: str = "text"
    dates: str = "mixed"


UNKNOWN: Final = Writing()


@dataclass(frozen=True)
class Word:
    """What the mapping, or the dialect of our own exports, says of a column."""

    numbers: str | None = None
    dates: str | None = None
    is_firm: bool = True
    """A word that is not firm only decides what the column itself leaves open."""


@dataclass(frozen=True)
class Decision:
    """What was found of a column, to be told."""

    column: str
    kind: Kind
    found: str


@dataclass
class Writings:
    """The columns of one file; what was decided of them, and what has to be asked."""

    source: SourceFile
    decided: dict[str, Decision] = field(default_factory=dict)
    asked: dict[str, Fault] = field(default_factory=dict)

    def of(self, place: int, kind: Kind, meant: Callable[[str], str], word: Word) -> Writing:
        """Decide how a column is written; ``meant`` gives a cell as the mapping recodes it."""
        cells = sorted({meant(cell) for cell in self._telling[place]})
        column = self.source.header[place]
        if kind == "dates":
            return Writing(dates=self._settled(column, "dates", order_of(cells), word.dates, cells))
        numbers = [cell for cell in cells if _is_number(cell)]
        found = style_of(numbers)
        if kind == "numbers":
            told = word.numbers if word.is_firm or found == "either" else None
            return Writing(numbers=self._settled(column, "numbers", found, told, numbers))
        return Writing(numbers=word.numbers or found)

    def _settled(
        self, column: str, kind: Kind, found: str, word: str | None, cells: Sequence[str]
    ) -> str:
        if found in {*STYLES, *ORDERS} and word not in (None, found):
            proof = next(cell for cell in cells if not _fits(cell, str(word)))
            about = {"column": column, "value": proof, "said": word}
            self.asked[column] = Fault(f"{kind}_contradict", about)
        unclear = next((cell for cell in cells if _is_unclear(cell, kind)), None)
        if word is None and unclear is not None and found in {"either", "mixed", "text"}:
            self.asked[column] = Fault(f"{kind}_either", {"column": column, "value": unclear})
        settled = word if found in {"either", "mixed", "text"} and word else found
        if settled in {*STYLES, *ORDERS, "mixed"} or (settled == "text" and cells):
            self.decided[column] = Decision(column, kind, settled)
        return settled

    @cached_property
    def _telling(self) -> list[set[str]]:
        """The different cells of every column that may be numbers or days."""
        seen: list[set[str]] = [set() for _ in self.source.header]
        for _, cells in self.source.rows():
            for different, cell in zip(seen, cells, strict=True):
                different.add(cell)
        return [set(_short(moment)) for moment in seen]


def _short(cells: Iterable[str]) -> Iterable[str]:
    return (cell for cell in cells if len(cell) <= LONGEST and any(map(str.isdecimal, cell)))


def numbers_in(cell: str, style: str) -> set[float]:
    """What a cell can mean as a number: in its style if that is known and fits, else in both.

    ``1,234.5`` can only be one number, whatever is said of its column.
    """
    if style in STYLES and (found := numbers_of(cell, style)):
        return found
    return set().union(*(numbers_of(cell, style) for style in STYLES))


def numbers_of(cell: str, style: str) -> set[float]:
    """The number a cell means in a style, or none."""
    found = number_in(cell, style)
    return set() if found is None or not abs(found) < LARGEST else {found}


def _is_number(cell: str) -> bool:
    return bool(numbers_in(cell, ""))


def _is_unclear(cell: str, kind: Kind) -> bool:
    return len(moments_in(cell, "") if kind == "dates" else numbers_in(cell, "")) > 1


def _fits(cell: str, word: str) -> bool:
    """Tell whether a cell can be written as is said; what is no day or number can."""
    if word in ORDERS:
        return not moments_in(cell, "") or moment_in(cell, word) is not None
    return bool(numbers_of(cell, word))
