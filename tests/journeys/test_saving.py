"""“Kaydedildi” is only said when it is so."""

import random

import pytest
from playwright.sync_api import expect

from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


SECONDS_OF_CREDIT = 240
"""Bounds a machine that stands still: the browser itself needs up to thirty."""


def tap_until_full(tablet: Tablet) -> None:
    """Go on answering: the browser looks at the room that is left only every half minute."""

    def is_full() -> bool:
        tablet.tap("yerlesim", random.choice(("belde", "il_merkezi", "ilce_merkezi")))
        wait_until_tried(tablet)
        return "Tablette yer kalmadı." in tablet.words(tablet.body)

    wait_until(is_full, "the tablet is full", seconds=SECONDS_OF_CREDIT)


def wait_until_tried(tablet: Tablet) -> None:
    """Wait until the last answer is saved or found no room."""
    expect(tablet.page.locator(".saved-mark .badge--waiting")).to_have_count(0)


def test_a_full_tablet_says_that_nothing_was_saved_until_there_is_room(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.start_interview()
    tablet.wait_until_saved()
    tablet.leave_room_for(1)
    tap_until_full(tablet)
    tablet.tap("yerlesim", "koy")
    wait_until_tried(tablet)
    tablet.page.get_by_text("Tablette yer kalmadı.").wait_for()
    expect(tablet.page.get_by_text("Kaydedildi")).to_have_count(0)
    tablet.leave_room_for(None)
    tablet.button("Yeniden dene").click()
    tablet.wait_until_saved()
    expect(tablet.page.get_by_text("Tablette yer kalmadı.")).to_have_count(0)
    tablet.page.reload()
    tablet.type_credentials(GOVERNOR)
    tablet.question("yerlesim").wait_for()
    expect(tablet.chosen("yerlesim")).to_have_value("koy")


def test_the_same_interview_in_two_tabs_is_filled_in_by_one_of_them_and_loses_nothing(
    tablet: Tablet,
) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.start_interview()
    tablet.tap("yerlesim", "koy")
    tablet.wait_until_saved()
    first, address = tablet.page, tablet.address_of("interview/")
    second = first.context.new_page()
    tablet.page = second
    second.goto(address)
    tablet.sign_in(GOVERNOR)
    second.get_by_text("Bu kayıt başka bir sekmede açık").wait_for()
    # Somebody has only looked: the first tab goes on.
    tablet.page = first
    first.bring_to_front()
    tablet.tap("yerlesim", "belde")
    tablet.wait_until_saved()
    first.evaluate("location.hash = location.hash.replace(/interview\\/([^/]+).*/, 'review/$1')")
    first.locator(".review__section").first.wait_for()
    tablet.page = second
    second.bring_to_front()
    tablet.button("Burada sürdür").click()
    tablet.question("yerlesim").wait_for()
    expect(tablet.chosen("yerlesim")).to_have_value("belde")
    tablet.tap("yerlesim", "il_merkezi")
    tablet.wait_until_saved()
    # The review of the first tab cannot seal its older answers.
    tablet.page = first
    first.bring_to_front()
    first.get_by_text("Bu kayıt başka bir sekmede açık").wait_for()
    expect(first.locator(".steps__on")).to_have_count(0)
    tablet.button("Ana sayfaya dön").click()
    first.locator("li.draft").get_by_role("button", name=": sil").click()
    tablet.button("Evet, sil").click()
    first.get_by_text("başka bir sekmede açık, silinmedi").wait_for()
    second.close()
    first.locator("li.draft").get_by_text("Devam et").click()
    tablet.question("yerlesim").wait_for()
    expect(tablet.chosen("yerlesim")).to_have_value("il_merkezi")
