"""A served centre, a Chromium in an officer's hand, and taps timed from the finger to the paint."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import CDPSession, Locator, Page, Playwright, sync_playwright

from benchmarks.instance import free_port, serving
from schemas.forms.definition import FormDefinition
from server.accounts.operations import create_user
from server.forms.publishing import publish
from server.migrations import migrate
from server.store.database import Database
from tests.browser import FLAGS, chromium

SLOWER = 4
SCREEN = {"width": 820, "height": 1180}
OFFICER, PASSWORD = "nevzat.ergun", "eski vali sahada 41"
TOUCH_MS = 60
"""A finger stays on the glass for about as long."""
PAUSE_MS = 250
"""People do not tap while the last tap is still being drawn."""
QUIET_MS = 2500
"""After signing in: the first exchange with the server is not the form's cost."""
WATCH_TAPS = """
window.taps = new Map();
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.interactionId) continue;
    taps.set(entry.interactionId, Math.max(taps.get(entry.interactionId) ?? 0, entry.duration));
  }
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
WATCH_SCREENS = """
window.screens = [];
let lifted = null;
let whole = 0;
addEventListener("pointerdown", () => {
  if (lifted !== null) screens.push(Math.max(0, whole - lifted));
  lifted = null;
}, true);
addEventListener("pointerup", (event) => { lifted = whole = event.timeStamp; }, true);
new MutationObserver((records) => {
  const place = ({ target }) => (target instanceof Element ? target : target.parentElement);
  if (!records.some((one) => place(one)?.closest(".question, .section > .stack, h1"))) return;
  requestAnimationFrame(() => setTimeout(() => { whole = performance.now(); }));
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
"""
"""When the questions stood as the tap left them; the marks of saving and undoing do not count."""


GONE_ON = """left => document.querySelector("h1").innerText !== left
  || document.querySelector(".steps__held .link")"""


@contextmanager
def tablet_with(*forms: FormDefinition) -> Iterator[Page]:
    """Serve a centre with these forms and open the app on a tablet; nobody is signed in."""
    with _address(forms) as address, sync_playwright() as playwright:
        page = _opened(playwright, address)
        yield page
        page.context.close()


def _opened(playwright: Playwright, address: str) -> Page:
    browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
    page = browser.new_page(viewport=SCREEN)  # type: ignore[arg-type]
    page.add_init_script(WATCH_TAPS)
    page.add_init_script(WATCH_SCREENS)
    page.goto(address)
    return page


@contextmanager
def _address(forms: Sequence[FormDefinition]) -> Iterator[str]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'izdes.sqlite3'}"
        database = Database(url)
        migrate(database)
        for form in forms:
            database.write(lambda connection, form=form: publish(connection, form, actor=None))
        database.write(
            lambda connection: create_user(
                connection,
                username=OFFICER,
                full_name="Nevzat Ergün",
                role="officer",
                password=PASSWORD,
            )
        )
        database.close()
        port = free_port()
        with serving(port, os.environ | {"IZDES_DATA_DIR": folder, "IZDES_DATABASE_URL": url}):
            yield f"http://localhost:{port}/field/"


def sign_in(page: Page) -> None:
    """Sign in and stand at home."""
    page.wait_for_selector("input[name=password]")
    if page.locator("input[name=username]").count():
        page.fill("input[name=username]", OFFICER)
    page.fill("input[name=password]", PASSWORD)
    page.click("form .button--primary")
    page.wait_for_selector(".start__button")


def settle(page: Page) -> None:
    """Wait until the page has nothing to do."""
    page.wait_for_function("() => new Promise((done) => requestIdleCallback(() => done(true)))")


def slow_down(devtools: CDPSession) -> None:
    """Let the browser's main thread run at a quarter of its speed."""
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def tap(page: Page, target: Locator) -> int:
    """Tap as a finger does, and wait as a person does; gives 1, to be counted."""
    target.scroll_into_view_if_needed()
    page.wait_for_timeout(TOUCH_MS)
    target.click(delay=TOUCH_MS)
    page.wait_for_timeout(PAUSE_MS)
    return 1


def hold_interview(page: Page, *, sections: int | None = None) -> int:
    """Answer every choice of every section by tapping a card, then go on; give the taps made."""
    taps = 0
    walked = 0
    while page.locator(".section").count() and walked != sections:
        taps += _answer_section(page) + leave_section(page, lambda way: tap(page, way))
        walked += 1
    return taps


def leave_section(page: Page, take: Callable[[Locator], int]) -> int:
    """Go on to the next screen, also where something is missing; give the taps it took."""
    heading = page.locator("h1").inner_text()
    taps = take(page.locator(".steps__on"))
    anyway = page.locator(".steps__held .link")
    page.wait_for_function(GONE_ON, arg=heading)
    if page.locator("h1").inner_text() == heading and anyway.count():
        taps += take(anyway)
    page.wait_for_function("left => document.querySelector('h1').innerText !== left", arg=heading)
    return taps


def _answer_section(page: Page) -> int:
    taps = 0
    done: set[str] = set()
    while fresh := [key for key in _questions(page) if key not in done]:
        done.add(fresh[0])
        taps += sum(tap(page, target) for target in _targets(page.locator(f"[id='{fresh[0]}']")))
    return taps


def _targets(question: Locator) -> Iterator[Locator]:
    if question.locator(".search__input").count():
        yield question.locator(".search__input")
        option = question.locator("[role=option]").first
        if option.count():
            yield option
    elif question.locator(".likert").count():
        yield question.locator(".likert__point").nth(2)
    elif question.locator("input[type=radio], input[type=checkbox]").count():
        yield question.locator("label").first


def _questions(page: Page) -> list[str]:
    return list(page.eval_on_selector_all(".question", "all => all.map((each) => each.id)"))


def print_taps(page: Page, taps: int) -> None:
    """Say how long the taps took to be seen, in the browser's steps of 8 ms."""
    page.wait_for_timeout(PAUSE_MS)
    slow = sorted(page.evaluate("[...taps.values()]"))
    below = max(0, taps - len(slow))
    durations = [0.0] * below + slow

    def within(share: float) -> float:
        return durations[min(len(durations) - 1, int(len(durations) * share))]

    print(
        f"{taps} taps at {SLOWER}x: median {within(0.5):.0f} ms, 95 % within {within(0.95):.0f} ms,"
        f" 98 % within {within(0.98):.0f} ms, longest {durations[-1]:.0f} ms"
    )
    drawn = sorted(page.evaluate("screens"))
    print(
        f"  all that a tap changes drawn: median {drawn[len(drawn) // 2]:.0f} ms,"
        f" 98 % within {drawn[int(len(drawn) * 0.98)]:.0f} ms"
    )
