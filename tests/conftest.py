"""What tests of different rooms share."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from tests.browser import PATIENCE


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """The driver of the browsers; a process can have only one."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        yield driver


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In CI, let a browser try once more: on a busy machine one sometimes stands still for minutes.

    What failed the first time is still printed, as R; elsewhere every failure is a failure.
    """
    if os.environ.get("CI") == "true":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=1))
