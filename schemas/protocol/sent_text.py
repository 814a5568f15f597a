"""Reading the JSON that tablets send, however odd: nothing in one record breaks its readers.

A number that no double holds stays the text it was written as; half a character pair (half an
emoji) becomes U+FFFD. Whoever receives and whoever reads a stored text goes through here, so what
was taken in can be read by all of them.
"""

import json
import math
from collections.abc import Mapping
from typing import Any, Final

import orjson

LONGEST_INTEGER: Final = 18
"""Digits that fit into 64 bits whatever they are."""


class Written(str):
    """A number as it was written, because no number of ours holds it; it is no text."""

    __slots__ = ()


def read_json(text: str | bytes) -> tuple[Any, bool]:
    """What a text says, and whether it is written oddly; ValueError where it is no JSON."""
    try:
        return orjson.loads(text), False
    except ValueError:
        pass
    try:
        found = json.loads(text, parse_int=_integer, parse_float=_decimal, parse_constant=Written)
        return mended(found), True
    except RecursionError:
        raise ValueError("nested too deeply") from None


def mended(value: Any) -> Any:
    """Replace every half of a character pair, in keys as well."""
    match value:
        case Written():
            return value
        case str():
            return _whole(value)
        case list():
            return [mended(part) for part in value]
        case dict():
            return {_whole(name): mended(part) for name, part in value.items()}
    return value


def plain_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as every reader takes them: texts, and lists of rows of texts.

    What should be a text and is none is given as it was written.
    """
    return {
        name: answer if type(answer) is str else _plain(answer) for name, answer in answers.items()
    }


def _plain(answer: Any) -> Any:
    if isinstance(answer, list) and (not answer or any(isinstance(row, dict) for row in answer)):
        return [_row(row) for row in answer]
    return _text(answer)


def _row(row: Any) -> dict[str, str]:
    # What is no row keeps its place: the others are counted from the first.
    return {name: _text(value) for name, value in row.items()} if isinstance(row, dict) else {}


def _text(answer: Any) -> str:
    if answer is None:
        return ""
    if isinstance(answer, str):
        return str(answer)
    try:
        return json.dumps(answer, ensure_ascii=False)
    except (RecursionError, ValueError):
        return ""


def _integer(digits: str) -> int | Written:
    return int(digits) if len(digits) <= LONGEST_INTEGER else Written(digits)


def _decimal(digits: str) -> float | Written:
    number = float(digits)
    return number if math.isfinite(number) else Written(digits)


def _whole(text: str) -> str:
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
