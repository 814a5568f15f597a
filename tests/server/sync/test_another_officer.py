"""A revision from another officer replaces nothing: both texts are kept, for a person to settle."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.people import Person, add_person, bearer
from tests.records import Field, envelope, interview

OTHER = Person("meral.tas", "Meral Taş", "officer", "denizden esen serin yel")


@pytest.fixture
def other(field: Field) -> dict[str, str]:
    """Header of another officer's tablet."""
    add_person(field.app, OTHER)
    return bearer(field.app.test_client(), OTHER)


def texts(count: int = 2) -> list[dict[str, Any]]:
    """Make revisions of one record."""
    first = envelope()
    return [first] + [
        envelope(
            interview(answers={"yas": str(30 + number)}),
            instance_id=first["instance_id"],
            revision=number,
        )
        for number in range(2, count + 1)
    ]


def kept(field: Field) -> list[tuple[Any, ...]]:
    rows = field.rows("SELECT revision, copy_number, is_current FROM submissions ORDER BY sequence")
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_whichever_comes_first_the_other_officers_text_is_a_conflict(
    field: Field, other: dict[str, str], analyst: FlaskClient, order: tuple[int, int]
) -> None:
    pair = texts()
    first, second = (pair[at] for at in order)
    mine = field.send(first).json["results"][0]
    theirs = field.send(second, headers=other).json["results"][0]
    assert (mine["status"], theirs["status"]) == ("accepted", "conflict")
    assert kept(field) == [(first["revision"], 0, True), (second["revision"], 1, False)]
    # Repeats get the receipts of the first time.
    assert field.send(first).json["results"][0] == mine | {"status": "duplicate"}
    again = field.send(second, headers=other).json["results"][0]
    assert again == theirs | {"status": "duplicate"}
    page = analyst.get(f"/records/{first['instance_id']}").text
    assert "başka bir görevli göndermiş" in page
    assert f"{second['revision']}. sürümün çelişen eşi" in page
    for view in ("/records/", "/records/?conflicts=on"):
        assert "Çelişen metni var" in analyst.get(view).text
    actions = field.rows("SELECT action FROM audit_entries WHERE action LIKE 'submission.%'")
    assert sorted(row.action for row in actions) == ["submission.accepted", "submission.conflict"]


def test_the_officer_of_the_record_goes_on_correcting_it(
    field: Field, other: dict[str, str]
) -> None:
    first, second, third = texts(3)
    field.send(first)
    field.send(second, headers=other)
    for mine in (texts_like(second), third):
        assert field.send(mine).json["results"][0]["status"] == "accepted"
    assert kept(field) == [(1, 0, False), (2, 1, False), (2, 0, False), (3, 0, True)]


def test_revisions_of_another_in_one_batch_are_all_conflicts(
    field: Field, other: dict[str, str]
) -> None:
    first, second, third = texts(3)
    field.send(first)
    results = field.send(first, third, second, texts_like(second), headers=other).json["results"]
    assert [result["status"] for result in results] == ["duplicate", *["conflict"] * 3]
    assert kept(field) == [(1, 0, True), (3, 1, False), (2, 1, False), (2, 2, False)]


def test_two_officers_at_one_moment_leave_one_current_text(
    field: Field, other: dict[str, str]
) -> None:
    for _ in range(4):
        first, second = texts()
        tablets = field.app.test_client(), field.app.test_client()
        sent = zip(tablets, (first, second), (field.officer, other), strict=True)
        with ThreadPoolExecutor(2) as threads:
            answers = threads.map(lambda one: send(*one), sent)
            statuses = sorted(answer for answer in answers)
        assert statuses == ["accepted", "conflict"]
    ((current,),) = field.rows("SELECT count(*) FROM submissions WHERE is_current")
    assert current == 4


def send(client: FlaskClient, record: dict[str, Any], headers: dict[str, str]) -> str:
    answer = Field(client.application, client, headers).send(record)
    status: str = answer.json["results"][0]["status"]
    return status


def texts_like(record: dict[str, Any]) -> dict[str, Any]:
    """Make another text under the same revision."""
    return envelope(
        interview(answers={"yas": "77"}),
        instance_id=record["instance_id"],
        revision=record["revision"],
    )
