"""``GET|POST /sign-in``, ``POST /sign-out``, ``POST /language`` and ``GET /``: the HTML side."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.people import ADMIN, ANALYST, GOVERNOR, Person, sign_in

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Site": "same-origin"}


def submit(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    page = client.get("/sign-in", headers=BROWSER)
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)[1]
    return client.post(address, data={"form_token": token} | fields, headers=BROWSER)


def enter(client: FlaskClient, person: Person, **fields: str) -> TestResponse:
    both = {"username": person.username, "password": person.password}
    return submit(client, "/sign-in", **(both | fields))


def test_it_asks_in_turkish_first(client: FlaskClient) -> None:
    page = client.get("/sign-in", headers=BROWSER)
    assert page.status_code == 200
    assert '<html lang="tr">' in page.text
    assert "Kullanıcı adı" in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("person", "home"),
    [(GOVERNOR, "/field/"), (ANALYST, "/dashboards/"), (ADMIN, "/people/")],
    ids=lambda value: getattr(value, "role", value),
)
def test_it_leads_everybody_to_where_their_day_begins(
    client: FlaskClient, person: Person, home: str
) -> None:
    answer = enter(client, person)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").location == home


def test_it_leads_strangers_to_the_sign_in_page(client: FlaskClient) -> None:
    assert client.get("/").location == "/sign-in"


def test_it_leads_back_to_the_page_that_asked(client: FlaskClient) -> None:
    asked = client.get("/dashboards/?round=2026&service=112", headers=BROWSER)
    assert asked.status_code == 303
    page = client.get(asked.location, headers=BROWSER)
    onward = re.search(r'action="/sign-in">.*?name="next" value="([^"]+)"', page.text, re.DOTALL)
    assert onward[1] == "/dashboards/?round=2026&amp;service=112"
    answer = enter(client, ANALYST, next="/dashboards/?round=2026&service=112")
    assert answer.location == "/dashboards/?round=2026&service=112"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil", "", "x"]
)
def test_it_leads_to_no_other_site(client: FlaskClient, elsewhere: str) -> None:
    assert enter(client, ANALYST, next=elsewhere).location == "/"


def test_it_says_what_is_wrong_and_keeps_the_user_name(client: FlaskClient) -> None:
    page = enter(client, GOVERNOR, password="yanlış <b>parola</b>")
    assert page.status_code == 401
    assert "Kullanıcı adı veya parola yanlış." in page.text
    assert f'value="{GOVERNOR.username}"' in page.text
    assert "yanlış &lt;b&gt;" not in page.text
    assert "<b>parola" not in page.text


def test_it_says_how_long_to_wait(client: FlaskClient) -> None:
    for _ in range(5):
        enter(client, GOVERNOR, password="tahmin edilen parola")
    page = enter(client, GOVERNOR)
    assert page.status_code == 429
    assert f"{page.headers['Retry-After']} saniye sonra" in page.text


def test_it_needs_the_token_of_its_own_form(client: FlaskClient) -> None:
    client.get("/sign-in", headers=BROWSER)
    fields = {"username": GOVERNOR.username, "password": GOVERNOR.password}
    for token in ({}, {"form_token": ""}, {"form_token": "guessed"}):
        answer = client.post("/sign-in", data=fields | token, headers=BROWSER)
        assert answer.status_code == 403
    assert client.get_cookie("__Host-sid") is None


def test_it_makes_a_new_form_token_at_sign_in(client: FlaskClient) -> None:
    client.get("/sign-in", headers=BROWSER)
    before = client.get_cookie("__Host-form").value
    enter(client, GOVERNOR)
    assert client.get_cookie("__Host-form").value != before


def test_it_speaks_the_language_chosen_before_signing_in(client: FlaskClient) -> None:
    answer = submit(client, "/language", language="en", next="/sign-in")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    page = client.get("/sign-in", headers=BROWSER)
    assert '<html lang="en">' in page.text
    assert "User name" in page.text


def test_the_language_chosen_before_signing_in_is_theirs_who_sign_in(
    client: FlaskClient, app: object
) -> None:
    submit(client, "/language", language="en", next="/sign-in")
    enter(client, GOVERNOR)
    assert '<html lang="en">' in client.get("/account/password", headers=BROWSER).text
    elsewhere = app.test_client()
    sign_in(elsewhere, GOVERNOR)
    assert elsewhere.get("/api/v1/session").json["officer"]["language"] == "en"


def test_what_somebody_else_read_on_this_browser_is_nobodys_choice(client: FlaskClient) -> None:
    enter(client, ANALYST)
    submit(client, "/language", language="en")
    submit(client, "/sign-out")
    enter(client, GOVERNOR)
    assert '<html lang="tr">' in client.get("/account/password", headers=BROWSER).text


def test_it_remembers_the_language_of_a_user_everywhere(client: FlaskClient, app: object) -> None:
    enter(client, GOVERNOR)
    submit(client, "/language", language="en")
    elsewhere = app.test_client()
    sign_in(elsewhere, GOVERNOR)
    assert elsewhere.get("/api/v1/session").json["officer"]["language"] == "en"
    assert '<html lang="en">' in client.get("/sign-in", headers=BROWSER).text


def test_it_refuses_a_language_it_does_not_speak(client: FlaskClient) -> None:
    assert submit(client, "/language", language="tlh").status_code == 422


def test_it_signs_out_and_forgets_the_pages_but_not_the_storage(client: FlaskClient) -> None:
    enter(client, ANALYST)
    answer = submit(client, "/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get_cookie("__Host-sid") is None


def test_it_names_only_pages_that_exist_and_that_the_user_may_see(client: FlaskClient) -> None:
    enter(client, GOVERNOR)
    page = client.get("/sign-in", headers=BROWSER).text
    assert "Nevzat Ergün" in page
    assert "Saha görevlisi" in page
    assert 'href="/dashboards/"' not in page
