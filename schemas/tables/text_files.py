"""Tables of text as spreadsheets save them: the encoding, a first line that says ``sep=;``."""

import re
import unicodedata
from typing import Final

ENCODINGS: Final = {"UTF-8": "utf-8-sig", "windows-1254": "cp1254"}
"""Tried in this order: bytes that are no UTF-8 are Turkish Windows, which almost anything is."""
_SEPARATOR_LINE: Final = re.compile(r"\A\"?sep=(.)\"?[ \t]*\r?(?:\n|\Z)", re.IGNORECASE)


def decoded(data: bytes) -> tuple[str, str] | None:
    """The text of a file and the name of its encoding; None if it is no text.

    Letters come composed (Unicode form C): a Mac writes ğ as g and a mark, which looks the same
    and is another text.
    """
    if b"\0" in data:
        return None
    for name, encoding in ENCODINGS.items():
        try:
            return unicodedata.normalize("NFC", data.decode(encoding)), name
        except UnicodeDecodeError:
            continue
    return None


def named_separator(text: str) -> str | None:
    """The separator that a first line ``sep=;`` names, as Excel reads and writes it."""
    line = _SEPARATOR_LINE.match(text)
    return line[1] if line else None


def without_separator_line(text: str) -> str:
    """Leave a line ``sep=;`` empty, so that the rows below keep their numbers."""
    return _SEPARATOR_LINE.sub("\n", text, count=1)
