"""The respondent goes away in the middle: nothing of what was said is lost."""

import pytest

from tests.journeys.conftest import Centre
from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def skip_to_review(tablet: Tablet) -> None:
    """Go on from section to section without answering."""
    while not tablet.page.locator(".sections").count():
        before = tablet.page.url
        tablet.page.locator(".steps__on").click()
        tablet.page.get_by_role("button", name="Sonra tamamlarım, devam et").click()
        tablet.page.wait_for_function("before => location.href !== before", arg=before)


def test_a_broken_off_interview_is_delivered_and_what_is_missing_is_flagged(
    tablet: Tablet, centre: Centre
) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.start_interview()
    says = {"gorusme_dili": "tr", "katilim": "1", "on8": "1", "kullanilan": "yok"}
    respondent = Respondent(says, answers={"il": "76", "ilce": "1398"})
    respondent.fill_sections(tablet, until="Güvenlik ve uygulamalar")
    skip_to_review(tablet)
    finish = tablet.page.locator(".steps__on")
    assert finish.is_disabled()

    tablet.page.get_by_role("button", name="Görüşme yarıda kaldı, bu hâliyle bitir").click()
    tablet.page.get_by_role("button", name="Vazgeç, tamamlayacağım").click()
    assert centre.interviews() == []

    tablet.page.get_by_role("button", name="Görüşme yarıda kaldı, bu hâliyle bitir").click()
    tablet.page.get_by_role("button", name="Evet, eksik bitir").click()
    tablet.page.get_by_text("Merkeze ulaştı").wait_for()
    (interview,) = centre.interviews()
    assert interview.answers["kullanilan"] == "yok"
    assert "sonuc_kodu" not in interview.answers
    ((flags,),) = centre.rows("SELECT flags FROM submissions")
    assert "sonuc_kodu" in flags
    assert "required" in flags
