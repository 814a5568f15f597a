"""What tests of different rooms share."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """The driver of the browsers; a process can have only one."""
    with sync_playwright() as driver:
        yield driver


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browsers, and in CI let one try again.

    Files are shared out among processes in their order, and the longest are those with browsers: as
    the last they would leave every process but one idle. On a busy machine a browser sometimes
    stands still for minutes; what failed the first time is still printed, as R, and elsewhere
    every failure is a failure.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)
    if os.environ.get("CI") == "true":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=2))
