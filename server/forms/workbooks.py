"""Excel workbooks from strangers: looked at from outside, then unpacked by a child with limits."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from openpyxl.utils import get_column_letter

from schemas.problems import Problem

MAX_UNPACKED: Final = 200_000_000
MAX_MEMBERS: Final = 500
LAST_ROW: Final = 50_000
LAST_COLUMN: Final = 1_000
"""Beyond stands something by mistake: forms of 1,000 questions have some 5,000 rows and columns."""
SECONDS: Final = 120

Table = list[list[str]]
Places = list[tuple[int, int]]


@dataclass(frozen=True)
class Workbook:
    """The wanted sheets of a workbook as text, and the names of all.

    ``formulas`` and ``dates`` hold row and column, both from 1, by sheet: formulas that no program
    has worked out, and cells that the spreadsheet took for a date or a time.
    """

    names: list[str]
    tables: dict[str, Table]
    formulas: dict[str, Places]
    dates: dict[str, Places]


def read_workbook(path: Path, wanted: Collection[str]) -> Workbook:
    """Read the sheets of an .xlsx file that are named as ``wanted``, in small letters."""
    _scan_archive(path)
    read = _read_apart(path, wanted)
    sheets: dict[str, list[list[Any]]] = read["tables"]
    for name, cells in sheets.items():
        _refuse_far_cells(name, cells)
    return Workbook(
        names=read["names"],
        tables={name: _table(cells) for name, cells in sheets.items()},
        formulas={name: _places(cells, "formula") for name, cells in sheets.items()},
        dates={name: _places(cells, "date") for name, cells in sheets.items()},
    )


def _read_apart(path: Path, wanted: Collection[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "server.forms.workbook_reader", str(path), *sorted(wanted)]
    try:
        child = subprocess.run(  # noqa: S603  our own module, no shell
            command, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Problem("form_file_suspicious") from None
    if child.returncode == 0:
        read: dict[str, Any] = json.loads(child.stdout)
        return read
    # A signal, or no memory left: the file asked for more than any form does.
    if child.returncode < 0 or b"MemoryError" in child.stderr:
        raise Problem("form_file_suspicious")
    raise Problem("form_file_unreadable", reason="xlsx")


def _scan_archive(path: Path) -> None:
    """Look at the packed sizes before anything is unpacked: a small file can hold gigabytes."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        raise Problem("form_file_unreadable", reason="xlsx") from None
    total = sum(member.file_size for member in members)
    outside = any(".." in member.filename.split("/") for member in members)
    if len(members) > MAX_MEMBERS or total > MAX_UNPACKED or outside:
        raise Problem("form_file_suspicious")


def _refuse_far_cells(sheet: str, cells: list[list[Any]]) -> None:
    for row, column, text, _ in cells:
        if (row > LAST_ROW or column > LAST_COLUMN) and text.strip():
            cell = f"{get_column_letter(min(column, 18_278))}{row}"
            raise Problem("form_file_far_cell", sheet=sheet, cell=cell)


def _table(cells: list[list[Any]]) -> Table:
    near = [cell for cell in cells if cell[0] <= LAST_ROW and cell[1] <= LAST_COLUMN]
    table: Table = [[] for _ in range(max((row for row, *_ in near), default=0))]
    for row, column, text, _ in near:
        line = table[row - 1]
        line += [""] * (column - len(line))
        line[column - 1] = text
    return table


def _places(cells: list[list[Any]], kind: str) -> Places:
    return [(row, column) for row, column, _, found in cells if found == kind]
