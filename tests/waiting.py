"""The one way in which a test waits: for something to become true."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 120.0
"""Seconds in which anything must come true; only a machine that stands still needs them."""
PAUSE = 0.02


def wait_until(holds: Callable[[], T], what: str, *, seconds: float = PATIENCE) -> T:
    """Ask again and again until the answer is true, and give it."""
    end = time.monotonic() + seconds
    while not (answer := holds()):
        assert time.monotonic() < end, f"in {seconds:.0f} s it was not so: {what}"
        time.sleep(PAUSE)
    return answer
