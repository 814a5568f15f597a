"""The dashboard in a real browser: map without network, filters, renewal, accessibility."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, Request, expect

from tests.browser import FLAGS, PATIENCE, chromium
from tests.journeys.conftest import FORM, ROOT, VISIT, Centre
from tests.people import ANALYST, GOVERNOR, SAME_ORIGIN, Person
from tests.records import digest, envelope, interview

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SHAPES = "[data-figure=map] .choroplethlayer path"
FORM_NAMES = {"form_id": "A_vatandas_gorusme", "form_version": "2026113002"}


@dataclass
class Desk:
    """Somebody at a desk who watches the dashboard; ``troubles`` is what must stay empty."""

    page: Page
    origin: str
    troubles: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Listen to everything the browser complains about or asks for."""
        self.page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("request", self._see)

    def open(self, query: str = "") -> None:
        """Open the dashboard and wait for its map."""
        self.page.goto(f"{self.origin}/dashboards/{query}")
        self.page.locator(SHAPES).first.wait_for()

    def sign_in(self, person: Person) -> None:
        """Come in through the door."""
        self.page.goto(f"{self.origin}/sign-in?next=/dashboards/")
        self.page.locator("[name=username]").fill(person.username)
        self.page.locator("[name=password]").fill(person.password)
        self.page.locator("main form button").last.click()
        self.page.wait_for_url("**/dashboards/")

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" or "Content Security Policy" in text:
            self.troubles.append(f"{kind}: {text}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:")):
            self.troubles.append(f"foreign: {request.url}")


@dataclass(frozen=True)
class Officer:
    """A tablet that sends interviews without a screen."""

    origin: str
    token: str

    def send(self, *envelopes: dict[str, Any]) -> None:
        """Post a batch."""
        body = {
            "device_id": "tablet-7",
            "sent_at": "2026-11-21T12:00:00.000+03:00",
            "submissions": envelopes,
        }
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = post(self.origin, "/api/v1/submissions", body, headers)
        assert {result["status"] for result in answer["results"]} == {"accepted"}


