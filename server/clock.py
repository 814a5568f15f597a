"""What time it is and which day: the one place that reads the calendar.

Lengths of time are measured with ``time.monotonic``; what asks *when* asks here. Rules in
``schemas`` and ``analysis`` are given their moment and read no clock at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from schemas.turkish import TURKISH_TIME

_set_to: ContextVar[datetime | None] = ContextVar("izdes.clock", default=None)


def now() -> datetime:
    """The moment, in UTC."""
    return _set_to.get() or datetime.now(UTC)


def today() -> date:
    """The day it is in Türkiye: between midnight there and in Greenwich it is the next one."""
    return now().astimezone(TURKISH_TIME).date()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let the clock of this thread stand at a moment, which names its time zone."""
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
