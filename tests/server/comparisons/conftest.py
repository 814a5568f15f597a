"""Two rounds in ten provinces, the same units visited in both."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Connection, update

from server.rounds.models import VISITS
from server.shell.commands import izdes
from tests.people import GOVERNOR, add_person
from tests.server.indices.survey import OTHER_ROUND, ROUND, Survey, answers, prepare_survey

PLATES = ("01", "06", "07", "16", "20", "26", "34", "35", "41", "61")
MOODY = (0, 1, 0, 1, 0)
"""What the five units of a province differ by, in both rounds."""


@pytest.fixture
def survey(empty_app: Flask) -> Survey:
    """A published form and two open rounds without interviews."""
    add_person(empty_app, GOVERNOR)
    return prepare_survey(empty_app)


@pytest.fixture
def rounds(survey: Survey) -> Survey:
    """Ankara gets better from the first round to the second, İzmir worse, the others stay."""
    for later, moves in enumerate(({}, {"06": 1, "35": -1})):
        round_id = (ROUND, OTHER_ROUND)[later]
        for number, plate in enumerate(PLATES):
            for unit, mood in enumerate(MOODY):
                code = survey.plan(f"{round_id}-{plate}-{unit}", plate, round_id=round_id)
                score, noise = 2 + moves.get(plate, 0), (number + unit + later) % 2
                survey.bring(code, answers("emn", score=score), times=5)
                survey.bring(code, answers("emn", score=score + mood), times=2)
                survey.bring(code, answers("emn", score=score + noise))
        name_units(survey, round_id, "Karakol")
    return survey


def name_units(survey: Survey, round_id: str, name: str) -> None:
    """Say which unit each visit of a round goes to: its last digit numbers it in its province."""

    def write(connection: Connection) -> None:
        for unit in range(len(MOODY)):
            named = {"district": "1", "unit_type": "emniyet", "unit_name": f"{name} {unit}"}
            chosen = VISITS.c.code.like(f"{round_id}-%-{unit}")
            connection.execute(update(VISITS).where(chosen).values(**named))

    survey.database.write(write)


@pytest.fixture
def run(survey: Survey, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command on the instance; JSON comes back read."""
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(survey.data_dir))

    def command(*words: str, language: str = "en") -> Any:
        result = CliRunner().invoke(izdes, ["--language", language, *words])
        return json.loads(result.output) if "json" in words and not result.exit_code else result

    return command
