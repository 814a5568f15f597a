"""Who may call what, and how far: every route × every role × own, other and no rows."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from schemas.rules.rights import Breadth, breadth_of, permissions, role_book, roles
from server.accounts.mandates import NewMandate, give_mandate
from server.accounts.models import USER_SESSIONS, USERS
from server.accounts.operations import create_user
from server.accounts.sessions import start_session, token_hash
from server.rounds.operations import add_visits
from server.web.access import PUBLIC, SIGNED_IN, permissions_of
from tests.people import ADMIN, ANALYST, GOVERNOR, sign_in
from tests.records import ROUND, Field, envelope, interview, visit
from tests.server.sync.files import digest_of, photo, put, reference

OWN, OTHER = "06", "34"
PLACES = {"province": (OWN,), "team": (f"E-{OWN}",), "organisation": ("EGM",)}
MANY_DIGITS = re.compile(r"[0-9]+ kayıt")


@dataclass(frozen=True)
class Row:
    """A record with its file, in one province."""

    province: str
    record: str
    digest: str


Call = tuple[str, str, dict[str, str]]
"""Method, address and form of a request."""

SCOPED: dict[str, Callable[[Row], Call]] = {
    "review.show_record": lambda row: ("GET", f"/records/{row.record}", {}),
    "review.settle_conflict": lambda row: (
        "POST",
        f"/records/{row.record}/settlement",
        {"kept": "1", "seen": "1", "reason": "ikisi de okundu"},
    ),
    "attachments.open_stored_attachment": lambda row: (
        "GET",
        f"/api/v1/attachments/{row.digest}",
        {},
    ),
    "dashboards.show": lambda row: ("GET", f"/dashboards/?province={row.province}", {}),
    "dashboards.state": lambda row: ("GET", f"/dashboards/data?province={row.province}", {}),
}
"""Routes that lead to rows of somebody: how to ask for one."""

UNSCOPED = {
    # Counted and listed within the scope: see the tests of lists below.
    "review.show",
    # Outlines on a map.
    "dashboards.outlines",
    # Whoever may take data away, takes what the whole country answered.
    "exports.show",
    "exports.interviews",
    "exports.index",
    # Whoever sees people sees all of them.
    "people.show",
    "people.show_person",
    "people.give",
    "people.end",
    "people.reset_second_factor",
    # What somebody sends is their own: the records say whose they are.
    "sync.receive_submissions",
    "sync.receive_anonymous_records",
    "attachments.show_attachment_state",
    "attachments.receive_attachment",
}
"""Routes that lead to no rows, or to the same for all who may come in."""

PEOPLE = {"officer": GOVERNOR, "analyst": ANALYST, "admin": ADMIN}


def calls(app: Flask) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (method, example(rule), permissions_of(app.view_functions[rule.endpoint]))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
    ]


def example(rule: Rule) -> str:
    return re.sub(r"<int:[^>]+>", "1", re.sub(r"<(?!int:)[^>]+>", "x", rule.rule))


def fresh_session(app: Flask, role: str | None) -> dict[str, str]:
    # Opened anew for every call: some of the calls sign out.
    if role is None:
        return {"Authorization": "Bearer of nobody"}
    database = app.extensions["izdes.database"]
    token = f"session of {role}"
    username = PEOPLE[role].username if role in PEOPLE else f"kisi.{role}"
    with database.read() as connection:
        user_id = connection.scalar(select(USERS.c.id).where(USERS.c.username == username))
        running = connection.execute(
            select(USER_SESSIONS.c.user_id).where(USER_SESSIONS.c.token_hash == token_hash(token))
        ).first()
    if not running:
        database.write(lambda connection: start_session(connection, token=token, user_id=user_id))
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def everybody(app: Flask) -> Flask:
    """The app with a person of every role, each with a mandate for Ankara, its team, or the EGM."""

    def add(connection: Any) -> None:
        for role in set(roles()) - PEOPLE.keys():
            create_user(
                connection,
                username=f"kisi.{role}",
                full_name=f"Kişi {role}",
                role=role,
                password=None,
                places=PLACES.get(role_book().role(role).scope, ()),
            )

    app.extensions["izdes.database"].write(add)
    return app


@pytest.fixture
def rows(everybody: Flask, field: Field) -> dict[str, Row]:
    """A record with a file in Ankara and one in İstanbul, each in a visit of a team of its own."""
    database = everybody.extensions["izdes.database"]
    found = {}
    for place, district in ((OWN, "1231"), (OTHER, "1183")):
        planned = replace(visit(f"Z-{place}-900", place, district), team=f"E-{place}")
        database.write(
            lambda connection, planned=planned: add_visits(
                connection, ROUND.id, [planned], actor=None
            )
        )
        content = photo(seed=int(place))
        body = interview(visit=f"Z-{place}-900", answers={"il": place, "ilce": district})
        record = envelope(body, attachments=[reference(content)])
        assert field.send(record).status_code == 200
        assert put(field, content).status_code == 200
        found[place] = Row(place, record["instance_id"], digest_of(content))
    return found


def allowed_role(app: Flask, method: str, address: str) -> str:
    """A role that may call what answers at this address."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(address.partition("?")[0], method)
    except HTTPException:
        return "analyst"
    asked = permissions_of(app.view_functions[endpoint])
    return next((role for role in PEOPLE if breadth(role, asked)), "analyst")


