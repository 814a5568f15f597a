"""``izdes form check``: what is wrong, cell by cell; or what a clean form holds."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import schemas
from server.shell.commands import izdes
from tests.server.forms.test_importing import SMALL, as_many_csv, as_workbook

CITIZEN = Path(schemas.__file__).parent / "definitions" / "A_vatandas_gorusme" / "survey.csv"


def check(path: Path, *options: str, language: str = "tr") -> Result:
    return CliRunner().invoke(izdes, ["--language", language, "form", "check", str(path), *options])


def bad(path: Path, *cells: str) -> Path:
    survey = [*SMALL["survey"], list(cells)]
    return as_workbook(SMALL | {"survey": survey}, path / "form.xlsx")


CONTENTS = {
    "tr": """\
Vatandaş görüşmesi (A_vatandas_gorusme, sürüm 2026113002): sorun yok.
157 soru, 14 grup, 0 tekrar grubu, 29 seçenek listesi (1222 seçenek), 73 ifade; diller: tr, en.
Ölçülen hizmetler: emn, trf, acm, nuf, goc, jan, shl, afd. Endekse giren madde: 54.
""",
    "en": """\
Citizen interview (A_vatandas_gorusme, version 2026113002): no problems.
157 questions, 14 groups, 0 repeats, 29 choice lists (1222 choices), 73 expressions; \
languages: tr, en.
Services measured: emn, trf, acm, nuf, goc, jan, shl, afd. Items in the index: 54.
""",
}


@pytest.mark.parametrize("language", CONTENTS)
def test_a_clean_form_says_what_it_holds(language: str) -> None:
    said = check(CITIZEN, language=language)
    assert (said.output, said.exit_code) == (CONTENTS[language], 0)


def test_a_problem_shows_its_cell_and_its_character(tmp_path: Path) -> None:
    said = check(bad(tmp_path, "text", "b", "B", "B", "${yas} == 1"))
    assert said.exit_code == 1
    assert said.output.splitlines()[0].startswith(
        "survey, satır 5, sütun E (relevant): hata: “==” diye bir işleç yok."
    )
    assert said.output.splitlines()[1:3] == ["    ${yas} == 1", "           ^"]
    assert "1 hata bulundu; form yayımlanamaz." in said.output


def test_problems_are_said_in_english_too(tmp_path: Path) -> None:
    said = check(bad(tmp_path, "soru", "b", "B", "B", ""), language="en")
    assert said.exit_code == 1
    assert "survey, row 5, column A (type): error: There is no question type “soru”." in said.output
    assert "Errors found: 1. The form cannot be published." in said.output


def test_a_warning_does_not_stop_a_form(tmp_path: Path) -> None:
    said = check(bad(tmp_path, "range", "b", "B", "B", ""))
    assert said.exit_code == 0
    assert "uyarı: Parametre verilmediği için" in said.output
    assert "Küçük (kucuk, sürüm 7): sorun yok." in said.output


def test_lists_id_and_version_may_be_given(tmp_path: Path) -> None:
    survey = as_many_csv(SMALL, tmp_path / "x")
    lists = (tmp_path / "choices.csv").rename(tmp_path / "eh.csv")
    options = ("--choices", str(lists), "--id", "baska", "--version", "8")
    said = check(survey, *options)
    assert "(baska, sürüm 8): sorun yok." in said.output


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(b"x")
    said = check(path)
    assert said.exit_code != 0
    assert getattr(said.exception, "code", None) == "form_file_unreadable"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert check(tmp_path / "yok.xlsx").exit_code != 0


def test_a_form_is_compared_with_its_published_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IZDES_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("IZDES_DATABASE_URL", raising=False)
    form = as_workbook(SMALL, tmp_path / "form.xlsx")
    published = CliRunner().invoke(izdes, ["form", "publish", str(form)])
    assert published.exit_code == 0, published.output
    survey = [SMALL["survey"][0], ["text", "yas", "Yaşınız?", "Age | how old?", ""]]
    said = check(as_workbook(SMALL | {"survey": survey}, tmp_path / "changed.xlsx"))
    assert said.exit_code == 1
    found = [line for line in said.output.splitlines() if line.startswith("survey")]
    assert found == [
        (
            "survey, satır 2, sütun A (type): hata: Yayımlanmış sürümde bu sorunun türü integer "
            "idi, şimdi text. Türü değişen soruya yeni bir ad veriniz."
        ),
        (
            "survey, satır 2, sütun C (label::Türkçe (tr)): uyarı: “yas” yayımlanmış sürümde şöyle "
            "soruluyordu: “Yaş | kaç?”. Sözü değişen soruya yeni bir ad veriniz; yoksa cevaplar "
            "karşılaştırılamaz."
        ),
    ]


def test_without_a_database_a_form_is_compared_with_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IZDES_DATA_DIR", str(tmp_path / "yok"))
    monkeypatch.delenv("IZDES_DATABASE_URL", raising=False)
    assert check(CITIZEN).exit_code == 0
    assert not (tmp_path / "yok").exists()


def test_a_database_of_something_else_is_said_and_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IZDES_DATABASE_URL", f"sqlite:///{tmp_path / 'other.sqlite3'}")
    (tmp_path / "other.sqlite3").write_bytes(b"")
    said = check(CITIZEN)
    assert said.exit_code == 0
    assert "Veritabanı okunamadı" in said.output
