"""What one interview is when it leaves the tablet: the text inside an envelope (sync.py)."""

from typing import Any, Literal, TypeVar

from pydantic import ConfigDict, Field, ValidationError

from schemas.protocol.sent_text import read_json
from schemas.wire import Wire


class Interview(Wire):
    """The finished interview. ``answers`` are strings, repeats are arrays of such objects.

    ``finished_at`` is the recorded ``end``: the server judges ``now()`` and ``today()`` by it,
    never by its own clock. Both times carry milliseconds and the tablet's numeric offset.
    ``confirmations`` are the officer's reasons, by path, for answers a soft constraint doubts.
    ``edit_reason`` says why a revision after the first was made. ``clock`` is the one that told the
    times: the centre's, as far as the tablet knew it, or the tablet's own.
    """

    form_id: str = Field(max_length=64)
    form_version: str = Field(max_length=32)
    visit: str | None = Field(default=None, max_length=64)
    language: str = Field(max_length=8)
    started_at: str = Field(max_length=32)
    finished_at: str = Field(max_length=32)
    app_version: str = Field(default="", max_length=32)
    answers: dict[str, Any]
    confirmations: dict[str, str] = Field(default_factory=dict)
    edit_reason: str = Field(default="", max_length=500)
    paradata: dict[str, Any] = Field(default_factory=dict)
    clock: Literal["tablet", "centre"] = "tablet"


class AnonymousInterview(Wire):
    """What is sent, and read, of an interview of an anonymous form; anything else is not looked at.

    ``round`` is that of the visit it was held in; no visit, day, language or version of the app.
    """

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    form_id: str = Field(max_length=64)
    form_version: str = Field(max_length=32)
    round: str = Field(default="", max_length=32)
    answers: dict[str, Any]
    confirmations: dict[str, str] = Field(default_factory=dict)


Said = TypeVar("Said", Interview, AnonymousInterview)


def read_interview(text: str | bytes) -> tuple[Interview, bool] | None:
    """The interview a text says, and whether it is written oddly; nothing if it is none."""
    return read_as(Interview, text)


def read_as(shape: type[Said], text: str | bytes) -> tuple[Said, bool] | None:
    """What a text says in that shape, and whether it is written oddly."""
    try:
        said, is_odd = read_json(text)
        return shape.model_validate(said), is_odd
    except (ValueError, ValidationError):
        return None
