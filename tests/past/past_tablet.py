"""A day with the tablet of a past version: what it leaves in the browser's store."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import expect, sync_playwright

from tests.journeys.every_type import SECTIONS, begin, fill_all, fill_files, fill_numbers
from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.journeys.test_correction import begin_correction, open_record
from tests.people import Person

CITIZENS = "Ankara / Çankaya"
MOST_MILLISECONDS = 120_000
SHORT = {"gorusme_dili": "tr", "katilim": "0", "sonuc_kodu": "ret", "yerlesim": "koy"}
LONG = {
    "yerlesim": "il_merkezi",
    "gorusme_yeri": "birim_cikis",
    "gorusme_dili": "tr",
    "yalniz": "1",
    "katilim": "1",
    "on8": "1",
    "sikayet": "yok",
    "sonuc_kodu": "tam",
    "kullanilan": "nuf",
    "nuf_sorun": "0",
    "genel_oneri": "İĞDIR’dan ağabey: çok iyi 👍",
}
KNOWN = {"il": "06", "ilce": "1231"}
WRITE_DOWN = """async () => {
  const open = indexedDB.open("izdes");
  const database = await new Promise((done, fail) => {
    open.onsuccess = () => done(open.result);
    open.onerror = () => fail(open.error);
  });
  const done = (request) => new Promise((good, bad) => {
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error);
  });
  const spelled = (value) => {
    if (value instanceof Uint8Array) return { $bytes: btoa(String.fromCharCode(...value)) };
    if (Array.isArray(value)) return value.map(spelled);
    if (value && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, spelled(each)]));
    }
    if (value !== null && !["string", "number", "boolean", "undefined"].includes(typeof value)) {
      throw new Error(`no way to write down ${Object.prototype.toString.call(value)}`);
    }
    return value;
  };
  const transaction = database.transaction([...database.objectStoreNames]);
  const stores = await Promise.all([...database.objectStoreNames].map(async (name) => {
    const store = transaction.objectStore(name);
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
    const indexes = [...store.indexNames].map((each) => {
      const { keyPath, unique, multiEntry } = store.index(each);
      return { name: each, keyPath, unique, multiEntry };
    });
    const named = (value, at) => (store.keyPath === null ? { key: keys[at], value } : { value });
    const rows = values.map(named);
    return { name, keyPath: store.keyPath, indexes, rows: spelled(rows) };
  }));
  const kept = { name: database.name, version: database.version, stores };
  database.close();
  return { ...kept, settings: { ...localStorage } };
}"""


def use_tablet(origin: str, file: Path, *, password: str, second: tuple[str, str, str]) -> None:
    """Work with the tablet for a day, and write its store down into ``file``."""
    first = Person("vali", "Ahmet Yılmaz", "officer", password)
    other = Person(second[0], second[1], "officer", second[2])
    profile = file.parent / "profile"
    profile.mkdir()
    with sync_playwright() as driver:
        tablet = Tablet(driver, origin, profile)
        tablet.switch_on()
        tablet.page.set_default_timeout(MOST_MILLISECONDS)
        expect.set_options(timeout=MOST_MILLISECONDS)
        tablet.wait_until_ready()
        tablet.sign_in(first)
        tablet.page.get_by_text(CITIZENS).first.wait_for()
        deliver(tablet)
        tablet.set_offline(offline=True)
        leave_unsent(tablet)
        leave_drafts(tablet)
        tablet.button("Kilitle").click()
        tablet.page.get_by_text("Başka bir kullanıcıyla oturum aç").click()
        work_of_second(tablet, other)
        tablet.page.goto("about:blank")
        tablet.set_offline(offline=False)
        tablet.page.goto(f"{origin}/healthz")
        kept: dict[str, Any] = tablet.page.evaluate(WRITE_DOWN)
        tablet.switch_off()
        assert tablet.troubles == []
    file.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    shutil.rmtree(profile)


def deliver(tablet: Tablet) -> None:
    """Send a short and a long interview, a correction, a staff interview, a form with files."""
    hold(tablet, SHORT)
    arrived(tablet)
    open_record(tablet)
    begin_correction(tablet, "Yerleşim yanlış işaretlenmiş")
    tablet.page.locator(".sections .link").first.click()
    tablet.tap("yerlesim", "ilce_merkezi")
    tablet.wait_until_saved()
    to_review(tablet)
    tablet.go_on()
    arrived(tablet)
    home(tablet)
    hold(tablet, LONG)
    arrived(tablet)
    home(tablet)
    hold_staff_interview(tablet)
    arrived(tablet)
    home(tablet)
    begin(tablet)
    fill_all(tablet, nothing)
    tablet.go_on()
    arrived(tablet)
    home(tablet)


def leave_unsent(tablet: Tablet) -> None:
    """Finish without network: an interview, a staff interview, a form with files, a correction."""
    hold(tablet, LONG | {"kullanilan": "emn", "emn_sorun": "1", "emn_sorun_tur": "bekleme"})
    home(tablet)
    hold_staff_interview(tablet)
    home(tablet)
    begin(tablet)
    fill_all(tablet, nothing)
    tablet.go_on()
    home(tablet)
    tablet.button(re.compile("ulaşan$")).click()
    tablet.button("Kaydı aç").last.click()
    tablet.page.get_by_role("heading", name="Gönderilmiş kayıt").wait_for()
    begin_correction(tablet, "Bir kez daha bakıldı")
    tablet.page.locator(".sections .link").first.click()
    tablet.tap("yerlesim", "belde")
    tablet.wait_until_saved()
    to_review(tablet)
    tablet.go_on()
    home(tablet)


def leave_drafts(tablet: Tablet) -> None:
    """Leave half-done: an interview in the middle, a form with files."""
    choose(tablet, CITIZENS)
    tablet.start_interview()
    respondent = Respondent(LONG, answers=dict(KNOWN))
    respondent.fill_sections(tablet, until="Güvenlik ve uygulamalar")
    tablet.tap("guven_gece", "4")
    pause(tablet)
    begin(tablet)
    fill_numbers(tablet, nothing)
    tablet.go_on()
    SECTIONS[1](tablet, nothing)
    tablet.go_on()
    fill_files(tablet, nothing)
    pause(tablet)


def work_of_second(tablet: Tablet, other: Person) -> None:
    """Let somebody work on the tablet who never signed in with network."""
    tablet.type_credentials(other)
    tablet.page.locator("form h1").wait_for()
    tablet.type_credentials(other)
    tablet.page.locator(".start__button").wait_for()
    tablet.start_interview()
    tablet.find("il", "sirnak")
    tablet.find("ilce", "cizre")
    tablet.tap("yerlesim", "koy")
    pause(tablet)


def hold(tablet: Tablet, says: dict[str, str]) -> None:
    """Hold an interview in the visit and finish it."""
    choose(tablet, CITIZENS)
    tablet.start_interview()
    Respondent(dict(says), answers=dict(KNOWN)).fill_sections(tablet)
    tablet.go_on()
    tablet.page.locator(".code").wait_for()


def hold_staff_interview(tablet: Tablet) -> None:
    """Hold a staff interview: nobody shall know who answered."""
    choose(tablet, "Emniyet")
    tablet.page.locator(".start").get_by_role(
        "button", name=re.compile("Personel görüşmesi")
    ).click()
    tablet.page.locator(".question").first.wait_for()
    known = dict.fromkeys(("il", "ilce", "birim_tur"), "")
    Respondent({"katilim": "1"}, answers=known).fill_sections(tablet)
    tablet.go_on()
    tablet.page.locator(".code").wait_for()


def choose(tablet: Tablet, words: str) -> None:
    """Choose a visit by its words."""
    tablet.page.get_by_role("radio", name=words).first.check(force=True)


def to_review(tablet: Tablet) -> None:
    while not tablet.is_at_review():
        tablet.go_on()


def arrived(tablet: Tablet) -> None:
    # The review speaks of it as well: the receipt is the one that says only this.
    tablet.page.get_by_text("Merkeze ulaştı", exact=True).wait_for()


def home(tablet: Tablet) -> None:
    tablet.button(re.compile("^Ana sayfa")).first.click()
    tablet.page.locator(".start__button").wait_for()


def pause(tablet: Tablet) -> None:
    tablet.wait_until_saved()
    tablet.button("Ara ver").click()
    tablet.page.locator(".start__button").wait_for()


def nothing(_screen: str) -> None:
    """Look at nothing."""
