"""What has changed since the round before stands on the page, as ``compare`` prints it."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, update

from schemas.wording import say
from server.comparisons.rounds import ChangeRow, comparison
from server.rounds.models import ROUNDS
from server.web.formats import decimal, interval
from tests.server.indices.survey import OTHER_ROUND, ROUND, Survey, answers

PLATES = ("01", "06", "07", "16", "34", "35")
MOVED = {"emn": 1, "acm": 0}
"""What ratings of a service are higher by in the later round."""


@pytest.fixture
def rounds(survey: Survey) -> Survey:
    """The police got better from the first round to the second, the call centre stayed."""
    for later, round_id in enumerate((ROUND, OTHER_ROUND)):
        for number, plate in enumerate(PLATES):
            for unit in range(5):
                code = survey.plan(f"{round_id}-{plate}-{unit}", plate, round_id=round_id)
                for service, moved in MOVED.items():
                    score = 2 + later * moved + (number + unit + later) % 2
                    survey.bring(code, answers(service, score=score), times=6)
    change(survey, ROUND, starts_on=date(2026, 5, 1), ends_on=date(2026, 10, 1))
    return survey


def change(survey: Survey, round_id: str, **values: Any) -> None:
    def write(connection: Connection) -> None:
        connection.execute(update(ROUNDS).where(ROUNDS.c.id == round_id).values(**values))

    survey.database.write(write)


def headline_and_services(analyst: FlaskClient, view: str = "") -> tuple[str, str]:
    parts = analyst.get(f"/dashboards/data?round={OTHER_ROUND}{view}").json["parts"]
    return parts["headline"], parts["services"]


def printed(row: ChangeRow) -> str:
    assert row.change is not None
    sign = "+" if row.change > 0 else ""
    return f"{sign}{decimal(row.change, 'tr')} ({interval(row.low, row.high, 'tr')})"


def compared(app: Flask, **places: Any) -> dict[str | None, ChangeRow]:
    with app.app_context():
        rows = comparison(ROUND, OTHER_ROUND, by=("service",), **places).rows
    return {row.service: row for row in rows if row.measure == "index"}


@pytest.mark.parametrize(("view", "places"), [("", {}), ("&province=06", {"provinces": ("06",)})])
def test_every_service_has_its_change(
    rounds: Survey, app: Flask, analyst: FlaskClient, view: str, places: dict[str, Any]
) -> None:
    _, services = headline_and_services(analyst, view)
    rows = compared(app, **places)
    assert set(rows) >= set(MOVED)
    for code in MOVED:
        assert printed(rows[code]) in services
    assert say("dashboards.services_change", "tr", round=ROUND) in services
    assert rounds.brought


def test_what_went_up_is_said_to_and_what_stayed_is_not(
    rounds: Survey, app: Flask, analyst: FlaskClient
) -> None:
    headline, _ = headline_and_services(analyst, "&service=emn")
    assert f"{printed(compared(app)['emn'])}, {say('comparisons.moved_up', 'tr')}" in headline
    headline, _ = headline_and_services(analyst, "&service=acm")
    assert f"{printed(compared(app)['acm'])}, {say('dashboards.not_moved', 'tr')}" in headline
    assert rounds.brought


def test_the_first_round_has_none(rounds: Survey, analyst: FlaskClient) -> None:
    parts = analyst.get(f"/dashboards/data?round={ROUND}").json["parts"]
    assert "bu yana" not in parts["headline"] + parts["services"]
    assert rounds.brought


@pytest.mark.parametrize("modes", [("quota", "systematic_exit"), ("purposive", "purposive")])
def test_rounds_that_cannot_be_compared_are_not(
    rounds: Survey, analyst: FlaskClient, modes: tuple[str, str]
) -> None:
    for round_id, mode in zip((ROUND, OTHER_ROUND), modes, strict=True):
        change(rounds, round_id, selection_mode=mode)
    assert "bu yana" not in "".join(headline_and_services(analyst))


def test_a_record_that_arrives_late_in_the_earlier_round_is_news(
    rounds: Survey, analyst: FlaskClient
) -> None:
    address = f"/dashboards/data?round={OTHER_ROUND}"
    tag = analyst.get(address).headers["ETag"]
    assert analyst.get(address, headers={"If-None-Match": tag}).status_code == 304
    before, _ = headline_and_services(analyst, "&service=acm")
    code = rounds.plan("late", "06", round_id=ROUND)
    rounds.bring(code, answers("acm", score=5), times=60)
    news = analyst.get(address, headers={"If-None-Match": tag})
    assert news.status_code == 200
    after, _ = headline_and_services(analyst, "&service=acm")
    assert after != before
