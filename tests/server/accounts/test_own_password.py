"""``GET|POST /account/password``: everybody changes their own password, and only their own."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.store.audit import AUDIT_ENTRIES
from tests.people import ADMIN, ANALYST, GOVERNOR, SAME_ORIGIN, Person, bearer, sign_in

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Site": "same-origin"}
PAGE = "/account/password"
NEW = "dört mevsim bir kayık"


def change(client: FlaskClient, person: Person, **fields: str) -> TestResponse:
    page = client.get(PAGE, headers=BROWSER)
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)[1]
    typed = {"present": person.password, "new": NEW, "again": NEW} | fields
    return client.post(PAGE, data={"form_token": token} | typed, headers=BROWSER)


def can_sign_in(app: Flask, person: Person, password: str) -> bool:
    answer = app.test_client().post(
        "/api/v1/session",
        json={"username": person.username, "password": password},
        headers=SAME_ORIGIN,
    )
    return answer.status_code == 200


@pytest.mark.parametrize("person", [GOVERNOR, ANALYST, ADMIN], ids=lambda person: person.role)
def test_everybody_changes_their_own_password(
    app: Flask, client: FlaskClient, person: Person
) -> None:
    sign_in(client, person)
    answer = change(client, person)
    assert (answer.status_code, answer.location) == (303, "/account/password?changed=1")
    assert "Parolanız değişti" in client.get(answer.location, headers=BROWSER).text
    assert can_sign_in(app, person, NEW)
    assert not can_sign_in(app, person, person.password)


def test_a_stranger_is_led_to_the_sign_in_page(client: FlaskClient) -> None:
    assert client.get(PAGE, headers=BROWSER).location.startswith("/sign-in")


def test_sessions_elsewhere_end_and_this_one_goes_on(app: Flask, client: FlaskClient) -> None:
    sign_in(client, ANALYST)
    elsewhere = app.test_client()
    token = bearer(elsewhere, ANALYST)
    change(client, ANALYST)
    app.extensions["izdes.sessions"].users.clear()
    assert elsewhere.get("/api/v1/session", headers=token).status_code == 401
    assert client.get("/api/v1/session").status_code == 200


def test_it_is_written_down_without_the_password(app: Flask, client: FlaskClient) -> None:
    sign_in(client, ANALYST)
    change(client, ANALYST)
    with app.extensions["izdes.database"].read() as connection:
        entries = connection.execute(select(AUDIT_ENTRIES)).all()
    assert "user.password" in {entry.action for entry in entries}
    assert NEW not in str(entries)


@pytest.mark.parametrize(
    ("fields", "code", "sentence"),
    [
        ({"present": "yanlış hatırlanan"}, 422, "Şimdiki parolanız yanlış"),
        ({"again": "dört mevsim bir kayak"}, 422, "ikisi aynı değil"),
        ({"new": "a" * 15, "again": "a" * 15}, 422, "kolay tahmin edilir"),
        ({"new": "kısa", "again": "kısa"}, 422, "en az 15"),
    ],
)
def test_it_says_what_is_wrong_and_changes_nothing(
    app: Flask, client: FlaskClient, fields: dict[str, str], code: int, sentence: str
) -> None:
    sign_in(client, ANALYST)
    page = change(client, ANALYST, **fields)
    assert page.status_code == code
    assert sentence in page.text
    assert "kayık" not in page.text
    assert can_sign_in(app, ANALYST, ANALYST.password)


def test_the_present_password_cannot_be_guessed_from_an_open_session(client: FlaskClient) -> None:
    sign_in(client, ANALYST)
    codes = [change(client, ANALYST, present=f"tahmin {n}").status_code for n in range(11)]
    assert codes == [422] * 10 + [429]


def test_it_speaks_english(client: FlaskClient) -> None:
    sign_in(client, ANALYST)
    client.set_cookie("language", "en")
    page = client.get(PAGE, headers=BROWSER)
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)[1]
    client.post("/language", data={"form_token": token, "language": "en"}, headers=BROWSER)
    assert "Change my password" in client.get(PAGE, headers=BROWSER).text


def test_it_needs_the_token_of_its_own_form(app: Flask, client: FlaskClient) -> None:
    sign_in(client, ANALYST)
    typed = {"present": ANALYST.password, "new": NEW, "again": NEW}
    assert client.post(PAGE, data=typed, headers=BROWSER).status_code == 403
    assert can_sign_in(app, ANALYST, ANALYST.password)
