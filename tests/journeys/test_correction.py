"""A delivered record is opened again, and corrected while there is time."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAYS = {"gorusme_dili": "tr", "katilim": "0", "sonuc_kodu": "ret", "yerlesim": "koy"}


def deliver(tablet: Tablet) -> None:
    """Hold a short interview and wait until the centre has it."""
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.start_interview()
    respondent = Respondent(SAYS, answers={"il": "76", "ilce": "1398"})
    respondent.fill_sections(tablet)
    tablet.go_on()
    tablet.page.get_by_text("Merkeze ulaştı", exact=True).wait_for()


def open_record(tablet: Tablet) -> None:
    tablet.button("Giden kutusunu aç").click()
    tablet.button("Kaydı aç").first.click()
    tablet.page.get_by_role("heading", name="Gönderilmiş kayıt").wait_for()


def begin_correction(tablet: Tablet, reason: str) -> None:
    tablet.page.get_by_label("Neden düzeltiyorsunuz?").fill(reason)
    tablet.button("Düzeltmeye başla").click()
    tablet.page.locator(".sections").wait_for()


def test_a_delivered_record_is_read_in_words(tablet: Tablet) -> None:
    deliver(tablet)
    open_record(tablet)
    answers = tablet.page.locator(".answers")
    expect(answers.first).to_contain_text("Iğdır")
    expect(answers.first).to_contain_text("Köy")
    expect(tablet.page.get_by_text(re.compile("gününe kadar düzeltilebilir"))).to_be_visible()


def test_a_correction_travels_as_the_next_revision_with_its_reason(
    tablet: Tablet, centre: Centre
) -> None:
    deliver(tablet)
    open_record(tablet)
    tablet.button("Düzeltmeye başla").click()
    expect(tablet.page.get_by_role("alert")).to_contain_text("nedenini")
    begin_correction(tablet, "Yerleşim yanlış işaretlenmiş")
    tablet.page.locator(".sections .link").first.click()
    tablet.tap("yerlesim", "ilce_merkezi")
    tablet.wait_until_saved()
    while not tablet.is_at_review():
        tablet.go_on()
    tablet.go_on()
    tablet.page.get_by_text("Merkeze ulaştı", exact=True).wait_for()
    first, second = centre.interviews()
    assert (first.answers["yerlesim"], first.edit_reason) == ("koy", "")
    assert second.answers["yerlesim"] == "ilce_merkezi"
    assert second.edit_reason == "Yerleşim yanlış işaretlenmiş"
    assert (second.started_at, second.finished_at) == (first.started_at, first.finished_at)
    rows = "SELECT revision, is_current, flags FROM submissions ORDER BY revision"
    assert centre.rows(rows) == [(1, 0, None), (2, 1, None)]


def test_a_correction_survives_a_killed_browser_and_can_be_given_up(
    tablet: Tablet, centre: Centre
) -> None:
    deliver(tablet)
    open_record(tablet)
    begin_correction(tablet, "Yaş yanlış")
    tablet.kill()
    tablet.switch_on()
    tablet.sign_in(GOVERNOR)
    expect(tablet.page.locator("li.draft :is(h2, h3)")).to_contain_text("2. sürüm")
    tablet.button(re.compile(" sil$")).click()
    tablet.button("Evet, sil").click()
    open_record(tablet)
    expect(tablet.button("Düzeltmeye başla")).to_be_visible()
    assert len(centre.interviews()) == 1


@pytest.mark.usefixtures("centre_that_locks_at_once")
def test_after_its_time_a_record_can_only_be_read(tablet: Tablet) -> None:
    deliver(tablet)
    open_record(tablet)
    expect(tablet.page.get_by_text("düzeltme süresi doldu")).to_be_visible()
    expect(tablet.button("Düzeltmeye başla")).to_have_count(0)


@pytest.fixture
def centre_that_locks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IZDES_CORRECTION_DAYS", "0")


def test_how_the_interview_was_held_arrives_with_it(tablet: Tablet, centre: Centre) -> None:
    deliver(tablet)
    (interview,) = centre.interviews()
    seen, answered, changed, edits, shown = interview.paradata["questions"]["yerlesim"]
    assert 0 <= seen <= answered <= changed
    assert edits == 0
    assert shown >= 0
    assert interview.paradata["circumstances"][0]["language"] == "tr"
    assert "baslangic" not in interview.paradata["questions"]
