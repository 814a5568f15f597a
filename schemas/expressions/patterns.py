r"""The regular expressions a form may use: what Python and JavaScript read alike and quickly.

A pattern is written ``^…$`` and must match the whole text. Allowed: literals, ``.``, classes with
ranges, plain groups, alternation, greedy ``* + ? {m,n}``, ``\d \s \w`` as ASCII, escaped
punctuation. What could take exponential time (a choice or repeat inside a repeat) is refused.
"""

import re
from functools import lru_cache
from typing import Final

from schemas.expressions.grammar import ExpressionError

MAX_COUNT: Final = 1000
FEW: Final = 10
"""A repeat of up to so many times may hold other repeats."""

_CLASSES: Final = frozenset("dsw")
_ESCAPED: Final = frozenset("^$\\.*+?()[]{}|/")
_BARE_REFUSED: Final = frozenset("^$*+?{}[]")
_ANY: Final = "[^\\n\\r\\u2028\\u2029]"
_COUNT: Final = re.compile(r"\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\}")
_SIMPLE: Final = {"*": (0, None), "+": (1, None), "?": (0, 1)}


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern; a refused one raises :class:`ExpressionError` with the place in it."""
    if not (pattern.startswith("^") and _ends_with_anchor(pattern)):
        raise ExpressionError("pattern_not_anchored", 1)
    reader = _Reader(pattern)
    text, _ = _branches(reader)
    if reader.place < reader.end:
        raise reader.refusal()
    return re.compile(text, re.ASCII)


def _ends_with_anchor(pattern: str) -> bool:
    before = pattern[:-1]
    escapes = len(before) - len(before.rstrip("\\"))
    return len(pattern) > 1 and pattern.endswith("$") and escapes % 2 == 0


class _Reader:
    """A place between the two anchors."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 1
        self.end = len(pattern) - 1

    def peek(self) -> str:
        return self.pattern[self.place] if self.place < self.end else ""

    def take(self) -> str:
        sign = self.peek()
        self.place += 1
        return sign

    def refusal(self) -> ExpressionError:
        """Refuse what stands here."""
        place = min(self.place, self.end)
        return ExpressionError("pattern", place + 1, text=self.pattern[place])


def _branches(reader: _Reader) -> tuple[str, bool]:
    """Read alternatives; give the text for Python and whether its length or way can vary."""
    text, varies = _branch(reader)
    while reader.peek() == "|":
        reader.take()
        text, varies = f"{text}|{_branch(reader)[0]}", True
    return text, varies


def _branch(reader: _Reader) -> tuple[str, bool]:
    written, varies = "", False
    while reader.peek() not in ("", "|", ")"):
        atom, inner = _atom(reader)
        repeat, variable = _repeat(reader, inner=inner)
        written += atom + repeat
        varies = varies or inner or variable
    return written, varies


def _atom(reader: _Reader) -> tuple[str, bool]:
    if reader.peek() == "(":
        return _group(reader)
    if reader.peek() == "[":
        return _class(reader), False
    if reader.peek() == "\\":
        return _escape(reader, extra=frozenset()), False
    if reader.peek() == ".":
        reader.take()
        return _ANY, False
    if reader.peek() in _BARE_REFUSED:
        raise reader.refusal()
    return re.escape(reader.take()), False


def _group(reader: _Reader) -> tuple[str, bool]:
    reader.take()
    if reader.peek() == "?":
        raise reader.refusal()
    text, varies = _branches(reader)
    if reader.peek() != ")":
        raise reader.refusal()
    reader.take()
    return f"(?:{text})", varies


def _escape(reader: _Reader, *, extra: frozenset[str]) -> str:
    reader.take()
    if reader.peek() not in _CLASSES | _ESCAPED | extra:
        raise reader.refusal()
    return "\\" + reader.take()


def _class(reader: _Reader) -> str:
    """Read ``[…]``; a hyphen that is no range must be escaped."""
    written = reader.take()
    if reader.peek() == "^":
        written += reader.take()
    if reader.peek() == "]":
        raise reader.refusal()
    while reader.peek() != "]":
        low = _member(reader)
        written += low
        if reader.peek() == "-":
            written += reader.take() + _range_end(reader, low)
    return written + reader.take()


def _member(reader: _Reader) -> str:
    if reader.peek() == "\\":
        return _escape(reader, extra=frozenset("-"))
    if reader.peek() in ("", "[", "-", "^", "&", "~", "|"):
        raise reader.refusal()
    return reader.take()


def _range_end(reader: _Reader, low: str) -> str:
    refusal = reader.refusal()
    high = _member(reader)
    if low[1:] in _CLASSES or high[1:] in _CLASSES or low[-1] > high[-1]:
        raise refusal
    return high


def _repeat(reader: _Reader, *, inner: bool) -> tuple[str, bool]:
    """Read a quantifier if there is one; give its text and whether the number of times varies."""
    refusal = reader.refusal()
    count = _times(reader)
    if count is None:
        return "", False
    least, most, text = count
    too_many = max(least, most or 0) > MAX_COUNT or (most is not None and most < least)
    explosive = inner and (most is None or most > FEW)
    if too_many or explosive or (reader.peek() and reader.peek() in "*+?{"):
        raise refusal
    return text, least != most


def _times(reader: _Reader) -> tuple[int, int | None, str] | None:
    sign = reader.peek()
    if sign in _SIMPLE:
        return (*_SIMPLE[sign], reader.take())
    match = _COUNT.match(reader.pattern, reader.place, reader.end)
    if match is None:
        return None
    reader.place = match.end()
    least = int(match[1])
    most = least if match[2] is None else int(match[3]) if match[3] else None
    return least, most, match[0]
