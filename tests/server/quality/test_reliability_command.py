"""``izdes reliability``: batteries of services, and the interviewers' share."""

import json

import numpy as np
import pytest
from click.testing import CliRunner, Result

from analysis.scales.reliability import alpha
from server.shell.commands import izdes
from tests.server.indices.conftest import survey  # noqa: F401  the same survey serves here
from tests.server.indices.survey import CORE, ROUND, Survey, answers


@pytest.fixture
def given(
    survey: Survey,  # noqa: F811
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> np.ndarray:
    """The items of 120 people about the police, moved by one trait; 5 about the 112 line."""
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))
    random = np.random.default_rng(1)
    trait = random.normal(size=(120, 1)) + random.normal(size=(120, len(CORE)))
    items = np.clip(np.round(3 + trait), 1, 5).astype(int)
    visit = survey.plan("A", "06")
    for row in items:
        scores = {f"emn_{name}": str(score) for name, score in zip(CORE, row, strict=True)}
        survey.bring(visit, answers("emn", **scores))
    survey.bring(visit, answers("acm", score=3), times=5)
    return items


def run(*options: str, language: str = "en") -> Result:
    return CliRunner().invoke(izdes, ["--language", language, "reliability", ROUND, *options])


def test_a_battery_is_measured_as_its_answers_are(given: np.ndarray) -> None:
    result = run("--format", "json")
    assert result.exit_code == 0, result.exception
    report = json.loads(result.output)
    (battery,) = report["batteries"]
    assert (battery["service"], battery["n"]) == ("emn", 120)
    assert battery["alpha"] == pytest.approx(alpha(given * 1.0).raw)
    assert set(battery["item_rest"]) == set(CORE)
    assert sum(battery["eigenvalues"]) == pytest.approx(len(CORE))
    assert battery["alpha"] < battery["ordinal_alpha"] < 1
    assert "acm" in report["too_few"]


@pytest.mark.usefixtures("given")
def test_one_interviewer_alone_has_no_effect_to_tell() -> None:
    assert json.loads(run("--format", "json").output)["interviewers"] == {}
    assert "No province has interviews enough" in run().output


@pytest.mark.usefixtures("given")
def test_people_read_it_in_their_language() -> None:
    assert "omega" in run(language="tr").output
    assert "Yeterli tam cevap yok" in run(language="tr").output
    assert "Too few complete answers" in run().output


def test_a_round_without_answers_has_no_battery(
    survey: Survey,  # noqa: F811
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))
    result = run("--format", "json")
    assert result.exit_code == 0, result.exception
    assert json.loads(result.output)["batteries"] == []


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize("alike", ["all", "one item", "items of a person"])
def test_a_service_that_cannot_be_measured_silences_no_other(
    survey: Survey,  # noqa: F811
    alike: str,
) -> None:
    random = np.random.default_rng(2)
    visit = survey.plan("B", "34")
    for _ in range(110):
        scores = random.integers(1, 6, len(CORE))
        if alike != "one item":
            scores[:] = 5 if alike == "all" else scores[0]
        else:
            scores[2] = 4
        told = {f"jan_{name}": str(score) for name, score in zip(CORE, scores, strict=True)}
        survey.bring(visit, answers("jan", **told))
    result = run("--format", "json")
    assert result.exit_code == 0, result.exception
    report = json.loads(result.output)
    assert [battery["service"] for battery in report["batteries"]] == ["emn"]
    assert report["unmeasured"] == ["jan"]
    assert "answers are all alike" in run().output
