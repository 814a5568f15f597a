"""Several interviews begun and not finished."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.tablet import Tablet
from tests.people import COLLEAGUE, GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def begin(tablet: Tablet, province: str, district: str) -> None:
    """Begin an interview outside a visit, say where it is, and leave it."""
    tablet.page.get_by_text("Ziyaret dışında").click()
    tablet.start_interview()
    tablet.find("il", province)
    tablet.find("ilce", district)
    tablet.tap("yerlesim", "koy")
    tablet.wait_until_saved()
    tablet.button("Ara ver").click()
    tablet.page.locator(".start__button").wait_for()


def test_each_unfinished_interview_keeps_its_own_answers(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    begin(tablet, "sirnak", "cizre")
    begin(tablet, "afyon", "bolvadin")
    titles = tablet.page.locator("li.draft :is(h2, h3)")
    expect(titles).to_have_text(
        [f"Vatandaş görüşmesi · {place}" for place in ("Bolvadin, Afyonkarahisar", "Cizre, Şırnak")]
    )
    tablet.button(re.compile("Cizre, Şırnak.+devam et")).click()
    tablet.question("il").locator(".chosen").wait_for()
    expect(tablet.page.locator(".chosen__label")).to_have_text(["Şırnak", "Cizre"])


def test_an_unfinished_interview_is_deleted_only_after_asking(
    tablet: Tablet, centre: Centre
) -> None:
    tablet.sign_in(GOVERNOR)
    begin(tablet, "sirnak", "cizre")
    tablet.button(re.compile("Cizre, Şırnak.+ sil$")).click()
    tablet.button("Vazgeç").click()
    expect(tablet.page.locator("li.draft")).to_have_count(1)
    tablet.button(re.compile("Cizre, Şırnak.+ sil$")).click()
    tablet.button("Evet, sil").click()
    tablet.page.get_by_text("Yarım kalan kayıt yok.").wait_for()
    tablet.page.reload()
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Yarım kalan kayıt yok.").wait_for()
    assert centre.interviews() == []


def test_another_officer_of_the_tablet_sees_none_of_them(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    begin(tablet, "sirnak", "cizre")
    tablet.button("Kilitle").click()
    tablet.page.get_by_text("Başka bir kullanıcıyla oturum aç").click()
    tablet.sign_in(COLLEAGUE)
    tablet.page.get_by_text("Yarım kalan kayıt yok.").wait_for()
    expect(tablet.body).not_to_contain_text("Cizre")


def test_locking_keeps_the_interview_and_unlocking_returns_to_its_section(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.start_interview()
    tablet.tap("yerlesim", "belde")
    tablet.button("Kilitle").click()
    tablet.type_credentials(GOVERNOR)
    tablet.page.locator(".question").first.wait_for()
    expect(tablet.chosen("yerlesim")).to_have_value("belde")
