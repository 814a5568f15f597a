"""What the tablet's main thread does with the citizen form, as if it were four times slower.

The first figures are CPU seconds of Chromium's main thread times four, so a busy machine hardly
changes them. The taps of a whole interview are then timed under Chromium's own slow-down, from the
finger to the next paint (Event Timing, in steps of 8 ms): run that on a quiet machine.
"""

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.instance import free_port, serving
from server.accounts.operations import create_user
from server.database import Database
from server.forms.publishing import publish_shipped_forms
from server.migrations import migrate

CHROMIUM = os.environ.get("IZDES_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SLOWER = 4
REPEATS = 3
PAUSE_MS = 300
QUIET_MS = 2500
"""After signing in: the first exchange with the server is not the form's cost."""
SCREEN = {"width": 820, "height": 1180}
OFFICER, PASSWORD = "nevzat.ergun", "eski vali sahada 41"
WATCH_TAPS = """
window.taps = new Map();
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.interactionId) continue;
    taps.set(entry.interactionId, Math.max(taps.get(entry.interactionId) ?? 0, entry.duration));
  }
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""


def main() -> None:
    """Hold an interview and print what it cost."""
    with _field_address() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport=SCREEN)
        page.add_init_script(WATCH_TAPS)
        page.goto(address)
        _sign_in(page)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        openings = [_open_form(page, devtools) for _ in range(REPEATS)]
        for what, figures in zip(("app", "form"), zip(*openings, strict=True), strict=True):
            print(f"{what} ready: {statistics.median(figures) * SLOWER:.2f} s of main thread")
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        taps = _hold_interview(page)
        _print_taps(page, taps)
        browser.close()


def _open_form(page: Page, devtools: CDPSession) -> tuple[float, float]:
    """Load the app anew and begin an interview; give the CPU seconds of both."""
    page.evaluate("location.hash = ''")
    page.reload()
    page.wait_for_selector("input[name=password]")
    _settle(page)
    app = _busy(devtools)
    _sign_in(page)
    page.wait_for_timeout(QUIET_MS)
    before = _busy(devtools)
    page.click(".start__button")
    page.wait_for_selector(".question")
    _settle(page)
    return app, _busy(devtools) - before


def _settle(page: Page) -> None:
    page.wait_for_function("() => new Promise((done) => requestIdleCallback(() => done(true)))")


@contextmanager
def _field_address() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'izdes.sqlite3'}"
        database = Database(url)
        migrate(database)
        publish_shipped_forms(database)
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


def _sign_in(page: Page) -> None:
    page.wait_for_selector("input[name=password]")
    if page.locator("input[name=username]").count():
        page.fill("input[name=username]", OFFICER)
    page.fill("input[name=password]", PASSWORD)
    page.click("form .button--primary")
    page.wait_for_selector(".start__button")


def _busy(devtools: CDPSession) -> float:
    """Give the CPU seconds the main thread has used since the page was loaded."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def _hold_interview(page: Page) -> int:
    """Answer every choice of every section by tapping a card, then go on; give the taps made."""
    taps = 0
    while page.locator(".section").count():
        section = page.locator("h1").inner_text()
        taps += _answer_section(page) + 1
        page.click(".steps__on")
        page.wait_for_function(
            "(left) => document.querySelector('h1').innerText !== left", arg=section
        )
        page.wait_for_timeout(PAUSE_MS)
    return taps


def _answer_section(page: Page) -> int:
    taps = 0
    done: set[str] = set()
    while fresh := [key for key in _questions(page) if key not in done]:
        done.add(fresh[0])
        question = page.locator(f"[id='{fresh[0]}']")
        if question.locator(".search__input").count():
            targets = [".search__input", "[role=option]"]
        elif question.locator("input[type=radio], input[type=checkbox]").count():
            targets = [
                ".likert__point:nth-child(3)" if question.locator(".likert").count() else "label"
            ]
        else:
            continue
        for target in targets:
            question.locator(target).first.click()
            page.wait_for_timeout(PAUSE_MS)  # people do not tap while the last tap is drawn
            taps += 1
    return taps


def _questions(page: Page) -> list[str]:
    return list(page.eval_on_selector_all(".question", "all => all.map((each) => each.id)"))


def _print_taps(page: Page, taps: int) -> None:
    page.wait_for_timeout(PAUSE_MS)
    slow = sorted(page.evaluate("[...taps.values()]"))
    below = max(0, taps - len(slow))
    durations = [0.0] * below + slow
    p95 = durations[int(len(durations) * 0.95)]
    print(
        f"{taps} taps, {below} of them below 16 ms: median {statistics.median(durations):.0f} ms,"
        f" 95 % within {p95:.0f} ms, longest {durations[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
