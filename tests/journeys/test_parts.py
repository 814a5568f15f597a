"""Screens and controls that lie in a file beside the script: there without network, never blank."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOSE_PARTS = """async () => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const parts = (await cache.keys()).filter(({ url }) => url.includes("later-screens"));
    for (const part of parts) await cache.delete(part);
    return parts.length;
  }
}"""


def settings(tablet: Tablet) -> None:
    tablet.button("Yazı boyu ve kontrast").click()


def test_a_screen_that_was_never_opened_opens_without_network(tablet: Tablet) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.kill()
    tablet.switch_on(offline=True)
    tablet.sign_in(GOVERNOR)
    settings(tablet)
    expect(tablet.title).to_have_text("Yazı boyu ve kontrast")
    expect(tablet.page.locator(".load-failed")).to_have_count(0)


def test_a_screen_whose_file_is_lost_says_so_and_comes_with_the_centre(
    tablet: Tablet, centre: Centre
) -> None:
    tablet.sign_in(GOVERNOR)
    assert tablet.page.evaluate(LOSE_PARTS) == 1
    # The browser keeps what it fetched a second time, beside the worker.
    tablet.page.context.new_cdp_session(tablet.page).send("Network.clearBrowserCache")
    centre.stop()
    tablet.page.reload()
    tablet.sign_in(GOVERNOR)
    settings(tablet)
    told = tablet.page.get_by_role("alert")
    expect(told).to_contain_text("Uygulamanın bir parçası yüklenemedi")
    expect(told).to_contain_text("Hiçbir cevap silinmedi")
    expect(tablet.page.get_by_text("Açılıyor…")).to_have_count(0)
    tablet.button("Ana sayfa").click()
    expect(tablet.page.locator(".start__button")).to_be_visible()
    settings(tablet)
    tablet.button("Yeniden dene").click()
    expect(told).to_be_visible()
    expect(tablet.button("Sayfayı yenile")).to_be_visible()
    centre.start()
    tablet.button("Yeniden dene").click()
    expect(tablet.title).to_have_text("Yazı boyu ve kontrast")
    expect(told).to_have_count(0)
