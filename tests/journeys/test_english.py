"""The same tablet in English."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TURKISH_ONLY = "çğışÇĞİŞ"
NAMES = ("İZDES", "Nevzat Ergün", "Iğdır", "Türkçe", "Açık Kapı", "CİMER")


def turkish_left(tablet: Tablet) -> list[str]:
    """Lines of the screen with Turkish letters that are not names."""
    lines = tablet.words(tablet.body).splitlines()
    for name in NAMES:
        lines = [line.replace(name, "") for line in lines]
    return [line for line in lines if any(letter in line for letter in TURKISH_ONLY)]


def test_every_screen_of_an_interview_speaks_english(tablet: Tablet, centre: Centre) -> None:
    tablet.button("English").click()
    seen = [turkish_left(tablet)]
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Police Directorate").wait_for()
    seen.append(turkish_left(tablet))
    tablet.start_interview()
    says = {"gorusme_dili": "en", "katilim": "1", "on8": "1", "sonuc_kodu": "tam"}
    says |= {"kullanilan": "trf", "sikayet": "yok"}
    respondent = Respondent(says, answers={"il": "76", "ilce": "1398"})
    while not tablet.is_at_review():
        respondent.fill_section(tablet)
        seen.append(turkish_left(tablet))
        tablet.go_on()
    seen.append(turkish_left(tablet))
    tablet.go_on()
    tablet.page.get_by_text("Arrived at the centre").wait_for()
    seen.append(turkish_left(tablet))
    assert seen == [[] for _ in seen]
    (interview,) = centre.interviews()
    assert interview.language == "en"


def test_the_language_changes_in_the_middle_of_an_interview_and_stays_chosen(
    tablet: Tablet,
) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.start_interview()
    tablet.tap("yerlesim", "koy")
    tablet.page.locator(".steps__on").click()
    expect(tablet.question("gorusme_yeri")).to_contain_text("Bu soruyu cevaplayınız.")
    tablet.button("English").click()
    expect(tablet.title).to_have_text("Interview details")
    expect(tablet.question("gorusme_yeri")).to_contain_text("Please answer this question.")
    expect(tablet.chosen("yerlesim")).to_have_value("koy")
    tablet.page.reload()
    expect(tablet.title).to_have_text("Unlock")
    expect(tablet.page.locator("html")).to_have_attribute("lang", "en")
