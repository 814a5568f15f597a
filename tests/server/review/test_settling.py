"""Settling a conflict: one text counts, all are kept, receipts stay true."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.people import GOVERNOR, Person, add_person, bearer, sign_in
from tests.records import Field, envelope, interview

BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
OTHER = Person("meral.tas", "Meral Taş", "officer", "denizden esen serin yel")
WHY = "Meral Hanım görüşmeyi tamamlamış"


@pytest.fixture
def other(field: Field) -> dict[str, str]:
    """Header of another officer's tablet."""
    add_person(field.app, OTHER)
    return bearer(field.app.test_client(), OTHER)


@pytest.fixture
def pair(field: Field, other: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A record of the governor, and another officer's revision of it."""
    mine = envelope(interview(answers={"yas": "64"}))
    theirs = text_of(mine, 2, "46")
    field.send(mine)
    field.send(theirs, headers=other)
    return mine, theirs


def text_of(record: dict[str, Any], revision: int, age: str) -> dict[str, Any]:
    body = interview(answers={"yas": age})
    return envelope(body, instance_id=record["instance_id"], revision=revision)


def settle(client: FlaskClient, record: dict[str, Any], number: int, **fields: str) -> TestResponse:
    page = f"/records/{record['instance_id']}"
    shown = client.get(page, headers=BROWSER).text
    token = re.search(r'name="form_token" value="([^"]+)"', shown)
    seen = re.search(r'name="seen" value="(\d+)"', shown)
    given = {
        "form_token": token[1] if token else "",
        "seen": seen[1] if seen else "1",
        "kept": str(number),
        "reason": WHY,
    }
    return client.post(f"{page}/settlement", data=given | fields, headers=BROWSER)


def kept(field: Field) -> list[tuple[Any, ...]]:
    rows = field.rows(
        "SELECT sequence, revision, copy_number, is_current FROM submissions ORDER BY sequence"
    )
    return [tuple(row) for row in rows]


Pair = tuple[dict[str, Any], dict[str, Any]]


def test_both_texts_stand_side_by_side(pair: Pair, analyst: FlaskClient) -> None:
    page = analyst.get(f"/records/{pair[0]['instance_id']}").text
    assert "Bu kayıtta çelişki var" in page
    row = re.search(r"<td>64</td><td>46</td>", page)
    assert row is not None


@pytest.mark.parametrize(("number", "age"), [(1, "64"), (2, "46")])
def test_the_text_kept_counts_and_none_is_deleted(
    field: Field, pair: Pair, analyst: FlaskClient, number: int, age: str
) -> None:
    answer = settle(analyst, pair[0], number)
    assert (answer.status_code, answer.location) == (303, f"/records/{pair[0]['instance_id']}")
    assert kept(field) == [(1, 1, 0, False), (2, 2, 1, False), (3, 2, 2, True)]
    page = analyst.get(answer.location).text
    assert f"<td>{age} </td>" in page
    assert "Bu kayıtta çelişki var" not in page
    assert WHY in page
    assert str(pair[0]["instance_id"]) not in analyst.get("/records/?conflicts=on").text
    (entry,) = field.rows(
        "SELECT actor_id, object, details FROM audit_entries WHERE action = 'record.settled'"
    )
    assert entry.object == pair[0]["instance_id"]
    assert entry.actor_id is not None
    (settlement,) = field.rows("SELECT sequence, kept, reason FROM settlements")
    assert tuple(settlement) == (3, number, WHY)


def test_receipts_are_those_of_the_first_time(
    field: Field, other: dict[str, str], analyst: FlaskClient
) -> None:
    mine = envelope(interview(answers={"yas": "64"}))
    theirs = text_of(mine, 2, "46")
    first = field.send(mine).json["results"][0]
    second = field.send(theirs, headers=other).json["results"][0]
    settle(analyst, mine, 2)
    assert field.send(mine).json["results"][0] == first | {"status": "duplicate"}
    again = field.send(theirs, headers=other).json["results"][0]
    assert again == second | {"status": "duplicate"}
    assert len(kept(field)) == 3


def test_what_comes_after_is_asked_again_unless_it_is_a_newer_correction(
    field: Field, pair: Pair, analyst: FlaskClient
) -> None:
    settle(analyst, pair[0], 2)
    late = field.send(text_of(pair[0], 2, "65")).json["results"][0]
    assert late["status"] == "conflict"
    page = analyst.get(f"/records/{pair[0]['instance_id']}").text
    assert "karar verildikten sonra geldi" in page
    assert "Bu kayıtta çelişki var" in page
    newer = field.send(text_of(pair[0], 3, "66")).json["results"][0]
    assert newer["status"] == "accepted"
    assert [row[0] for row in kept(field) if row[3]] == [5]


def test_who_looked_before_another_text_came_must_look_again(
    field: Field, pair: Pair, analyst: FlaskClient
) -> None:
    before = kept(field)
    answer = settle(analyst, pair[0], 2, seen="1")
    assert answer.status_code == 409
    assert "yeniden açıp bakınız" in answer.text
    assert kept(field) == before


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"reason": "   "}, 422),
        ({"kept": "99"}, 404),
        ({"kept": "x"}, 422),
        ({"kept": "9223372036854775808"}, 422),
        ({"form_token": "yabancı"}, 403),
    ],
)
def test_what_goes_wrong_changes_nothing(
    field: Field, pair: Pair, analyst: FlaskClient, fields: dict[str, str], status: int
) -> None:
    before = kept(field)
    assert settle(analyst, pair[0], 2, **fields).status_code == status
    assert kept(field) == before
    assert field.rows("SELECT 1 FROM settlements") == []


def test_a_record_without_a_conflict_has_nothing_to_settle(
    field: Field, analyst: FlaskClient
) -> None:
    record = envelope()
    field.send(record)
    analyst.get("/records/", headers=BROWSER)
    assert "settlement" not in analyst.get(f"/records/{record['instance_id']}").text
    assert settle(analyst, record, 1).status_code == 409


def test_an_officer_may_not_settle(app: Flask, field: Field, pair: Pair) -> None:
    officer = app.test_client()
    sign_in(officer, GOVERNOR)
    assert settle(officer, pair[0], 2).status_code == 403
    assert len(kept(field)) == 2


def test_a_stranger_may_not_settle(app: Flask, field: Field, pair: Pair) -> None:
    assert settle(app.test_client(), pair[0], 2).status_code in {401, 403}
    assert len(kept(field)) == 2
