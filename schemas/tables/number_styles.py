"""How the numbers of a column are written: with decimal point or comma, decided by proof.

``1.500`` and ``1,500`` may be one and a half or fifteen hundred; only another cell of the same
column, or of the same file, tells which.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal

Style = Literal["point", "comma", "whole", "either", "text"]
"""``either``: every cell fits both; ``whole``: no cell has a sign in it; ``text``: no numbers."""

_SIGN: Final = r"[-+]?"
_POWER: Final = r"(?:[eE][-+]?[0-9]{1,3})?"
_WHOLE: Final = re.compile(rf"{_SIGN}[0-9]+{_POWER}")
_THOUSANDS: Final = r"[1-9][0-9]{0,2}(?:%s[0-9]{3})+"
_WRITTEN: Final = {
    style: re.compile(
        rf"{_SIGN}(?:[0-9]+|{_THOUSANDS % re.escape(other)})?(?:{re.escape(sign)}[0-9]*)?{_POWER}"
    )
    for style, sign, other in (("point", ".", ","), ("comma", ",", "."))
}
"""Thousands may be marked by the other sign, in groups of three."""


def bare(cell: str) -> str:
    """Leave out blanks, which some write between thousands."""
    return re.sub(r"[\s\u00a0\u202f]", "", cell)


def style_of(cells: Iterable[str]) -> Style:
    """Decide how the numbers of a column are written; blank cells say nothing."""
    fits = {"point", "comma"}
    whole = True
    for cell in cells:
        text = bare(cell)
        if not text:
            continue
        fits &= {style for style in fits if number_in(text, style) is not None}
        whole = whole and _WHOLE.fullmatch(text) is not None
        if not fits:
            return "text"
    if whole:
        return "whole"
    if {"point", "comma"} <= fits:
        return "either"
    return "point" if "point" in fits else "comma"


def number_in(cell: str, style: str) -> float | None:
    """Read a number written in a style; None if it is not written so."""
    text = bare(cell)
    if not any(letter.isdigit() for letter in text):
        return None
    if not _WRITTEN["comma" if style == "comma" else "point"].fullmatch(text):
        return None
    if style == "comma":
        return float(text.replace(".", "").replace(",", "."))
    return float(text.replace(",", ""))
