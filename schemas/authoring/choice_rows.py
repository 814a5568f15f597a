"""Rows of the choices sheet → choice lists."""

import re
from typing import Final

from schemas.authoring.sheets import Report, Row, Sheets, languages_of, text_header
from schemas.authoring.translations import broken_in, text_of
from schemas.forms.definition import Choice

LIST: Final = "list_name"
CHOICE_NAME: Final = re.compile(r"[^\s'\"<>&\\]{1,64}")
COLUMN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def choice_lists(sheets: Sheets, report: Report) -> dict[str, tuple[Choice, ...]]:
    """Read every list of the choices sheet."""
    lists: dict[str, dict[str, Choice]] = {}
    for row in sheets.choices:
        choice = _choice(row, sheets.choice_headers, report)
        if choice is None:
            continue
        known = lists.setdefault(row[LIST], {})
        if choice.name in known:
            report.error(row, "name", "choice_twice", name=choice.name, list=row[LIST])
        known[choice.name] = choice
    return {name: tuple(choices.values()) for name, choices in lists.items()}


def _choice(row: Row, headers: tuple[str, ...], report: Report) -> Choice | None:
    if not row[LIST]:
        report.error(row, LIST, "list_name_missing")
        return None
    if not row["name"]:
        report.error(row, "name", "choice_name_missing")
        return None
    if not CHOICE_NAME.fullmatch(row["name"]):
        report.error(row, "name", "choice_name_form", name=row["name"])
        return None
    label = text_of(row, "label", headers, report)
    if not label and languages_of(headers, "label"):
        report.error(row, text_header(headers, "label"), "label_missing", name=row["name"])
    if language := broken_in(label):
        report.error(row, text_header(headers, "label", language), "insertion_form")
    columns = {
        header: row[header]
        for header in headers
        if header not in (LIST, "name") and COLUMN.fullmatch(header) and row[header]
    }
    return Choice(name=row["name"], label=label, columns=columns)
