"""Every questionnaire, filled by taps in its visit without network, arrives without a flag."""

import json
import shutil
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import Connection

from schemas.rules.known_questions import Topic
from server.accounts.operations import known_user
from server.forms.publishing import publish_shipped_forms
from server.rounds.operations import NewVisit, add_visits
from server.store.database import Database
from tests.journeys.conftest import Centre
from tests.journeys.interviewing import INPUT_MODE, Respondent
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR
from tests.records import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNIT = {"unit_type": "emniyet", "unit_name": "Iğdır Merkez Polis Merkezi"}
FORMS = {
    "Vatandaş görüşmesi": "A_vatandas_gorusme",
    "Birim ziyareti": "B1_birim_ziyaret",
    "Personel görüşmesi (anonim)": "B2_personel_gorusme",
    "Tekrar ziyaret": "C_tekrar_ziyaret",
    "Toplantı tutanağı": "D_toplanti_tutanagi",
}
SAYS = {
    "katilim": "1",
    "on8": "1",
    "kullanilan": "nuf",
    "nuf_tekrar": "2",
    "sikayet": "yok",
    "sonuc_kodu": "tam",
    "hizmet_nufus": "5000",
    "arac_var": "1",
    "konu_var": "1",
    "iyi_var": "0",
    "yeni_var": "1",
    "a_tur": "Binek",
    "s_kat": "Bina",
    "y_kat": "Bina",
    "oncelikli": "personel arac",
    "t_durum": "suruyor",
    "tur": "trafik",
    "gundem": "trafik okul",
    "k_kadin": "3",
    "talep_var": "1",
    "x_konu": "Asayiş",
    "x_ilce": "Merkez",
}
"""What is chosen, or typed into a search, whatever row it stands in."""
TOPICS = (
    Topic(
        number="Z-1",
        title="Bekleme alanı dar",
        proposal="Yan oda açılsın",
        reported_on="2026-03-02",
    ),
    Topic(number="Z-2", title="Araçlar eski", reported_on="2026-03-02"),
)
IN_THE_VISIT = "Z-76-5F"
STAFF = {"Personel görüşmesi (anonim)"}
"""Arrives by another way, and leaves nothing to look at afterwards."""


class Visitor(Respondent):
    """Somebody who writes something wherever something has to be written."""

    def _answer(self, tablet: Tablet, name: str) -> str:
        question = name.rpartition(".")[2]
        if question in SAYS:
            self.says[name] = SAYS[question]
        return super()._answer(tablet, name)

    def _type(self, tablet: Tablet, name: str) -> str:
        box = tablet.question(name).get_by_role("textbox")
        if not box.evaluate(INPUT_MODE):
            self.says[name] = "Kısa bir not"
        return super()._type(tablet, name)


