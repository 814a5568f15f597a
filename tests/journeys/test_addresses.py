"""An address shows what is there and is the officer's own; it promises nothing of anything else."""

import pytest
from playwright.sync_api import expect

from tests.journeys.tablet import Tablet
from tests.people import COLLEAGUE, GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOWHERE = "01936d4e-0000-7000-8000-000000000000"
SAFE = ("Görüşme tamamlandı", "Merkeze ulaştı", "Görüşme kodu", "kopyası duruyor", "Alındı")


def show(tablet: Tablet, address: str) -> str:
    """Go to an address and give what the screen says there."""
    tablet.page.evaluate("address => { location.hash = address }", address)
    tablet.page.get_by_text("arasında yok").wait_for()
    return tablet.words(tablet.page.locator("main"))


def test_no_address_shows_another_officers_interview_or_promises_one_that_is_not(
    tablet: Tablet,
) -> None:
    tablet.sign_in(GOVERNOR)
    for screen in ("finished", "record", "interview", "review"):
        said = show(tablet, f"#/{screen}/{NOWHERE}")
        assert not [word for word in SAFE if word in said], screen

    tablet.button("Ana sayfaya dön").click()
    tablet.start_interview()
    tablet.page.evaluate(
        "location.hash = location.hash.replace(/interview\\/([^/]+).*/, 'review/$1')"
    )
    tablet.button("Görüşme yarıda kaldı, bu hâliyle bitir").click()
    tablet.button("Evet, eksik bitir").click()
    code = tablet.words(tablet.page.locator(".code__figures"))
    finished = tablet.address_of("finished/").partition("#/finished/")[2]
    tablet.button("Kilitle").click()
    tablet.page.get_by_label("Başka bir kullanıcıyla oturum aç").check()
    tablet.sign_in(COLLEAGUE)
    expect(tablet.title).to_have_text("Merhaba, Sevgi Kara")
    expect(tablet.body).not_to_contain_text(code)
    for screen in ("finished", "record", "interview", "review"):
        assert code not in show(tablet, f"#/{screen}/{finished}"), screen
