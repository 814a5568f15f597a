"""A tablet that was last used with a past version opens today's app: nothing of it is lost."""

import json
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.conftest import Centre
from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.past.conftest import ANONYMOUS, OFFICER, SECOND, unpack
from tests.past.past_tablet import LONG
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MINUTES = 3 * 60_000
"""Everything here waits for a condition; this only bounds a machine that stands still."""
RESTORE = """async (kept) => {
  const done = (request) => new Promise((good, bad) => {
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error);
  });
  const meant = (value) => {
    if (Array.isArray(value)) return value.map(meant);
    if (value === null || typeof value !== "object") return value;
    if ("$bytes" in value) return Uint8Array.from(atob(value.$bytes), (each) => each.charCodeAt(0));
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, meant(each)]));
  };
  await done(indexedDB.deleteDatabase(kept.name));
  const opening = indexedDB.open(kept.name, kept.version);
  opening.onupgradeneeded = () => {
    for (const { name, keyPath, indexes } of kept.stores) {
      const store = opening.result.createObjectStore(name, keyPath === null ? {} : { keyPath });
      for (const index of indexes) store.createIndex(index.name, index.keyPath, index);
    }
  };
  const database = await done(opening);
  const transaction = database.transaction(kept.stores.map(({ name }) => name), "readwrite");
  const written = new Promise((good, bad) => {
    transaction.oncomplete = good;
    transaction.onabort = () => bad(transaction.error);
  });
  for (const { name, rows } of kept.stores) {
    for (const { key, value } of rows) transaction.objectStore(name).put(meant(value), key);
  }
  await written;
  database.close();
  for (const [name, value] of Object.entries(kept.settings)) localStorage.setItem(name, value);
}"""
RECORDS = """async (name) => {
  const done = (request) => new Promise((good, bad) => {
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error);
  });
  const database = await done(indexedDB.open(name));
  const records = await done(database.transaction("outbox").objectStore("outbox").getAll());
  database.close();
  return records.map(({ sealed, ...open }) => open);
}"""

ANONYMOUS_WAITING = """async () => {
  const done = (request) => new Promise((good, bad) => {
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error);
  });
  const database = await done(indexedDB.open("izdes"));
  const waiting = await done(database.transaction("anonymous").objectStore("anonymous").count());
  database.close();
  return waiting;
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack("sqlite.tar.xz", tmp_path_factory.mktemp("past-tablet"))


@pytest.fixture(scope="module")
def kept(folder: Path) -> dict[str, Any]:
    """The tablet's store, as the past version left it."""
    store: dict[str, Any] = json.loads((folder / "tablet.json").read_text("utf-8"))
    return store


@pytest.fixture
def centre(folder: Path) -> Iterator[Centre]:
    """The kept instance, served by the programs of today."""
    centre = Centre(folder / "data")
    try:
        centre.start()
        yield centre
    finally:
        centre.stop()


@pytest.fixture
def tablet(
    driver: Playwright, centre: Centre, kept: dict[str, Any], tmp_path: Path
) -> Iterator[Tablet]:
    """The past tablet: today's app is loaded, and in the browser lies the store of then."""
    tablet = Tablet(driver, centre.origin, tmp_path)
    tablet.switch_on()
    tablet.page.set_default_timeout(MINUTES)
    tablet.wait_until_ready()
    tablet.page.goto(f"{centre.origin}/healthz")
    tablet.page.evaluate(RESTORE, kept)
    tablet.set_offline(offline=True)
    tablet.page.goto(f"{centre.origin}/field/")
    yield tablet
    tablet.switch_off()
    assert tablet.troubles == []


def records(kept: dict[str, Any], shelf: str) -> list[dict[str, Any]]:
    """What lay on a shelf of the outbox, without what anonymous forms promise to forget."""
    rows = next(store["rows"] for store in kept["stores"] if store["name"] == "outbox")
    values = [row["value"] for row in rows]
    return [value for value in values if value["shelf"] == shelf and value["form_id"] != ANONYMOUS]


def key_of(record: dict[str, Any]) -> tuple[str, int, str]:
    return record["instance_id"], record["revision"], record["digest"]


def at_the_centre(centre: Centre) -> set[tuple[str, int, str]]:
    rows = centre.rows("SELECT instance_id, revision, digest FROM submissions")
    return {(_spelled(row[0]), row[1], f"sha256:{row[2].hex()}") for row in rows}


def anonymous_at(centre: Centre) -> int:
    """Count the anonymous interviews the centre holds."""
    return int(centre.rows("SELECT count(*) FROM anonymous_records")[0][0])


