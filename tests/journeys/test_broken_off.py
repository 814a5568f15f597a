"""The respondent goes away in the middle: nothing of what was said is lost."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_broken_off_interview_is_delivered_and_what_is_missing_is_flagged(
    tablet: Tablet, centre: Centre
) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.start_interview()
    says = {"gorusme_dili": "tr", "katilim": "1", "on8": "1", "kullanilan": "yok"}
    respondent = Respondent(says, answers={"il": "76", "ilce": "1398"})
    respondent.fill_sections(tablet, until="Güvenlik ve uygulamalar")
    tablet.skip_to_review()
    expect(tablet.page.locator(".steps__on")).to_have_text("İlk eksiğe git")

    tablet.page.get_by_role("button", name="Görüşme yarıda kaldı, bu hâliyle bitir").click()
    tablet.page.get_by_role("button", name="Vazgeç, tamamlayacağım").click()
    assert centre.interviews() == []

    tablet.page.get_by_role("button", name="Görüşme yarıda kaldı, bu hâliyle bitir").click()
    tablet.page.get_by_role("button", name="Evet, eksik bitir").click()
    tablet.page.get_by_text("Merkeze ulaştı", exact=True).wait_for()
    (interview,) = centre.interviews()
    assert interview.answers["kullanilan"] == "yok"
    assert "sonuc_kodu" not in interview.answers
    ((flags,),) = centre.rows("SELECT flags FROM submissions")
    assert "sonuc_kodu" in flags
    assert "required" in flags
