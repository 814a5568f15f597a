"""The whole information notice is one tap away where it is asked about, without network too."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_notice_opens_offline_and_leads_back_into_the_interview(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.set_offline(offline=True)
    tablet.start_interview()
    respondent = Respondent({"gorusme_dili": "tr"}, answers={"il": "76", "ilce": "1398"})
    respondent.fill_sections(tablet, until="Aydınlatma ve katılım")
    tablet.button("Aydınlatma metninin tamamını aç").click()
    notice = tablet.page.locator("article")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text("en az 30 gün daha saklanır")
    expect(notice.locator("h3")).to_have_count(8)
    tablet.button("English").click()
    expect(notice).to_contain_text("at least 30 more days")
    tablet.button("Türkçe").click()
    tablet.button(re.compile("^Geri$")).click()
    expect(tablet.page.locator("h1")).to_have_text("Aydınlatma ve katılım")
    tablet.tap("aydinlatma", "1")
    tablet.tap("katilim", "1")
