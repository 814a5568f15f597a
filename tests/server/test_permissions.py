"""Who may call what: every route × everybody, and no route without an answer to that question."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from server.accounts.models import USERS
from server.accounts.permissions import PERMISSIONS
from server.accounts.sessions import start_session
from server.web.access import PUBLIC, ROLES, permission_of
from tests.people import ADMIN, ANALYST, GOVERNOR, sign_in

PEOPLE = {"officer": GOVERNOR, "analyst": ANALYST, "admin": ADMIN}


def calls(app: Flask) -> list[tuple[str, str, str | None]]:
    return [
        (method, example(rule), permission_of(app.view_functions[rule.endpoint]))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
    ]


def example(rule: Rule) -> str:
    return re.sub(r"<[^>]+>", "x", rule.rule)


def fresh_session(app: Flask, role: str | None) -> dict[str, str]:
    # Opened anew for every call: some of the calls sign out.
    if role is None:
        return {"Authorization": "Bearer of nobody"}
    database = app.extensions["izdes.database"]
    token = f"session of {role}"
    with database.read() as connection:
        user_id = connection.scalar(
            select(USERS.c.id).where(USERS.c.username == PEOPLE[role].username)
        )
        running = connection.exec_driver_sql("SELECT COUNT(*) FROM user_sessions").scalar_one()
    if not running:
        database.write(lambda connection: start_session(connection, token=token, user_id=user_id))
    return {"Authorization": f"Bearer {token}"}


def code(client: FlaskClient, method: str, where: str, headers: dict[str, str]) -> str | None:
    answer = client.open(where, method=method, headers=headers)
    assert answer.status_code < 500, (where, answer.text)
    return answer.json.get("code") if "problem" in answer.content_type else None


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    for method, where, permission in calls(app):
        assert permission == PUBLIC or permission in PERMISSIONS, (method, where)


def test_every_role_of_a_permission_exists() -> None:
    for roles in PERMISSIONS.values():
        assert roles
        assert roles <= set(ROLES)


@pytest.mark.parametrize("role", [None, "officer", "analyst", "admin"])
def test_every_route_answers_exactly_those_who_may_call_it(
    app: Flask, client: FlaskClient, role: str | None
) -> None:
    assert len(calls(app)) > 15
    for method, where, permission in calls(app):
        given = code(client, method, where, fresh_session(app, role))
        if permission == PUBLIC:
            expected = set()
        elif role is None:
            expected = {"not_signed_in"}
        else:
            expected = set() if role in PERMISSIONS[permission] else {"not_allowed"}
        assert {given} & {"not_signed_in", "not_allowed"} == expected, (method, where)


@pytest.mark.parametrize("role", [None, "officer", "analyst", "admin"])
def test_a_route_without_a_mark_answers_nobody(
    app: Flask, client: FlaskClient, role: str | None
) -> None:
    app.add_url_rule("/api/v1/forgotten", view_func=lambda: "secret")
    given = code(client, "GET", "/api/v1/forgotten", fresh_session(app, role))
    assert given == ("not_allowed" if role else "not_signed_in")


def test_a_person_who_may_not_reads_a_page(client: FlaskClient) -> None:
    sign_in(client, GOVERNOR)
    page = client.get("/dashboards/", headers={"Accept": "text/html"})
    assert page.status_code == 403
    assert "Bu işlem için yetkiniz yok." in page.text
