"""XLSForm files → rows that remember where they stood; pyxform as the second opinion."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from openpyxl.utils import get_column_letter

from schemas.authoring.cells import look_at_cells, look_at_headers
from schemas.authoring.sheets import Remark, Report, Row, Sheets
from schemas.problems import Problem
from schemas.tables.text_files import decoded, named_separator, without_separator_line
from server.forms.workbooks import Table, read_workbook

Part = tuple[str, str, Table]
"""A table: the name to show, the sheet it is, its cells."""

MAX_MEGABYTES: Final = 5
_MEGABYTE: Final = 1_000_000

SHEETS: Final = ("survey", "choices", "settings")
SHEETS_ELSEWHERE: Final = ("external_choices", "entities", "osm")
MAX_FORMULAS: Final = 20
WRITTEN: Final = ("name", "value", "label", "hint")
"""Columns in which a date is one by mistake; a default or a filter may be meant so."""
_ALIASES: Final = {
    **dict.fromkeys(("relevance", "relevant"), "relevant"),
    **dict.fromkeys(("calculation", "calculate"), "calculation"),
    **dict.fromkeys(("read_only", "readonly"), "read_only"),
    **{name: name for name in ("type", "name", "required", "constraint", "default", "appearance")},
}
_ROW: Final = re.compile(r"\[row : ([0-9]+)\]")
_SEPARATORS: Final = (",", ";", "\t")
_SEPARATOR: Final = re.compile(r"\|?(\s*:?-+:?\s*\|)+\s*:?-*:?\s*\|?")


def read_xlsform(path: Path, *, choices: Sequence[Path] = ()) -> Sheets:
    """Read a form from .xlsx, .md or .csv; one that cannot be read raises a ``Problem``.

    A survey in CSV takes its lists from ``choices``; without them from the files named
    ``choices*.csv`` beside it, or else one folder up, and its settings from ``settings.csv``.
    """
    _refuse_size(path)
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _read_workbook(path)
    if suffix == ".md":
        return _read_parts(_split_workbook(_read_markdown(_text(path))), path.stem, lettered=False)
    if suffix == ".csv":
        return _read_csv(path, choices)
    raise Problem("form_file_kind", suffix=suffix or path.name)


def cross_check(sheets: Sheets) -> list[Remark]:
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
    except Exception as error:  # noqa: BLE001  its own faults are no reason to break down
        return [_objection(f"{type(error).__name__}: {error}", sheets)]
    return []


def _read_workbook(path: Path) -> Sheets:
    report = Report()
    workbook = read_workbook(path, SHEETS)
    _look_at_names(workbook.names, path.stem, report)
    for name, cells in workbook.formulas.items():
        for row, column in cells[:MAX_FORMULAS]:
            report.error(Row(name, row, {}), get_column_letter(column), "formula_unread")
    for name, cells in workbook.dates.items():
        for row, column in cells[:MAX_FORMULAS]:
            _look_at_date(name, workbook.tables[name], (row, column), report)
    parts = [(name, _sheet_name(name), table) for name, table in workbook.tables.items()]
    return _sheets(parts, path.stem, report=report)


def _look_at_date(name: str, table: Table, place: tuple[int, int], report: Report) -> None:
    """Report a code or a text that was typed as 1-5 and is a day in May by now."""
    row, column = place
    sheet, headers = _sheet_name(name), next(filter(any, table))
    header = headers[column - 1] if column <= len(headers) else ""
    if sheet == "settings" or header.partition("::")[0].strip().lower() not in WRITTEN:
        return
    tell = report.error if sheet == "choices" else report.warn
    text = table[row - 1][column - 1]
    tell(Row(name, row, {}), f"{get_column_letter(column)} ({header})", "date_in_cell", text=text)


def _sheet_name(name: str) -> str:
    return name.strip().lower()


def _look_at_names(names: Iterable[str], file: str, report: Report) -> None:
    """Report sheets that İZDES does not read, and a survey that is not there."""
    for name in names:
        if _sheet_name(name) in SHEETS_ELSEWHERE:
            report.warn(Row(name, 0, {}), "", "sheet_elsewhere", sheet=name)
    if "survey" not in map(_sheet_name, names):
        report.error(Row(file, 0, {}), "", "sheet_missing", names=", ".join(names) or "–")


def _refuse_size(path: Path) -> None:
    if path.stat().st_size > MAX_MEGABYTES * _MEGABYTE:
        raise Problem("form_file_too_large", limit=MAX_MEGABYTES)


def _text(path: Path) -> str:
    read = decoded(path.read_bytes())
    if read is None:
        raise Problem("form_file_unreadable", reason="UTF-8")
    return read[0]


def _read_csv(path: Path, choices: Sequence[Path]) -> Sheets:
    table = _csv_table(path)
    if _is_workbook_table(table):
        return _read_parts(_split_workbook(table), path.stem)
    lists = list(choices) or _lists_near(path)
    parts = [(path.name, "survey", table)]
    parts += [(file.name, "choices", _csv_table(file)) for file in lists]
    settings = path.with_name("settings.csv")
    with suppress(FileNotFoundError):
        parts.append((settings.name, "settings", _csv_table(settings)))
    name = path.parent.name if path.stem == "survey" else path.stem
    return _sheets(parts, name, report=Report(), owns_lists=False)


def _lists_near(path: Path) -> list[Path]:
    beside = sorted(path.parent.glob("choices*.csv"))
    return beside or sorted(path.parent.parent.glob("choices*.csv"))


def _csv_table(path: Path) -> Table:
    _refuse_size(path)
    try:
        written = _text(path)
        separator, text = named_separator(written), without_separator_line(written)
        separator = separator or _separator(text)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise Problem("form_file_unreadable", reason=f"CSV: {error}") from None


def _separator(text: str) -> str:
    """What separates cells: a Turkish Excel writes semicolons."""
    lines = (line for line in text.splitlines() if any(sign in line for sign in _SEPARATORS))
    return max(_SEPARATORS, key=next(lines, "").count)


def _is_workbook_table(table: Table) -> bool:
    """Ask for one CSV that holds all sheets, their names in the first column."""
    filled = next((line for line in table if any(map(str.strip, line))), [""])
    return _sheet_name(filled[0]) in (*SHEETS, *SHEETS_ELSEWHERE)


def _read_markdown(text: str) -> Table:
    lines = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", _without_borders(line.strip()))]
        if line.lstrip().startswith("|") and not _SEPARATOR.fullmatch(line.strip())
        else []
        for line in text.splitlines()
    ]
    return [[cell.replace("\\|", "|") for cell in line] for line in lines]


def _without_borders(line: str) -> str:
    return line.removeprefix("|").removesuffix("|")


def _read_parts(parts: list[Part], name: str, *, lettered: bool = True) -> Sheets:
    report = Report()
    _look_at_names([shown for shown, _, _ in parts], name, report)
    return _sheets(parts, name, report=report, lettered=lettered)


def _split_workbook(table: Table) -> list[Part]:
    """Cut a table whose first column names the sheets; blank lines keep the row numbers right."""
    parts: list[Part] = []
    for number, line in enumerate(table):
        if line and line[0].strip():
            shown = line[0].strip()
            parts.append((shown, _sheet_name(shown), [[] for _ in range(number)]))
        if parts:
            parts[-1][2].append(line if any(line) and not line[0].strip() else [])
    return parts


def _sheets(
    parts: Iterable[Part],
    name: str,
    *,
    report: Report,
    lettered: bool = True,
    owns_lists: bool = True,
) -> Sheets:
    """Gather tables, each with the name to show and the sheet it is."""
    rows: dict[str, list[Row]] = {sheet: [] for sheet in SHEETS}
    headers: dict[str, list[str]] = {sheet: [] for sheet in SHEETS}
    heads: dict[str, Row] = {}
    for shown, sheet, table in parts:
        if sheet in SHEETS:
            head, read = _rows(shown, table, report, lettered=lettered)
            rows[sheet] += read
            headers[sheet] += [letter for letter in head.letters if letter not in headers[sheet]]
            heads.setdefault(sheet, head if lettered else replace(head, letters={}))
    return Sheets(
        survey=tuple(rows["survey"]),
        choices=tuple(rows["choices"]),
        settings=tuple(rows["settings"]),
        survey_headers=tuple(headers["survey"]),
        choice_headers=tuple(headers["choices"]),
        setting_headers=tuple(headers["settings"]),
        name=name,
        remarks=tuple(report.remarks),
        owns_lists=owns_lists,
        heads=heads,
    )


def _rows(shown: str, table: Table, report: Report, *, lettered: bool) -> tuple[Row, list[Row]]:
    """The row of headers and the rows below; a spreadsheet's columns also have letters."""
    numbered = [(number, [cell.strip() for cell in line]) for number, line in enumerate(table, 1)]
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if not filled:
        return Row(shown, 1, {}), []
    headers = {at: _header(cell) for at, cell in enumerate(filled[0][1]) if cell}
    letters = {header: get_column_letter(at + 1) for at, header in reversed(headers.items())}
    letters = {header: letters[header] for header in dict.fromkeys(headers.values())}
    head = Row(shown, filled[0][0], {}, letters)
    look_at_headers(head if lettered else replace(head, letters={}), headers, report)
    rows = []
    for number, cells in filled[1:]:
        row = Row(shown, number, _named(cells, headers), letters if lettered else {})
        row = look_at_cells(row, report)
        stray = next((at for at, cell in enumerate(cells) if cell and at not in headers), None)
        if stray is not None:
            report.warn(row, get_column_letter(stray + 1), "cell_stray", text=cells[stray][:40])
        rows.append(row)
    return head, rows


def _named(cells: list[str], headers: dict[int, str]) -> dict[str, str]:
    """The filled cells by header; of a header that stands twice the first."""
    named: dict[str, str] = {}
    for at, cell in enumerate(cells):
        if cell and at in headers:
            named.setdefault(headers[at], cell)
    return named


def _header(cell: str) -> str:
    """A header as the compiler knows it: ``list name`` and ``Type`` are common spellings."""
    if cell.lower() in ("list_name", "list name"):
        return "list_name"
    return cell if "::" in cell else _ALIASES.get(cell.lower(), cell)


def _objection(text: str, sheets: Sheets) -> Remark:
    """Turn pyxform's message into a remark, in the row it names by count."""
    said = " ".join(text.split())
    place = _ROW.search(said)
    index = int(place[1]) - 2 if place else -1
    row = sheets.survey[index] if 0 <= index < len(sheets.survey) else None
    return Remark(
        sheet=row.sheet if row else "survey",
        row=row.number if row else None,
        column="",
        code="pyxform",
        values={"text": _ROW.sub("", said).strip(" :")},
    )