@pytest.fixture(scope="module")
def prepared(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual database, the five questionnaires, and a visit in which all can be begun."""
    file = tmp_path_factory.mktemp("five-forms") / "izdes.sqlite3"
    shutil.copy(prepared, file)
    database = Database(f"sqlite:///{file}")
    publish_shipped_forms(database)
    database.write(plan)
    database.close()
    return file


def plan(connection: Connection) -> None:
    visit = NewVisit(
        code=IN_THE_VISIT,
        province="76",
        district="1398",
        stratum="76",
        team="E-1",
        title_tr="Beş form",
        title_en="Five forms",
        planned_on=TODAY,
        target=1,
        officers=(known_user(connection, GOVERNOR.username).user.id,),
        forms=tuple(FORMS.values()),
        earlier_topics=TOPICS,
        **UNIT,
    )
    add_visits(connection, "2026-2", [visit], actor=None)


def begin(tablet: Tablet, title: str) -> None:
    """Choose the visit, and the form in it."""
    tablet.page.get_by_text("Beş form").click()
    tablet.page.locator(".start").get_by_role("button", name=title).click()
    tablet.page.locator(".question").first.wait_for()


@pytest.mark.parametrize("title", [form for form in FORMS if form not in STAFF])
def test_a_form_of_the_visit_is_filled_without_network_and_arrives(
    tablet: Tablet, centre: Centre, title: str
) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Beş form").wait_for()
    tablet.set_offline(offline=True)
    begin(tablet, title)
    known = {"il": "76", "ilce": "1398", "birim_tur": "emniyet"}
    visitor = Visitor({}, answers=known)
    visitor.fill_sections(tablet)
    tablet.go_on()
    tablet.page.locator(".code").wait_for()
    tablet.set_offline(offline=False)
    tablet.button("Giden kutusunu aç").click()
    expect(tablet.page.get_by_text("Merkeze ulaştı", exact=True)).to_be_visible()
    (interview,) = centre.interviews()
    assert interview.form_id == FORMS[title]
    ((flags, visit),) = centre.rows("SELECT flags, visit_id FROM submissions")
    assert flags is None
    assert (interview.visit, visit is None) == (IN_THE_VISIT, False)
    if interview.form_id.startswith("C"):
        asked = [row["t_baslik"] for row in interview.answers["r_tekrar"]]
        assert asked == [topic.title for topic in TOPICS]


EVERYTHING = """async () => {
  const opened = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const spelled = (key, value) =>
    value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value;
  const found = { local: { ...localStorage }, session: { ...sessionStorage } };
  Object.assign(found, { caches: [], stores: {} });
  for (const { name } of await indexedDB.databases()) {
    const database = await opened(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const rows = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([opened(rows.getAllKeys()), opened(rows.getAll())]);
      found.stores[store] = keys.map((key, at) => JSON.stringify([key, values[at]], spelled));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.caches.push(request.url);
  }
  return found;
}"""
NOT_OF_ANYBODY = {"forms", "visits", "vaults"}
"""What the centre offers, and who has worked here: the same whoever was asked."""


def test_a_staff_interview_survives_a_killed_browser_and_leaves_nothing_behind(
    tablet: Tablet, centre: Centre
) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Beş form").wait_for()
    before = tablet.page.evaluate(EVERYTHING)
    tablet.set_offline(offline=True)
    begin(tablet, *STAFF)
    visitor = Visitor({}, answers={"il": "76", "ilce": "1398", "birim_tur": "emniyet"})
    visitor.fill_sections(tablet)
    tablet.go_on()
    code = tablet.words(tablet.page.locator(".code__figures"))
    finished = tablet.address_of("finished")
    tablet.kill()

    tablet.switch_on()
    tablet.sign_in(GOVERNOR)
    tablet.page.goto(f"{tablet.origin}/field/#/outbox")
    expect(tablet.page.get_by_text("bekleyen: 1.")).to_be_visible()
    expect(tablet.button("Kaydı aç")).to_have_count(0)
    assert centre.rows("SELECT count(*) FROM anonymous_records") == [(0,)]
    tablet.button("Beklemeden gönder").click()
    expect(tablet.page.get_by_text("bekleyen anonim kayıt yok")).to_be_visible()

    ((instance_id, body),) = centre.rows("SELECT instance_id, body FROM anonymous_records")
    said = json.loads(zlib.decompress(body))["answers"]
    assert (said["il"], said["katilim"]) == ("76", "1")
    assert instance_id.upper().endswith(code.replace("-", ""))
    after = tablet.page.evaluate(EVERYTHING)
    facts = {fact for fact in after["stores"]["facts"] if fact.startswith('["anonymous')}
    assert facts == {'["anonymous_delivered",1]'}
    for store in ("drafts", "outbox", "anonymous", "attachments"):
        assert after["stores"][store] == []
    kept = {name: rows for name, rows in after["stores"].items() if name not in NOT_OF_ANYBODY}
    left = json.dumps([after["local"], after["session"], after["caches"], kept])
    for trace in (instance_id, code, code.replace("-", ""), said["oneri"]):
        assert trace.lower() not in left.lower()
    assert set(after["caches"]) == set(before["caches"])
    assert after["local"].keys() <= before["local"].keys()

    # Nor can it be asked for again, by the way there that the browser remembers.
    tablet.page.goto(finished)
    expect(tablet.page.get_by_text(code)).to_have_count(0)
    tablet.page.goto(finished.replace("finished", "record"))
    expect(tablet.page.locator(".answers")).to_have_count(0)
