"""What a machine can say about accessibility: WCAG 2.2 A and AA, and room for small screens."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Centre
from tests.journeys.screens import visit_every_screen, visit_first_time
from tests.journeys.tablet import PHONE, Tablet
from tests.people import GOVERNOR

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def centre(centre_of_module: Centre) -> Centre:
    """No test here asks what the centre holds."""
    return centre_of_module


AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
ENHANCED = {"color-contrast-enhanced": {"enabled": True}}
"""Seven to one, for those who asked for high contrast."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FINDINGS = """([runOnly, rules]) => axe.run(document, { runOnly, rules }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`)))"""
TOO_SMALL = """() => [...document.querySelectorAll('button, input, select, textarea, a, .choice')]
  .filter(one => one.checkVisibility({ opacityProperty: false }) && !one.matches('.skip-link'))
  .map(one => one.closest('label') ?? one)
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([, { width, height }]) => Math.min(width, height) < 44)
  .map(([one]) => one.outerHTML.slice(0, 80))"""
WIDTHS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"


def look_with_axe(
    tablet: Tablet, found: dict[str, list[str]], *, rules: dict[str, dict[str, bool]] | None = None
) -> Callable[[str], None]:
    """A look that writes down what axe finds."""

    def look(screen: str) -> None:
        if not tablet.page.evaluate("() => 'axe' in window"):
            tablet.run_in_page(AXE.read_text("utf-8"))
        if findings := tablet.page.evaluate(FINDINGS, [RULES, rules or {}]):
            found[screen] = findings

    return look


@pytest.mark.parametrize("visit", [visit_every_screen, visit_first_time])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_screen(
    tablet: Tablet, visit: Callable[[Tablet, Callable[[str], None]], None], scheme: str
) -> None:
    # Without motion: colours halfway between two states are nobody's colours.
    tablet.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    found: dict[str, list[str]] = {}
    visit(tablet, look_with_axe(tablet, found))
    assert found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_high_contrast_either(tablet: Tablet, scheme: str) -> None:
    tablet.page.emulate_media(
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        contrast="more",
    )
    found: dict[str, list[str]] = {}
    visit_every_screen(tablet, look_with_axe(tablet, found, rules=ENHANCED))
    assert found == {}


def test_what_is_chosen_is_seen_in_the_few_colours_of_the_device(tablet: Tablet) -> None:
    tablet.page.emulate_media(forced_colors="active")
    tablet.sign_in(GOVERNOR)
    tablet.start_interview()
    tablet.tap("yerlesim", "koy")
    styles = (
        tablet.question("yerlesim")
        .locator(".choice")
        .evaluate_all("all => all.map(one => getComputedStyle(one).outlineStyle)")
    )
    assert sorted(styles) == ["none", "none", "none", "solid"]


def test_every_target_is_big_enough_for_a_thumb(tablet: Tablet) -> None:
    small: dict[str, list[str]] = {}

    def look(screen: str) -> None:
        if targets := tablet.page.evaluate(TOO_SMALL):
            small[screen] = targets

    visit_every_screen(tablet, look)
    assert small == {}


@pytest.mark.parametrize("letters", [16, 32])
def test_no_screen_scrolls_sideways_on_a_phone_even_with_letters_of_double_size(
    tablets: Callable[..., Tablet], letters: int
) -> None:
    tablet = tablets(size=dict(PHONE))
    tablet.switch_on()
    tablet.set_letter_size(letters)
    tablet.wait_until_ready()
    wide: dict[str, list[int]] = {}

    def look(screen: str) -> None:
        scrolled, shown = tablet.page.evaluate(WIDTHS)
        if scrolled > shown:
            wide[screen] = [scrolled, shown]

    visit_every_screen(tablet, look)
    assert wide == {}
