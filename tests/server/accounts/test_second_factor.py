"""The second factor: set up, asked for at the office's door and never by the tablet's."""

import base64
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from server import clock as clock_of_house
from server.accounts.commands import user
from server.accounts.models import SECOND_FACTORS, SIGN_IN_ATTEMPTS, USERS
from server.accounts.second_factor.codes import STEP_SECONDS, code_at, matching_step
from server.accounts.second_factor.factors import MOST_FAILURES
from server.accounts.throttle import WINDOW
from server.store.audit import AUDIT_ENTRIES
from tests.people import ADMIN, ANALYST, GOVERNOR, SAME_ORIGIN, Person, bearer, sign_in
from tests.server.test_permissions import breadth, calls, code

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Site": "same-origin"}
PAGE = "/account/second-factor"
SECRET = b"12345678901234567890"
"""The secret of the vectors of RFC 6238."""


@dataclass
class Clock:
    """The time, which stands until the test lets it pass."""

    stack: ExitStack
    moment: datetime

    @property
    def now(self) -> float:
        return self.moment.timestamp()

    def pass_steps(self, steps: int = 1) -> None:
        self.moment += timedelta(seconds=steps * STEP_SECONDS)
        self.stack.enter_context(clock_of_house.standing_at(self.moment))


@dataclass
class Factor:
    """What the telephone and the drawer of somebody hold."""

    clock: Clock
    secret: bytes
    recovery: list[str]

    def code(self, steps: int = 0) -> str:
        return code_at(self.secret, int(self.clock.now) // STEP_SECONDS + steps).decode()


@pytest.fixture
def clock() -> Iterator[Clock]:
    with ExitStack() as stack:
        clock = Clock(stack, clock_of_house.now())
        clock.pass_steps(0)
        yield clock


def post(client: FlaskClient, where: str, **fields: str) -> TestResponse:
    page = client.get(PAGE, headers=BROWSER)
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)[1]
    return client.post(where, data={"form_token": token} | fields, headers=BROWSER)


def begin(client: FlaskClient, clock: Clock) -> Factor:
    assert post(client, f"{PAGE}/begin").status_code == 303
    page = client.get(PAGE, headers=BROWSER).text
    typed = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1]
    return Factor(clock, base64.b32decode(typed.replace(" ", "")), [])


def set_up(client: FlaskClient, clock: Clock, person: Person) -> Factor:
    factor = begin(client, clock)
    done = post(client, f"{PAGE}/confirm", password=person.password, code=factor.code())
    assert done.status_code == 200, done.text
    factor.recovery = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", done.text)
    clock.pass_steps()
    return factor


@pytest.fixture
def factor(app: Flask, clock: Clock) -> Factor:
    """The analyst's, set up in another browser."""
    client = app.test_client()
    sign_in(client, ANALYST)
    return set_up(client, clock, ANALYST)


def opens(client: FlaskClient) -> TestResponse:
    return client.get("/records/", headers=BROWSER)


