"""Somebody does not want to take part."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_refusal_is_short_and_is_delivered_as_a_refusal(tablet: Tablet, centre: Centre) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.start_interview()
    respondent = Respondent(
        {"gorusme_dili": "tr", "katilim": "0", "sonuc_kodu": "ret"},
        answers={"il": "76", "ilce": "1398"},
    )
    respondent.fill_section(tablet)
    tablet.go_on()
    respondent.fill_section(tablet)
    tablet.page.get_by_text("Görevli için: başka soru sormayınız").wait_for()
    tablet.go_on()
    expect(tablet.title).to_have_text("Görüşmenin sonu (görevli doldurur)")
    respondent.fill_sections(tablet)
    tablet.go_on()
    tablet.page.get_by_text("Merkeze ulaştı", exact=True).wait_for()
    (interview,) = centre.interviews()
    assert (interview.answers["katilim"], interview.answers["sonuc_kodu"]) == ("0", "ret")
    assert "on8" not in interview.answers
    assert "kullanilan" not in interview.answers


def test_answers_given_before_the_refusal_do_not_travel(tablet: Tablet, centre: Centre) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.start_interview()
    says = {"gorusme_dili": "tr", "katilim": "1", "on8": "1", "kullanilan": "yok"}
    respondent = Respondent(says | {"sonuc_kodu": "ret"}, answers={"il": "76", "ilce": "1398"})
    respondent.fill_sections(tablet, until="Güvenlik ve uygulamalar")
    tablet.button(re.compile("^Geri$")).click()
    tablet.question("kullanilan").wait_for()
    tablet.button(re.compile("^Geri$")).click()
    tablet.tap("katilim", "0")
    tablet.go_on()
    respondent.fill_sections(tablet)
    tablet.go_on()
    tablet.page.get_by_text("Merkeze ulaştı", exact=True).wait_for()
    (interview,) = centre.interviews()
    assert interview.answers["katilim"] == "0"
    assert "kullanilan" not in interview.answers
    assert centre.rows("SELECT flags FROM submissions") == [(None,)]
