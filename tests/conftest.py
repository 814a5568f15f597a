"""What tests of different rooms share."""

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
