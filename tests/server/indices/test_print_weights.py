"""``izdes weights``: the weighting report of a round."""

import json

import pytest
from click.testing import CliRunner, Result

from server.shell.commands import izdes
from tests.server.indices.survey import ROUND, Survey, answers


@pytest.fixture
def weighted(survey: Survey, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Survey:
    """Forty women and ten men of Ankara, all between 35 and 44."""
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))
    for number in range(2):
        visit = survey.plan(f"V{number}", "06")
        survey.bring(visit, answers("emn"), times=20)
        survey.bring(visit, answers("emn", cinsiyet="erkek"), times=5)
    return survey


def run(*arguments: str) -> Result:
    return CliRunner().invoke(izdes, ["--language", "en", "weights", *arguments])


def test_the_report_as_json_holds_margins_and_spread(weighted: Survey) -> None:
    report = json.loads(run(ROUND, "--format", "json").output)
    assert weighted.brought == report["respondents"] == 50
    lines = {(margin["variable"], margin["category"]): margin for margin in report["margins"]}
    women = lines["sex", "kadin"]
    assert (women["n"], women["before"]) == (40, pytest.approx(0.8))
    assert women["after"] == pytest.approx(women["target"])
    assert 0.45 < women["target"] < 0.55
    assert report["cv"] == pytest.approx((report["kish_effect"] - 1) ** 0.5)
    assert [province["province"] for province in report["provinces"]] == ["06"]
    assert report["provinces"][0]["g_high"] == pytest.approx((1 - women["target"]) / 0.2)
    assert len(report["uncovered"]) == 80
    assert report["population_table"] == "adults_2025"


def test_the_report_for_people_names_what_was_merged(weighted: Survey) -> None:
    said = run(ROUND).output
    assert weighted.brought == 50
    assert "≈ 50 people." in said
    assert "Ankara: cells weighted together because they were sparse: erkek 18-24, erkek" in said


def test_a_small_number_of_people_is_not_told_and_not_left_to_subtraction(
    weighted: Survey,
) -> None:
    weighted.bring("V0", answers("emn", cinsiyet="99"), times=3)
    report = json.loads(run(ROUND, "--format", "json").output)
    sexes = {
        margin["category"]: margin for margin in report["margins"] if margin["variable"] == "sex"
    }
    assert {name: sex["n"] for name, sex in sexes.items()} == {
        "": None, "erkek": 10, "kadin": 40,
    }  # fmt: skip
    assert (sexes[""]["before"], sexes[""]["after"]) == (None, None)
    assert "< 10" in run(ROUND).output


def test_an_unknown_round_is_an_error(weighted: Survey) -> None:
    assert run("1999-1").exit_code != 0
    assert weighted.brought == 50
