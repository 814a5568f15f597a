"""What a screen reader is told on the interview's page: names, roles, states, and what is live."""

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
    """A tablet with a new interview in today's visit."""
    tablet.sign_in(GOVERNOR)
    tablet.page.get_by_text("Iğdır Emniyet Müdürlüğü").wait_for()
    tablet.start_interview()
    return tablet


def test_a_section_is_read_as_a_form_with_named_questions(interview: Tablet) -> None:
    interview.tap("yerlesim", "koy")
    interview.wait_until_saved()
    expect(interview.page.get_by_role("main")).to_match_aria_snapshot("""
      - main:
        - button "Ara ver"
        - paragraph: /Bölüm 1 \\/ en çok \\d+/
        - heading "Görüşme bilgileri" [level=1]
        - heading "Görüşme tarihi" [level=2]
        - heading "İl" [level=2]
        - heading "Yerleşim türü" [level=2]
        - radiogroup "Yerleşim türü":
          - radio "İl merkezi"
          - radio "İlçe merkezi"
          - radio "Belde"
          - radio "Köy / kırsal mahalle" [checked]
        - heading "Görüşme nerede yapılıyor?" [level=2]
        - button /Geri al. Köy/
        - navigation "Bölümler":
          - button "Ana sayfa"
          - button "İleri"
    """)


def test_what_is_wrong_is_tied_to_its_control_and_told_once(interview: Tablet) -> None:
    interview.page.locator(".steps__on").click()
    group = interview.question("yerlesim").get_by_role("radiogroup")
    expect(group).to_have_attribute("aria-invalid", "true")
    expect(group).to_have_accessible_description("Bu soruyu cevaplayınız.")
    # The page says how many are missing and goes to the first: no question says it as well.
    hushed = interview.question("yerlesim").locator("[aria-live=off]")
    expect(hushed).to_contain_text("Bu soruyu cevaplayınız.")
    held = interview.page.get_by_role("status").filter(has_text="soru tamamlanmadı")
    expect(held).to_have_count(1)


def test_saving_at_every_tap_is_seen_but_not_spoken(interview: Tablet) -> None:
    mark = interview.page.locator(".saved-mark")
    interview.tap("yerlesim", "koy")
    expect(mark).to_have_text("Kaydedildi")
    expect(mark.locator("xpath=ancestor-or-self::*[@role='status' or @aria-live]")).to_have_count(0)
    speaking = interview.page.locator("[role=status], [role=alert], [aria-live]")
    expect(speaking.filter(has_text=re.compile(r"\S"))).to_have_text(["Çevrimiçi"])


def test_everything_that_can_be_tapped_has_a_name(interview: Tablet) -> None:
    nameless = interview.page.get_by_role("main").evaluate(
        """main => [...main.querySelectorAll("button, input, select, textarea, [role]")]
          .filter(one => one.checkVisibility())
          .filter(one => !["presentation", "status", "alert", "group"].includes(one.role ?? ""))
          .filter(one => !(one.ariaLabel || one.labels?.length || one.innerText?.trim()
            || one.getAttribute("aria-labelledby")))
          .map(one => one.outerHTML.slice(0, 90))"""
    )
    assert nameless == []
