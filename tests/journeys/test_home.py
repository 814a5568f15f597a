"""Home: what can be begun, what lies here, and how far the tablet can be relied on."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Centre
from tests.journeys.tablet import PHONE, Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def centre(centre_of_module: Centre) -> Centre:
    """No test here asks what the centre holds."""
    return centre_of_module


INSTALL_OFFER = """() => {
  const offer = new Event("beforeinstallprompt", { cancelable: true });
  offer.prompt = () => { document.title = "asked to install"; return Promise.resolve(); };
  offer.userChoice = Promise.resolve({ outcome: "accepted" });
  window.dispatchEvent(offer);
}"""

NO_LINE = "rgba(0, 0, 0, 0)"
LITTLE_ROOM = "navigator.storage.estimate = async () => ({ usage: 4_000_000, quota: 5_000_000 })"


def figure(tablet: Tablet, name: str) -> Locator:
    return tablet.button(re.compile(name)).locator(".figure__count")


def begin_and_pause(tablet: Tablet) -> None:
    tablet.start_interview()
    tablet.wait_until_saved()
    tablet.button("Ara ver").click()
    tablet.page.locator(".start__button").wait_for()


def test_one_big_button_begins_todays_interview(tablet: Tablet, centre: Centre) -> None:
    centre.move_visit_to_today()
    tablet.sign_in(GOVERNOR)
    expect(tablet.page.get_by_role("radio", name="Iğdır Emniyet Müdürlüğü bugün")).to_be_checked()
    button = tablet.button(re.compile("^Yeni görüşme başlat"))
    expect(button).to_have_count(1)
    box = button.bounding_box()
    assert box
    assert box["height"] >= 60
    assert box["y"] + box["height"] < 1180, "the button stands on the first screen"


def test_drafts_and_records_are_counted_and_lead_to_their_lists(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.set_offline(offline=True)
    for _ in range(2):
        begin_and_pause(tablet)
    expect(figure(tablet, "Yarım kalan$")).to_have_text("2")
    for name in ("bekleyen$", "ulaşan$"):
        expect(figure(tablet, name)).to_have_text("0")
    tablet.button(re.compile("Yarım kalan$")).click()
    expect(tablet.page.get_by_role("heading", level=1)).to_have_text("Yarım kalanlar")
    expect(tablet.page.locator("li.draft")).to_have_count(2)
    tablet.button(re.compile(" sil$")).first.click()
    tablet.button("Evet, sil").click()
    expect(tablet.page.locator("li.draft")).to_have_count(1)
    tablet.button("Ana sayfa").click()
    expect(figure(tablet, "Yarım kalan$")).to_have_text("1")


def test_home_shows_the_latest_drafts_and_the_rest_on_a_screen_of_their_own(
    tablet: Tablet,
) -> None:
    tablet.sign_in(GOVERNOR)
    for _ in range(4):
        begin_and_pause(tablet)
    expect(tablet.page.locator("li.draft")).to_have_count(3)
    tablet.button("Yarım kalanların hepsi (4)").click()
    expect(tablet.page.locator("li.draft")).to_have_count(4)


def test_the_age_of_what_waits_is_told_in_words_and_gets_louder(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.set_offline(offline=True)
    tablet.start_interview()
    tablet.skip_to_review()
    tablet.button(re.compile("yarıda kaldı")).click()
    tablet.button("Evet, eksik bitir").click()
    tablet.button("Ana sayfaya dön").click()
    expect(tablet.page.get_by_text("En eskisi az önce bitirildi.")).to_be_visible()
    later = datetime.now(UTC) + timedelta(days=4)
    tablet.page.clock.set_fixed_time(later)
    tablet.button(re.compile("Yarım kalan$")).click()
    tablet.button("Ana sayfa").click()
    expect(tablet.page.locator(".message--bad")).to_contain_text("En eski kayıt 4 gün önce")


def test_the_marks_of_the_tablet_promise_no_more_than_is_so(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    card = tablet.page.get_by_role("region", name="Bu tablet")
    expect(card).to_contain_text("Çevrimdışı hazır")
    # A headless browser promises nothing and is on no home screen: the screen must say so.
    expect(card).to_contain_text("Kayıt alanı korumasız")
    # Chromium tells nobody of a private window; this is where it is warned of.
    expect(card).to_contain_text("gizli pencerede çalışmayınız")
    expect(card).to_contain_text("Ana ekranda değil")
    expect(card).to_contain_text(re.compile(r"Kullanılan: [\d.,]+ [KM]B\. Tarayıcının bildir"))
    tablet.page.add_init_script(LITTLE_ROOM)
    tablet.page.reload()
    tablet.sign_in(GOVERNOR)
    expect(card).to_contain_text("Tablette yer azalıyor")


def test_the_browsers_own_offer_to_install_becomes_a_button(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    # Chromium may have made an offer of its own; one that tells when it is taken up replaces it.
    tablet.page.evaluate(INSTALL_OFFER)
    tablet.button("Ana ekrana ekle").click()
    tablet.page.wait_for_function("() => document.title === 'asked to install'")
    expect(tablet.page.locator(".install-step").first).to_be_visible()
    expect(tablet.button("Ana ekrana ekle")).to_have_count(0)


def test_contrast_and_letters_are_chosen_and_kept(tablets: Callable[..., Tablet]) -> None:
    tablet = tablets(size=dict(PHONE))
    tablet.switch_on()
    tablet.wait_until_ready()
    tablet.sign_in(GOVERNOR)
    tablet.button("Yazı boyu ve kontrast").click()
    small = tablet.page.locator("h1").evaluate("it => parseFloat(getComputedStyle(it).fontSize)")
    tablet.page.get_by_text("Çok büyük").click()
    tablet.page.get_by_text("Yüksek: güneşte").click()
    large = tablet.page.locator("h1").evaluate("it => parseFloat(getComputedStyle(it).fontSize)")
    assert large >= 1.4 * small
    tablet.page.reload()
    tablet.sign_in(GOVERNOR)
    expect(tablet.page.get_by_role("radio", name="Çok büyük")).to_be_checked()
    expect(tablet.page.locator("html")).to_have_attribute("data-contrast", "more")
    tablet.page.go_back()
    expect(tablet.page.locator(".start__button")).to_be_visible()
    # By colour alone nobody with weak eyes tells the button from its ground.
    expect(tablet.page.locator(".start__button")).not_to_have_css("border-top-color", NO_LINE)


def test_what_there_is_no_news_of_takes_no_room(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    greeting, work = tablet.page.locator("h1"), tablet.page.locator(".start")
    gap = float(greeting.evaluate("it => parseFloat(getComputedStyle(it.parentElement).rowGap)"))
    above, below = greeting.bounding_box(), work.bounding_box()
    assert above
    assert below
    assert below["y"] - (above["y"] + above["height"]) <= gap + 1
