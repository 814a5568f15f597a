"""A name, a number, a plate in a free text: caught with a plain sentence, never refused."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAYS = {"gorusme_dili": "tr", "katilim": "0", "sonuc_kodu": "ret"}
LAST = "Görüşmenin sonu (görevli doldurur)"
TEXT = "Muhtar aradı: 0532 123 45 67, aracı 76 AB 123. Saat 14:30'da 45 dakika bekledi."


@pytest.fixture
def at_the_note(tablet: Tablet) -> Tablet:
    """A tablet at the last section, where the officer may write a note."""
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.start_interview()
    answered = {"il": "76", "ilce": "1398", "gorevli_notu": ""}
    respondent = Respondent(SAYS, answers=answered)
    respondent.fill_sections(tablet, until=LAST)
    respondent.fill_section(tablet)
    return tablet


def test_it_is_said_what_was_found_and_taken_out_by_one_tap(at_the_note: Tablet) -> None:
    note = at_the_note.question("gorevli_notu")
    note.get_by_role("textbox").fill(TEXT)
    said = note.get_by_role("status")
    expect(said).to_contain_text("telefon numarası, araç plakası")
    note.get_by_role("button", name="Kişisel bilgiyi çıkar").click()
    expect(note.get_by_role("textbox")).to_have_value(
        "Muhtar aradı: …, aracı …. Saat 14:30'da 45 dakika bekledi."
    )
    expect(said).to_be_empty()
    at_the_note.button(re.compile("^Geri al")).click()
    expect(note.get_by_role("textbox")).not_to_have_value(re.compile("…"))


def test_ordinary_numbers_and_times_are_not_talked_about(at_the_note: Tablet) -> None:
    note = at_the_note.question("gorevli_notu")
    note.get_by_role("textbox").fill("21.11.2026 saat 14:30, 45 dk, 5.321.234.567 TL, 155 arandı")
    at_the_note.wait_until_saved()
    expect(note.get_by_role("status")).to_be_empty()


def test_the_officer_may_leave_it_and_the_record_arrives_as_it_was_typed(
    at_the_note: Tablet, centre: Centre
) -> None:
    at_the_note.question("gorevli_notu").get_by_role("textbox").fill(TEXT)
    at_the_note.go_on()
    at_the_note.button("Görüşmeyi bitir").click()
    expect(at_the_note.page.locator(".message--good")).to_contain_text("Alındı")
    (interview,) = centre.interviews()
    assert interview.answers["gorevli_notu"] == TEXT