def _spelled(name: str) -> str:
    return re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", name.replace("-", ""))


def test_drafts_go_on_what_waits_is_sent_and_what_arrived_stays_proved(
    tablet: Tablet,
    centre: Centre,
    kept: dict[str, Any],
    proves: Callable[..., list[bool]],
) -> None:
    waiting, delivered = records(kept, "waiting"), records(kept, "delivered")
    anonymous = anonymous_at(centre)
    assert len(waiting) >= 3
    assert len(delivered) >= 4
    facts = next(store["rows"] for store in kept["stores"] if store["name"] == "facts")
    key = next(fact["value"]["trusted"] for fact in facts if fact["key"] == "receipt_key")
    assert all(proves(key, [{"receipt": each["receipt"], "envelope": each} for each in delivered]))

    # Without network: each officer opens the own vault and finds what was there.
    tablet.sign_in(SECOND)
    expect(tablet.page.locator("li.draft :is(h2, h3)")).to_have_text("Cizre, Şırnak")
    tablet.button("Kilitle").click()
    tablet.page.get_by_text("Başka bir kullanıcıyla oturum aç").click()
    tablet.sign_in(OFFICER)
    expect(tablet.page.locator("li.draft")).to_have_count(2)
    on_tablet = tablet.page.evaluate(RECORDS, kept["name"])
    assert {key_of(each) for each in waiting + delivered} <= {key_of(each) for each in on_tablet}

    # The interview goes on where it was left, and is finished.
    interview = tablet.page.locator("li.draft").filter(has_text="Çankaya")
    interview.get_by_text("Devam et").click()
    expect(tablet.question("guven_gece").locator("input:checked")).to_have_value("4")
    Respondent(dict(LONG), answers={"guven_gece": "4"}).fill_sections(tablet)
    tablet.go_on()
    tablet.page.locator(".code").wait_for()

    # With network again, everything that waited arrives, the files included.
    tablet.set_offline(offline=False)
    tablet.page.goto(f"{centre.origin}/field/")
    tablet.sign_in(OFFICER)
    before = {key_of(each) for each in on_tablet}
    (finished,) = [
        record
        for record in tablet.page.evaluate(RECORDS, kept["name"])
        if key_of(record) not in before
    ]
    sent = [*waiting, finished]
    wanted = {f"{each['instance_id']}/{each['revision']}" for each in sent}
    wait_until(lambda: wanted <= receipted(tablet, kept), "everything has its receipt")
    assert {key_of(each) for each in sent} <= proven(tablet, kept, proves)
    assert {key_of(each) for each in sent} <= at_the_centre(centre)
    # Of the anonymous interview only this: it has arrived, or waits for the time drawn for it.
    assert anonymous_at(centre) - anonymous + tablet.page.evaluate(ANONYMOUS_WAITING) == 1
    on_tablet = tablet.page.evaluate(RECORDS, kept["name"])
    assert all(each["form_id"] != ANONYMOUS for each in on_tablet)
    answers = centre_answers(centre, finished["instance_id"])
    assert (answers["il"], answers["ilce"], answers["guven_gece"]) == ("06", "1231", "4")
    assert answers["nuf_sorun"] == "0"


def receipted(tablet: Tablet, kept: dict[str, Any]) -> set[str]:
    """The records on the tablet that have a receipt."""
    held = tablet.page.evaluate(RECORDS, kept["name"])
    return {f"{each['instance_id']}/{each['revision']}" for each in held if each["receipt"]}


def proven(
    tablet: Tablet, kept: dict[str, Any], proves: Callable[..., list[bool]]
) -> set[tuple[str, int, str]]:
    """What the tablet holds a receipt of that counts."""
    facts = next(store["rows"] for store in kept["stores"] if store["name"] == "facts")
    key = next(fact["value"]["trusted"] for fact in facts if fact["key"] == "receipt_key")
    held = [record for record in tablet.page.evaluate(RECORDS, kept["name"]) if record["receipt"]]
    said = proves(key, [{"receipt": each["receipt"], "envelope": each} for each in held])
    return {key_of(each) for each, good in zip(held, said, strict=True) if good}


def centre_answers(centre: Centre, instance_id: str) -> dict[str, Any]:
    rows = centre.rows("SELECT instance_id, body FROM submissions")
    (body,) = [body for name, body in rows if _spelled(name) == instance_id]
    answers: dict[str, Any] = json.loads(zlib.decompress(body))["answers"]
    return answers
