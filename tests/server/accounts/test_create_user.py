"""``create_user``: make an account."""

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from schemas.problems import Problem
from server.accounts.operations import create_user
from server.accounts.queries import all_users
from server.store.audit import AUDIT_ENTRIES

VALID = {
    "username": "ayse.yilmaz",
    "full_name": "Ayşe Yılmaz",
    "role": "officer",
    "password": "uzun ve güzel parola",
}


def test_it_makes_an_account_and_writes_it_down(empty_app: Flask) -> None:
    database = empty_app.extensions["izdes.database"]
    number = database.write(lambda connection: create_user(connection, **VALID))
    with database.read() as connection:
        assert [user.username for user in all_users(connection)] == ["ayse.yilmaz"]
        made, given = connection.execute(select(AUDIT_ENTRIES)).all()
    assert (made.action, made.object) == ("user.create", f"user:{number}")
    assert made.details == {"username": "ayse.yilmaz"}
    assert (given.action, given.object) == ("mandate.give", f"user:{number}")
    assert given.details["role"] == "officer"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "on dört harfli"}, "weak_password"),
        ({"password": "x" * 257}, "weak_password"),
        ({"username": "ş"}, "invalid_username"),
        ({"username": "ayşe"}, "invalid_username"),
        ({"username": "../etc"}, "invalid_username"),
        ({"role": "king"}, "invalid_mandate"),
        ({"role": "system"}, "invalid_mandate"),
        ({"role": "coordinator"}, "invalid_mandate"),
        ({"places": ("65",)}, "invalid_mandate"),
        ({"language": "de"}, "invalid_request"),
        ({"full_name": " "}, "invalid_request"),
        ({"full_name": "x" * 129}, "invalid_request"),
        ({"full_name": "Ayşe\x1b[31m"}, "invalid_request"),
        ({"full_name": "Ay\udcff"}, "invalid_request"),
    ],
)
def test_it_refuses_and_keeps_nothing(empty_app: Flask, change: dict[str, str], code: str) -> None:
    database = empty_app.extensions["izdes.database"]
    with pytest.raises(Problem) as problem:
        database.write(lambda connection: create_user(connection, **(VALID | change)))
    assert problem.value.code == code
    with database.read() as connection:
        assert all_users(connection) == []
        assert connection.execute(select(AUDIT_ENTRIES)).all() == []


def test_it_refuses_a_name_that_is_taken_in_another_spelling(empty_app: Flask) -> None:
    def twice(connection: Connection) -> None:
        create_user(connection, **VALID)
        create_user(connection, **(VALID | {"username": "AYSE.YILMAZ"}))

    with pytest.raises(Problem) as problem:
        empty_app.extensions["izdes.database"].write(twice)
    assert problem.value.code == "username_taken"
