"""``POST /api/v1/session``: sign in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from server import create_app
from server.accounts import passwords
from server.accounts.models import SIGN_IN_ATTEMPTS, USER_SESSIONS, USERS
from server.accounts.operations import disable_user
from server.config import Config
from server.store.audit import AUDIT_ENTRIES
from tests.people import ADMIN, ANALYST, GOVERNOR, OUTSIDER, SAME_ORIGIN, Person

ADDRESS = "/api/v1/session"
WRONG = "tahmin edilen parola"


def ask(client: FlaskClient, person: Person, **changes: object) -> TestResponse:
    body = {"username": person.username, "password": person.password} | changes
    return client.post(ADDRESS, json=body, headers=SAME_ORIGIN)


@pytest.mark.parametrize("person", [GOVERNOR, ANALYST, ADMIN], ids=lambda person: person.role)
def test_it_says_who_signed_in(client: FlaskClient, person: Person) -> None:
    answer = ask(client, person)
    assert answer.status_code == 200
    assert answer.json == {
        "officer": {
            "username": person.username,
            "full_name": person.full_name,
            "role": person.role,
            "language": "tr",
        },
        "token": None,
    }


def test_it_keeps_the_token_where_no_script_and_no_other_site_reaches_it(
    client: FlaskClient,
) -> None:
    cookie = ask(client, GOVERNOR).headers.getlist("Set-Cookie")[0]
    name, _, rest = cookie.partition("=")
    assert name == "__Host-sid"
    assert set(rest.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}


def test_it_gives_programs_a_token_and_no_cookie(client: FlaskClient) -> None:
    answer = ask(client, GOVERNOR, bearer=True)
    assert "__Host-sid" not in str(answer.headers)
    token = answer.json["token"]
    shown = client.get(ADDRESS, headers={"Authorization": f"Bearer {token}"})
    assert shown.json["officer"]["username"] == GOVERNOR.username


def test_it_stores_neither_password_nor_token(app: Flask, client: FlaskClient) -> None:
    token = ask(client, GOVERNOR, bearer=True).json["token"]
    with app.extensions["izdes.database"].read() as connection:
        stored = str(connection.execute(select(USERS)).all())
        stored += str(connection.execute(select(USER_SESSIONS)).all())
        stored += str(connection.execute(select(AUDIT_ENTRIES)).all())
    assert token not in stored
    assert GOVERNOR.password not in stored
    assert stored.count("$argon2id$v=19$m=19456,t=2,p=1$") == 3


def test_it_forgives_a_capital_letter_and_blanks_around_the_user_name(client: FlaskClient) -> None:
    assert ask(client, ADMIN, username=" İdil.Safak ").status_code == 200


def test_it_ends_the_session_it_replaces(client: FlaskClient) -> None:
    ask(client, GOVERNOR)
    first = client.get_cookie("__Host-sid").value
    ask(client, GOVERNOR)
    second = client.get_cookie("__Host-sid").value
    assert first != second
    stale = client.get(ADDRESS, headers={"Authorization": f"Bearer {first}"})
    assert stale.json["code"] == "not_signed_in"


def test_it_leaves_attempt_and_session_in_the_audit_trail(app: Flask, client: FlaskClient) -> None:
    ask(client, GOVERNOR)
    ask(client, OUTSIDER)
    with app.extensions["izdes.database"].read() as connection:
        governor = connection.scalar(
            select(USERS.c.id).where(USERS.c.username == GOVERNOR.username)
        )
        entries = connection.execute(
            select(AUDIT_ENTRIES.c.actor_id, AUDIT_ENTRIES.c.action, AUDIT_ENTRIES.c.object)
            .where(AUDIT_ENTRIES.c.action.like("session.%"))
            .order_by(AUDIT_ENTRIES.c.sequence)
        ).all()
    assert entries == [
        (None, "session.attempt", f"user:{governor}"),
        (governor, "session.open", f"user:{governor}"),
        (None, "session.attempt", "user:unknown"),
    ]


def test_it_strengthens_a_password_kept_with_older_settings(
    app: Flask, client: FlaskClient
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOVERNOR.password)
    theirs = USERS.c.username == GOVERNOR.username
    database = app.extensions["izdes.database"]
    database.write(
        lambda connection: connection.execute(
            update(USERS).where(theirs).values(password_hash=weak)
        )
    )
    assert ask(client, GOVERNOR).status_code == 200
    with database.read() as connection:
        stored = connection.scalar(select(USERS.c.password_hash).where(theirs))
    assert not passwords.is_outdated(stored)
    assert ask(client, GOVERNOR).status_code == 200


@pytest.mark.parametrize(
    ("person", "password"),
    [(GOVERNOR, WRONG), (OUTSIDER, OUTSIDER.password), (GOVERNOR, ""), (GOVERNOR, "x" * 1024)],
    ids=["wrong", "unknown user", "empty", "very long"],
)
def test_it_refuses_wrong_credentials_alike(
    client: FlaskClient, person: Person, password: str
) -> None:
    answer = ask(client, person, password=password)
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "code": "wrong_credentials",
        "status": 401,
        "title": "Kullanıcı adı veya parola yanlış. Büyük-küçük harfe dikkat edip yeniden yazınız.",
    }
    assert "Set-Cookie" not in answer.headers


def test_it_works_as_long_on_an_unknown_user_as_on_a_known_one() -> None:
    decoy = extract_parameters(passwords._DECOY)  # noqa: SLF001
    assert decoy == extract_parameters(passwords.hash_password(GOVERNOR.password))


def test_it_refuses_a_disabled_user(app: Flask, client: FlaskClient) -> None:
    app.extensions["izdes.database"].write(
        lambda connection: disable_user(connection, username=GOVERNOR.username)
    )
    assert ask(client, GOVERNOR).json["code"] == "wrong_credentials"


def test_it_refuses_the_sixth_failure_in_a_minute(client: FlaskClient) -> None:
    codes = [ask(client, GOVERNOR, password=WRONG).status_code for _ in range(5)]
    assert codes == [401] * 5
    refused = ask(client, GOVERNOR)
    assert refused.status_code == 429
    assert refused.json["code"] == "too_many_attempts"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert ask(client, ANALYST).status_code == 200


def test_it_lets_in_again_after_a_minute(app: Flask, client: FlaskClient) -> None:
    for _ in range(5):
        ask(client, GOVERNOR, password=WRONG)
    a_minute_ago = datetime.now(UTC) - timedelta(seconds=61)
    app.extensions["izdes.database"].write(
        lambda connection: connection.execute(update(SIGN_IN_ATTEMPTS).values(at=a_minute_ago))
    )
    assert ask(client, GOVERNOR).status_code == 200


def test_it_counts_only_failures(client: FlaskClient) -> None:
    assert [ask(client, GOVERNOR).status_code for _ in range(8)] == [200] * 8


def test_it_refuses_an_address_that_tries_very_many_accounts(client: FlaskClient) -> None:
    guesses = [ask(client, OUTSIDER, username=f"tahmin.{n}").status_code for n in range(120)]
    assert guesses == [401] * 120
    assert ask(client, GOVERNOR).status_code == 429


def test_it_counts_guesses_sent_at_once_to_several_processes(
    app: Flask, database_url: str, tmp_path: object
) -> None:
    config = Config(data_dir=tmp_path, database_url=database_url, threads=4)
    others = [create_app(config) for _ in range(3)]

    def guess(number: int) -> int:
        process = [app, *others][number % 4]
        return ask(process.test_client(), GOVERNOR, password=WRONG).status_code

    with ThreadPoolExecutor(16) as together:
        codes = sorted(together.map(guess, range(24)))
    for other in others:
        other.extensions["izdes.database"].close()
    assert codes == [401] * 5 + [429] * 19


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b"\xff\xfe{}", "malformed_json"),
        (b'{"username": "\xc3\x28"}', "malformed_json"),
        (b"[]", "invalid_request"),
        (b"null", "invalid_request"),
        (b'{"username": "a"}', "invalid_request"),
        (b'{"username": 5, "password": "b"}', "invalid_request"),
        (b'{"username": "a", "password": "b", "bearer": 1}', "invalid_request"),
        (b'{"username": "a", "password": "b", "sesame": 1}', "invalid_request"),
    ],
)
def test_it_refuses_what_is_not_a_request_without_repeating_it(
    client: FlaskClient, body: bytes, code: str
) -> None:
    answer = client.post(ADDRESS, data=body, headers=SAME_ORIGIN)
    assert answer.json["code"] == code
    assert answer.status_code in {400, 422}
    assert "sesame" not in answer.text
