"""What the tablet's main thread does, as if it were four times slower.

The first figures are CPU seconds of Chromium's main thread times four, so a busy machine hardly
changes them; so is the CPU time from a tap to its frame. Taps are also timed under Chromium's own
slow-down, from the finger to the next paint (Event Timing, in steps of 8 ms), on the citizen form
whole and on sections of the form of 500 questions, which is then filled to its end to weigh the
heap: run that on a quiet machine.
"""

import statistics

from playwright.sync_api import CDPSession, Page

from benchmarks.big_form import big_form
from benchmarks.frames import traced_taps
from benchmarks.officers_tablet import (
    QUIET_MS,
    SLOWER,
    hold_interview,
    leave_section,
    print_taps,
    settle,
    sign_in,
    slow_down,
    tablet_with,
)
from server.forms.publishing import shipped_forms

REPEATS = 3
TIMED_SECTIONS = 12
TRACED_SECTIONS = 5
ANSWER_ALL = """async () => {
  const seen = new Set();
  const pause = () => new Promise((done) => setTimeout(done, 20));
  for (;;) {
    await pause();
    const question = [...document.querySelectorAll(".question")].find(({ id }) => !seen.has(id));
    if (!question) return;
    seen.add(question.id);
    const search = question.querySelector(".search__input");
    if (search) {
      search.focus();
      await pause();
      question.querySelector("[role=option]")?.click();
    }
    question.querySelector("[type=radio], [type=checkbox]")?.click();
    for (const box of question.querySelectorAll("input.input:not(.search__input), textarea")) {
      box.value = box.inputMode ? "2" : "Uzun uzun anlatılan bir görüş ".repeat(4);
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}"""


def main() -> None:
    """Hold both interviews and print what they cost."""
    citizen = next(form for form in shipped_forms() if form.id.startswith("A_"))
    with tablet_with(citizen) as page:
        sign_in(page)
        devtools = _watched(page)
        openings = [_open_form(page, devtools) for _ in range(REPEATS)]
        for what, figures in zip(("app", "form"), zip(*openings, strict=True), strict=True):
            print(f"{what} ready: {statistics.median(figures) * SLOWER:.2f} s of main thread")
        slow_down(devtools)
        print("citizen form:", end=" ")
        print_taps(page, hold_interview(page))
    with tablet_with(big_form()) as page:
        sign_in(page)
        devtools = _watched(page)
        _open_form(page, devtools)
        with traced_taps(page) as costs:
            hold_interview(page, sections=TRACED_SECTIONS)
        _print_costs(costs)
        page.evaluate("taps.clear(); screens.length = 0")
        slow_down(devtools)
        print("500 questions:", end=" ")
        print_taps(page, hold_interview(page, sections=TIMED_SECTIONS))
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        _fill_the_rest(page)
        devtools.send("HeapProfiler.collectGarbage")
        print(f"heap with 500 questions filled: {_metric(devtools, 'JSHeapUsedSize') / 1e6:.1f} MB")


def _watched(page: Page) -> CDPSession:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    return devtools


def _open_form(page: Page, devtools: CDPSession) -> tuple[float, float]:
    """Load the app anew and begin an interview; give the CPU seconds of both."""
    page.evaluate("location.hash = ''")
    page.reload()
    page.wait_for_selector("input[name=password]")
    settle(page)
    app = _metric(devtools, "TaskDuration")
    sign_in(page)
    page.wait_for_timeout(QUIET_MS)
    before = _metric(devtools, "TaskDuration")
    page.click(".start__button")
    page.wait_for_selector(".question")
    settle(page)
    page.evaluate("taps.clear(); screens.length = 0")
    return app, _metric(devtools, "TaskDuration") - before


def _metric(devtools: CDPSession, name: str) -> float:
    """A figure of the page since it was loaded; times are the main thread's CPU seconds."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == name))


def _print_costs(costs: list[float]) -> None:
    slower = sorted(cost * SLOWER for cost in costs)
    print(
        f"500 questions, CPU from tap to frame times {SLOWER}: median"
        f" {statistics.median(slower):.0f} ms, 98 % within {slower[int(len(slower) * 0.98)]:.0f} ms"
    )


def _fill_the_rest(page: Page) -> None:
    while page.locator(".section__number").count():
        page.evaluate(ANSWER_ALL)
        leave_section(page, lambda way: way.click() or 1)


if __name__ == "__main__":
    main()
