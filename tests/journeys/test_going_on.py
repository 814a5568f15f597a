"""After a break, after a slip of the finger, with the tablet's own back key: nobody is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def centre(centre_of_module: Centre) -> Centre:
    """No test here asks what the centre holds."""
    return centre_of_module


@pytest.fixture
def interview(tablet: Tablet) -> Tablet:
    """A tablet with a new interview outside a visit, which knows where it is held."""
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Ziyaret dışında").click()
    tablet.start_interview()
    tablet.find("il", "izmir")
    tablet.find("ilce", "bornova")
    return tablet


def pause(tablet: Tablet) -> None:
    tablet.wait_until_saved()
    tablet.button("Ara ver").click()
    tablet.page.locator("li.draft").wait_for()


def test_after_a_break_one_is_told_where_one_was_and_stands_at_the_next_question(
    interview: Tablet,
) -> None:
    interview.tap("yerlesim", "koy")
    pause(interview)
    interview.button(re.compile("devam et$")).click()
    notice = interview.page.get_by_role("status").filter(has_text="Kaldığınız yerdesiniz")
    expect(notice).to_contain_text("“Yerleşim türü”")
    expect(notice).to_contain_text("az önce")
    expect(interview.question("gorusme_yeri").locator(":focus")).to_have_count(1)
    expect(interview.question("gorusme_yeri")).to_be_in_viewport()


def test_the_word_about_the_break_goes_with_the_next_section(interview: Tablet) -> None:
    pause(interview)
    interview.button(re.compile("devam et$")).click()
    interview.page.get_by_text("Kaldığınız yerdesiniz").wait_for()
    interview.page.locator(".steps__on").click()
    interview.button("Sonra tamamlarım, devam et").click()
    interview.question("katilim").wait_for()
    expect(interview.page.get_by_text("Kaldığınız yerdesiniz")).to_have_count(0)


def test_a_tap_is_taken_back_by_a_button_that_says_which_one(interview: Tablet) -> None:
    interview.tap("yerlesim", "koy")
    interview.tap("yerlesim", "belde")
    undo = interview.button(re.compile("^Geri al"))
    expect(undo).to_contain_text("Belde (“Yerleşim türü”)")
    undo.click()
    expect(interview.question("yerlesim").locator('input[value="koy"]')).to_be_checked()
    expect(interview.page.get_by_text("Geri alındı: Belde")).to_be_attached()
    expect(undo).to_contain_text("Köy")
    undo.click()
    expect(interview.question("yerlesim").locator("input:checked")).to_have_count(0)
    expect(undo).to_contain_text("Bornova")


def test_what_was_typed_is_taken_back_as_a_whole_and_stays_so_after_a_kill(
    interview: Tablet,
) -> None:
    box = interview.question("il").get_by_text("Değiştir")
    box.click()
    interview.find("il", "ankara")
    undo = interview.button(re.compile("^Geri al"))
    expect(undo).to_contain_text("Ankara")
    undo.click()
    expect(interview.question("il")).to_contain_text("İzmir")
    interview.wait_until_saved()
    interview.kill()
    interview.switch_on(offline=True)
    interview.sign_in(GOVERNOR)
    interview.button(re.compile("devam et$")).click()
    expect(interview.question("il")).to_contain_text("İzmir")


def test_the_back_key_leads_from_a_list_home_and_home_lies_at_the_bottom(
    interview: Tablet,
) -> None:
    interview.page.locator(".steps__on").click()
    interview.button("Sonra tamamlarım, devam et").click()
    interview.question("katilim").wait_for()
    interview.button("Ara ver").click()
    interview.page.locator("li.draft").wait_for()
    interview.button(re.compile("Kayıtlarım|Giden kutusunu aç")).click()
    interview.page.get_by_role("heading", name="Giden kutusu").wait_for()
    interview.page.go_back()
    interview.page.locator("li.draft").wait_for()
    assert interview.page.evaluate("history.state.depth") == 0


def test_a_screen_opened_by_its_address_has_home_behind_it(tablet: Tablet) -> None:
    tablet.page.goto(f"{tablet.origin}/field/#/outbox")
    tablet.page.reload()
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_role("heading", name="Giden kutusu").wait_for()
    tablet.page.go_back()
    expect(tablet.page.locator(".start__button")).to_be_visible()


def test_a_tap_beside_a_typed_answer_that_is_wrong_is_not_lost(interview: Tablet) -> None:
    """The complaint moves what is below it: not between the finger's down and up."""
    interview.question("ilce").get_by_text("Değiştir").click()
    interview.question("ilce").get_by_role("combobox").fill("xyz")
    interview.question("yerlesim").locator('input[value="belde"]').click(delay=60)
    expect(interview.question("yerlesim").locator('input[value="belde"]')).to_be_checked()


def test_from_the_review_one_goes_to_a_problem_and_back_to_the_review(interview: Tablet) -> None:
    interview.skip_to_review()
    interview.page.locator(".missing").first.click()
    back = interview.button("Gözden geçirmeye dön")
    expect(back).to_be_visible()
    interview.page.go_back()
    expect(interview.page.locator(".sections")).to_be_visible()
    # Every answer leads to its question, and the way back to the answer one came from.
    answer = interview.page.locator('[data-question="yerlesim"]')
    answer.click()
    interview.tap("yerlesim", "belde")
    back.click()
    expect(answer).to_be_focused()
    expect(answer).to_contain_text("Belde")
