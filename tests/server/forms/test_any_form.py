"""Whatever a form looks like, `izdes form check` answers with sentences, never with a traceback."""

import csv
import io
import os
import random
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import schemas
from schemas.authoring.compiler import compile_form
from schemas.authoring.sheets import Remark
from schemas.forms.questionnaire import Questionnaire
from schemas.problems import Problem
from schemas.wording import LANGUAGES
from server.forms.checking import compile_file, contents_lines
from server.forms.importing import read_xlsform
from server.forms.xform.form import export_xform
from tests.schemas.authoring.test_bad_forms import FOLDER as BAD
from tests.server.forms.mutations import Tables, as_spoilt_workbook, spoilt, tables_of

GOOD = sorted((BAD.parent / "good_forms").glob("*.md"))
SHIPPED = sorted((Path(schemas.__file__).parent / "definitions").glob("*/survey.csv"))
MANY = 20 if os.environ.get("IZDES_SOAK") else 1


@pytest.mark.parametrize("file", GOOD, ids=[file.stem for file in GOOD])
def test_a_good_form_has_no_finding(file: Path) -> None:
    definition, found = compile_file(file)
    assert [each.said("en") for each in found] == []
    assert definition is not None
    assert all(len(list(contents_lines(definition, language))) >= 2 for language in LANGUAGES)


@pytest.mark.parametrize("file", GOOD, ids=[file.stem for file in GOOD])
def test_a_good_form_spoilt_at_random_is_answered(file: Path, tmp_path: Path) -> None:
    tables = tables_of(file)
    for seed in range(60 * MANY):
        answered(tables, seed, tmp_path / "form.csv")


@pytest.mark.parametrize("file", SHIPPED, ids=[file.parent.name for file in SHIPPED])
def test_a_questionnaire_of_ours_spoilt_at_random_is_answered(file: Path, tmp_path: Path) -> None:
    tables = tables_of(file)
    for seed in range(6 * MANY):
        answered(tables, seed, tmp_path / "form.csv")


def test_a_workbook_of_any_cells_is_answered(tmp_path: Path) -> None:
    for seed in range(40 * MANY):
        rng = random.Random(seed)
        tables = spoilt(rng, tables_of(rng.choice(GOOD)), rng.randint(0, 4))
        _, found = compile_file(as_spoilt_workbook(rng, tables, tmp_path / "form.xlsx"))
        say_all(found)


def test_bytes_of_no_form_are_answered(tmp_path: Path) -> None:
    for seed in range(100 * MANY):
        rng = random.Random(seed)
        path = tmp_path / f"form{rng.choice(('.csv', '.md', '.xlsx'))}"
        path.write_bytes(rng.choice((rng.randbytes(300), rng.randbytes(40) + b"|,;\n" * 30, b"|")))
        with suppress(Problem):
            say_all(compile_file(path)[1])


def answered(tables: Tables, seed: int, path: Path) -> None:
    """Compile a spoilt form; what passes must also run and be exported."""
    rng = random.Random(seed)
    path.write_text(as_csv(spoilt(rng, tables, rng.randint(1, 5))), "utf-8", newline="")
    definition, found = compile_form(read_xlsform(path))
    say_all(found)
    assert (definition is None) == any(each.is_error for each in found), f"seed {seed}"
    if definition is not None:
        Questionnaire(definition)
        ET.fromstring(export_xform(definition))  # noqa: S314  our own


def say_all(found: list[Remark]) -> None:
    for each in found:
        assert each.said("tr")
        assert each.said("en")
        assert len(each.caret().splitlines()) in (0, 2)


def as_csv(tables: Tables) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    for name, table in tables.items():
        writer.writerow([name])
        writer.writerows(["", *row] for row in table)
    return text.getvalue()
