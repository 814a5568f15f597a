"""A tablet held sideways: sections beside the questions, the review in two columns."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Centre
from tests.journeys.tablet import Tablet
from tests.journeys.test_accessibility import TOO_SMALL, WIDTHS, look_with_axe
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIDEWAYS = {"width": 1180, "height": 820}
PORTRAIT = {"width": 820, "height": 1180}


@pytest.fixture(scope="module")
def centre(centre_of_module: Centre) -> Centre:
    """No test here asks what the centre holds."""
    return centre_of_module


def test_sections_stand_beside_the_questions_and_say_what_is_missing_where(
    tablets: Callable[..., Tablet],
) -> None:
    tablet = tablets(size=dict(SIDEWAYS))
    tablet.switch_on()
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.start_interview()
    found: dict[str, list[str]] = {}
    axe = look_with_axe(tablet, found)

    def look(screen: str) -> None:
        axe(screen)
        assert tablet.page.evaluate(TOO_SMALL) == []
        scrolled, shown = tablet.page.evaluate(WIDTHS)
        assert scrolled <= shown

    ways = tablet.page.locator(".section-list__way")
    expect(ways.first).to_have_attribute("aria-current", "step")
    look("a section")
    ways.nth(1).click()
    expect(tablet.page.get_by_role("heading", level=1)).to_have_text("Aydınlatma ve katılım")
    expect(ways.first).to_contain_text("3 eksik")
    expect(ways.nth(2)).not_to_contain_text("eksik")
    ways.last.click()
    expect(tablet.page.locator(".sections")).to_be_visible()
    look("the review")
    assert found == {}
    left = tablet.page.locator(".section__beside").bounding_box()
    right = tablet.page.locator(".sections").bounding_box()
    assert left
    assert right
    assert left["x"] + left["width"] < right["x"]
    tablet.page.locator('[data-question="yerlesim"]').click()
    expect(tablet.question("yerlesim")).to_be_in_viewport()
    expect(ways.first).to_have_attribute("aria-current", "step")
    tablet.page.set_viewport_size(PORTRAIT)  # type: ignore[arg-type]
    expect(ways).to_have_count(0)
    expect(tablet.question("yerlesim")).to_be_visible()


def test_at_home_what_is_here_stands_beside_what_can_be_begun(
    tablets: Callable[..., Tablet],
) -> None:
    tablet = tablets(size={"width": 1366, "height": 900})
    tablet.switch_on()
    tablet.wait_until_ready()
    tablet.sign_in(GOVERNOR)
    begin = tablet.page.locator(".start").bounding_box()
    records = tablet.page.get_by_role("region", name="Kayıtlarım").bounding_box()
    assert begin
    assert records
    assert records["x"] >= begin["x"] + begin["width"]
    assert abs(records["y"] - begin["y"]) <= 1
