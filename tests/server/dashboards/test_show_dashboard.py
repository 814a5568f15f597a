"""GET /dashboards/: meaningful before any script runs."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection

from server.rounds.operations import NewRound, open_round
from tests.people import GOVERNOR, sign_in
from tests.server.indices.survey import DAY, ROUND, Survey, answers

PAGE = {"Accept": "text/html"}
WICKED = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "</title><svg onload=alert(1)>",
    "javascript:alert(1)",
)


@pytest.fixture
def ankara(survey: Survey) -> Survey:
    """Forty people asked about the police in Ankara, all but five of them satisfied."""
    for number, score in enumerate((3, 4, 4, 4, 4, 4, 4, 5)):
        visit = survey.plan(f"06-{number}", "06")
        survey.bring(visit, answers("emn", score=score), times=5)
    return survey


def test_the_page_holds_every_value_without_script(ankara: Survey, analyst: FlaskClient) -> None:
    page = analyst.get("/dashboards/?service=emn", headers=PAGE).text
    row = re.search(r"<tr>\s*<th scope=\"row\"[^>]*>Ankara</th>.*?</tr>", page, re.DOTALL)
    assert row is not None
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", row.group())
    assert cells[0] == "75,0"
    assert cells[2] == "%87,5"
    assert cells[4] == "≈ 40"
    assert "40 görüşmeye" in page
    assert ankara.brought


def test_filters_are_an_ordinary_form_that_remembers_the_choice(
    ankara: Survey, analyst: FlaskClient
) -> None:
    page = analyst.get(f"/dashboards/?round={ROUND}&service=emn&region=TR5", headers=PAGE).text
    assert re.findall(r'<option value="([^"]+)" selected', page) == [ROUND, "emn", "TR5"]
    assert 'method="get" action="/dashboards/"' in page
    assert ankara.brought


def test_nothing_stands_inline(ankara: Survey, analyst: FlaskClient) -> None:
    page = analyst.get("/dashboards/", headers=PAGE).text
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", page)
    assert ankara.brought


def test_a_house_without_rounds_says_what_to_do(analyst: FlaskClient) -> None:
    assert "Henüz bir tur yok" in analyst.get("/dashboards/", headers=PAGE).text


def test_a_round_without_interviews_says_what_to_wait_for(
    survey: Survey, analyst: FlaskClient
) -> None:
    page = analyst.get("/dashboards/", headers=PAGE).text
    assert "Bu turda henüz görüşme yok" in page
    assert survey.brought == 0


def test_the_newest_open_round_is_shown_first(survey: Survey, analyst: FlaskClient) -> None:
    page = analyst.get("/dashboards/", headers=PAGE).text
    assert re.search(rf'<option value="{ROUND}" selected', page)
    assert survey.brought == 0


@pytest.mark.parametrize("payload", WICKED)
def test_a_name_cannot_bring_markup_into_the_page(
    app: Flask, analyst: FlaskClient, payload: str
) -> None:
    new = NewRound(
        id="2026-9",
        name_tr=payload,
        name_en=payload,
        selection_mode="quota",
        starts_on=DAY.date(),
        ends_on=DAY.date(),
    )

    def write(connection: Connection) -> None:
        open_round(connection, new, actor=None)

    app.extensions["izdes.database"].write(write)
    page = analyst.get("/dashboards/", headers=PAGE).text
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "<svg onload" not in page
    assert ">49<" not in page


@pytest.mark.parametrize(
    "query", ["round=yok", "service=yok", "province=99", "region=XX", "round=%3Cscript%3E"]
)
def test_what_does_not_exist_is_not_found(survey: Survey, analyst: FlaskClient, query: str) -> None:
    answer = analyst.get(f"/dashboards/?{query}", headers=PAGE)
    assert answer.status_code == 404
    assert "<script>" not in answer.text
    assert survey.brought == 0


def test_an_officer_may_not_look(client: FlaskClient) -> None:
    sign_in(client, GOVERNOR)
    assert client.get("/dashboards/", headers=PAGE).status_code == 403


def test_who_is_not_signed_in_is_led_to_the_door(client: FlaskClient) -> None:
    answer = client.get("/dashboards/", headers=PAGE)
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=%2Fdashboards%2F")


def test_a_value_of_a_model_is_marked_as_one(survey: Survey, analyst: FlaskClient) -> None:
    for plate in ("01", "06", "07", "16", "20", "26", "34", "35", "41", "61"):
        for number, score in enumerate((2, 3, 4, 5)):
            visit = survey.plan(f"{plate}-{number}", plate)
            survey.bring(visit, answers("emn", score=score), times=2)
            survey.bring(visit, answers("emn", score=4), times=2)
    page = analyst.get("/dashboards/?service=emn", headers=PAGE).text
    row = re.search(r"<tr>\s*<th scope=\"row\"[^>]*>Ankara</th>.*?</tr>", page, re.DOTALL)
    assert row is not None
    assert re.sub(r"\s+", " ", row.group()).endswith('<td data-sort="0">modele dayalı</td> </tr>')
    assert "Modele dayalı değerler, 30 kişiden azının" in page


def test_a_province_has_a_range_of_ranks_not_a_rank(survey: Survey, analyst: FlaskClient) -> None:
    for plate, base in (("06", 4), ("34", 2), ("35", 2)):
        for number in range(6):
            visit = survey.plan(f"{plate}-{number}", plate)
            survey.bring(visit, answers("emn", score=base), times=9)
            survey.bring(visit, answers("emn", score=base + number % 2))
    page = analyst.get("/dashboards/?service=emn", headers=PAGE).text
    rows = re.findall(r"<tr>\s*<th scope=\"row\"[^>]*>(\w+)</th>(.*?)</tr>", page, re.DOTALL)
    ranks = {name: re.findall(r"<td[^>]*>([^<]*)</td>", row)[-2] for name, row in rows}
    assert ranks["Ankara"] == "1–1"
    assert {ranks["İstanbul"], ranks["İzmir"]} == {"2–3"}
    assert ranks["Bayburt"] == "–"
    state = analyst.get("/dashboards/data?service=emn").json
    assert "Sıra aralığı: 1–1" in str(state["ranking"])
