"""One page tells one state, whatever comes meanwhile, and the same whichever worker answers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from random import Random
from typing import Any

import orjson
import pytest
from sqlalchemy import update

from server.indices import figures, index_releases
from server.observations import round_totals, sources
from server.rounds.models import ROUNDS
from tests.forgetting import forget
from tests.server.indices.all_doors import DOORS, told
from tests.server.indices.survey import CORE, OTHER_ROUND, ROUND, Survey, answers

PLATES = ("06", "34", "35", "42")
DISTINCT = ("dashboard", "comparison", "sensitivity", "drivers", "quality", "indicator BOY_d")
"""Doors whose parts each looked for themselves once."""


def bring(survey: Survey, people: int, *, seed: int, round_id: str = ROUND) -> None:
    """Bring people of many minds, from two visits of each province."""
    lot = Random(seed)
    for plate in PLATES:
        for unit in range(2):
            code = f"{round_id}-{plate}-{unit}"
            visit = code if code in survey.visits else survey.plan(code, plate, round_id=round_id)
            for _ in range(people):
                overall = lot.randint(1, 5)
                near = {
                    f"{service}_{dimension}": str(min(5, max(1, overall + lot.randint(-1, 1))))
                    for service in ("emn", "acm")
                    for dimension in CORE
                }
                survey.bring(visit, answers("emn", "acm", overall=overall, **near))


@pytest.fixture
def rounds(survey: Survey) -> Survey:
    """Two rounds in which people of four provinces were asked."""
    for round_id in (ROUND, OTHER_ROUND):
        bring(survey, 14, seed=1, round_id=round_id)
    earlier = update(ROUNDS).where(ROUNDS.c.id == ROUND).values(starts_on=date(2026, 5, 1))
    survey.database.write(lambda connection: connection.execute(earlier))
    return survey


def arriving(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """After each look at the records let so many people come to both rounds that groups move."""
    looks: list[int] = []
    refresh = sources.refresh

    def look(*where: Any) -> Any:
        found = refresh(*where)
        looks.append(found.through)
        for round_id in (ROUND, OTHER_ROUND):
            bring(survey, 12, seed=len(looks), round_id=round_id)
        return found

    monkeypatch.setattr(sources, "refresh", look)
    return looks


@pytest.mark.parametrize("door", DOORS)
def test_what_comes_between_the_parts_of_a_page_is_in_none_of_them(
    rounds: Survey, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    before = told(rounds.app, door, OTHER_ROUND, ROUND)
    if door == "dashboard":
        changes = orjson.loads(before)["since_before"]["services"].values()
        assert any(row["change"] is not None for row in changes)
    # As another worker: nothing is in memory.
    for module, name in ((round_totals, "_recent"), (index_releases, "_known")):
        forget(vars(module)[name])
    forget(vars(figures)["_averages"])
    looks = arriving(rounds, monkeypatch)
    assert told(rounds.app, door, OTHER_ROUND, ROUND) == before
    assert len(looks) == 1
    if door in DISTINCT:
        assert told(rounds.app, door, OTHER_ROUND, ROUND) != before


@contextmanager
def worker(survey: Survey) -> Iterator["subprocess.Popen[str]"]:
    """A process of its own on the same database and data folder."""
    config = survey.app.extensions["izdes.config"]
    settings = {"IZDES_DATABASE_URL": config.database_url, "IZDES_DATA_DIR": str(config.data_dir)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.server.indices.all_doors", OTHER_ROUND, ROUND],
        env=os.environ | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.stdin:
            process.stdin.close()
        process.wait()


def asked(process: "subprocess.Popen[str]") -> dict[str, str]:
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    said: dict[str, str] = orjson.loads(process.stdout.readline())
    return said


def test_two_workers_tell_the_same_of_the_same_release(rounds: Survey) -> None:
    with worker(rounds) as first, worker(rounds) as second:
        seen = [asked(first)]
        # Too few for a group to move: counts are those of today, figures stay.
        bring(rounds, 1, seed=7, round_id=OTHER_ROUND)
        seen += [asked(second), asked(first)]
        assert seen[1] == seen[2]
        bring(rounds, 12, seed=8, round_id=OTHER_ROUND)
        seen += [asked(first), asked(second)]
        assert seen[3] == seen[4]
    releases = {}
    for said in seen:
        table = orjson.loads(said["index"])
        printed = [{**row, "suppressed": None} for row in table["rows"]]
        assert releases.setdefault(table["basis"]["release"], printed) == printed
    assert len(releases) >= 2
