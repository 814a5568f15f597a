"""The child process that unpacks a stranger's workbook, within limits of memory and time.

``python -m server.forms.workbook_reader FILE SHEET …`` writes JSON: the names of all sheets and, of
the wanted ones, every cell that holds something, where it stands. Nothing is padded: a row numbered
a thousand million costs as much as the first. What Excel took for a date is marked, for it may
have been typed as a code.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.worksheet._reader import WorkSheetParser

MEMORY: Final = 1_500_000_000
CPU_SECONDS: Final = 60
MAX_CELLS: Final = 400_000
MAX_CHARACTERS: Final = 20_000_000

Found = tuple[int, int, str, str]
"""Row, column, text, and what it was: "", "date", or "formula" for one never worked out."""


def main() -> None:
    """Read the workbook named on the command line."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    file, wanted = Path(sys.argv[1]), {name.lower() for name in sys.argv[2:]}
    workbook = load_workbook(file, read_only=True)
    names = [sheet.title for sheet in workbook.worksheets]
    tables = {
        sheet.title: _cells(workbook, sheet)
        for sheet in workbook.worksheets
        if sheet.title.strip().lower() in wanted
    }
    json.dump({"names": names, "tables": tables}, sys.stdout)


def _cells(workbook: Any, sheet: Any) -> list[Found]:
    found: dict[tuple[int, int], Found] = {}
    room = MAX_CHARACTERS
    for cell in _filled(workbook, sheet, worked_out=True):
        text = _text(cell["value"])
        room -= len(text)
        if len(found) >= MAX_CELLS or room < 0:
            raise MemoryError
        kind = "date" if isinstance(cell["value"], date | time | timedelta) else ""
        found[cell["row"], cell["column"]] = (cell["row"], cell["column"], text, kind)
    if _has_formulas(sheet):
        for cell in _filled(workbook, sheet, worked_out=False):
            place = cell["row"], cell["column"]
            if cell["data_type"] == "f" and place not in found and len(found) < MAX_CELLS:
                found[place] = (*place, "", "formula")
    return sorted(found.values())


def _filled(workbook: Any, sheet: Any, *, worked_out: bool) -> Iterator[dict[str, Any]]:
    with sheet._get_source() as source:  # noqa: SLF001  the public reader fills every gap
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,  # noqa: SLF001
            data_only=worked_out,
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,  # noqa: SLF001
            timedelta_formats=workbook._timedelta_formats,  # noqa: SLF001
        )
        for _, row in parser.parse():
            yield from (cell for cell in row if cell["value"] is not None)


def _has_formulas(sheet: Any) -> bool:
    with sheet._get_source() as source:  # noqa: SLF001
        before = b""
        while piece := source.read(1 << 20):
            if b"<f" in before[-2:] + piece:
                return True
            before = piece
    return False


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    main()
