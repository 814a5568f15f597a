"""Files that answer a form which is published already: the shipped citizen questionnaire."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from schemas.forms.definition import FormDefinition
from server.forms.publishing import publish, shipped_forms
from server.imports.mapping import Mapping
from tests.server.imports.shell import Shell

GUIDE = Path(__file__).parents[3] / "docs" / "guide"
CITIZEN = "A_vatandas_gorusme"


@pytest.fixture(scope="module")
def citizen() -> FormDefinition:
    (form,) = [form for form in shipped_forms() if form.id == CITIZEN]
    return form


@pytest.fixture
def published(shell: Shell, citizen: FormDefinition) -> Shell:
    """A shell on a database that holds the citizen questionnaire."""
    shell.app.extensions["izdes.database"].write(
        lambda connection: publish(connection, citizen, actor=None)
    )
    return shell


def exported(shell: Shell) -> list[dict[str, str]]:
    out = shell.folder / "out.csv"
    shell.done("export", "R", "--out", out)
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_districts_of_one_name_are_told_apart_by_their_province(published: Shell) -> None:
    file = published.file("a.csv", "il,ilce\nAğrı,Merkez\nBurdur,merkez\nVan,Merkez\n")
    said = published.done("import", "R", file)
    agri, burdur, van = exported(published)
    assert agri["ilce"] != burdur["ilce"]
    assert agri["ilce"].isdecimal()
    assert van["ilce"] == "Merkez"
    assert "“Merkez”, 1 times, first in row 4" in said


def test_choices_in_columns_of_their_own_are_put_together(published: Shell) -> None:
    file = published.file(
        "a.csv", "il,kullanilan/trf,kullanilan/emn,kullanilan/nuf\n06,1,evet,0\n06,0,0,0\n"
    )
    published.done("import", "R", file)
    assert [row["kullanilan"] for row in exported(published)] == ["emn trf", ""]


def test_calculations_that_the_file_does_not_tell_are_worked_out(published: Shell) -> None:
    file = published.file("a.csv", "il,kullanilan\n06,emn trf nuf\n")
    said = published.done("import", "R", file)
    (row,) = exported(published)
    assert row["form_kodu"] == "A_vatandas"
    assert "a calculated value does not agree" not in said


def test_constants_days_and_strata(published: Shell) -> None:
    mapping: dict[str, Any] = {
        "form": CITIZEN,
        "questions": {"katilim": {"constant": "1"}, "on8": {"constant": "1"},
                      "degerlendirilen": {"constant": "nuf"}, "nuf_hiz": {"column": "puan"}},
        "province": {"constant": "Ankara"},
        "stratum": {"column": "tabaka"},
        "psu": {"column": "küme"},
        "date": {"column": "gün"},
    }  # fmt: skip
    file = published.file(
        "a.csv", "puan;tabaka;küme;gün\n5;kır;K1;03.02.2026\n4;kır;K1;02.02.2026\n1;kent;K2;dün\n"
    )
    said = published.done("import", "R", file, "--mapping", published.file("m.json", mapping))
    assert "Column “gün”: “dün”, 1 times, first in row 4" in said
    visits = published.rows("SELECT code, stratum, planned_on FROM visits ORDER BY code")
    assert [(code, stratum, str(day)) for code, stratum, day in visits] == [
        ("R:06:kent:K2", "kent", "2026-01-01"),
        ("R:06:kır:K1", "kır", "2026-02-02"),
    ]
    assert [row["nuf_hiz"] for row in exported(published)] == ["5", "4", "1"]


def test_weights_within_a_unit_need_a_place_in_the_form(published: Shell) -> None:
    mapping = {"form": CITIZEN, "psu": {"column": "k"}, "weight": {"column": "w"}}
    file = published.file("a.csv", "il,k,w\n06,1,1\n06,1,2\n")
    said = published.refused("import", "R", file, "--mapping", published.file("m.json", mapping))
    assert "Row 3: the weight differs" in said
    assert published.count("submissions") == 0


def test_a_question_that_is_not_asked_is_named(published: Shell) -> None:
    mapping = {"form": CITIZEN, "questions": {"nuf_tat": {"column": "il"}}}
    file = published.file("a.csv", "il\n06\n")
    said = published.refused("import", "R", file, "--mapping", published.file("m.json", mapping))
    assert f"form “{CITIZEN}” has no question “nuf_tat”" in said


@pytest.mark.parametrize("page", ["tr/ice-aktarma.md", "en/imports.md"])
def test_the_mapping_of_the_guide_is_one(shell: Shell, page: str) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", (GUIDE / page).read_text("utf-8"), re.DOTALL)
    mapping = Mapping.model_validate_json(example)
    named = [*mapping.questions.values(), mapping.id, mapping.province, mapping.psu]
    named += [mapping.stratum, mapping.weight, mapping.interviewer, mapping.date]
    header = [str(source.column) for source in named if source is not None]
    file = shell.file("a.csv", ",".join(header) + "\n" + ",".join("1" for _ in header) + "\n")
    said = shell.done("import", "R", file, "--mapping", shell.file("m.json", json.loads(example)))
    assert "Interviews stored in round “R”: 1" in said
