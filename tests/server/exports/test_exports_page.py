"""GET /exports/: what can be had, and what stays in the house and why."""

from flask.testing import FlaskClient

from tests.people import GOVERNOR, Person, add_person, sign_in
from tests.records import ROUND, Field, envelope, interview

PAGE = {"Accept": "text/html"}
VISITOR = Person("ann.reader", "Ann Reader", "analyst", "tables and maps only", language="en")


def test_the_page_says_how_much_there_is_and_what_is_left_out(
    field: Field, analyst: FlaskClient
) -> None:
    first = envelope()
    field.send(first, envelope())
    field.send(envelope(interview(answers={"yas": "41"}), instance_id=first["instance_id"]))
    corrected = interview(answers={"yas": "42"})
    field.send(envelope(corrected, instance_id=first["instance_id"], revision=2))
    page = analyst.get("/exports/", headers=PAGE).text
    assert "2 kayıt, " in page
    assert "1 eski sürüm" in page
    assert "1 çelişen metin" in page


def test_the_page_speaks_english(field: Field) -> None:
    add_person(field.app, VISITOR)
    client = field.app.test_client()
    sign_in(client, VISITOR)
    field.send(envelope())
    page = client.get(f"/exports/?round={ROUND.id}", headers=PAGE).text
    assert "Records: 1, columns: " in page
    assert "Short interview" in page


def test_a_house_without_rounds_says_what_to_wait_for(analyst: FlaskClient) -> None:
    assert "Henüz bir tur yok" in analyst.get("/exports/", headers=PAGE).text


def test_a_round_without_interviews_says_so(field: Field, analyst: FlaskClient) -> None:
    assert "Bu turda henüz kayıt yok" in analyst.get("/exports/", headers=PAGE).text
    assert field.rows("SELECT 1 FROM submissions") == []


def test_an_unknown_round_is_not_found(field: Field, analyst: FlaskClient) -> None:
    assert analyst.get("/exports/?round=yok", headers=PAGE).status_code == 404
    assert field.rows("SELECT 1 FROM submissions") == []


def test_an_officer_may_not_look(client: FlaskClient) -> None:
    sign_in(client, GOVERNOR)
    assert client.get("/exports/", headers=PAGE).status_code == 403


def test_who_is_not_signed_in_is_led_to_the_door(client: FlaskClient) -> None:
    answer = client.get("/exports/", headers=PAGE)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
