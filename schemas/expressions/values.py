"""How an answer looks as text, and how texts and numbers turn into one another.

Answers are strings; blank is ``""``. Inside an expression a number is a float, blank is None.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

ASCII_BLANKS: Final = " \t\n\v\f\r"

_NUMBER = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_INTEGER = re.compile(r"-?[0-9]{1,9}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}"
    r"[+-](?:0[0-9]|1[0-4]):[0-5][0-9]"
)
_FILE_NAME = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_number(text: str) -> float | None:
    """Read a number, blank if the text is none."""
    text = text.strip(ASCII_BLANKS)
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def to_text(number: float | None) -> str:
    """Write a number as the shortest decimal that reads back the same, never with an exponent."""
    if number is None or not math.isfinite(number):
        return ""
    if number == int(number) and abs(number) < 1e15:  # noqa: PLR2004  above it repr has an exponent
        return str(int(number))
    text = format(Decimal(repr(number)), "f")
    return text.removesuffix(".0")


@lru_cache(maxsize=4096)
def to_date(text: str) -> date | None:
    """Read ``YYYY-MM-DD``, None if it is not a real day."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def first_day(text: str) -> str:
    """The date a text or dateTime begins with, blank if it is not a real day."""
    return text[:10] if to_date(text[:10]) else ""


def to_days(text: str) -> float | None:
    """A dateTime as days since 1970 UTC, blank if it is none."""
    if not is_date_time(text):
        return None
    # Whole milliseconds first: dividing seconds by 86,400 gives other last digits.
    elapsed = datetime.fromisoformat(text) - _EPOCH
    milliseconds = elapsed.days * 86_400_000 + elapsed.seconds * 1000 + elapsed.microseconds // 1000
    return milliseconds / 86_400_000


def is_integer(text: str) -> bool:
    """Ask for the lexical form of an integer answer."""
    return _INTEGER.fullmatch(text) is not None


def is_decimal(text: str) -> bool:
    """Ask for the lexical form of a decimal answer."""
    return _DECIMAL.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Ask for a real day."""
    return to_date(text) is not None


def is_time(text: str) -> bool:
    """Ask for ``HH:MM``."""
    return _TIME.fullmatch(text) is not None


def is_date_time(text: str) -> bool:
    """Ask for a real day and time with milliseconds and a numeric offset."""
    match = _DATE_TIME.fullmatch(text)
    return match is not None and to_date(match[1]) is not None


def is_clean_text(text: str) -> bool:
    """Ask for text without blanks at its ends, in Unicode's composed form."""
    return (text.isascii() or unicodedata.is_normalized("NFC", text)) and (
        text == text.strip(ASCII_BLANKS)
    )


def clean_text(text: str) -> str:
    """Text as it is stored on leaving a field."""
    return unicodedata.normalize("NFC", text.strip(ASCII_BLANKS))


def is_geopoint(text: str) -> bool:
    """Ask for ``latitude longitude altitude accuracy``."""
    parts = text.split(" ")
    if len(parts) != 4 or not all(map(is_decimal, parts)):  # noqa: PLR2004  its four numbers
        return False
    return abs(float(parts[0])) <= 90 and abs(float(parts[1])) <= 180  # noqa: PLR2004  degrees


def is_file_name(text: str) -> bool:
    """Ask for the name of an attachment: its SHA-256 in hex and what kind of file it is."""
    return _FILE_NAME.fullmatch(text) is not None


LEXICAL_FORM: Final[dict[str, Callable[[str], bool]]] = {
    "text": is_clean_text,
    "hidden": is_clean_text,
    "barcode": is_clean_text,
    "deviceid": is_clean_text,
    "integer": is_integer,
    "decimal": is_decimal,
    "range": is_decimal,
    "date": is_date,
    "today": is_date,
    "time": is_time,
    "dateTime": is_date_time,
    "start": is_date_time,
    "end": is_date_time,
    "geopoint": is_geopoint,
    "image": is_file_name,
    "signature": is_file_name,
    "file": is_file_name,
}
"""Question type → test of an answer's form; choices are judged against their list instead."""
