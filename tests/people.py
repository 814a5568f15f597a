"""Named people of the tests, and how they sign in."""

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from server.accounts.operations import create_user

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "X-Izdes": "1"}
"""What our own pages send with every unsafe request to the API."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account (or, for the outsider, without one)."""

    username: str
    full_name: str
    role: str
    password: str
    language: str = "tr"


GOVERNOR = Person("nevzat.ergun", "Nevzat Ergün", "officer", "eski vali sahada 41")
COLLEAGUE = Person("sevgi.kara", "Sevgi Kara", "officer", "dağlar ve uzun yollar")
ANALYST = Person("zeynep.aksoy", "Zeynep Aksoy", "analyst", "tablolar ve haritalar")
ADMIN = Person("idil.safak", "İdil Şafak", "admin", "anahtarlar burada durur")
OUTSIDER = Person("kim.bilir", "Kim Bilir", "officer", "bu parola geçersizdir")
"""Knows a user name and a password, but nobody made an account of them."""

STAFF = (GOVERNOR, ANALYST, ADMIN)


def add_person(app: Flask, person: Person) -> int:
    """Give a person an account."""
    return app.extensions["izdes.database"].write(
        lambda connection: create_user(
            connection,
            username=person.username,
            full_name=person.full_name,
            role=person.role,
            password=person.password,
            language=person.language,
        )
    )


def sign_in(client: FlaskClient, person: Person) -> None:
    """Let ``client`` carry the person's session cookie."""
    answer = client.post(
        "/api/v1/session",
        json={"username": person.username, "password": person.password},
        headers=SAME_ORIGIN,
    )
    assert answer.status_code == 200, answer.text


def bearer(client: FlaskClient, person: Person) -> dict[str, str]:
    """The header a program of this person sends."""
    answer = client.post(
        "/api/v1/session",
        json={"username": person.username, "password": person.password, "bearer": True},
        headers=SAME_ORIGIN,
    )
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json['token']}"}
