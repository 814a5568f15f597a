"""An administrator reads in the browser that an older copy of the database was put back."""

import pytest
from flask.testing import FlaskClient

from schemas.wording import say
from tests.people import ADMIN, ANALYST, Person, add_person, sign_in
from tests.records import Field, envelope
from tests.server.sync.test_epochs import put_back, receipts
from tests.server.sync.test_witness import ask, put_machine_back

PAGES = ("/people/", "/account/password")
COMMAND = "izdes doctor"
GUEST = Person("ada.stone", "Ada Stone", "admin", "keys are kept in here", "en")


def browser(field: Field, person: Person) -> FlaskClient:
    client = field.app.test_client()
    sign_in(client, person)
    return client


def told(client: FlaskClient, page: str, language: str = "tr") -> bool:
    answer = client.get(page, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    words = [
        say(f"layout.{key}", language)
        for key in ("older_database", "older_database_kept", "older_database_next")
    ]
    found = {each in answer.text for each in (*words, COMMAND)}
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_tells_an_administrator(field: Field, page: str) -> None:
    receipts(field, envelope(), envelope())
    client = browser(field, ADMIN)
    assert not told(client, page)
    put_back(field, without=1)
    # Before any tablet has met it, and after.
    assert told(client, page)
    receipts(field, envelope())
    assert told(client, page)


def test_in_the_language_of_the_reader(field: Field) -> None:
    receipts(field, envelope())
    put_back(field, without=1)
    add_person(field.app, GUEST)
    client = browser(field, GUEST)
    assert told(client, "/people/", "en")


def test_nobody_else_is_told(field: Field) -> None:
    receipts(field, envelope())
    put_back(field, without=1)
    assert not told(browser(field, ANALYST), "/dashboards/")
    assert COMMAND not in field.app.test_client().get("/sign-in").text


def test_a_machine_put_back_keys_and_all_is_told_once_a_tablet_has(field: Field) -> None:
    receipts(field, envelope())
    (lost,) = put_machine_back(field, envelope())
    client = browser(field, ADMIN)
    assert not told(client, "/people/")
    ask(field, lost)
    assert told(client, "/people/")


def test_a_page_of_a_problem_asks_nothing_of_the_database(field: Field) -> None:
    receipts(field, envelope())
    put_back(field, without=1)
    answer = browser(field, ADMIN).get("/nowhere", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert COMMAND not in answer.text
