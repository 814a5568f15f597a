"""The texts of stored records: packed as they were sent, and read by everybody the same way.

No reader fails because of one record: a text that cannot be read any more is logged, and is empty.
"""

import logging
import zlib
from typing import Any

from schemas.protocol.sent_text import plain_answers, read_json
from schemas.protocol.submissions import Interview, read_interview

log = logging.getLogger("izdes.sync")

COMPRESSION = 6
NOTHING = Interview(
    form_id="",
    form_version="",
    language="",
    started_at="",
    finished_at="",
    answers={},
)


def packed(text: str | bytes) -> bytes:
    """Pack a text to be stored."""
    return zlib.compress(text.encode() if isinstance(text, str) else text, COMPRESSION)


def unpacked(body: bytes) -> bytes:
    """A stored text byte for byte."""
    try:
        return zlib.decompress(body)
    except zlib.error:
        log.exception("a stored text is damaged")
        return b""


def answers_of(text: bytes) -> dict[str, Any]:
    """The answers a stored text holds as they were sent: what should be a text may be none."""
    try:
        said, _ = read_json(text)
    except ValueError:
        log.exception("a stored text cannot be read")
        return {}
    answers = said.get("answers") if isinstance(said, dict) else None
    return answers if isinstance(answers, dict) else {}


def interview_in(body: bytes) -> Interview:
    """A stored interview, its answers plain; an empty one if it cannot be read."""
    read = read_interview(unpacked(body))
    if read is None:
        log.error("a stored text is no interview")
        return NOTHING
    return read[0].model_copy(update={"answers": plain_answers(read[0].answers)})