def code(
    client: FlaskClient, method: str, where: str, headers: dict[str, str], form: Any = None
) -> str | None:
    answer = client.open(where, method=method, headers=headers, data=form or None)
    assert answer.status_code < 500, (where, answer.text)
    return answer.json.get("code") if "problem" in answer.content_type else None


def breadth(role: str, asked: tuple[str, ...]) -> Breadth | None:
    """How far a role may go in a view, by the data alone."""
    return next(filter(None, (breadth_of(role, permission) for permission in asked)), None)


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    for method, where, asked in calls(app):
        assert asked in ((PUBLIC,), (SIGNED_IN,)) or set(asked) <= permissions(), (method, where)
        assert asked, (method, where)


def test_every_route_that_asks_for_a_permission_says_whether_it_leads_to_rows(app: Flask) -> None:
    asking = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if set(permissions_of(app.view_functions[rule.endpoint])) & permissions()
    }
    assert asking == SCOPED.keys() | UNSCOPED
    assert not SCOPED.keys() & UNSCOPED


@pytest.mark.parametrize("role", [None, *roles()])
def test_every_route_answers_exactly_those_who_may_call_it(
    everybody: Flask, client: FlaskClient, role: str | None
) -> None:
    assert len(calls(everybody)) > 20
    for method, where, asked in calls(everybody):
        given = code(client, method, where, fresh_session(everybody, role))
        if asked == (PUBLIC,):
            expected = set()
        elif role is None:
            expected = {"not_signed_in"}
        else:
            is_allowed = asked == (SIGNED_IN,) or breadth(role, asked) is not None
            expected = set() if is_allowed else {"not_allowed"}
        assert {given} & {"not_signed_in", "not_allowed"} == expected, (method, where)


@pytest.mark.parametrize("role", roles())
def test_every_route_leads_to_rows_of_the_scope_and_to_no_others(
    everybody: Flask, client: FlaskClient, rows: dict[str, Row], role: str
) -> None:
    for endpoint, call in SCOPED.items():
        how_far = breadth(role, permissions_of(everybody.view_functions[endpoint]))
        for place, row in rows.items():
            method, where, form = call(row)
            given = code(client, method, where, fresh_session(everybody, role), form)
            if how_far is None:
                expected = {"not_allowed"}
            elif how_far == "all" or (place == OWN and how_far in ("province", "team")):
                expected = set()
            else:
                expected = {"not_found"}
            assert {given} & {"not_signed_in", "not_allowed", "not_found"} == expected, where


