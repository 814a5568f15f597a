"""Every form of bad_forms/ is found wrong as it says itself, in its cell and in both languages.

A file is a form in Markdown, or one in CSV with a .txt beside it. Lines with ``>`` say what must
be found: ``> error code`` or ``> warning code``, the sentence in Turkish and in English with its
place, and for an expression the mark under its character.
"""

import re
from pathlib import Path

import pytest

from schemas.authoring.compiler import compile_form
from schemas.authoring.sheets import Remark
from schemas.wording import catalogue
from server.forms.importing import read_xlsform

FOLDER = Path(__file__).parents[1] / "bad_forms"
FORMS = sorted(file for file in FOLDER.iterdir() if file.suffix in (".md", ".csv"))
ELSEWHERE = {
    "date_in_cell": "a workbook: tests/server/forms",
    "formula_unread": "a workbook: tests/server/forms",
    "published_type": "a published version: tests/server/forms",
    "published_wording": "a published version: tests/server/forms",
    "published_scale": "a published version: tests/server/forms",
    "published_choice": "a published version: tests/server/forms",
    "published_choice_gone": "a published version: tests/server/forms",
    "pyxform": "the second opinion: tests/server/forms",
    "too_many_rows": "thousands of rows: test_compiler.py",
    "tree": "a definition that was not compiled here",
    "expression_empty": "cells are trimmed: tests/vectors/refused",
    "expression_too_long": "thousands of signs: tests/vectors/refused",
}
"""Codes that no small file can show."""
NOT_FOUND = re.compile(
    r"at_\w+|check_\w+|type_(?!extra|unknown|mis\w+)\w+|confirm_reason|error|warning"
)


def expected(file: Path) -> str:
    beside = file.with_suffix(".txt") if file.suffix == ".csv" else file
    lines = beside.read_text("utf-8").splitlines()
    return "\n".join(line.removeprefix(">").removeprefix(" ") for line in lines if line[:1] == ">")


def said(found: Remark) -> str:
    kind = "error" if found.is_error else "warning"
    caret = "".join(f"\n    {line}" for line in found.caret().splitlines())
    return f"{kind} {found.code}\ntr: {found.said('tr')}\nen: {found.said('en')}{caret}\n"


@pytest.mark.parametrize("file", FORMS, ids=[file.name for file in FORMS])
def test_a_bad_form_is_found_wrong_at_its_cell(file: Path) -> None:
    definition, found = compile_form(read_xlsform(file))
    assert "\n".join(map(said, found)).strip() == expected(file)
    assert (definition is None) == any(each.is_error for each in found)


def test_there_is_a_form_for_every_finding() -> None:
    shown = {
        code for file in FORMS for code in re.findall(r"(?:error|warning) (\w+)", expected(file))
    }
    codes = {key.removeprefix("forms.") for key in catalogue() if key.startswith("forms.")}
    codes = {code for code in codes if not NOT_FOUND.fullmatch(code)}
    assert codes - shown - ELSEWHERE.keys() == set()
    assert shown & ELSEWHERE.keys() == set()
    assert len(FORMS) >= 60
