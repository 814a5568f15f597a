"""Rows of the survey sheet → an outline: what stands in which group, and of what kind it is."""

import re
from dataclasses import dataclass, field
from typing import Final

from schemas.authoring.sheets import Report, Row
from schemas.expressions import foreign
from schemas.expressions.grammar import NAME
from schemas.forms.definition import NodeKind, QuestionType, ValueType
from schemas.forms.question_kinds import CHOICES

TYPES: Final[dict[str, QuestionType]] = {
    "text": "text",
    "string": "text",
    "integer": "integer",
    "int": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "dateTime",
    "datetime": "dateTime",
    "select_one": "select_one",
    "select_multiple": "select_multiple",
    "rank": "rank",
    "range": "range",
    "note": "note",
    "calculate": "calculate",
    "hidden": "hidden",
    "geopoint": "geopoint",
    "image": "image",
    "photo": "image",
    "file": "file",
    "barcode": "barcode",
    "start": "start",
    "end": "end",
    "today": "today",
    "deviceid": "deviceid",
}
VALUE_TYPES: Final[dict[QuestionType, ValueType]] = {
    "text": "text",
    "integer": "number",
    "decimal": "number",
    "range": "number",
    "date": "date",
    "today": "date",
    "time": "time",
    "dateTime": "dateTime",
    "start": "dateTime",
    "end": "dateTime",
    "select_one": "choice",
    "select_multiple": "choices",
    "rank": "choices",
    "hidden": "text",
    "deviceid": "text",
    "geopoint": "text",
    "barcode": "text",
    "image": "file",
    "signature": "file",
    "file": "file",
}
"""Types without a label: nobody sees them."""

MAX_NAME: Final = 64
_NAME: Final = re.compile(NAME)
# Names that are not data to JavaScript or to ODK.
_RESERVED: Final = frozenset(
    {"constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "meta", "instanceID"}
)
_BRACKET: Final = re.compile(r"(begin|end)[ _]+(group|repeat)")
_SPELLINGS: Final = (
    (re.compile(r"select(?:1| one from| one)(?= )"), "select_one"),
    (
        re.compile(r"select (?:all that apply from|all that apply|multiple from|multiple)(?= )"),
        "select_multiple",
    ),
)
"""How XLSForm lets choice questions be written as well."""


@dataclass
class Draft:
    """A row on its way to becoming a node."""

    row: Row
    name: str
    kind: NodeKind
    type: QuestionType | None = None
    list_name: str | None = None
    children: list["Draft"] = field(default_factory=list)
    bracket: str = ""
    """What closes it, if not its own kind: a refused repeat is read as a group."""


def outline(rows: tuple[Row, ...], report: Report) -> list[Draft]:
    """Nest the rows; wrong nesting, types and names are reported."""
    body: list[Draft] = []
    path: list[Draft] = []
    for row in rows:
        bracket = _BRACKET.fullmatch(row["type"])
        if bracket and bracket[1] == "end":
            _close(row, bracket[2], path, report)
            continue
        draft = _bracket_draft(row, bracket[2], path, report) if bracket else _field(row, report)
        if draft is None:
            continue
        _check_name(draft, report)
        (path[-1].children if path else body).append(draft)
        if draft.kind != "field":
            path.append(draft)
    for draft in path:
        report.error(draft.row, "type", "group_not_closed", name=draft.name)
    _refuse_doubles(body, {}, report)
    return body


def _close(row: Row, kind: str, path: list[Draft], report: Report) -> None:
    if not path:
        report.error(row, "type", "end_without_begin", kind=kind)
    elif (path[-1].bracket or path[-1].kind) != kind:
        report.error(row, "type", "end_of_other", kind=kind, name=path[-1].name)
        path.pop()
    else:
        path.pop()


def _bracket_draft(row: Row, kind: str, path: list[Draft], report: Report) -> Draft:
    if kind == "repeat" and any(draft.kind == "repeat" for draft in path):
        report.error(row, "type", "repeat_nested", name=row["name"])
        return Draft(row, row["name"], "group", bracket=kind)
    return Draft(row, row["name"], "repeat" if kind == "repeat" else "group")


def _field(row: Row, report: Report) -> Draft | None:
    text = " ".join(row["type"].split())
    for spelling, meant in _SPELLINGS:
        text = spelling.sub(meant, text)
    word, *rest = text.split(" ", 3)[:3]
    question_type = TYPES.get(word)
    if question_type is None:
        _refuse_type(row, word, report)
        return None
    if question_type == "image" and "signature" in row["appearance"].split():
        question_type = "signature"
    choices = rest[0] if rest and question_type in CHOICES else None
    if question_type in CHOICES and choices is None:
        report.error(row, "type", "list_missing", type=word)
    elif rest[1 if choices else 0 :]:
        report.error(row, "type", "type_extra", type=word, text=" ".join(rest[bool(choices) :]))
    return Draft(row, row["name"], "field", question_type, choices)


def _refuse_type(row: Row, word: str, report: Report) -> None:
    if not word:
        report.error(row, "type", "type_missing")
    elif reason := foreign.TYPES.get(word.lower().removesuffix("-metadata")):
        report.error(row, "type", reason, type=word)
    elif near := foreign.nearest(word, [*TYPES, "begin", "end"]):
        report.error(row, "type", "type_misspelt", type=row["type"], near=near)
    else:
        report.error(row, "type", "type_unknown", type=row["type"])


def _check_name(draft: Draft, report: Report) -> None:
    if not draft.name:
        report.error(draft.row, "name", "name_missing")
    elif not _NAME.fullmatch(draft.name) or len(draft.name) > MAX_NAME:
        report.error(draft.row, "name", "name_form", name=draft.name)
    elif draft.name in _RESERVED or draft.name.startswith("__"):
        report.error(draft.row, "name", "name_reserved", name=draft.name)


def _refuse_doubles(drafts: list[Draft], known: dict[str, Draft], report: Report) -> None:
    for draft in drafts:
        if draft.name and draft.name in known:
            first = known[draft.name].row.number
            report.error(draft.row, "name", "name_twice", name=draft.name, first_row=first)
        if not draft.name or draft.name in known:
            # Refused, but the rest of the form is still checked: by a name nothing can refer to.
            draft.name = f"#{draft.row.number}"
        known[draft.name] = draft
        _refuse_doubles(draft.children, known, report)
