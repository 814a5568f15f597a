"""People and their mandates in the browser."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server import clock
from server.accounts.mandates import Mandate, NewMandate, give_mandate, mandates_of
from server.accounts.models import USERS
from server.accounts.queries import SignedInUser
from server.accounts.scopes import mandate_for
from server.store.audit import AUDIT_ENTRIES
from tests.people import ADMIN, ANALYST, GOVERNOR, sign_in

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """The administrator's browser."""
    client = app.test_client()
    sign_in(client, ADMIN)
    client.get("/people/")
    return client


def id_of(app: Flask, username: str) -> int:
    with app.extensions["izdes.database"].read() as connection:
        return connection.scalar(select(USERS.c.id).where(USERS.c.username == username)) or 0


def give(client: FlaskClient, username: str, **form: Any) -> Any:
    cookie = client.get_cookie("__Host-form")
    token = cookie.value if cookie else ""
    return client.post(
        f"/people/{username}/mandates",
        data={"form_token": token, **form},
        headers={**BROWSER, "Sec-Fetch-Site": "same-origin"},
    )


def held(app: Flask, username: str) -> list[tuple[str, tuple[str, ...]]]:
    with app.extensions["izdes.database"].read() as connection:
        now = mandates_of(connection, id_of(app, username)).now
    return [(mandate.role, mandate.places) for mandate in now]


def test_everybody_is_listed_with_their_mandates(admin: FlaskClient) -> None:
    page = admin.get("/people/").text
    assert "Nevzat Ergün" in page
    assert "Saha görevlisi" in page
    assert "3 kişi gösteriliyor" in page


def test_the_search_knows_no_difference_of_letters(admin: FlaskClient) -> None:
    page = admin.get("/people/?q=SAFAK").text
    assert "İdil Şafak" in page
    assert "Nevzat Ergün" not in page
    assert "Nobody" not in page
    nothing = admin.get("/people/?q=kimse+yok").text
    assert "“kimse yok” ile eşleşen kimse yok." in nothing
    assert "Herkesi göster (3)" in nothing


