"""Every questionnaire, filled by taps in its visit without network, arrives without a flag."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import Connection

from schemas.fieldwork import Topic
from server.accounts.operations import known_user
from server.database import Database
from server.forms.publishing import publish_shipped_forms
from server.rounds.operations import NewVisit, add_visits
from tests.journeys.conftest import Centre
from tests.journeys.interviewing import Respondent
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


class Visitor(Respondent):
    """Somebody who writes something wherever something has to be written."""

    def _answer(self, tablet: Tablet, name: str) -> str:
        question = name.rpartition(".")[2]
        if question in SAYS:
            self.says[name] = SAYS[question]
        return super()._answer(tablet, name)

    def _type(self, tablet: Tablet, name: str) -> str:
        box = tablet.question(name).get_by_role("textbox")
        if not box.get_attribute("inputmode"):
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


@pytest.mark.parametrize("title", FORMS)
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
    expect(tablet.page.get_by_text("Merkeze ulaştı")).to_be_visible()
    (interview,) = centre.interviews()
    assert interview.form_id == FORMS[title]
    ((flags, visit),) = centre.rows("SELECT flags, visit_id FROM submissions")
    assert flags is None
    anonymous = interview.form_id.startswith("B2")
    assert (interview.visit, visit is None) == (None if anonymous else IN_THE_VISIT, anonymous)
    if interview.form_id.startswith("C"):
        asked = [row["t_baslik"] for row in interview.answers["r_tekrar"]]
        assert asked == [each.title for each in TOPICS]
