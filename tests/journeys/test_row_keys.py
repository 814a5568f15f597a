"""A re-visit's verdict meets its topic though a correction took out the row before it."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import Connection

from schemas.forms.row_keys import ROW_KEY
from schemas.rules.known_questions import unit_key
from server import create_app
from server.accounts.operations import known_user
from server.catalogue.topics import histories
from server.config import Config
from server.forms.checking import compile_file
from server.forms.publishing import publish
from server.rounds.operations import NewVisit, add_visits
from server.store.database import Database
from tests.journeys.conftest import Centre
from tests.journeys.tablet import Tablet
from tests.journeys.test_correction import begin_correction, open_record
from tests.people import GOVERNOR, bearer
from tests.records import TODAY, batch, digest, envelope, spelled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORMS = Path(__file__).parent / "forms"
TOPICS = ("Araç sayısı yetersiz", "Nezarethane dar", "Telsizler eski")
UNIT = {"il": "76", "ilce": "1398", "birim_tur": "emniyet", "birim_adi": "Iğdır Emniyet"}
ARRIVED = "Merkeze ulaştı"


@pytest.fixture(scope="module")
def prepared(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual database, two short forms about topics, and a visit to a unit."""
    file = tmp_path_factory.mktemp("row-keys") / "izdes.sqlite3"
    shutil.copy(prepared, file)
    database = Database(f"sqlite:///{file}")
    database.write(plan)
    database.close()
    return file


def plan(connection: Connection) -> None:
    for name in ("konular_birim", "konular_tekrar"):
        definition, remarks = compile_file(FORMS / f"{name}.md")
        assert definition, remarks
        publish(connection, definition, actor=None)
    visit = NewVisit(
        code="Z-76-K",
        province=UNIT["il"],
        district=UNIT["ilce"],
        stratum="76",
        team="E-1",
        title_tr="Konuları olan birim",
        title_en="A unit with topics",
        planned_on=TODAY,
        target=2,
        officers=(known_user(connection, GOVERNOR.username).user.id,),
        forms=("B1_birim_ziyaret", "C_tekrar_ziyaret"),
        unit_type=UNIT["birim_tur"],
        unit_name=UNIT["birim_adi"],
    )
    add_visits(connection, "2026-2", [visit], actor=None)


def begin(tablet: Tablet, title: str) -> None:
    """Begin a form in the visit, and go on from its first section."""
    tablet.page.get_by_text("Konuları olan birim").click()
    tablet.page.locator(".start").get_by_role("button", name=title).click()
    tablet.question("tarih").wait_for()
    tablet.go_on()


def finish(tablet: Tablet) -> None:
    """Go on from the last section to the review, and from there to the end."""
    tablet.go_on()
    tablet.page.locator(".sections").wait_for()
    tablet.go_on()
    tablet.page.get_by_text(ARRIVED, exact=True).wait_for()


def report_by_taps(tablet: Tablet) -> None:
    """Report three topics and deliver them; then take out the first as a correction."""
    begin(tablet, "Birim ziyareti")
    rows = tablet.page.locator(".repeat__row")
    for number, title in enumerate(TOPICS):
        if number:
            tablet.page.locator(".repeat__add").click()
        expect(rows).to_have_count(number + 1)
        rows.nth(number).get_by_role("textbox").first.fill(title)
    finish(tablet)
    open_record(tablet)
    begin_correction(tablet, "İlk konu başka birimin")
    tablet.page.locator(".sections .link", has_text="Konular").click()
    # Nothing is missing, so none is open.
    rows.first.locator(".rowcard__line").click()
    rows.first.get_by_role("button", name=re.compile("^Sil")).click()
    expect(rows).to_have_count(2)
    tablet.wait_until_saved()
    finish(tablet)


def report_without_keys(centre: Centre) -> None:
    """The same two revisions, as a tablet of before there were keys sent them."""
    app = create_app(Config(data_dir=centre.data, database_url=f"sqlite:///{centre.database}"))
    client = app.test_client()
    first = sent_record(TOPICS)
    second = sent_record(TOPICS[1:], instance_id=first["instance_id"], revision=2)
    for record in (first, second):
        answer = client.post(
            "/api/v1/submissions", json=batch(record), headers=bearer(client, GOVERNOR)
        )
        assert answer.json["results"][0]["status"] == "accepted", answer.text
    app.extensions["izdes.database"].close()


def sent_record(titles: tuple[str, ...], **more: Any) -> dict[str, Any]:
    names = {"form_id": "B1_birim_ziyaret", "form_version": "kisa"}
    finished = datetime.now(UTC) - timedelta(minutes=1)
    body = {
        **names,
        "visit": "Z-76-K",
        "language": "tr",
        "started_at": spelled(finished - timedelta(minutes=9)),
        "finished_at": spelled(finished),
        "answers": {
            **UNIT,
            "tarih": TODAY.isoformat(),
            "r_konu": [{"s_baslik": title} for title in titles],
        },
    }
    text = json.dumps(body, ensure_ascii=False)
    return envelope(text, **names, digest=digest(text), **more)


def open_topics(centre: Centre) -> dict[str, str]:
    """What the next visit would be asked about: title → key."""
    key = unit_key(*UNIT.values())
    database = Database(f"sqlite:///{centre.database}")
    with database.read() as connection:
        found = histories(connection, {key})[key]
    database.close()
    return {topic.title: topic.key for topic in found.topics}


@pytest.mark.parametrize("is_keyed", [True, False], ids=["with keys", "without keys"])
def test_a_verdict_from_another_tablet_is_about_the_topic_it_names(
    tablets: Callable[..., Tablet], centre: Centre, *, is_keyed: bool
) -> None:
    if is_keyed:
        first = tablets()
        first.switch_on()
        first.wait_until_ready()
        first.sign_in(GOVERNOR)
        report_by_taps(first)
        first.switch_off()
        original, corrected = centre.interviews()
        keys = [row[ROW_KEY] for row in original.answers["r_konu"]]
        assert [row[ROW_KEY] for row in corrected.answers["r_konu"]] == keys[1:]
    else:
        report_without_keys(centre)
    before = open_topics(centre)
    assert list(before) == list(TOPICS[1:])

    second = tablets()
    second.switch_on()
    second.wait_until_ready()
    second.sign_in(GOVERNOR)
    begin(second, "Tekrar ziyaret")
    rows = second.page.locator(".repeat__row")
    expect(rows).to_have_count(2)
    for number, status in enumerate(("cozuldu", "suruyor")):
        if number:  # the first one is open: its answer is missing
            rows.nth(number).locator(".rowcard__line").click()
        expect(rows.nth(number)).to_contain_text(TOPICS[1 + number])
        rows.nth(number).locator(f'input[value="{status}"]').click()
        second.wait_for_frames()
    second.wait_until_saved()
    finish(second)

    said = centre.interviews()[-1].answers["r_tekrar"]
    assert {row["t_baslik"]: row[ROW_KEY] for row in said} == before
    assert open_topics(centre) == {TOPICS[2]: before[TOPICS[2]]}
