"""A newer İZDES is installed at the centre while officers are at work."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.tablet import Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NEWER = "9.9.9"


def install_newer(centre: Centre, folder: Path) -> None:
    """Serve as a newer İZDES, told apart by its package's metadata."""
    metadata = folder / f"izdes-{NEWER}.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(f"Metadata-Version: 2.1\nName: izdes\nVersion: {NEWER}\n")
    centre.stop()
    centre.start(installed=folder)


def test_a_newer_version_asks_and_never_comes_under_an_open_interview(
    tablet: Tablet, centre: Centre, tmp_path: Path
) -> None:
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.start_interview()
    tablet.tap("yerlesim", "belde")
    tablet.wait_until_saved()

    install_newer(centre, tmp_path / "newer")
    tablet.page.reload()
    tablet.type_credentials(GOVERNOR)
    tablet.question("yerlesim").wait_for()
    expect(tablet.chosen("yerlesim")).to_have_value("belde")
    expect(tablet.page.locator("#app")).not_to_have_attribute("data-version", NEWER)

    tablet.button("Ara ver").click()
    tablet.page.get_by_text("Yeni sürüm hazır").wait_for()
    with tablet.page.expect_navigation():
        tablet.button("Şimdi güncelle").click()
    tablet.sign_in(GOVERNOR)
    tablet.page.locator("li.draft").wait_for()
    expect(tablet.page.locator("li.draft")).to_contain_text("Merkez, Iğdır")
    expect(tablet.body).to_contain_text(f"Sürüm {NEWER}")