def post(origin: str, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    """Send JSON to the served centre."""
    connection = HTTPConnection(urlsplit(origin).netloc)
    connection.request(
        "POST", path, json.dumps(body), {"Content-Type": "application/json", **headers}
    )
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, text
    return json.loads(text)


def rated(score: int = 4) -> dict[str, Any]:
    """Make a record of somebody who rates the police."""
    items = ("erisim", "hiz", "ilgi", "yetkinlik", "bilgi", "adil", "fiziki", "sonuc", "genel")
    given = {f"emn_{item}": str(score) for item in items}
    body = interview(visit=VISIT, **FORM_NAMES)
    body["answers"] = {
        "il": "76",
        "ilce": "1398",
        "katilim": "1",
        "on8": "1",
        "kullanilan": "emn",
        "kullanilan_sayi": "1",
        "degerlendirilen": "emn",
        "secilme_olasiligi": "1",
        "cinsiyet": "kadin",
        "yas_grubu": "35-44",
        **given,
    }
    text = json.dumps(body, ensure_ascii=False)
    return envelope(text, **FORM_NAMES, digest=digest(text))


@pytest.fixture
def officer(centre: Centre) -> Officer:
    """The governor's tablet."""
    credentials = {"username": GOVERNOR.username, "password": GOVERNOR.password, "bearer": True}
    answer = post(centre.origin, "/api/v1/session", credentials, SAME_ORIGIN)
    return Officer(centre.origin, answer["token"])


@pytest.fixture(scope="module")
def browser(driver: Playwright) -> Iterator[Browser]:
    """A Chromium for desks."""
    browser = driver.chromium.launch(executable_path=chromium(), args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def desk(browser: Browser, centre: Centre) -> Iterator[Desk]:
    """A signed-in desk; at the end nothing may have been complained about."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    desk = Desk(context.new_page(), centre.origin)
    desk.watch()
    desk.sign_in(ANALYST)
    yield desk
    context.close()
    assert desk.troubles == []


def test_all_81_provinces_are_drawn_from_our_own_house(desk: Desk, officer: Officer) -> None:
    officer.send(rated())
    desk.open()
    expect(desk.page.locator(SHAPES)).to_have_count(81)
    box = desk.page.locator(SHAPES).first.bounding_box()
    assert box is not None
    assert box["width"] < 200, "one province fills the frame: its ring runs the wrong way round"


def test_a_submission_appears_by_itself_where_the_reader_stands(
    desk: Desk, officer: Officer
) -> None:
    officer.send(*[rated() for _ in range(12)])
    desk.open()
    expect(desk.page.locator(".headline__value").nth(1)).to_have_text("≈ 10")
    desk.page.locator("select[name=service]").focus()
    desk.page.evaluate("window.scrollTo(0, 600)")
    officer.send(rated(5))
    expect(desk.page.locator(".headline__value").nth(1)).to_have_text("≈ 15")
    # The reader's place is kept.
    assert desk.page.evaluate("window.scrollY") == 600
    assert desk.page.evaluate("document.activeElement.name") == "service"


def test_filters_change_the_figures_and_the_address(desk: Desk, officer: Officer) -> None:
    officer.send(*[rated() for _ in range(12)])
    desk.open()
    desk.page.locator("select[name=region]").select_option("TRA")
    expect(desk.page.locator(SHAPES)).to_have_count(7)
    expect(desk.page).to_have_url(re.compile("region=TRA"))
    desk.page.locator("select[name=province]").select_option("76")
    expect(desk.page.locator("#values-caption")).to_contain_text("Iğdır")
    expect(desk.page).to_have_url(re.compile("province=76"))
    expect(desk.page).not_to_have_url(re.compile("region"))
    desk.page.go_back()
    expect(desk.page.locator(SHAPES)).to_have_count(7)
    expect(desk.page.locator("select[name=region]")).to_have_value("TRA")


def test_a_view_in_the_address_is_shown_at_once(desk: Desk, officer: Officer) -> None:
    officer.send(rated())
    desk.open("?service=shl")
    expect(desk.page.locator(SHAPES)).to_have_count(28)


def test_a_province_can_be_chosen_on_the_map(desk: Desk, officer: Officer) -> None:
    officer.send(*[rated() for _ in range(12)])
    desk.open()
    desk.page.locator(SHAPES).nth(40).hover(force=True)
    desk.page.locator(".hoverlayer .hovertext").wait_for()
    desk.page.mouse.down()
    desk.page.mouse.up()
    desk.page.wait_for_url(re.compile(r"province=\d\d"))
    expect(desk.page.locator("select[name=province]")).to_have_value(re.compile(r"\d\d"))


def test_headings_sort_the_table_and_keep_it_sorted(desk: Desk, officer: Officer) -> None:
    officer.send(*[rated() for _ in range(12)])
    desk.open()
    names = desk.page.locator("tbody th")
    expect(names.first).to_have_text("Adana")
    desk.page.locator("thead .sort").first.click()
    expect(names.first).to_have_text("Zonguldak")
    expect(desk.page.locator("thead th").first).to_have_attribute("aria-sort", "descending")
    officer.send(rated())
    expect(desk.page.locator(".headline__value").nth(1)).to_have_text("≈ 15")
    expect(names.first).to_have_text("Zonguldak")


def test_what_is_kept_back_is_hatched_not_only_coloured(desk: Desk, officer: Officer) -> None:
    officer.send(rated())
    desk.open()
    expect(desk.page.locator(f'{SHAPES}[style*="#hatch"]')).to_have_count(1)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (820, 1180), (360, 800)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(
    desk: Desk, officer: Officer, width: int, height: int, scheme: Any
) -> None:
    officer.send(*[rated() for _ in range(12)])
    desk.page.set_viewport_size({"width": width, "height": height})
    desk.page.emulate_media(color_scheme=scheme)
    desk.open()
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
    faults = axe(desk.page)
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []


def test_the_page_says_when_the_centre_is_out_of_reach(desk: Desk, officer: Officer) -> None:
    officer.send(rated())
    desk.open()
    desk.page.route("**/dashboards/data*", lambda route: route.abort())
    notice = desk.page.locator("[data-message=connection]")
    expect(notice).to_be_visible()
    desk.page.unroute("**/dashboards/data*")
    expect(notice).to_be_hidden()
    # The browser reports each request that was cut off; nothing else may be wrong.
    desk.troubles[:] = [trouble for trouble in desk.troubles if "ERR_FAILED" not in trouble]


def test_what_cannot_be_loaded_is_not_taken_for_what_is_shown(desk: Desk, officer: Officer) -> None:
    officer.send(*[rated() for _ in range(12)])
    desk.open()
    shown = desk.page.locator("[data-part=view]")
    expect(shown).to_contain_text("Türkiye")
    desk.page.route("**/dashboards/data*", lambda route: route.abort())
    desk.page.locator("select[name=province]").select_option("76")
    notice = desk.page.locator("[data-message=other-view]")
    # At the first failure: the choice is already ahead of the figures.
    expect(notice).to_be_visible()
    expect(shown).to_contain_text("Türkiye")
    expect(desk.page.locator("h2").first).not_to_contain_text("Iğdır")
    expect(desk.page.locator("[data-dashboard]")).not_to_have_attribute("aria-busy", "true")
    desk.page.get_by_role("button", name="Gösterilen seçime dön").click()
    expect(notice).to_be_hidden()
    expect(desk.page.locator("select[name=province]")).to_have_value("")
    desk.page.locator("select[name=province]").select_option("76")
    expect(notice).to_be_visible()
    desk.page.unroute("**/dashboards/data*")
    expect(shown).to_contain_text("Iğdır")
    expect(notice).to_be_hidden()
    desk.troubles[:] = [trouble for trouble in desk.troubles if "ERR_FAILED" not in trouble]


def test_who_is_signed_out_is_not_told_to_wait_for_the_network(
    desk: Desk, officer: Officer
) -> None:
    officer.send(rated())
    desk.open()
    desk.page.context.clear_cookies()
    desk.page.locator("select[name=province]").select_option("76")
    expect(desk.page.locator("[data-message=signed-out]")).to_be_visible()
    expect(desk.page.locator("[data-message=other-view]")).to_be_hidden()
    desk.troubles[:] = [each for each in desk.troubles if "401" not in each]


def test_a_figure_that_cannot_be_drawn_leaves_no_older_one(desk: Desk, officer: Officer) -> None:
    officer.send(*[rated() for _ in range(12)])
    desk.open()
    desk.page.evaluate(
        "() => { window.Plotly.react = () => Promise.reject(new Error('no canvas')); }"
    )
    desk.page.locator("select[name=region]").select_option("TRA")
    expect(desk.page.locator("[data-message=figure]")).to_be_visible()
    expect(desk.page.locator("[data-figure=map]")).to_be_hidden()


def test_another_language_keeps_the_view_that_was_chosen(desk: Desk, officer: Officer) -> None:
    officer.send(*[rated() for _ in range(12)])
    desk.open()
    desk.page.locator("select[name=region]").select_option("TRA")
    expect(desk.page.locator("[data-part=view]")).to_contain_text("Kuzeydoğu Anadolu")
    desk.page.locator(".language-switch button[value=en]").click()
    expect(desk.page.locator("[data-part=view]")).to_contain_text("Shown:")
    expect(desk.page).to_have_url(re.compile("region=TRA"))
    expect(desk.page.locator("select[name=region]")).to_have_value("TRA")


def test_paper_is_light_and_figures_fit_it(desk: Desk, officer: Officer) -> None:
    officer.send(*[rated() for _ in range(12)])
    desk.page.emulate_media(color_scheme="dark")
    desk.open()
    desk.page.evaluate("""() => addEventListener("beforeprint", () => {
        const map = document.querySelector("[data-figure=map]");
        window.printed = [map.offsetWidth, getComputedStyle(map).getPropertyValue("--grey-0")];
    })""")
    desk.page.pdf(format="A4")
    width, paper = desk.page.evaluate("window.printed")
    assert (width < 700, paper.strip()) == (True, "#ffffff")
    desk.page.wait_for_function("!document.documentElement.hasAttribute('data-on-paper')")


def test_each_printed_sheet_of_a_table_repeats_its_heading(desk: Desk, officer: Officer) -> None:
    officer.send(rated())
    desk.open()
    sort = desk.page.locator("thead .sort").first
    expect(sort).to_be_visible()
    desk.page.emulate_media(media="print")
    # Chromium repeats a heading, but leaves blank there what stands in a box of its own.
    assert sort.evaluate("it => getComputedStyle(it).display") == "contents"
    heading, row = (
        desk.page.locator(f"table.values {part}").first.evaluate(
            "it => [getComputedStyle(it).display, getComputedStyle(it).breakInside]"
        )
        for part in ("thead", "tbody tr")
    )
    assert (heading, row) == (["table-header-group", "avoid"], ["table-row", "avoid"])
    desk.page.emulate_media(media="screen")


def test_the_page_is_whole_without_script(browser: Browser, centre: Centre) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    desk = Desk(context.new_page(), centre.origin)
    desk.sign_in(ANALYST)
    desk.page.locator("select[name=region]").select_option("TR1")
    desk.page.get_by_role("button", name="Göster").click()
    expect(desk.page.locator("tbody tr")).to_have_count(1)
    context.close()


def test_the_exports_page_shuts_nobody_out(desk: Desk, officer: Officer) -> None:
    officer.send(rated())
    desk.page.goto(f"{desk.origin}/exports/")
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in axe(desk.page)] == []
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="İndir").first.click()
    assert Path(download.value.path()).read_text("utf-8").startswith("meta_id,")
    assert FORM.exists()


def axe(page: Page) -> list[Any]:
    """Ask axe for faults; the policy of the page would not let its script in by itself."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
    session.detach()
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("rules => axe.run({ runOnly: rules })", rules)
    return list(found["violations"])
