"""Every command on rounds that have next to nothing: it answers, and claims nothing."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from schemas.problems import Problem
from schemas.rules.indicators import indicators
from server.shell.commands import izdes
from tests.people import ANALYST, add_person, sign_in
from tests.server.comparisons.conftest import PLATES
from tests.server.indices.survey import OTHER_ROUND, ROUND, Survey, answers

BY = ("province,service", "province", "service", "region,service", "region", "country")
COMMANDS = (
    *(("index", ROUND, "--by", by) for by in BY),
    *(("compare", ROUND, OTHER_ROUND, "--by", by) for by in BY),
    ("compare", OTHER_ROUND, ROUND),
    ("ranks", ROUND),
    ("ranks", ROUND, "--service", "emn"),
    ("ranks", ROUND, "--service", "emn", "--measure", "satisfied"),
    ("peers", ROUND, "06"),
    ("peers", ROUND, "06", "--service", "emn"),
    ("sensitivity", ROUND),
    ("sensitivity", ROUND, "--service", "emn"),
    ("drivers", ROUND),
    ("reliability", ROUND),
    ("quality", ROUND),
    ("weights", ROUND),
    *(("indicator", indicator.code, ROUND) for indicator in indicators()),
)


def empty(_: Survey) -> None:
    """Nobody was asked."""


def one_interview(survey: Survey) -> None:
    survey.bring(survey.plan("V1", "06"), answers("emn", score=3))


def all_alike(survey: Survey) -> None:
    """Everybody answers everything with the best there is."""
    for plate in PLATES:
        for unit in range(3):
            visit = survey.plan(f"{plate}-{unit}", plate)
            survey.bring(visit, answers("emn", "acm", score=5), times=12)


def one_place(survey: Survey) -> None:
    """One visit of one province, and enough people in it."""
    visit = survey.plan("V1", "06")
    for score in (1, 2, 3, 4, 5):
        survey.bring(visit, answers("emn", "acm", score=score, overall=6 - score), times=12)


def one_service(survey: Survey) -> None:
    for number, plate in enumerate(PLATES):
        for unit in range(3):
            visit = survey.plan(f"{plate}-{unit}", plate)
            survey.bring(visit, answers("emn", score=2 + (number + unit) % 4), times=12)


def nobody_answers(survey: Survey) -> None:
    """Everybody is asked, and says to each item that it does not concern them."""
    for plate in PLATES[:3]:
        for unit in range(3):
            visit = survey.plan(f"{plate}-{unit}", plate)
            survey.bring(visit, answers("emn", score="97"), times=12)


ROUNDS: tuple[Callable[[Survey], None], ...] = (
    *(empty, one_interview, all_alike, one_place, one_service, nobody_answers),
)


def numbers_in(found: Any) -> list[float]:
    if isinstance(found, dict):
        return [number for part in found.values() for number in numbers_in(part)]
    if isinstance(found, list):
        return [number for part in found for number in numbers_in(part)]
    return [found] if isinstance(found, float) else []


@pytest.mark.parametrize("filled", ROUNDS, ids=lambda each: each.__name__)
def test_every_command_answers(survey: Survey, run: Any, filled: Callable[[Survey], None]) -> None:
    filled(survey)
    for words in COMMANDS:
        for layout in ("json",) if words[0] == "indicator" else ("json", "table"):
            found = run(*words, "--format", layout)
            if layout == "json" and isinstance(found, list | dict):
                assert all(math.isfinite(number) for number in numbers_in(found)), words
                rows = found if isinstance(found, list) else []
                for row in rows:
                    on_the_scale(row, words)
                continue
            assert found.exit_code == 0 or isinstance(found.exception, Problem), (
                words, found.exception, found.output,
            )  # fmt: skip
    answers_at_the_desk(survey)


def answers_at_the_desk(survey: Survey) -> None:
    """Look at the dashboard, take its figures, and write every file there is."""
    desk = survey.app.test_client()
    add_person(survey.app, ANALYST)
    sign_in(desk, ANALYST)
    for query in (f"round={ROUND}", f"round={ROUND}&service=emn", f"round={ROUND}&province=06"):
        for path in ("/dashboards/", "/dashboards/data"):
            answer = desk.get(f"{path}?{query}", headers={"Sec-Fetch-Dest": "document"})
            assert answer.status_code == 200, (path, query, answer.text)
    out = str(survey.data_dir / "out.csv")
    splits = ("province-service", "region-service", "service", "province", "region", "country")
    for words in (["--what", "interviews"], *(["--what", "index", "--by", by] for by in splits)):
        done = CliRunner().invoke(izdes, ["export", ROUND, *words, "--out", out])
        assert done.exit_code == 0 or isinstance(done.exception, Problem), (words, done.exception)


def on_the_scale(row: dict[str, Any], words: tuple[str, ...]) -> None:
    """Check the ends of a figure: around it; of an index on its scale, and never without width."""
    low, high, value = (row.get(name) for name in ("low", "high", "value"))
    if low is None or value is None:
        return
    # 100 as a mean of means may be a rounding above 100.
    assert low - 1e-9 <= value <= high + 1e-9, (words, row)
    if words[0] == "index":
        assert low < high, (words, row)
        assert low >= 0, (words, row)
        assert high <= 100, (words, row)
        assert row["precision"], (words, row)
