"""XLSForm files → rows that remember where they stood; pyxform as the second opinion."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from openpyxl.utils import get_column_letter

from schemas.problems import Problem
from schemas.sheets import Finding, Row, Sheets
from server.forms.workbooks import Table, read_workbook

MAX_MEGABYTES: Final = 5
_MEGABYTE: Final = 1_000_000

SHEETS: Final = ("survey", "choices", "settings")
_ALIASES: Final = {
    **dict.fromkeys(("relevance", "relevant"), "relevant"),
    **dict.fromkeys(("calculation", "calculate"), "calculation"),
    **dict.fromkeys(("read_only", "readonly"), "read_only"),
    **{name: name for name in ("type", "name", "required", "constraint", "default", "appearance")},
}
_ROW: Final = re.compile(r"\[row : ([0-9]+)\]")
_SEPARATOR: Final = re.compile(r"\|?(\s*:?-+:?\s*\|)+\s*:?-*:?\s*\|?")


def read_xlsform(path: Path, *, choices: Sequence[Path] = ()) -> Sheets:
    """Read a form from .xlsx, .md or .csv; one that cannot be read raises a ``Problem``.

    A survey in CSV takes its lists from ``choices``; without them from the files named
    ``choices*.csv`` beside it, or else one folder up, and its settings from ``settings.csv``.
    """
    _refuse_size(path)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        tables = read_workbook(path, SHEETS)
        return _sheets([(name, name, table) for name, table in tables], path.stem)
    if suffix == ".md":
        return _sheets(_read_markdown(_text(path)), path.stem, lettered=False)
    if suffix == ".csv":
        return _read_csv(path, choices)
    raise Problem("form_file_kind", suffix=suffix or path.name)


def cross_check(sheets: Sheets) -> list[Finding]:
    """Convert the form with pyxform and give what it objects to."""
    from pyxform.errors import PyXFormError  # noqa: PLC0415  slow to import, needed for forms only
    from pyxform.xls2xform import convert  # noqa: PLC0415

    workbook = {
        "survey": [dict(row.cells) for row in sheets.survey],
        "choices": [dict(row.cells) for row in sheets.choices],
        # It knows no translated titles.
        "settings": [
            {header: cell for header, cell in row.cells.items() if "::" not in header}
            for row in sheets.settings
        ],
        "survey_header": [dict.fromkeys(sheets.survey_headers)],
        "choices_header": [dict.fromkeys(sheets.choice_headers)],
    }
    try:
        convert(workbook, validate=False, form_name="data")
    except PyXFormError as error:
        return [_objection(str(error), sheets)]
    return []


def _refuse_size(path: Path) -> None:
    if path.stat().st_size > MAX_MEGABYTES * _MEGABYTE:
        raise Problem("form_file_too_large", limit=MAX_MEGABYTES)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem("form_file_unreadable", reason="UTF-8") from None


def _read_csv(path: Path, choices: Sequence[Path]) -> Sheets:
    table = _csv_table(path)
    if _is_workbook_table(table):
        return _sheets(_split_workbook(table), path.stem)
    lists = list(choices) or _lists_near(path)
    parts = [(path.name, "survey", table)]
    parts += [(file.name, "choices", _csv_table(file)) for file in lists]
    settings = path.with_name("settings.csv")
    if settings.exists():
        parts.append((settings.name, "settings", _csv_table(settings)))
    name = path.parent.name if path.stem == "survey" else path.stem
    return _sheets(parts, name)


def _lists_near(path: Path) -> list[Path]:
    beside = sorted(path.parent.glob("choices*.csv"))
    return beside or sorted(path.parent.parent.glob("choices*.csv"))


def _csv_table(path: Path) -> Table:
    _refuse_size(path)
    return list(csv.reader(io.StringIO(_text(path), newline="")))


def _is_workbook_table(table: Table) -> bool:
    """Ask for one CSV that holds all sheets, their names in the first column."""
    return bool(table) and bool(table[0]) and table[0][0].strip() in SHEETS


def _read_markdown(text: str) -> list[tuple[str, str, Table]]:
    lines = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if line.lstrip().startswith("|") and not _SEPARATOR.fullmatch(line.strip())
        else []
        for line in text.splitlines()
    ]
    return _split_workbook([[cell.replace("\\|", "|") for cell in line] for line in lines])


def _split_workbook(table: Table) -> list[tuple[str, str, Table]]:
    """Cut a table whose first column names the sheets; blank lines keep the row numbers right."""
    parts: list[tuple[str, str, Table]] = []
    for number, line in enumerate(table):
        if line and line[0].strip():
            parts.append((line[0].strip(), line[0].strip(), [[] for _ in range(number)]))
        if parts:
            parts[-1][2].append(line if any(line) and not line[0].strip() else [])
    return parts


def _sheets(parts: Iterable[tuple[str, str, Table]], name: str, *, lettered: bool = True) -> Sheets:
    """Gather tables, each with the name to show and the sheet it is."""
    rows: dict[str, list[Row]] = {sheet: [] for sheet in SHEETS}
    headers: dict[str, list[str]] = {sheet: [] for sheet in SHEETS}
    for shown, sheet, table in parts:
        found, read = _rows(shown, table, lettered=lettered)
        rows[sheet] += read
        headers[sheet] += [header for header in found if header not in headers[sheet]]
    return Sheets(
        survey=tuple(rows["survey"]),
        choices=tuple(rows["choices"]),
        settings=tuple(rows["settings"]),
        survey_headers=tuple(headers["survey"]),
        choice_headers=tuple(headers["choices"]),
        name=name,
    )


def _rows(shown: str, table: Table, *, lettered: bool) -> tuple[list[str], list[Row]]:
    """Give the headers and the rows below them; a spreadsheet's columns also have letters."""
    numbered = [(number, [cell.strip() for cell in line]) for number, line in enumerate(table, 1)]
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if not filled:
        return [], []
    headers = {at: _header(cell) for at, cell in enumerate(filled[0][1]) if cell}
    letters = {header: get_column_letter(at + 1) for at, header in headers.items()}
    return list(letters), [
        Row(
            shown,
            number,
            {headers[at]: cell for at, cell in enumerate(cells) if cell and at in headers},
            letters if lettered else {},
        )
        for number, cells in filled[1:]
    ]


def _header(cell: str) -> str:
    """Give a header as the compiler knows it: ``list name`` and ``Type`` are common spellings."""
    if cell.lower() in ("list_name", "list name"):
        return "list_name"
    return cell if "::" in cell else _ALIASES.get(cell.lower(), cell)


def _objection(text: str, sheets: Sheets) -> Finding:
    """Turn pyxform's message into a finding, in the row it names by count."""
    said = " ".join(text.split())
    place = _ROW.search(said)
    index = int(place[1]) - 2 if place else -1
    row = sheets.survey[index] if 0 <= index < len(sheets.survey) else None
    return Finding(
        sheet=row.sheet if row else "survey",
        row=row.number if row else None,
        column="",
        code="pyxform",
        values={"text": _ROW.sub("", said).strip(" :")},
    )
