"""Whatever goes wrong: a JSON problem for programs, a page for people."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from schemas.problems import STATUS, Problem
from schemas.wording import catalogue
from server.store.database import current_database
from server.web.access import allow_public
from tests.people import SAME_ORIGIN

PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def failing(app: Flask) -> FlaskClient:
    """A client of an application with views that go wrong."""

    @app.get("/api/v1/broken")
    @allow_public
    def broken() -> None:
        raise RuntimeError("the secret inside")

    @app.get("/api/v1/no-table")
    @allow_public
    def no_table() -> None:
        with current_database().read() as connection:
            connection.execute(text("SELECT * FROM nowhere_at_all"))

    @app.get("/broken-page")
    @allow_public
    def broken_page() -> None:
        raise RuntimeError("the secret inside")

    @app.get("/api/v1/busy")
    @allow_public
    def busy() -> None:
        raise Problem("busy")

    return app.test_client()


@pytest.mark.parametrize("code", sorted(STATUS))
def test_every_problem_has_a_sentence_in_both_languages(code: str) -> None:
    sentence = catalogue()[f"problems.{code}"]
    assert sentence["tr"] != sentence["en"]
    assert 400 <= STATUS[code] < 600


@pytest.mark.parametrize("address", ["/api/v1/nothing", "/exports/nothing", "/nothing"])
def test_a_program_gets_a_json_problem(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "code": "not_found",
        "status": 404,
        "title": "Aranan sayfa veya kayıt bulunamadı.",
    }


def test_the_api_never_answers_with_a_page(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing", headers=PERSON)
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("tr", ["Aranan sayfa veya kayıt bulunamadı.", "hiçbir kayıt değişmedi", "ana sayfa"]),
        ("en", ["The page or record was not found.", "changed nothing", "start page"]),
    ],
)
def test_a_person_reads_what_happened_what_was_kept_and_what_to_do(
    client: FlaskClient, language: str, sentences: list[str]
) -> None:
    client.set_cookie("lang", language)
    page = client.get("/nothing", headers=PERSON)
    assert page.status_code == 404
    assert page.content_type == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in page.text
    for sentence in sentences:
        assert sentence in page.text


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.put("/healthz", headers=SAME_ORIGIN)
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_a_surprise_is_logged_under_the_number_the_reader_sees(
    failing: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="izdes"):
        answer = failing.get("/api/v1/broken")
    assert (answer.status_code, answer.json["code"]) == (500, "unexpected")
    assert "secret" not in answer.text
    reference = answer.json["title"].rpartition(" ")[2]
    assert f"unexpected error {reference}" in caplog.text
    assert "the secret inside" in caplog.text


def test_a_surprise_on_a_page_is_told_without_its_inside(failing: FlaskClient) -> None:
    page = failing.get("/broken-page", headers=PERSON)
    assert page.status_code == 500
    assert "Hata numarası" in page.text
    assert "secret" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_busy_server_says_when_to_come_again(failing: FlaskClient) -> None:
    answer = failing.get("/api/v1/busy")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_a_database_that_fails_keeps_its_words_to_the_log(
    failing: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = failing.get("/api/v1/no-table")
    assert answer.status_code in {500, 503}
    assert "nowhere_at_all" not in answer.text
    assert "nowhere_at_all" in caplog.text


def test_an_error_page_that_cannot_be_drawn_still_says_its_sentence(
    app: Flask, client: FlaskClient
) -> None:
    @app.context_processor
    def broken() -> dict[str, object]:
        raise RuntimeError("the page is broken")

    page = client.get("/nothing", headers=PERSON)
    assert page.status_code == 404
    assert page.text == "Aranan sayfa veya kayıt bulunamadı."
