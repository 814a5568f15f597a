"""``izdes quality``: signs counted, the index with and without, nothing removed."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from server.shell.commands import izdes
from tests.server.indices.conftest import survey  # noqa: F401  the same survey serves here
from tests.server.indices.survey import DAY, ROUND, Survey, answers


@pytest.fixture
def instance(
    survey: Survey,  # noqa: F811
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Survey:
    """Forty careful interviews that say 3 and 4, twenty flat ones that say 5."""
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))
    for number in range(4):
        visit = survey.plan(f"A{number}", "06")
        for turn in range(15):
            start = DAY + timedelta(days=number, minutes=20 * turn)
            careful = answers("emn", score=3, emn_hiz=str(turn % 2 + 4), emn_ilgi="2")
            flat = answers("emn", score=5 - turn % 2)
            survey.bring(visit, careful if turn < 10 else flat, start=start)
    return survey


def run(*options: str, language: str = "en") -> Result:
    return CliRunner().invoke(izdes, ["--language", language, *options])


@pytest.mark.usefixtures("instance")
def test_signs_are_counted_and_the_index_is_given_with_and_without_them() -> None:
    result = run("quality", ROUND, "--format", "json")
    assert result.exit_code == 0, result.exception
    report = json.loads(result.output)
    assert report["interviews"] == 60
    assert report["signs"]["flat"] == 20
    assert report["flagged"] == 20
    (index, _) = report["index"]
    assert index["with"]["n"] == 60
    assert index["with"]["value"] > index["without"]["value"]
    assert index["without"]["n"] == 40


@pytest.mark.usefixtures("instance")
def test_no_table_loses_a_record_because_of_a_sign() -> None:
    before = run("index", ROUND, "--by", "service", "--format", "csv").output
    run("quality", ROUND)
    assert run("index", ROUND, "--by", "service", "--format", "csv").output == before


@pytest.mark.usefixtures("instance")
def test_people_read_it_in_their_language() -> None:
    turkish, english = (
        run("quality", ROUND, language=language).output for language in ("tr", "en")
    )
    assert "Bütün maddelere aynı cevap: 20" in turkish
    assert "Belirti kanıt değildir" in turkish
    assert "Same answer to all items: 20" in english
    assert "No officer stands out" in english


def test_who_is_in_two_far_provinces_within_the_hour_is_asked(instance: Survey) -> None:
    van, tomorrow = instance.plan("V", "65"), DAY + timedelta(days=9)
    careful = answers("emn", score=3, emn_hiz="4", emn_ilgi="2")
    instance.bring("A0", careful, start=tomorrow)
    instance.bring(van, careful | {"emn_bilgi": "5"}, start=tomorrow + timedelta(minutes=50))
    instance.bring(van, careful, start=tomorrow + timedelta(minutes=80))
    report = json.loads(run("quality", ROUND, "--format", "json").output)
    assert report["signs"]["move"] == 1
    assert "Too far for the same officer: 1" in run("quality", ROUND).output


def test_a_round_without_interviews_has_no_signs(
    survey: Survey,  # noqa: F811
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))
    result = run("quality", ROUND, "--format", "json")
    assert result.exit_code == 0, result.exception
    report = json.loads(result.output)
    assert (report["interviews"], report["flagged"], report["index"]) == (0, 0, [])


@pytest.mark.usefixtures("instance")
def test_an_unknown_round_is_said_to_be_unknown() -> None:
    result = run("quality", "yok")
    assert result.exit_code != 0
