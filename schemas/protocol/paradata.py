"""How an interview was held, question by question: kept compactly, shown to analysts in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError

from schemas.wire import Wire

NEVER = -1
"""Stands for a moment that never came."""

Seconds = Annotated[int, Field(ge=NEVER)]
Trace = Annotated[list[Seconds], Field(min_length=5, max_length=5)]
"""Seconds after the start at which a question was first seen, first answered, last changed; how
often its answer changed; for how many seconds its page was on the screen."""


class Circumstance(Wire):
    """From so many seconds after the start on: the language, and whether there was no network."""

    at: Seconds
    language: str = Field(max_length=8)
    offline: bool


class Paradata(Wire):
    """What the tablet notes while an interview is held. Paths are those of the answers."""

    questions: dict[str, Trace]
    circumstances: tuple[Circumstance, ...]


@dataclass(frozen=True)
class Timing:
    """One question of an interview as an analyst reads it; seconds, None where it never came."""

    path: str
    seen: int
    answered: int | None
    changed: int | None
    edits: int
    on_screen: int
    language: str | None
    offline: bool | None


def read_paradata(noted: Mapping[str, Any]) -> Paradata | None:
    """Read what a tablet noted; None where it is of another kind: never a reason to refuse."""
    try:
        return Paradata.model_validate(noted, strict=False)
    except ValidationError:
        return None


def timings(paradata: Paradata) -> list[Timing]:
    """The questions in the order they were first seen."""
    found = [_timing(path, trace, paradata) for path, trace in paradata.questions.items()]
    return sorted(found, key=lambda timing: timing.seen)


def _timing(path: str, trace: Sequence[int], paradata: Paradata) -> Timing:
    seen, answered, changed, edits, on_screen = trace
    moment = answered if answered != NEVER else seen
    at_the_time = [
        circumstance for circumstance in paradata.circumstances if circumstance.at <= moment
    ]
    last = at_the_time[-1] if at_the_time else None
    return Timing(
        path=path,
        seen=seen,
        answered=None if answered == NEVER else answered,
        changed=None if changed == NEVER else changed,
        edits=edits,
        on_screen=on_screen,
        language=last.language if last else None,
        offline=last.offline if last else None,
    )
