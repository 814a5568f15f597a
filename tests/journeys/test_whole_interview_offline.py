"""The main job: a whole interview without network, through a killed browser, to the centre."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import VISIT, Centre
from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BEGINNING = {
    "yerlesim": "il_merkezi",
    "gorusme_yeri": "birim_cikis",
    "gorusme_dili": "tr",
    "yalniz": "1",
    "katilim": "1",
    "on8": "1",
    "sikayet": "yok",
    "sonuc_kodu": "tam",
}
SERVICES = {
    "one service": {"kullanilan": "nuf", "nuf_sorun": "0"},
    "three services": {
        "kullanilan": "emn trf goc",
        "emn_sorun": "1",
        "emn_sorun_tur": "bekleme davranis",
        "emn_bekleme": "45",
        "emn_hiz": "97",
        "goc_genel": "99",
        "genel_oneri": "Ağrı’dan geldim; İĞDIR’da işim çabuk görüldü 👍",
    },
}


@pytest.mark.parametrize("used", SERVICES)
def test_an_interview_made_offline_survives_a_kill_and_arrives_as_it_was_answered(
    tablet: Tablet, centre: Centre, used: str
) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.set_offline(offline=True)
    tablet.start_interview()
    respondent = Respondent(BEGINNING | SERVICES[used], answers={"il": "76", "ilce": "1398"})
    respondent.fill_sections(tablet, until="Güvenlik ve uygulamalar")
    tablet.tap("guven_gece", "4")
    tablet.wait_until_saved()

    tablet.kill()
    tablet.switch_on(offline=True)
    tablet.sign_in(GOVERNOR)
    draft = tablet.page.locator("li.draft")
    expect(draft).to_contain_text("Merkez, Iğdır")
    draft.get_by_text("Devam et").click()
    tablet.page.locator(".question").first.wait_for()
    expect(tablet.title).to_have_text("Güvenlik ve uygulamalar")
    expect(tablet.chosen("guven_gece")).to_have_value("4")

    respondent.fill_sections(tablet)
    tablet.go_on()
    tablet.page.locator(".code").wait_for()
    code = tablet.words(tablet.page.locator(".code__figures"))
    assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}", code)
    tablet.button("Giden kutusunu aç").click()
    card = tablet.page.locator("li.card")
    expect(card).to_contain_text("Gönderilmeyi bekliyor")
    assert centre.interviews() == []

    tablet.set_offline(offline=False)
    card.get_by_text("Merkeze ulaştı").wait_for()
    expect(card).to_contain_text(re.compile(r"Alındı: .+ · sıra no 1"))
    (interview,) = centre.interviews()
    expected = {name: value for name, value in respondent.answers.items() if value}
    stored = {name: value for name, value in interview.answers.items() if value}
    assert expected.items() <= stored.items()
    assert stored.keys() - expected.keys() == {
        *("baslangic", "bitis", "cihaz_no", "form_kodu", "ziyaret_no", "ekip_no", "gorevli_no"),
        *("kura_1", "kura_2", "kullanilan_sayi", "kura_yer_1", "degerlendirilen"),
        *("secilme_olasiligi", "aydinlatma_surumu"),
        *(["kura_yer_2"] if used == "three services" else []),
    }
    assert_two_at_most_were_drawn(stored)
    assert (stored["ziyaret_no"], stored["gorevli_no"]) == (VISIT, GOVERNOR.username)
    assert interview.visit == VISIT
    (row,) = centre.rows("SELECT instance_id, flags FROM submissions")
    assert row[0].replace("-", "").upper().endswith(code.replace("-", ""))
    assert row[1] is None


def assert_two_at_most_were_drawn(stored: dict[str, str]) -> None:
    used, rated = stored["kullanilan"].split(), stored["degerlendirilen"].split()
    assert set(rated) <= set(used)
    assert len(rated) == min(2, len(used))
    assert float(stored["secilme_olasiligi"]) == pytest.approx(len(rated) / len(used))
    asked = {name.partition("_")[0] for name in stored if name.endswith("_genel")}
    assert asked - {"genel"} == set(rated)