def test_a_mandate_is_given_and_ended(app: Flask, admin: FlaskClient) -> None:
    answer = give(admin, GOVERNOR.username, role="coordinator", province=["65", "13"], places="")
    assert answer.status_code == 303
    assert held(app, GOVERNOR.username) == [("officer", ()), ("coordinator", ("65", "13"))]
    page = admin.get(answer.location).text
    assert "İl koordinatörü · Van, Bitlis" in page
    with app.extensions["izdes.database"].read() as connection:
        second = mandates_of(connection, id_of(app, GOVERNOR.username)).now[1].id
    cookie = admin.get_cookie("__Host-form")
    ended = admin.post(
        f"/people/{GOVERNOR.username}/mandates/{second}/end",
        data={"form_token": cookie.value if cookie else ""},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert ended.status_code == 303
    assert held(app, GOVERNOR.username) == [("officer", ())]
    assert "Biten görevler" in admin.get(f"/people/{GOVERNOR.username}").text
    with app.extensions["izdes.database"].read() as connection:
        actions = connection.scalars(
            select(AUDIT_ENTRIES.c.action).where(
                AUDIT_ENTRIES.c.actor_id == id_of(app, ADMIN.username),
                AUDIT_ENTRIES.c.action.like("mandate.%"),
            )
        ).all()
    assert actions == ["mandate.give", "mandate.end"]


@pytest.mark.parametrize(
    "form",
    [
        {"role": ""},
        {"role": "king"},
        {"role": "system"},
        {"role": "coordinator"},
        {"role": "coordinator", "province": ["99"]},
        {"role": "lead", "places": " , "},
        {"role": "lead", "places": "x" * 65},
        {"role": "analyst", "starts_on": "yarın"},
        {"role": "analyst", "starts_on": "2027-01-02", "ends_on": "2027-01-01"},
        {"role": "analyst", "acting_for": ADMIN.username},
        {"role": "analyst", "acting_for": GOVERNOR.username, "reason": "kendi yerine"},
    ],
)
def test_what_cannot_be_given_changes_nothing_and_keeps_what_was_typed(
    app: Flask, admin: FlaskClient, form: dict[str, Any]
) -> None:
    answer = give(admin, GOVERNOR.username, reason_typed="", **form)
    assert answer.status_code == 422
    assert "Görev verilemedi; hiçbir şey değişmedi." in answer.text
    assert (form.get("starts_on") or "") in answer.text
    assert held(app, GOVERNOR.username) == [("officer", ())]


def test_nobody_decides_on_mandates_of_their_own(app: Flask, admin: FlaskClient) -> None:
    answer = give(admin, ADMIN.username, role="analyst")
    assert answer.status_code == 403
    assert held(app, ADMIN.username) == [("admin", ())]
    assert "Görev ver<" not in admin.get(f"/people/{ADMIN.username}").text


def test_who_stands_in_for_somebody_is_shown_with_both_names(
    app: Flask, admin: FlaskClient
) -> None:
    answer = give(
        admin, GOVERNOR.username, role="analyst", acting_for=ANALYST.username, reason="yıllık izin"
    )
    assert "Zeynep Aksoy yerine" in admin.get(answer.location).text
    with app.extensions["izdes.database"].read() as connection:
        second = mandates_of(connection, id_of(app, GOVERNOR.username)).now[1].id
    deputy = app.test_client()
    sign_in(deputy, GOVERNOR)
    deputy.get("/account/password")
    cookie = deputy.get_cookie("__Host-form")
    deputy.post(
        "/account/mandate",
        data={"form_token": cookie.value if cookie else "", "mandate": second},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert "Analist · Zeynep Aksoy yerine" in deputy.get("/account/password").text
    deputy.post(
        "/language",
        data={"form_token": cookie.value if cookie else "", "language": "en"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    with app.extensions["izdes.database"].read() as connection:
        (entry,) = connection.execute(
            select(AUDIT_ENTRIES).where(AUDIT_ENTRIES.c.action == "user.language")
        ).all()
    assert entry.actor_id == id_of(app, GOVERNOR.username)
    assert entry.stands_in_for == id_of(app, ANALYST.username)


def test_a_mandate_holds_from_its_first_day_to_its_last(app: Flask) -> None:
    database, day = app.extensions["izdes.database"], timedelta(days=1)
    today = clock.today()
    user_id = id_of(app, ANALYST.username)

    def give_three(connection: Any) -> None:
        for starts_on, ends_on in ((0, 0), (1, 2), (-3, -1)):
            new = NewMandate("auditor", (), today + starts_on * day, today + ends_on * day)
            give_mandate(connection, user_id, new)

    database.write(give_three)
    with database.read() as connection:
        mandates = mandates_of(connection, user_id)
    assert [mandate.role for mandate in mandates.now] == ["analyst", "auditor"]
    assert [mandate.ends_on for mandate in mandates.later] == [today + 2 * day]
    assert [mandate.ends_on for mandate in mandates.ended] == [today - day]


def test_what_was_collected_under_a_mandate_that_ended_is_still_taken(
    app: Flask, admin: FlaskClient
) -> None:
    with app.extensions["izdes.database"].read() as connection:
        (only,) = mandates_of(connection, id_of(app, GOVERNOR.username)).now
    cookie = admin.get_cookie("__Host-form")
    admin.post(
        f"/people/{GOVERNOR.username}/mandates/{only.id}/end",
        data={"form_token": cookie.value if cookie else ""},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    tablet = app.test_client()
    sign_in(tablet, GOVERNOR)
    sent: Any = tablet.post("/api/v1/submissions", data=b"{}", headers={"X-Izdes": "1"})
    assert sent.json["code"] == "invalid_request"
    assert tablet.get("/", headers=BROWSER).location == "/field/"


def test_an_auditor_reads_and_changes_nothing(app: Flask) -> None:
    reader = id_of(app, ANALYST.username)
    app.extensions["izdes.database"].write(
        lambda connection: give_mandate(connection, reader, NewMandate("auditor"))
    )
    client = app.test_client()
    sign_in(client, ANALYST)
    assert client.get("/people/", headers=BROWSER).status_code == 403
    with app.extensions["izdes.database"].read() as connection:
        second = mandates_of(connection, id_of(app, ANALYST.username)).now[1].id
    client.get("/account/password")
    cookie = client.get_cookie("__Host-form")
    token = {"form_token": cookie.value if cookie else ""}
    same = {"Sec-Fetch-Site": "same-origin"}
    client.post("/account/mandate", data={**token, "mandate": second}, headers=same)
    assert client.get("/people/", headers=BROWSER).status_code == 200
    assert give(client, GOVERNOR.username, role="analyst").status_code == 403


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**40])
def test_a_mandate_of_a_number_beyond_all_is_unknown(admin: FlaskClient, number: int) -> None:
    cookie = admin.get_cookie("__Host-form")
    answer: Any = admin.post(
        f"/people/{GOVERNOR.username}/mandates/{number}/end",
        data={"form_token": cookie.value if cookie else ""},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_mandate")


def deputies_entries(app: Flask, username: str) -> list[tuple[str, int | None]]:
    with app.extensions["izdes.database"].read() as connection:
        rows = connection.execute(
            select(AUDIT_ENTRIES.c.action, AUDIT_ENTRIES.c.stands_in_for)
            .where(AUDIT_ENTRIES.c.actor_id == id_of(app, username))
            .order_by(AUDIT_ENTRIES.c.sequence)
        )
        return [(row.action, row.stands_in_for) for row in rows]


def test_whoever_signs_in_after_a_deputy_stands_in_for_nobody(app: Flask) -> None:
    deputy = NewMandate("analyst", acting_for=id_of(app, ADMIN.username), reason="izin")
    analyst = id_of(app, ANALYST.username)
    app.extensions["izdes.database"].write(
        lambda connection: give_mandate(connection, analyst, deputy)
    )
    tablet = app.test_client()
    sign_in(tablet, ANALYST)
    with app.extensions["izdes.database"].read() as connection:
        second = mandates_of(connection, id_of(app, ANALYST.username)).now[1].id
    headers = {"Sec-Fetch-Site": "same-origin"}
    tablet.get("/account/password")
    cookie = tablet.get_cookie("__Host-form")
    form = {"form_token": cookie.value if cookie else "", "mandate": second}
    assert tablet.post("/account/mandate", data=form, headers=headers).status_code == 303
    sign_in(tablet, GOVERNOR)
    assert ("session.open", None) in deputies_entries(app, GOVERNOR.username)
    assert {stood for _, stood in deputies_entries(app, GOVERNOR.username)} == {None}


def test_own_records_are_sent_in_ones_own_name_by_whoever_else_stands_in_at_the_desk() -> None:
    officer = Mandate(1, "officer", (), clock.today(), None)
    deputy = Mandate(2, "lead", ("E-1",), clock.today(), None, "Zeynep Aksoy", 7, "izin")
    at_the_desk = SignedInUser(1, "x", "X", "tr", (officer, deputy), chosen=2)
    assert mandate_for(at_the_desk, "record.write") == officer
    assert mandate_for(at_the_desk, "record.read") == deputy
    assert mandate_for(at_the_desk, "users.write", "record.read_masked") is None
    gone = SignedInUser(1, "x", "X", "tr", (deputy,), ended=(officer,))
    assert mandate_for(gone, "record.write") == officer