def prove(client: FlaskClient, typed: str, following: str = "/records/") -> TestResponse:
    return post(client, "/account/code", code=typed, next=following)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(59, b"287082"), (1_111_111_109, b"081804"), (20_000_000_000, b"353130")],
)
def test_codes_are_those_of_the_standard(moment: int, expected: bytes) -> None:
    assert code_at(SECRET, moment // STEP_SECONDS) == expected


@pytest.mark.parametrize(
    ("off", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_one_step_off(off: int, taken: bool) -> None:  # noqa: FBT001
    step = 40_000_000
    typed = code_at(SECRET, step + off).decode()
    found = matching_step(SECRET, typed, step * STEP_SECONDS + 29.9, None)
    assert found == (step + off if taken else None)


def test_the_office_asks_for_a_code_and_goes_on_where_it_was_asked(
    client: FlaskClient, factor: Factor
) -> None:
    assert len(set(factor.recovery)) == 10
    sign_in(client, ANALYST)
    led = client.get("/records/?q=a", headers=BROWSER)
    assert (led.status_code, led.location) == (303, "/account/code?next=%2Frecords%2F%3Fq%3Da")
    asked = client.get(led.location, headers=BROWSER)
    assert "10 kod kaldı" in asked.text
    proved = prove(client, factor.code(), "/records/?q=a")
    assert (proved.status_code, proved.location) == (303, "/records/?q=a")
    assert opens(client).status_code == 200


def test_the_session_in_which_it_was_set_up_goes_on_and_others_are_asked(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere, ANALYST)
    sign_in(client, ANALYST)
    set_up(client, clock, ANALYST)
    app.extensions["izdes.sessions"].users.clear()
    assert opens(client).status_code == 200
    assert opens(elsewhere).status_code == 303


def test_no_code_works_twice_nor_one_from_before(
    app: Flask, client: FlaskClient, factor: Factor
) -> None:
    sign_in(client, ANALYST)
    assert prove(client, factor.code()).status_code == 303
    other = app.test_client()
    sign_in(other, ANALYST)
    for typed in (factor.code(), factor.code(-1)):
        again = prove(other, typed)
        assert again.status_code == 422
        assert "daha önce kullanıldı" in again.text
    assert opens(other).status_code == 303


def test_wrong_codes_are_counted_and_a_right_one_is_not(
    client: FlaskClient, factor: Factor
) -> None:
    sign_in(client, ANALYST)
    wrong = f"{(int(factor.code()) + 500_000) % 1_000_000:06}"
    assert [prove(client, wrong).status_code for _ in range(6)] == [422] * 5 + [429]
    refused = prove(client, factor.code())
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= WINDOW.total_seconds()
    assert opens(client).status_code == 303


def test_too_many_wrong_codes_in_a_row_need_a_reset(
    app: Flask, client: FlaskClient, factor: Factor
) -> None:
    sign_in(client, ANALYST)
    database = app.extensions["izdes.database"]
    for _ in range(MOST_FAILURES):
        assert prove(client, "000000").status_code == 422
        # As minutes would: their five tries are not what is asked here.
        database.write(lambda connection: connection.execute(delete(SIGN_IN_ATTEMPTS)))
    answer = prove(client, factor.code())
    assert answer.status_code == 403
    assert "Art arda çok fazla yanlış kod yazıldı" in answer.text
    administrator = app.test_client()
    sign_in(administrator, ADMIN)
    post(administrator, f"/people/{ANALYST.username}/second-factor/reset")
    again = app.test_client()
    sign_in(again, ANALYST)
    assert opens(again).status_code == 200


def test_a_recovery_code_works_once_however_it_is_written(
    app: Flask, client: FlaskClient, factor: Factor
) -> None:
    sign_in(client, ANALYST)
    assert prove(client, f" {factor.recovery[0].upper().replace('-', ' ')}").status_code == 303
    assert opens(client).status_code == 200
    other = app.test_client()
    sign_in(other, ANALYST)
    again = prove(other, factor.recovery[0])
    assert again.status_code == 422
    assert "9 kod kaldı" in again.text
    assert prove(other, factor.recovery[1]).status_code == 303


def test_other_recovery_codes_replace_those_from_before(
    client: FlaskClient, factor: Factor
) -> None:
    sign_in(client, ANALYST)
    where = f"{PAGE}/recovery-codes"
    assert post(client, where, password="yanlış", code=factor.code()).status_code == 422
    renewed = post(client, where, password=ANALYST.password, code=factor.code())
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", renewed.text)
    assert len(codes) == 10
    assert not set(codes) & set(factor.recovery)
    assert prove(client, factor.recovery[0]).status_code == 422
    assert prove(client, codes[0]).status_code == 303


def test_switching_off_needs_password_and_code(client: FlaskClient, factor: Factor) -> None:
    sign_in(client, ANALYST)
    off = f"{PAGE}/off"
    assert post(client, off, password="yanlış", code=factor.code()).status_code == 422
    assert post(client, off, password=ANALYST.password, code="000").status_code == 422
    assert opens(client).status_code == 303
    assert post(client, off, password=ANALYST.password, code=factor.code()).status_code == 303
    assert opens(client).status_code == 200


@pytest.mark.parametrize("is_password_right", [True, False])
def test_what_is_not_confirmed_asks_nothing(
    client: FlaskClient,
    clock: Clock,
    is_password_right: bool,  # noqa: FBT001
) -> None:
    sign_in(client, ANALYST)
    factor = begin(client, clock)
    drawn = client.get(f"{PAGE}/qr.svg")
    assert drawn.content_type.startswith("image/svg+xml")
    assert b"<path" in drawn.data
    assert b"style=" not in drawn.data
    typed = (ANALYST.password, "12") if is_password_right else ("yanlış", factor.code())
    refused = post(client, f"{PAGE}/confirm", password=typed[0], code=typed[1])
    assert refused.status_code == 422
    assert opens(client).status_code == 200


def test_the_secret_is_shown_to_nobody_once_in_use(
    app: Flask, client: FlaskClient, factor: Factor
) -> None:
    sign_in(client, ANALYST)
    assert client.get(f"{PAGE}/qr.svg").status_code == 404
    with app.extensions["izdes.database"].read() as connection:
        kept = str(connection.execute(select(SECOND_FACTORS)).all())
        told = str(connection.execute(select(AUDIT_ENTRIES)).all())
    for spelling in (base64.b32encode(factor.secret), base64.b64encode(factor.secret)):
        assert spelling.decode() not in kept + told
    assert "second_factor.confirm" in told
    assert not any(recovery in told for recovery in factor.recovery)


@pytest.mark.parametrize("person", [GOVERNOR, ANALYST, ADMIN], ids=lambda person: person.role)
def test_a_weak_session_reaches_what_is_ones_own_and_nothing_else(
    app: Flask, client: FlaskClient, clock: Clock, person: Person
) -> None:
    owner = app.test_client()
    sign_in(owner, person)
    set_up(owner, clock, person)
    asking = [call for call in calls(app) if call[2] not in (("public",), ("signed_in",))]
    assert len(asking) > 10
    headers = bearer(client, person)
    for method, where, asked in asking:
        far = breadth(person.role, asked)
        expected = {None: {"not_allowed"}, "own": set()}.get(far, {"second_factor_needed"})
        given = code(client, method, where, headers)
        assert {given} & {"not_allowed", "second_factor_needed"} == expected, (method, where)


def test_a_program_signs_in_with_a_code(client: FlaskClient, factor: Factor) -> None:
    about = {"username": ANALYST.username, "password": ANALYST.password, "bearer": True}

    def asked(**more: str) -> TestResponse:
        return client.post("/api/v1/session", json=about | more, headers=SAME_ORIGIN)

    strong = asked(code=factor.code())
    assert strong.status_code == 200
    headers = {"Authorization": f"Bearer {strong.json['token']}"}
    assert client.get("/records/", headers=headers).status_code == 200
    again = asked(code=factor.code())
    assert (again.status_code, again.json["code"]) == (422, "wrong_code")
    weak = {"Authorization": f"Bearer {asked().json['token']}"}
    assert client.get("/records/", headers=weak).json["code"] == "second_factor_needed"


def test_a_changed_password_keeps_the_session_as_strong_as_it_was(
    client: FlaskClient, factor: Factor
) -> None:
    sign_in(client, ANALYST)
    new = "dört mevsim bir kayık"
    change = {"present": ANALYST.password, "new": new, "again": new}
    assert post(client, "/account/password", **change).status_code == 303
    assert opens(client).status_code == 303
    assert prove(client, factor.code()).status_code == 303
    back = {"present": new, "new": ANALYST.password, "again": ANALYST.password}
    assert post(client, "/account/password", **back).status_code == 303
    assert opens(client).status_code == 200


def test_required_leads_to_setting_it_up_and_back(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    app.extensions["izdes.config"] = replace(
        app.extensions["izdes.config"], second_factor="required"
    )
    sign_in(client, ANALYST)
    led = opens(client)
    assert led.location == "/account/code?next=%2Frecords%2F"
    led = client.get(led.location, headers=BROWSER)
    assert led.location == "/account/second-factor?next=%2Frecords%2F"
    assert (
        "büro sayfaları ikinci doğrulamayla açılır"
        in client.get(led.location, headers=BROWSER).text
    )
    set_up(client, clock, ANALYST)
    assert opens(client).status_code == 200
    governor = bearer(app.test_client(), GOVERNOR)
    sent = client.post("/api/v1/submissions", data=b"{}", headers=governor)
    assert sent.status_code != 403


@pytest.mark.usefixtures("factor")
def test_an_administrator_resets_what_was_lost(app: Flask, client: FlaskClient) -> None:
    owner = app.test_client()
    token = bearer(owner, ANALYST)
    sign_in(client, ADMIN)
    page = client.get(f"/people/{ANALYST.username}", headers=BROWSER).text
    assert "İkinci doğrulamayı sıfırla" in page
    where = f"/people/{ANALYST.username}/second-factor/reset"
    assert post(client, where).status_code == 303
    app.extensions["izdes.sessions"].users.clear()
    assert owner.get("/api/v1/session", headers=token).status_code == 401
    sign_in(owner, ANALYST)
    assert opens(owner).status_code == 200
    with app.extensions["izdes.database"].read() as connection:
        actor = connection.scalar(
            select(AUDIT_ENTRIES.c.actor_id).where(AUDIT_ENTRIES.c.action == "second_factor.reset")
        )
        admin = connection.scalar(select(USERS.c.id).where(USERS.c.username == ADMIN.username))
    assert actor == admin


def test_nobody_resets_their_own(client: FlaskClient, clock: Clock) -> None:
    sign_in(client, ADMIN)
    set_up(client, clock, ADMIN)
    answer = post(client, f"/people/{ADMIN.username}/second-factor/reset")
    assert answer.status_code == 403


def test_the_shell_resets_what_was_lost(
    app: Flask, client: FlaskClient, factor: Factor, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = app.extensions["izdes.config"]
    monkeypatch.setenv("IZDES_DATA_DIR", str(config.data_dir))
    monkeypatch.setenv("IZDES_DATABASE_URL", config.database_url)
    run = CliRunner().invoke(user, ["reset-second-factor", ANALYST.username])
    assert run.exit_code == 0, run.output
    sign_in(client, ANALYST)
    assert opens(client).status_code == 200
    assert prove(client, factor.code()).status_code == 409


def test_a_lost_key_leaves_recovery_codes(app: Flask, client: FlaskClient, factor: Factor) -> None:
    (app.extensions["izdes.config"].data_dir / "keys" / "second-factors.key").unlink()
    sign_in(client, ANALYST)
    unreadable = prove(client, factor.code())
    assert unreadable.status_code == 409
    assert "kurtarma kodunuzu" in unreadable.text.lower()
    assert prove(client, factor.recovery[0]).status_code == 303
