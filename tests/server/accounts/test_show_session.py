"""``GET /api/v1/session``: who is signed in, and for how long."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from server.accounts.models import USER_SESSIONS
from server.accounts.operations import disable_user, set_password
from tests.people import ADMIN, ANALYST, GOVERNOR, Person, sign_in

ADDRESS = "/api/v1/session"


def age(app: Flask, **columns: timedelta) -> None:
    moments = {name: datetime.now(UTC) - ago for name, ago in columns.items()}
    app.extensions["izdes.database"].write(
        lambda connection: connection.execute(update(USER_SESSIONS).values(moments))
    )


def let_pass(app: Flask, seconds: float) -> None:
    """Let the clock by which a process trusts its memory go on."""
    app.extensions["izdes.sessions"].clock = lambda: time.monotonic() + seconds


def test_it_names_the_user(client: FlaskClient) -> None:
    sign_in(client, GOVERNOR)
    assert client.get(ADDRESS).json["officer"]["full_name"] == "Nevzat Ergün"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi"])
def test_it_refuses_whoever_is_not_signed_in(client: FlaskClient, header: str) -> None:
    answer = client.get(ADDRESS, headers={"Authorization": header})
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("person", "minutes", "status"),
    [(ANALYST, 29, 200), (ANALYST, 31, 401), (ADMIN, 31, 401), (GOVERNOR, 31, 200)],
    ids=["analyst in time", "analyst too late", "admin too late", "officer in the field"],
)
def test_it_forgets_an_idle_session_sooner_at_a_desk_than_in_the_field(
    app: Flask, client: FlaskClient, person: Person, minutes: int, status: int
) -> None:
    sign_in(client, person)
    age(app, last_seen_at=timedelta(minutes=minutes))
    assert client.get(ADDRESS).status_code == status


def test_it_counts_idle_time_from_the_last_use(app: Flask, client: FlaskClient) -> None:
    sign_in(client, ANALYST)
    age(app, last_seen_at=timedelta(minutes=29))
    client.get(ADDRESS)
    let_pass(app, 1.1)
    age_of_session = app.extensions["izdes.database"].write(
        lambda connection: connection.execute(USER_SESSIONS.select()).one().last_seen_at
    )
    assert datetime.now(UTC) - age_of_session < timedelta(seconds=30)
    assert client.get(ADDRESS).status_code == 200


@pytest.mark.parametrize("person", [ANALYST, GOVERNOR], ids=lambda person: person.role)
def test_it_forgets_every_session_after_twelve_hours(
    app: Flask, client: FlaskClient, person: Person
) -> None:
    sign_in(client, person)
    age(app, created_at=timedelta(hours=12, seconds=1))
    assert client.get(ADDRESS).status_code == 401


def test_it_refuses_a_user_disabled_a_second_ago(app: Flask, client: FlaskClient) -> None:
    sign_in(client, GOVERNOR)
    assert client.get(ADDRESS).status_code == 200
    app.extensions["izdes.database"].write(
        lambda connection: disable_user(connection, username=GOVERNOR.username)
    )
    let_pass(app, 1.05)
    assert client.get(ADDRESS).status_code == 401


def test_it_refuses_a_session_opened_with_the_old_password(app: Flask, client: FlaskClient) -> None:
    sign_in(client, GOVERNOR)
    app.extensions["izdes.database"].write(
        lambda connection: set_password(
            connection, username=GOVERNOR.username, password="yepyeni bir parola"
        )
    )
    assert client.get(ADDRESS).status_code == 401
