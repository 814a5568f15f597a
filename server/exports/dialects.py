"""CSV as programs read it, and as Excel in Türkiye opens it without harm.

The machine dialect gives every value back exactly as it was stored. The Turkish one is for people:
semicolon, decimal comma, local dates, no text that a spreadsheet would run as a formula or take for
a date or a number.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from schemas.tables.spreadsheet_cells import kept_as_text, looks_like_a_formula, would_be_changed
from schemas.turkish import TURKISH_TIME

Kind = Literal["text", "number", "date", "moment"]
Row = Sequence[str]

CHUNK: Final = 64 * 1024
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NEEDS_QUOTES: Final = re.compile(r'["\r\n]')


@dataclass(frozen=True)
class Column:
    """Name of a column, and what its values are where a dialect writes them its own way."""

    name: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Dialect:
    """A way to write rows of text as lines of a file."""

    name: str
    start: str
    line: Callable[[Sequence[Column]], Callable[[Row], str]]


def encoded(columns: Sequence[Column], rows: Iterable[Row], dialect: Dialect) -> Iterator[bytes]:
    """The file in pieces of some 64 KB, the header first."""
    heading = dialect.line([Column(column.name) for column in columns])
    line = dialect.line(columns)
    waiting = [dialect.start, heading([column.name for column in columns])]
    size = 0
    for row in rows:
        text = line(row)
        waiting.append(text)
        size += len(text)
        if size >= CHUNK:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


def _machine_line(columns: Sequence[Column]) -> Callable[[Row], str]:
    separators = len(columns) - 1

    def line(row: Row) -> str:
        plain = ",".join(row)
        if plain and plain.count(",") == separators and not _NEEDS_QUOTES.search(plain):
            return plain + "\n"
        if not plain:
            return '""\n'  # a lone empty cell would be an empty line, which readers skip
        return ",".join([_quoted_if_needed(cell) for cell in row]) + "\n"

    return line


def _quoted_if_needed(cell: str) -> str:
    return _quoted(cell) if "," in cell or _NEEDS_QUOTES.search(cell) else cell


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _turkish_line(columns: Sequence[Column]) -> Callable[[Row], str]:
    writers = [_TURKISH[column.kind] for column in columns]

    def line(row: Row) -> str:
        cells = [write(cell) if cell else "" for write, cell in zip(writers, row, strict=True)]
        return ";".join(cells) + "\r\n"

    return line


def _text(cell: str) -> str:
    if cell.isalpha() and not would_be_changed(cell):
        return f'"{cell}"'
    if looks_like_a_formula(cell):
        return _quoted("'" + cell)
    return _quoted(kept_as_text(cell) if would_be_changed(cell) else cell)


def _number(cell: str) -> str:
    return cell.replace(".", ",") if _NUMBER.fullmatch(cell) else _text(cell)


def _date(cell: str) -> str:
    try:
        return f"{date.fromisoformat(cell):%d.%m.%Y}"
    except ValueError:
        return _text(cell)


def _moment(cell: str) -> str:
    try:
        moment = datetime.fromisoformat(cell)
        local = moment.astimezone(TURKISH_TIME) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return _text(cell)
    return f"{local:%d.%m.%Y %H:%M}"


_TURKISH: Final[dict[Kind, Callable[[str], str]]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "moment": _moment,
}

DIALECTS: Final = {
    "csv": Dialect("csv", "", _machine_line),
    "csv-tr": Dialect("csv-tr", "\ufeff", _turkish_line),
}
"""Machine and Turkish Excel, under the names that the command line knows them by."""
