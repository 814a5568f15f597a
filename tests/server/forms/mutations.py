"""Forms spoilt at random, as spreadsheets are: cells dropped, columns swapped, signs slipped in."""

import random
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from server.forms.importing import SHEETS, read_xlsform

Table = list[list[Any]]
Tables = dict[str, Table]
ODD: tuple[Any, ...] = (
    *("", " ", "\u00a0", "\u200b", "a\u0301", "\u202eabc", "😀", "İ", "ﬁ", "\ufeff", "x" * 5000),
    *("=1+1", "=SUM(A1:A3)", "#REF!", "#N/A", "1.0", "1e5", "-0", "TRUE", "yes", "None", "nan"),
    *(
        "${",
        "}",
        "${a",
        "${yas} = ",
        "selected(",
        "'",
        '"',
        "..",
        ".",
        "/",
        "[1]",
        "${a}${b}",
        "%s",
    ),
    *("{name}", "{0}", "{", "}", "\\", "|", "&lt;", "<b>", "]]>", "a\nb", "a\tb", "begin repeat"),
    *(
        "end group",
        "end repeat",
        "begin group",
        "select_one",
        "select_one x y z",
        "calculate",
        "note",
    ),
    *("range", "rank eh", "start=0 end=0 step=0", "start=a end=b step=c", "start=1 end=2 step=nan"),
    *(
        "not(not(not(true())))",
        "random()",
        "today()",
        "position(..)",
        "regex(., '^(')",
        "97",
        "null",
    ),
    *("constructor", "__proto__", "#7", "a.b", "name", "list_name", "${name}", "true", "1 div 0"),
)
MOMENT = datetime(2026, 11, 21)  # noqa: DTZ001  a spreadsheet knows no zones
CELLS: tuple[Any, ...] = (1.0, 2.5, True, False, 0, None, MOMENT, date(2026, 1, 1))
"""What a spreadsheet's cell can hold beside text."""


def tables_of(path: Path) -> Tables:
    """A form as plain tables, headers first."""
    sheets = read_xlsform(path)
    rows = {"survey": sheets.survey, "choices": sheets.choices, "settings": sheets.settings}
    found = {}
    for name in SHEETS:
        headers = list(dict.fromkeys(header for row in rows[name] for header in row.cells))
        found[name] = [headers, *([row[header] for header in headers] for row in rows[name])]
    return found


def spoilt(rng: random.Random, tables: Tables, times: int) -> Tables:
    """A copy with a few things wrong."""
    copy = {name: [list(row) for row in table] for name, table in tables.items()}
    for _ in range(times):
        table = copy[rng.choice(("survey", "survey", "survey", "choices", "settings"))]
        if table and any(table):
            rng.choice(MUTATIONS)(rng, table)
    return copy


def _cell(rng: random.Random, table: Table) -> tuple[list[Any], int]:
    row = rng.choice([row for row in table if row])
    return row, rng.randrange(len(row))


def _drop_cell(rng: random.Random, table: Table) -> None:
    row, at = _cell(rng, table)
    row[at] = ""


def _odd_cell(rng: random.Random, table: Table) -> None:
    row, at = _cell(rng, table)
    row[at] = rng.choice(ODD)


def _slipped_sign(rng: random.Random, table: Table) -> None:
    """Put an odd sign into a cell, or take one away."""
    row, at = _cell(rng, table)
    text = str(row[at])
    place = rng.randint(0, len(text))
    row[at] = text[:place] + rng.choice((*ODD, "")) + text[place + rng.randint(0, 1) :]


def _other_cell(rng: random.Random, table: Table) -> None:
    row, at = _cell(rng, table)
    other, there = _cell(rng, table)
    row[at], other[there] = other[there], row[at]


def _swap_columns(rng: random.Random, table: Table) -> None:
    one, two = rng.randrange(len(table[0]) or 1), rng.randrange(len(table[0]) or 1)
    for row in table[rng.randint(0, 1) :]:
        if max(one, two) < len(row):
            row[one], row[two] = row[two], row[one]


def _drop_row(rng: random.Random, table: Table) -> None:
    del table[rng.randrange(len(table))]


def _double_row(rng: random.Random, table: Table) -> None:
    table.insert(rng.randrange(len(table) + 1), list(rng.choice(table)))


def _blank_row(rng: random.Random, table: Table) -> None:
    table.insert(rng.randrange(len(table) + 1), rng.choice(([], [""], ["", "", "stray"])))


def _shift_row(rng: random.Random, table: Table) -> None:
    row, at = _cell(rng, table)
    row.insert(at, rng.choice(("", "x")))


MUTATIONS: tuple[Callable[[random.Random, Table], None], ...] = (
    *(_drop_cell, _odd_cell, _odd_cell, _slipped_sign, _slipped_sign, _slipped_sign, _other_cell),
    *(_swap_columns, _drop_row, _double_row, _blank_row, _shift_row),
)


def as_spoilt_workbook(rng: random.Random, tables: Tables, path: Path) -> Path:
    """Write a workbook whose cells are numbers, dates, flags, formulas, and some of them merged."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, table in tables.items():
        sheet = workbook.create_sheet(rng.choice((name, name, name.title(), f"{name} ")))
        for at, row in enumerate(table, 1):
            for column, cell in enumerate(row, 1):
                value = rng.choice(CELLS) if rng.random() < 0.03 else _storable(cell)
                sheet.cell(at, column).value = value
        if rng.random() < 0.5:
            sheet.merge_cells(start_row=2, end_row=3, start_column=1, end_column=2)
    workbook.save(path)
    return path


def _storable(cell: Any) -> Any:
    return "".join(sign for sign in cell if sign.isprintable() or sign in "\n\t") or None
