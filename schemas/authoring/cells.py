"""Looking at the cells of a sheet before their meaning is asked: what cannot have been meant."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from schemas.authoring.sheets import Report, Row

_ERRORS: Final = frozenset({"#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"})
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_EXPRESSIONS: Final = frozenset(
    {
        *("relevant", "constraint", "soft_constraint", "choice_filter", "required", "default"),
        *("calculation", "calculate", "repeat_count"),
    }
)
"""Columns whose signs the grammar looks at itself."""


def look_at_cells(row: Row, report: Report) -> Row:
    """Report errors of a spreadsheet and signs nobody can see; give the row without the errors."""
    for header, cell in row.cells.items():
        if cell in _ERRORS:
            report.error(row, header, "cell_error", text=cell)
        elif found := _CONTROL.search(cell):
            report.error(row, header, "invisible_sign", sign=f"U+{ord(found[0]):04X}")
        elif "::" not in header and header not in _EXPRESSIONS and header != "label":
            for sign in _unseen(cell):
                report.error(row, header, "invisible_sign", sign=f"U+{ord(sign):04X}")
                break
    cells = {header: cell for header, cell in row.cells.items() if cell not in _ERRORS}
    return replace(row, cells=cells)


def _unseen(cell: str) -> Iterator[str]:
    for sign in cell:
        if unicodedata.category(sign) in ("Cf", "Zs", "Zl", "Zp") and sign != " ":
            yield sign


def look_at_headers(head: Row, cells: Mapping[int, str], report: Report) -> None:
    """Report a column that stands twice."""
    first: dict[str, int] = {}
    for at, header in cells.items():
        if first.setdefault(header, at) != at:
            report.error(head, header, "header_twice", header=header)
