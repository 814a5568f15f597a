"""The door of the tablet, with and without a connection."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.interviewing import Respondent
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR, OUTSIDER

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REFUSAL = {
    "gorusme_dili": "tr",
    "katilim": "0",
    "sonuc_kodu": "ret",
    "il": "urfa",
    "ilce": "birecik",
}


def start_offline(tablet: Tablet, officer: object) -> None:
    """Sign in where nobody ever signed in, without a connection."""
    tablet.set_offline(offline=True)
    tablet.type_credentials(officer)  # type: ignore[arg-type]
    tablet.page.get_by_role("heading", name="Bu tablette ilk oturumunuz").wait_for()
    tablet.sign_in(officer)  # type: ignore[arg-type]


def finish_refusal(tablet: Tablet) -> None:
    """Make the shortest interview there is."""
    tablet.start_interview()
    Respondent(REFUSAL).fill_sections(tablet)
    tablet.go_on()
    tablet.page.locator(".code").wait_for()
    tablet.button("Ana sayfaya dön").click()


def test_a_wrong_password_is_said_and_nothing_opens(tablet: Tablet) -> None:
    tablet.type_credentials(replace(GOVERNOR, password="bambaşka bir parola"))
    error = tablet.page.locator(".field__error")
    expect(error).to_contain_text("Kullanıcı adı veya parola yanlış.")
    expect(tablet.page.locator("input[name=password]")).to_be_visible()


def test_a_known_officer_unlocks_offline_and_nobody_else_does(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.button("Kilitle").click()
    tablet.set_offline(offline=True)
    tablet.type_credentials(replace(GOVERNOR, password="bambaşka bir parola"))
    error = tablet.page.locator(".field__error")
    expect(error).to_contain_text("tabletteki kayıtlarını açmıyor")
    tablet.sign_in(GOVERNOR)
    expect(tablet.title).to_have_text("Merhaba, Nevzat Ergün")


def test_a_first_officer_starts_offline_and_is_confirmed_before_anything_is_sent(
    tablet: Tablet, centre: Centre
) -> None:
    start_offline(tablet, GOVERNOR)
    tablet.page.get_by_text("Kimliğiniz doğrulanacak").wait_for()
    finish_refusal(tablet)
    assert centre.interviews() == []
    tablet.set_offline(offline=False)
    tablet.page.get_by_text("Merhaba, Nevzat Ergün").wait_for()
    tablet.page.get_by_text("Gönderilmeyi bekleyen kayıt yok.").wait_for()
    expect(tablet.page.get_by_text("Kimliğiniz doğrulanacak")).to_have_count(0)
    assert len(centre.interviews()) == 1


def test_the_first_password_must_be_typed_twice_alike(tablet: Tablet) -> None:
    tablet.set_offline(offline=True)
    tablet.type_credentials(GOVERNOR)
    tablet.page.get_by_role("heading", name="Bu tablette ilk oturumunuz").wait_for()
    tablet.type_credentials(replace(GOVERNOR, password="eski vali sahada 14"))
    expect(tablet.page.locator(".field__error")).to_contain_text("İki parola aynı değil.")


def test_records_of_a_refused_officer_stay_until_the_right_password_comes(
    tablet: Tablet, centre: Centre
) -> None:
    start_offline(tablet, replace(GOVERNOR, password="yanlış hatırlanan parola"))
    finish_refusal(tablet)
    tablet.set_offline(offline=False)
    tablet.page.get_by_text("Parolanız doğrulanamadı").wait_for()
    expect(tablet.body).to_contain_text("Kimliğiniz doğrulanmadan kayıtlar gönderilmez.")
    assert centre.interviews() == []
    tablet.type_credentials(GOVERNOR)
    tablet.page.get_by_text("Gönderilmeyi bekleyen kayıt yok.").wait_for()
    expect(tablet.title).to_have_text("Merhaba, Nevzat Ergün")
    assert len(centre.interviews()) == 1


def test_an_officer_without_an_account_is_refused_at_the_door(tablet: Tablet) -> None:
    tablet.type_credentials(OUTSIDER)
    tablet.page.locator(".field__error").wait_for()
    expect(tablet.page.locator(".start__button")).to_have_count(0)
