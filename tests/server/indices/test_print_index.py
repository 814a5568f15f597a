"""``izdes index``."""

import csv
import io
import json

import pytest
from click.testing import CliRunner, Result

from server.shell.commands import izdes
from tests.server.indices.survey import ROUND, Survey, answers


@pytest.fixture
def instance(survey: Survey, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Survey:
    """An instance named by the environment: 40 interviews in Ankara and Adana, 4 in Bayburt."""
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))
    for number, score in enumerate((2, 3, 4, 5)):
        survey.bring(survey.plan(f"A{number}", "06"), answers("emn", score=score), times=10)
        survey.bring(survey.plan(f"B{number}", "69"), answers("emn", score=score))
        survey.bring(survey.plan(f"C{number}", "01"), answers("emn", score=score), times=10)
    return survey


def run(*options: str, language: str = "en") -> Result:
    return CliRunner().invoke(izdes, ["--language", language, "index", *options])


@pytest.mark.usefixtures("instance")
def test_programs_get_an_array_of_rows() -> None:
    rows = json.loads(run(ROUND, "--format", "json").output)
    adana, ankara, bayburt = (row for row in rows if row["measure"] == "index")
    assert (ankara["province"], ankara["service"], ankara["suppressed"]) == ("06", "emn", None)
    assert ankara["value"] == pytest.approx(62.5)
    assert {"low", "high", "n", "bound", "release"} <= set(ankara)
    assert (bayburt["province"], bayburt["value"], bayburt["n"]) == ("69", None, None)
    assert bayburt["suppressed"] == "too_few_answers"
    # Nothing need protect it: who is too few counts in no larger figure either.
    assert adana["suppressed"] is None
    assert ankara["weight_version"].startswith("poststrat-")


@pytest.mark.usefixtures("instance")
def test_csv_has_codes_and_decimal_points() -> None:
    output = run(ROUND, "--by", "service", "--format", "csv").output
    index, _ = csv.DictReader(io.StringIO(output))
    assert (index["province"], index["service"], index["measure"]) == ("", "emn", "index")
    assert float(index["value"]) == pytest.approx(62.5)


@pytest.mark.usefixtures("instance")
def test_people_read_names_numbers_and_the_basis_in_their_language() -> None:
    turkish, english = run(ROUND, language="tr").output, run(ROUND).output
    assert "Ankara   Emniyet (polis) – asayiş  Memnuniyet endeksi (0-100)  62,5" in turkish
    assert "yeterli cevap yok" in turkish
    assert "Dayanak: ≈ 85 görüşme" in turkish
    assert "Ankara    Police – public order  Satisfaction index (0-100)  62.5" in english
    assert "Provinces without interviews: 78." in english
    assert "not enough answers" in english
    assert "Based on ≈ 85 interviews" in english
    assert "Groups of merged cells: 3" in english


@pytest.mark.usefixtures("instance")
def test_the_country_is_one_row_per_measure() -> None:
    rows = json.loads(run(ROUND, "--by", "country", "--format", "json").output)
    assert [row["measure"] for row in rows] == ["composite_index", "composite_satisfied"]
    assert {row["suppressed"] for row in rows} == {"too_few_services"}


@pytest.mark.usefixtures("instance")
def test_a_province_can_be_chosen() -> None:
    rows = json.loads(run(ROUND, "--province", "69", "--format", "json").output)
    assert {row["province"] for row in rows} == {"69"}


def test_an_empty_round_says_so(
    survey: Survey, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))
    assert f"Round “{ROUND}” has no answers yet." in run(ROUND).output
    assert json.loads(run(ROUND, "--format", "json").output) == []


@pytest.mark.usefixtures("instance")
@pytest.mark.parametrize(
    ("options", "code"),
    [(("1999-1",), "unknown_round"), ((ROUND, "--by", "sex"), "unknown_code")],
)
def test_mistakes_are_named(options: tuple[str, ...], code: str) -> None:
    result = run(*options)
    assert getattr(result.exception, "code", None) == code
