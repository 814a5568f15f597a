"""``izdes drivers``: importance, score and what to do first, of every service."""

import csv
import io
import json
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from analysis.scales.drivers import drivers
from server.shell.commands import izdes
from tests.server.indices.conftest import survey  # noqa: F401  the same survey serves here
from tests.server.indices.survey import CORE, ROUND, Survey, answers

UNITS, PEOPLE = 6, 20
SLOPES = np.array([0.9, 0.6, 0.1, 0.1, 0.1, 0.1, 0.0])


@pytest.fixture
def run(
    survey: Survey,  # noqa: F811
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))

    def command(*options: str, language: str = "en") -> Any:
        result = CliRunner().invoke(izdes, ["--language", language, "drivers", ROUND, *options])
        return json.loads(result.output) if "json" in options else result

    return command


@pytest.fixture
def items(survey: Survey) -> np.ndarray:  # noqa: F811
    """Overall and seven dimensions of 120 people about the police; access moves most, scores low.

    Five more rate the 112 line.
    """
    random = np.random.default_rng(5)
    n = UNITS * PEOPLE
    dimensions = random.normal([2.6, 3.4, 3, 3, 3, 3, 3], 1, size=(n, len(CORE)))
    overall = 3 + (dimensions - 3) @ SLOPES + random.normal(0, 0.7, n)
    rated = np.clip(np.column_stack([overall, dimensions]).round(), 1, 5).astype(int)
    for number, row in enumerate(rated):
        unit = number // PEOPLE
        visit = f"A-{unit}" if number % PEOPLE else survey.plan(f"A-{unit}", "06")
        given = {f"emn_{name}": str(each) for name, each in zip(CORE, row[1:], strict=True)}
        survey.bring(visit, answers("emn", overall=int(row[0]), **given))
    for score in (1, 2, 3, 4, 5):
        survey.bring("A-0", answers("acm", score=score))
    return rated


def test_shares_are_those_of_the_answers(items: np.ndarray, run: Any) -> None:
    report = run("--format", "json")
    (police,) = report["services"]
    rows = {row["dimension"]: row for row in police["rows"]}
    alone = drivers(items[:, 0] * 1.0, items[:, 1:] * 1.0, np.ones(len(items)))
    for dimension, share in zip(CORE, alone.shares, strict=True):
        # One province and no sex or age: all weights are alike.
        assert rows[dimension]["importance"] == pytest.approx(100 * share, abs=0.05)
        assert rows[dimension]["low"] - 0.05 <= 100 * share <= rows[dimension]["high"] + 0.05
    assert sum(row["importance"] for row in police["rows"]) == pytest.approx(
        100 * police["r_squared"], abs=0.4
    )
    assert police["n"] == len(items)


@pytest.mark.usefixtures("items")
def test_what_matters_and_scores_low_comes_first(run: Any) -> None:
    (police,) = run("--format", "json")["services"]
    first, second, *others = police["rows"]
    assert (first["dimension"], first["quadrant"]) == ("erisim", "improve")
    assert (second["dimension"], second["quadrant"]) == ("hiz", "keep")
    assert {row["quadrant"] for row in others} <= {"low_priority", "possible_overkill"}


def test_a_step_more_raises_the_share_of_the_satisfied(items: np.ndarray, run: Any) -> None:
    (police,) = run("--format", "json")["services"]
    rows = {row["dimension"]: row for row in police["rows"]}
    access, result = rows["erisim"], rows["sonuc"]
    assert access["odds_low"] > 1
    assert access["odds_low"] < access["odds_ratio"] < access["odds_high"]
    assert access["effect"] > 10 > abs(result["effect"])
    assert access["performance"] == pytest.approx(25 * (items[:, 1].mean() - 1), abs=0.05)


@pytest.mark.usefixtures("items")
def test_few_answers_are_named_not_shown(run: Any) -> None:
    assert "acm" not in json.dumps(run("--format", "json")["services"])
    text = run().output
    assert "act here first" in text
    assert "önce buna bakın" in run(language="tr").output


@pytest.mark.usefixtures("items")
def test_a_spreadsheet_has_a_line_per_dimension(run: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv").output)))
    assert [row["dimension"] for row in rows][:2] == ["erisim", "hiz"]
    assert {row["n"] for row in rows} == {str(UNITS * PEOPLE)}


def test_a_round_without_interviews_says_what_it_takes(run: Any) -> None:
    assert run("--format", "json")["services"] == []
    assert "No service of this round can be measured" in run().output
