"""Excel workbooks from strangers: looked at from outside before anything is unpacked."""

import zipfile
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from schemas.problems import Problem

MAX_UNPACKED: Final = 50_000_000
MAX_MEMBERS: Final = 200
MAX_RATIO: Final = 100
MAX_CELLS: Final = 400_000

Table = list[list[str]]


def read_workbook(path: Path, names: tuple[str, ...]) -> list[tuple[str, Table]]:
    """Give the named sheets of an .xlsx file as text."""
    _scan_archive(path)
    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
        return [(name, _cells(workbook[name])) for name in workbook.sheetnames if name in names]
    except (InvalidFileException, KeyError, ValueError, SyntaxError, OSError, zipfile.BadZipFile):
        raise Problem("form_file_unreadable", reason="xlsx") from None


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
    return str(cell)
