"""What the main thread does between a tap and its frame, in CPU time: a busy machine hardly counts.

Chromium's own trace says which task ran when and for how much CPU. From the moment the finger goes
up to the commit of the next frame, all tasks of the page's main thread are added up.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page

MARK = "izdes-tap"
MARK_TAPS = f"addEventListener('pointerup', () => performance.mark('{MARK}'), true)"
CATEGORIES = [
    *("devtools.timeline", "disabled-by-default-devtools.timeline"),
    *("toplevel", "blink.user_timing"),
]

Event = dict[str, Any]


@contextmanager
def traced_taps(page: Page) -> Iterator[list[float]]:
    """Trace the page; the list holds the CPU milliseconds of every tap once the block has ended."""
    devtools = page.context.new_cdp_session(page)
    events: list[Event] = []
    ended: list[object] = []
    devtools.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    # A list method of its own is not taken as a listener.
    devtools.on("Tracing.tracingComplete", lambda said: ended.append(said))  # noqa: PLW0108
    page.evaluate(MARK_TAPS)
    devtools.send(
        "Tracing.start",
        {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": CATEGORIES}},
    )
    costs: list[float] = []
    yield costs
    devtools.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(100)
    costs += _costs(events)


def _costs(events: list[Event]) -> Iterator[float]:
    threads = Counter(_thread(event) for event in events if event["name"] == "EventDispatch")
    (page, _), *_ = threads.most_common(1)
    ours = sorted((event for event in events if _thread(event) == page), key=lambda one: one["ts"])
    tasks = [event for event in ours if event["name"] == "RunTask" and "tdur" in event]
    commits = [event["ts"] + event["dur"] for event in ours if event["name"] == "Commit"]
    for mark in (event["ts"] for event in ours if event["name"] == MARK):
        end = next((commit for commit in commits if commit > mark), None)
        if end is not None:
            within = (task for task in tasks if task["ts"] < end and _end(task) > mark)
            yield sum(task["tdur"] for task in within) / 1000


def _thread(event: Event) -> tuple[int, int]:
    return event["pid"], event["tid"]


def _end(task: Event) -> float:
    return float(task["ts"] + task["dur"])
