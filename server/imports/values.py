"""Cells as people and programs write them → answers as İZDES keeps them.

A reader gives None for what it does not understand; nothing is guessed.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from schemas.forms import Choice, FormDefinition, Node
from schemas.geography import TURKISH_TIME, find_province, search_word
from schemas.measurement import measurement
from schemas.spreadsheet_cells import as_written
from schemas.values import LEXICAL_FORM, clean_text, is_date_time, is_decimal, to_text

Reader = Callable[[str], str | None]

_LOCAL_DAY: Final = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})(?:[ T](.+))?")
_NUMBER: Final = re.compile(r"[-+]?([0-9]{1,200}(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,2})?")
_YES: Final = frozenset({"1", "true", "evet", "yes", "x", "e", "y"})


def plain(text: str) -> str:
    """Reduce a label to what makes it this label: no capitals, no accents, single blanks."""
    return " ".join(search_word(text.replace("’", "'").replace("‘", "'")).split())


def reader_of(
    node: Node, definition: FormDefinition, also: Sequence[tuple[str, str]] = ()
) -> Reader:
    """Give the reader of a question's cells; ``also`` are further words for its choices."""
    choices = definition.lists.get(node.list or "", ())
    if node.type == "select_one":
        return _choice_reader(choices, also)
    if node.type in {"select_multiple", "rank"}:
        return _choices_reader(choices, also, sort=node.type == "select_multiple")
    return _BY_TYPE.get(str(node.type)) or _checked(_untouched, str(node.type))


def number(text: str) -> float | None:
    """Read a number with decimal point or comma."""
    bare = re.sub(r"[\s\u00a0]", "", text)
    if "," in bare:
        bare = bare.replace(".", "").replace(",", ".")
    return float(bare) if _NUMBER.fullmatch(bare) else None


def day(text: str) -> str | None:
    """Read a day, as ISO or as people in Türkiye write it; a time of day is let go."""
    moment = _moment(text)
    return None if moment is None else moment.date().isoformat()


def moment(text: str) -> str | None:
    """Read a time; one without offset is the clock of Türkiye."""
    if is_date_time(text):
        return text
    found = _moment(text)
    if found is None:
        return None
    zoned = found if found.tzinfo else found.replace(tzinfo=TURKISH_TIME)
    return zoned.isoformat(timespec="milliseconds")


def province_code(text: str) -> str | None:
    """Read a province by plate or name."""
    found = find_province(text.zfill(2) if text.isdecimal() else text)
    return found.plate if found else None


def is_yes(text: str) -> bool:
    """Tell whether a column of a single choice says that it was chosen."""
    return plain(text) in _YES


def mirrored(choices: Iterable[Choice]) -> dict[str, str]:
    """Give each code of a scale its opposite; codes of no answer stay."""
    codes = [each.name for each in choices if each.name not in measurement().unknown]
    return dict(zip(codes, reversed(codes), strict=True))


def _moment(text: str) -> datetime | None:
    local = _LOCAL_DAY.fullmatch(text)
    iso = text
    if local:
        first, second, year, clock = local.groups()
        iso = f"{year}-{second:0>2}-{first:0>2}" + (f"T{clock}" if clock else "")
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        return None


def _choice_reader(choices: Sequence[Choice], also: Sequence[tuple[str, str]]) -> Reader:
    codes = {each.name for each in choices}
    words: dict[str, str | None] = {}
    labelled = [(text, each.name) for each in choices for text in each.label.values()]
    for label, code in (*labelled, *also):
        # Two choices of one label (districts of two provinces) are not told apart by it.
        words[plain(label)] = code if words.get(plain(label), code) == code else None

    def read(text: str) -> str | None:
        if text in codes:
            return text
        if (found := words.get(plain(text))) is not None:
            return found
        value = number(text)
        if value is None or value != int(value):
            return None
        spelled = (str(int(value)), f"{int(value):02}")
        return next((each for each in spelled if each in codes), None)

    return read


def _choices_reader(
    choices: Sequence[Choice], also: Sequence[tuple[str, str]], *, sort: bool
) -> Reader:
    place = {each.name: number for number, each in enumerate(choices)}
    one = _choice_reader(choices, also)

    def read(text: str) -> str | None:
        parts = text.split()
        if not all(part in place for part in parts):
            parts = [part.strip() for part in re.split(r"[;|]", text) if part.strip()]
        found = [one(part) for part in parts]
        known = [code for code in found if code is not None]
        if len(known) < len(found) or len(set(known)) < len(known):
            return None
        return " ".join(sorted(known, key=place.__getitem__) if sort else known)

    return read


def _untouched(text: str) -> str:
    return as_written(text)


def _number_text(text: str) -> str | None:
    if is_decimal(text):
        return text
    value = number(text)
    return None if value is None else to_text(value)


def _whole_text(text: str) -> str | None:
    value = number(text)
    return to_text(value) if value is not None and value == int(value) else None


def _free_text(text: str) -> str:
    return clean_text(_untouched(text))


def _checked(read: Reader, kind: str = "") -> Reader:
    has_form = LEXICAL_FORM.get(kind)
    if has_form is None:
        return read
    return lambda text: found if (found := read(text)) is not None and has_form(found) else None


_BY_TYPE: Final[dict[str, Reader]] = {
    "integer": _checked(_whole_text, "integer"),
    "decimal": _checked(_number_text, "decimal"),
    "range": _checked(_number_text, "range"),
    "date": day,
    "today": day,
    "dateTime": moment,
    "start": moment,
    "end": moment,
    "text": _free_text,
    "hidden": _free_text,
    "barcode": _free_text,
    "deviceid": _free_text,
}
