"""Tests wait for what must become true, never for time to pass, and read a screen once drawn."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FILES = sorted(TESTS.rglob("*.py"))
NODE = sorted(TESTS.rglob("*.ts")) + sorted(TESTS.rglob("*.tsx")) + sorted(TESTS.rglob("*.mjs"))
LEAST_PATIENCE = 60
"""Seconds: whoever gives up sooner measures how busy the machine is."""

AT_ONCE = {
    *("count", "inner_text", "all_inner_texts", "text_content", "all_text_contents", "inner_html"),
    *("is_visible", "is_hidden", "is_enabled", "is_disabled", "is_checked", "input_value"),
    *("get_attribute", "wait_for_timeout"),
}
"""Playwright's looks at a screen that may not be drawn yet; ``expect(…)`` waits for it."""

ALLOWED = {
    ("waiting.py", "sleep"): "the pause between two looks of wait_until",
    ("journeys/tablet.py", "inner_text"): "Tablet.words, which has waited for the words",
    ("journeys/tablet.py", "setTimeout 200"): "a hidden page draws no frames to wait for",
}


def called(text: str) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", None) or getattr(node.func, "id", ""), node


def impatient(name: str, call: ast.Call) -> bool:
    """Whether a call gives up within seconds; milliseconds are Playwright's, and large."""
    bounds = [keyword.value for keyword in call.keywords if keyword.arg == "timeout"]
    bounds += call.args[:1] if name in {"wait", "join"} else []
    numbers = [bound.value for bound in bounds if isinstance(bound, ast.Constant)]
    return any(isinstance(number, int | float) and number < LEAST_PATIENCE for number in numbers)


def waits(text: str) -> Iterator[str]:
    """What a Python test does by the clock."""
    is_of_screens = "playwright" in text or "tests.journeys" in text
    for name, call in called(text):
        if name == "sleep":
            yield name
        if is_of_screens and name in AT_ONCE and not (name == "count" and call.args):
            yield name
        if impatient(name, call):
            yield f"{name} with {ast.unparse(call)}"
    yield from re.findall(r"page\.url\b", text)  # follows by a message of its own
    yield from scripted(text)


def scripted(text: str) -> Iterator[str]:
    """The timers of scripts that wait longer than for their turn."""
    for length in re.findall(r"setTimeout\([^;]*?,\s*([\d_]+)\)", text):
        if int(length) > 0:
            yield f"setTimeout {length}"


def test_no_test_waits_by_the_clock() -> None:
    found = set()
    for file in {*FILES, *NODE} - {Path(__file__)}:
        text = file.read_text("utf-8")
        name = file.relative_to(TESTS).as_posix()
        kinds = waits(text) if file.suffix == ".py" else scripted(text)
        found |= {(name, kind) for kind in kinds}
    assert found == set(ALLOWED)


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.sleep(0.3)",
        "from playwright.sync_api import Page\npage.locator('li').count()",
        "from tests.journeys.tablet import Tablet\nassert 'x' in tablet.page.inner_text()",
        "thread.join(20)",
        "process.wait(timeout=5)",
        "page.evaluate('new Promise((done) => setTimeout(done, 500))')",
    ],
)
def test_it_finds_what_it_forbids(text: str) -> None:
    assert list(waits(text))
