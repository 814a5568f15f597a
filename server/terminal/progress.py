"""What takes long says how far it is: on standard error, and only to somebody who watches.

A command works inside :func:`watched`; what it calls names what it does with :func:`stage`. Where
nobody watches, which is so in the server, in tests and in pipes, that costs nothing.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic
from typing import Final

import click

from schemas.wording import say
from server.web.formats import whole

AFTER: Final = 2.0
"""Seconds before anything is said: most commands are done by then."""
ON_TERMINAL, IN_FILE = 0.5, 5.0
"""Seconds between two signs: a terminal has one line that changes, a file grows."""
CLEAR: Final = "\r\x1b[K"

Advance = Callable[[int], None]


@dataclass
class Line:
    """What is said at the moment, and about what."""

    language: str
    is_terminal: bool
    key: str = "progress.at_work"
    done: int = 0
    total: int = 0
    started: float = field(default_factory=monotonic)
    told: float | None = None
    over: Event = field(default_factory=Event)

    @property
    def pause(self) -> float:
        """How long nothing new is said."""
        return ON_TERMINAL if self.is_terminal else IN_FILE

    @property
    def text(self) -> str:
        """The sentence: what is done, and how far it is or how long it has taken."""
        doing, seconds = say(self.key, self.language), int(monotonic() - self.started)
        if not self.total:
            return say("progress.for_seconds", self.language, doing=doing, seconds=seconds)
        done, total = (whole(number, self.language) for number in (self.done, self.total))
        return say("progress.so_far", self.language, doing=doing, done=done, total=total)

    def tell(self) -> None:
        """Say it, if it is time."""
        now = monotonic()
        if now - self.started < AFTER or (self.told is not None and now - self.told < self.pause):
            return
        self.told = now
        sys.stderr.write(f"{CLEAR}{self.text}" if self.is_terminal else f"{self.text}\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave the terminal to what is printed now."""
        if self.is_terminal and self.told is not None:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()
            self.told = None

    def keep_telling(self) -> None:
        """Say it again and again, also while one long computation runs."""
        while not self.over.wait(self.pause):
            self.tell()


_shown: ContextVar[Line | None] = ContextVar("izdes_progress", default=None)


@contextmanager
def watched(language: str) -> Iterator[None]:
    """Let what is done inside be followed, if somebody follows it."""
    if not _is_watched() or _shown.get() is not None:
        yield
        return
    line = Line(language, is_terminal=sys.stderr.isatty())
    before = _shown.set(line)
    teller = Thread(target=line.keep_telling, daemon=True)
    teller.start()
    try:
        yield
    finally:
        _shown.reset(before)
        line.over.set()
        teller.join()
        line.clear()


@contextmanager
def stage(key: str, total: int = 0) -> Iterator[Advance]:
    """Name what is being done, and give a way to say that so many more of ``total`` are done."""
    line = _shown.get()
    if line is None:
        yield _nobody_watches
        return
    before = line.key, line.done, line.total
    line.key, line.done, line.total = key, 0, total
    line.tell()

    def advance(more: int) -> None:
        line.done += more
        line.tell()

    try:
        yield advance
    finally:
        line.key, line.done, line.total = before


def step_aside() -> None:
    """Clear the line before something is printed between."""
    if (line := _shown.get()) is not None:
        line.clear()


def _is_watched() -> bool:
    context = click.get_current_context(silent=True)
    wish = context.find_root().params.get("progress") if context else None
    return sys.stderr.isatty() if wish is None else bool(wish)


def _nobody_watches(_more: int) -> None:
    """Say nothing."""
