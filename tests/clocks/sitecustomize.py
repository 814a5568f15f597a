"""Python under faketime: sleeping goes on to mean a length of time.

``time.sleep`` asks for an absolute moment of the clock that is not faked, and libfaketime (0.9.10)
moves that moment as it moves the calendar: the call fails. Only ``tests/under_other_clocks`` puts
this folder in the way of Python.
"""

import select
import time


def _sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = _sleep
