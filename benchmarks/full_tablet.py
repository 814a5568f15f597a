"""How soon home is ready on a tablet that holds 200 drafts and 5,000 delivered records.

One interview is held and delivered and one is begun; copies of both, sealed like the originals,
fill the store. Home is ready when its counts, its drafts and the big button stand on the screen:
timed at a quarter of the speed from the tap that leads home, and as CPU of the main thread.
"""

import json
import statistics
from typing import Any, Final

from playwright.sync_api import CDPSession, Page

from benchmarks.officers_tablet import (
    OFFICER,
    PASSWORD,
    SLOWER,
    hold_interview,
    sign_in,
    slow_down,
    tablet_with,
)
from server.assets.bundling import ESBUILD, run_node
from server.forms.publishing import shipped_forms

DRAFTS: Final = 200
DELIVERED: Final = 5_000
DRAFTED_SECTIONS: Final = 4
REPEATS: Final = 5
SCRIPT: Final = "benchmarks/full_tablet.ts"
READY: Final = "() => document.querySelectorAll('li.draft').length === 3"
"""The screen as an officer sees it; the mark is set by the page itself, in its own clock."""
WATCH_HOME: Final = """() => {
  const look = () => {
    const isReady =
      document.querySelector(".start__button") &&
      document.querySelectorAll("li.draft").length === 3 &&
      document.querySelectorAll(".figure__count").length === 3;
    if (isReady) performance.mark("home-ready");
    else requestAnimationFrame(look);
  };
  performance.clearMarks();
  performance.mark("home-asked");
  document.querySelector("main .button").click();
  look();
}"""
TOOK: Final = """() => performance.getEntriesByName("home-ready")[0]?.startTime
  - performance.getEntriesByName("home-asked")[0].startTime"""


def main() -> None:
    """Fill a tablet and print how long home takes."""
    citizen = next(form for form in shipped_forms() if form.id.startswith("A_"))
    with tablet_with(citizen) as page:
        _hold_one_and_begin_one(page)
        held = _fill(page)
        print(f"on the tablet: {held['drafts']} drafts, {held['outbox']} records")
        sign_in(page)
        page.wait_for_function(READY)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        _print_home(page, devtools)


def _print_home(page: Page, devtools: CDPSession) -> None:
    slow_down(devtools)
    figures = [_home(page, devtools) for _ in range(REPEATS)]
    waits, costs = zip(*figures, strict=True)
    print(
        f"home ready at {SLOWER}x: median {statistics.median(waits):.0f} ms,"
        f" longest {max(waits):.0f} ms; main thread {statistics.median(costs):.0f} ms"
    )


def _home(page: Page, devtools: CDPSession) -> tuple[float, float]:
    """Come home from the list of drafts; give milliseconds until it is ready and those of CPU."""
    page.locator(".figures-row button").first.click()
    page.wait_for_function("() => location.hash === '#/drafts'")
    page.wait_for_function("() => document.querySelectorAll('li.draft').length > 3")
    page.wait_for_timeout(1000)
    before = _busy(devtools)
    page.evaluate(WATCH_HOME)
    page.wait_for_function("() => performance.getEntriesByName('home-ready').length > 0")
    took = float(page.evaluate(TOOK))
    return took, (_busy(devtools) - before) * 1000


def _busy(devtools: CDPSession) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


def _hold_one_and_begin_one(page: Page) -> None:
    sign_in(page)
    _begin(page)
    hold_interview(page)
    page.wait_for_selector(".message--good")
    page.locator(".button--big").click()
    _begin(page)
    hold_interview(page, sections=DRAFTED_SECTIONS)
    page.wait_for_selector(".saved-mark .badge--good")
    page.locator(".section__head .button").click()
    page.wait_for_selector("li.draft")


def _begin(page: Page) -> None:
    page.locator(".start__button").click()
    page.wait_for_selector(".question")


def _fill(page: Page) -> dict[str, int]:
    """Lock the tablet and copy what is on it, in the page, as the app itself would write it."""
    page.reload()
    page.wait_for_selector("input[name=password]")
    program = run_node(ESBUILD, SCRIPT, "--bundle", "--format=iife", "--log-level=warning")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Runtime.evaluate", {"expression": program})
    wanted = {
        "username": OFFICER,
        "password": PASSWORD,
        "drafts": DRAFTS,
        "delivered": DELIVERED,
    }
    held: Any = page.evaluate(f"fillTablet({json.dumps(wanted)})")
    return dict(held)


if __name__ == "__main__":
    main()
