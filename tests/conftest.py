"""What tests of different rooms share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """The driver of the browsers; a process can have only one."""
    with sync_playwright() as driver:
        yield driver
