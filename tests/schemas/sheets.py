"""Small forms written row by row, for tests of the compiler."""

from typing import Any

from schemas.authoring.compiler import compile_form
from schemas.authoring.sheets import Remark, Row, Sheets
from schemas.forms.definition import FormDefinition
from schemas.forms.flow import Questionnaire

TR, EN = "label::Türkçe (tr)", "label::English (en)"
LISTS = (
    {"list_name": "eh", "name": "1", TR: "Evet", EN: "Yes"},
    {"list_name": "eh", "name": "0", TR: "Hayır", EN: "No"},
    {"list_name": "ilce", "name": "a", TR: "A", EN: "A", "il": "1"},
)
SETTINGS = {
    "form_id": "deneme",
    "version": "1",
    "form_title::Türkçe (tr)": "Deneme",
    "form_title::English (en)": "Trial",
}


def q(question_type: str, name: str = "", **cells: str) -> dict[str, str]:
    """A survey row with a label in both languages; cells without value are left out."""
    row = {"type": question_type, "name": name, TR: name, EN: name, **cells}
    for rule in {"constraint", "soft_constraint"} & cells.keys():
        row |= {f"{rule}_message::tr": "Olmaz.", f"{rule}_message::en": "No.", **cells}
    return {header: cell for header, cell in row.items() if cell}


def sheets(
    *survey: dict[str, str],
    choices: tuple[dict[str, str], ...] = LISTS,
    settings: dict[str, str] | None = None,
    headers: tuple[str, ...] | None = None,
) -> Sheets:
    """A form whose first survey row is row 2, as in a spreadsheet."""
    return Sheets(
        survey=_rows("survey", survey),
        choices=_rows("choices", choices),
        settings=_rows("settings", (SETTINGS if settings is None else settings,)),
        survey_headers=headers or _headers(({"type": "", "name": "", TR: "", EN: ""}, *survey)),
        choice_headers=_headers(choices),
    )


def remarks(*survey: dict[str, str], **parts: Any) -> list[Remark]:
    """Compile a form and give what is found; an error and a definition exclude each other."""
    definition, found = compile_form(sheets(*survey, **parts))
    assert (definition is None) == any(remark.is_error for remark in found)
    return found


def definition(*survey: dict[str, str], **parts: Any) -> FormDefinition:
    """Compile a form that is right."""
    made, found = compile_form(sheets(*survey, **parts))
    assert made is not None, [remark.said("en") for remark in found]
    return made


def questionnaire(*survey: dict[str, str], **parts: Any) -> Questionnaire:
    """Compile a form that is right and make it ready."""
    return Questionnaire(definition(*survey, **parts))


def _rows(sheet: str, rows: tuple[dict[str, str], ...]) -> tuple[Row, ...]:
    return tuple(Row(sheet, number, cells) for number, cells in enumerate(rows, 2))


def _headers(rows: tuple[dict[str, str], ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(header for row in rows for header in row))
