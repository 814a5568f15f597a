"""How many records a tablet sends in a minute: more wait there, and it tries again by itself.

Each process counts for itself, in memory: it is a brake, not an account.
"""

import math
import threading
import time
from collections import Counter

from schemas.problems import Problem

MINUTE = 60.0


class Pace:
    """What each tablet has sent this minute; ``most`` is how much it may, 0 for any number."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._begun = time.monotonic()
        self._sent: Counter[str] = Counter()

    def take(self, device_id: str, records: int) -> None:
        """Count records that have come, or refuse them until the minute is over."""
        with self._lock:
            now = time.monotonic()
            if now - self._begun >= MINUTE:
                self._begun = now
                self._sent.clear()
            # A batch that is larger than all that may come is taken alone: it cannot get smaller.
            if self._most and (sent := self._sent[device_id]) and sent + records > self._most:
                wait = math.ceil(self._begun + MINUTE - now)
                raise Problem("too_many_records", most=self._most, seconds=max(1, wait))
            self._sent[device_id] += records