@pytest.mark.parametrize(("role", "number"), [("coordinator", 1), ("lead", 1), ("analyst", 2)])
def test_lists_count_what_lies_within_the_scope(
    everybody: Flask, client: FlaskClient, rows: dict[str, Row], role: str, number: int
) -> None:
    page = client.get("/records/", headers=fresh_session(everybody, role)).text
    assert MANY_DIGITS.findall(page) == [f"{number} kayıt"]
    assert (rows[OWN].record in page, rows[OTHER].record in page) == (True, number == 2)


def test_a_record_is_of_the_province_its_visit_was_planned_in(
    everybody: Flask, client: FlaskClient, field: Field, rows: dict[str, Row]
) -> None:
    body = interview(visit=f"Z-{OTHER}-900", answers={"il": OWN, "ilce": "1231"})
    record = envelope(body)
    assert field.send(record).status_code == 200
    outside = interview(visit=None, answers={"il": OWN, "ilce": "1231"})
    without_visit = envelope(outside)
    assert field.send(without_visit).status_code == 200
    headers = fresh_session(everybody, "coordinator")
    seen = {
        name: client.get(f"/records/{number}", headers=headers).status_code
        for name, number in (
            ("planned elsewhere", record["instance_id"]),
            ("outside all visits", without_visit["instance_id"]),
            ("own", rows[OWN].record),
        )
    }
    assert seen == {"planned elsewhere": 404, "outside all visits": 200, "own": 200}


@pytest.mark.usefixtures("rows")
def test_a_coordinator_is_shown_figures_of_the_own_province_and_of_the_country(
    everybody: Flask, client: FlaskClient
) -> None:
    headers = fresh_session(everybody, "coordinator")
    state = client.get("/dashboards/data", headers=headers).json
    placed = {plate for trace in state["map"]["data"] for plate in trace["locations"]}
    assert placed == {OWN}
    assert "İstanbul" not in state["parts"]["table"]
    assert "Ankara" in state["parts"]["table"]
    page = client.get("/dashboards/", headers=headers).text
    assert '<option value="06"' in page
    assert '<option value="34"' not in page


@pytest.mark.usefixtures("rows")
def test_texts_are_masked_for_all_but_the_reviewing_lead(
    everybody: Flask, client: FlaskClient, field: Field
) -> None:
    body = interview(visit="Z-06-900", answers={"oneri": "Beni 0532 123 45 67 numaradan arayın"})
    record = envelope(body)
    assert field.send(record).status_code == 200
    shown = {
        role: "0532 123 45 67"
        in client.get(
            f"/records/{record['instance_id']}", headers=fresh_session(everybody, role)
        ).text
        for role in ("lead", "coordinator", "analyst", "auditor")
    }
    assert shown == {"lead": True, "coordinator": False, "analyst": False, "auditor": False}


def test_somebody_with_two_mandates_works_under_the_one_chosen(
    everybody: Flask, client: FlaskClient, rows: dict[str, Row]
) -> None:
    database = everybody.extensions["izdes.database"]

    def give(connection: Any) -> int:
        user_id = connection.scalar(select(USERS.c.id).where(USERS.c.username == GOVERNOR.username))
        return give_mandate(connection, user_id, NewMandate("coordinator", (OTHER,)))

    second = database.write(give)
    headers = fresh_session(everybody, "officer")
    page = {"Accept": "text/html", **headers}
    assert client.get("/records/", headers=page).status_code == 403
    chosen = client.post("/account/mandate", data={"mandate": second}, headers=headers)
    assert chosen.status_code == 303
    assert client.get(f"/records/{rows[OTHER].record}", headers=page).status_code == 200
    assert client.get(f"/records/{rows[OWN].record}", headers=page).status_code == 404
    # The tablet sends whatever is chosen at the desk.
    assert client.post("/api/v1/submissions", data=b"{}", headers=headers).status_code != 403
    refused = client.post("/account/mandate", data={"mandate": 10_000}, headers=headers)
    assert refused.json["code"] == "unknown_mandate"


@pytest.mark.parametrize("role", [None, *PEOPLE])
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
