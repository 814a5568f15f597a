"""Who is stopped by wrong tries, and who is not: the one who tries, nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from server.accounts import throttle
from server.accounts.models import KNOWN_ORIGINS, SIGN_IN_ATTEMPTS
from server.accounts.origins import Origin
from tests.people import ANALYST, GOVERNOR, OUTSIDER, SAME_ORIGIN, Person

WRONG = "tahmin edilen parola"
ELSEWHERE = "203.0.113.9"


def try_in(client: FlaskClient, person: Person, address: str = "127.0.0.1", **changes: str) -> int:
    body = {"username": person.username, "password": person.password} | changes
    return client.post(
        "/api/v1/session",
        json=body,
        headers=SAME_ORIGIN,
        environ_overrides={"REMOTE_ADDR": address},
    ).status_code


def guess(client: FlaskClient, times: int, person: Person = GOVERNOR, **where: str) -> list[int]:
    return [try_in(client, person, password=WRONG, **where) for _ in range(times)]


def test_guesses_from_elsewhere_do_not_stop_the_owner(app: Flask, client: FlaskClient) -> None:
    assert guess(app.test_client(), 6, address=ELSEWHERE) == [401] * 5 + [429]
    assert try_in(client, GOVERNOR) == 200


def test_a_neighbour_behind_the_same_address_does_not_stop_a_known_browser(
    app: Flask, client: FlaskClient
) -> None:
    assert try_in(client, GOVERNOR) == 200
    assert guess(app.test_client(), 6) == [401] * 5 + [429]
    assert try_in(client, GOVERNOR) == 200


def test_a_browser_stays_known_after_signing_out(app: Flask, client: FlaskClient) -> None:
    assert try_in(client, GOVERNOR) == 200
    client.delete("/api/v1/session", headers=SAME_ORIGIN)
    guess(app.test_client(), 6)
    assert try_in(client, GOVERNOR) == 200


def test_a_known_browser_is_stopped_by_its_own_guesses(client: FlaskClient) -> None:
    assert try_in(client, GOVERNOR) == 200
    assert guess(client, 11) == [401] * 10 + [429]


def test_knowing_one_user_makes_a_browser_known_for_no_other(
    app: Flask, client: FlaskClient
) -> None:
    assert try_in(client, GOVERNOR) == 200
    assert guess(client, 6, ANALYST) == [401] * 5 + [429]
    assert try_in(app.test_client(), ANALYST, address=ELSEWHERE) == 200


def test_thirty_unknown_names_do_not_stop_a_building(app: Flask, client: FlaskClient) -> None:
    for number in range(30):
        try_in(app.test_client(), OUTSIDER, username=f"tahmin.{number}")
    assert try_in(client, GOVERNOR) == 200


def test_who_signed_in_from_a_building_gets_in_however_many_names_are_tried_there(
    app: Flask, client: FlaskClient
) -> None:
    assert try_in(client, GOVERNOR) == 200
    for number in range(throttle.PER_ADDRESS):
        try_in(app.test_client(), OUTSIDER, username=f"tahmin.{number}")
    assert try_in(app.test_client(), ANALYST) == 429
    assert try_in(app.test_client(), GOVERNOR) == 200


def test_many_addresses_together_do_not_guess_without_bound(app: Flask) -> None:
    codes = [
        try_in(app.test_client(), GOVERNOR, password=WRONG, address=f"203.0.113.{number}")
        for number in range(throttle.PER_ACCOUNT + 1)
    ]
    assert codes == [401] * throttle.PER_ACCOUNT + [429]


def test_one_subscriber_of_ipv6_is_one_address() -> None:
    one, other, stranger = (
        Origin(address, None).network
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")
    )
    assert one == other != stranger


@pytest.mark.parametrize("ahead", [timedelta(seconds=30), timedelta(hours=3)])
def test_a_clock_set_back_makes_nobody_wait_longer_than_a_minute(
    app: Flask, client: FlaskClient, ahead: timedelta
) -> None:
    guess(client, 5)
    counted_before = datetime.now(UTC) + ahead
    database = app.extensions["izdes.database"]
    database.write(
        lambda connection: connection.execute(update(SIGN_IN_ATTEMPTS).values(at=counted_before))
    )
    answer = client.post(
        "/api/v1/session",
        json={"username": GOVERNOR.username, "password": GOVERNOR.password},
        headers=SAME_ORIGIN,
    )
    if ahead > throttle.WINDOW:
        assert answer.status_code == 200
    else:
        assert int(answer.headers["Retry-After"]) <= throttle.WINDOW.total_seconds()


def test_the_database_does_not_know_the_browsers_token(app: Flask, client: FlaskClient) -> None:
    try_in(client, GOVERNOR)
    token = client.get_cookie("__Host-browser").value
    with app.extensions["izdes.database"].read() as connection:
        stored = connection.scalars(select(KNOWN_ORIGINS.c.origin)).all()
    assert len(stored) == 2
    assert token not in str(stored)


def test_a_browser_made_up_by_somebody_is_not_known(app: Flask, client: FlaskClient) -> None:
    try_in(client, GOVERNOR)
    stranger = app.test_client()
    stranger.set_cookie("__Host-browser", "made up", domain="localhost")
    assert guess(stranger, 6, address=ELSEWHERE) == [401] * 5 + [429]
