"""Excel workbooks from strangers: looked at from outside before anything is unpacked."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook

from schemas.problems import Problem

MAX_UNPACKED: Final = 50_000_000
MAX_MEMBERS: Final = 200
MAX_RATIO: Final = 100
MAX_CELLS: Final = 400_000

Table = list[list[str]]


@dataclass(frozen=True)
class Workbook:
    """The wanted sheets of a workbook as text, the names of all, and formulas without a value."""

    names: list[str]
    tables: dict[str, Table]
    formulas: dict[str, list[tuple[int, int]]]
    """Row and column, both from 1, of formulas that no program has worked out; by sheet."""


def read_workbook(path: Path, wanted: Callable[[str], bool]) -> Workbook:
    """Read the sheets of an .xlsx file whose names are ``wanted``."""
    _scan_archive(path)
    try:
        values = load_workbook(path, read_only=True, data_only=True)
        written = load_workbook(path, read_only=True)
        names = [sheet.title for sheet in values.worksheets]
        tables = {name: _cells(values[name]) for name in names if wanted(name)}
        formulas = {name: _unworked(written[name], table) for name, table in tables.items()}
    except Problem:
        raise
    except Exception:  # noqa: BLE001  a stranger's file can break a reader in any way
        raise Problem("form_file_unreadable", reason="xlsx") from None
    return Workbook(names, tables, formulas)


def _unworked(worksheet: Any, table: Table) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row, line in enumerate(worksheet.iter_rows(values_only=True), 1)
        for column, cell in enumerate(line, 1)
        if isinstance(cell, str) and cell.startswith("=") and not table[row - 1][column - 1]
    ]


def _scan_archive(path: Path) -> None:
    """Look at the packed sizes before anything is unpacked: a small file can hold gigabytes."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError):
        raise Problem("form_file_unreadable", reason="xlsx") from None
    total = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    outside = any(".." in member.filename.split("/") for member in members)
    if len(members) > MAX_MEMBERS or total > MAX_UNPACKED or total / packed > MAX_RATIO or outside:
        raise Problem("form_file_suspicious")


def _cells(worksheet: Any) -> Table:
    table: Table = []
    count = 0
    for line in worksheet.iter_rows(values_only=True):
        count += len(line)
        if count > MAX_CELLS:
            raise Problem("form_file_suspicious")
        table.append([_cell_text(cell) for cell in line])
    return table


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)
