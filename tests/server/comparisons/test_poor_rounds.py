"""Every command on rounds that have next to nothing: it answers, and claims nothing."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from schemas.indicators import indicators
from schemas.problems import Problem
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
    *(("indicator", each.code, ROUND) for each in indicators()),
)


def empty(_: Survey) -> None:
    """Nobody was asked."""


def one_interview(survey: Survey) -> None:
    survey.bring(survey.plan("V1", "06"), answers("emn", score=3))


ROUNDS: tuple[Callable[[Survey], None], ...] = (empty, one_interview)


def numbers_in(found: Any) -> list[float]:
    if isinstance(found, dict):
        return [each for part in found.values() for each in numbers_in(part)]
    if isinstance(found, list):
        return [each for part in found for each in numbers_in(part)]
    return [found] if isinstance(found, float) else []


@pytest.mark.parametrize("filled", ROUNDS, ids=lambda each: each.__name__)
def test_every_command_answers(survey: Survey, run: Any, filled: Callable[[Survey], None]) -> None:
    filled(survey)
    for words in COMMANDS:
        for layout in ("json",) if words[0] == "indicator" else ("json", "table"):
            found = run(*words, "--format", layout)
            if layout == "json" and isinstance(found, list | dict):
                assert all(math.isfinite(each) for each in numbers_in(found)), words
                rows = found if isinstance(found, list) else []
                for row in rows:
                    on_the_scale(row, words)
                continue
            assert found.exit_code == 0 or isinstance(found.exception, Problem), (
                words, found.exception, found.output,
            )  # fmt: skip


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
