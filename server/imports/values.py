"""Cells as people and programs write them → answers as İZDES keeps them.

A reader gives None for what it does not understand; nothing is guessed.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from schemas.expressions.values import LEXICAL_FORM, clean_text, is_date_time, is_decimal, to_text
from schemas.forms.definition import Choice, FormDefinition, Node
from schemas.forms.question_kinds import CHOICES, NUMBERS, SEVERAL
from schemas.reference.geography import find_province
from schemas.rules.measurement import measurement
from schemas.tables.date_orders import moments_in
from schemas.tables.spreadsheet_cells import as_written
from schemas.turkish import TURKISH_TIME, search_word
from server.imports.writing import UNKNOWN, Kind, Writing, numbers_in

Reader = Callable[[str], str | None]
Styled = Callable[[Writing], Reader]
"""A reader that wants to know how the column is written."""

_YES: Final = frozenset({"1", "true", "evet", "yes", "x", "e", "y"})


def plain(text: str) -> str:
    """Reduce a label to what makes it this label: no capitals, no accents, single blanks."""
    return " ".join(search_word(text.replace("’", "'").replace("‘", "'")).split())


def reader_of(
    node: Node,
    definition: FormDefinition,
    also: Sequence[tuple[str, str]] = (),
    writing: Writing = UNKNOWN,
) -> Reader:
    """The reader of a question's cells; ``also`` are further words for its choices."""
    choices = definition.lists.get(node.list or "", ())
    if node.type == "select_one":
        return _choice_reader(choices, also, writing)
    if node.type in SEVERAL:
        return _choices_reader(choices, also, writing, sort=node.type == "select_multiple")
    if (styled := _STYLED.get(str(node.type))) is not None:
        return _checked(styled(writing), str(node.type))
    return _BY_TYPE.get(str(node.type)) or _checked(_untouched, str(node.type))


def kind_of(node: Node) -> Kind | None:
    """What has to be known of a column to read answers to a question."""
    if node.type in CHOICES:
        return "codes"
    if node.type in NUMBERS:
        return "numbers"
    return "dates" if str(node.type) in _STYLED else None


def number(text: str, style: str = UNKNOWN.numbers) -> float | None:
    """Read a number, if it can only be one."""
    found = numbers_in(text, style)
    return found.pop() if len(found) == 1 else None


def day(text: str, order: str = UNKNOWN.dates) -> str | None:
    """Read a day, if it can only be one; a time of day is let go."""
    moment = _moment(text, order)
    return None if moment is None else moment.date().isoformat()


def moment(text: str, order: str = UNKNOWN.dates) -> str | None:
    """Read a time, if it can only be one; one without offset is the clock of Türkiye."""
    if is_date_time(text):
        return text
    found = _moment(text, order)
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
    """Each code of a scale its opposite; codes of no answer stay."""
    codes = [choice.name for choice in choices if choice.name not in measurement().unknown]
    return dict(zip(codes, reversed(codes), strict=True))


def _moment(text: str, order: str) -> datetime | None:
    found = moments_in(text, order)
    return found.pop() if len(found) == 1 else None


def _choice_reader(
    choices: Sequence[Choice], also: Sequence[tuple[str, str]], writing: Writing
) -> Reader:
    codes = {choice.name for choice in choices}
    words: dict[str, str | None] = {}
    labelled = [(text, choice.name) for choice in choices for text in choice.label.values()]
    for label, code in (*labelled, *also):
        # Two choices of one label (districts of two provinces) are not told apart by it.
        words[plain(label)] = code if words.get(plain(label), code) == code else None

    def read(text: str) -> str | None:
        if text in codes:
            return text
        if (found := words.get(plain(text))) is not None:
            return found
        whole = {
            int(number) for number in numbers_in(text, writing.numbers) if number == int(number)
        }
        spelled = ((str(each), f"{each:02}") for each in whole)
        meant = [next((each for each in both if each in codes), None) for both in spelled]
        offered = [each for each in meant if each is not None]
        return offered[0] if len(offered) == 1 else None

    return read


def _choices_reader(
    choices: Sequence[Choice], also: Sequence[tuple[str, str]], writing: Writing, *, sort: bool
) -> Reader:
    place = {choice.name: number for number, choice in enumerate(choices)}
    one = _choice_reader(choices, also, writing)

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


def number_text(writing: Writing) -> Reader:
    """The reader of a column of numbers."""

    def read(text: str) -> str | None:
        value = number(text, writing.numbers)
        # What is spelled as a number of ours keeps its zeros.
        spelled = is_decimal(text) and value == float(text)
        return text if spelled else None if value is None else to_text(value)

    return read


def _whole_text(writing: Writing) -> Reader:
    def read(text: str) -> str | None:
        value = number(text, writing.numbers)
        return to_text(value) if value is not None and value == int(value) else None

    return read


def day_text(writing: Writing) -> Reader:
    """The reader of a column of days."""
    return partial(day, order=writing.dates)


def moment_text(writing: Writing) -> Reader:
    """The reader of a column of times."""
    return partial(moment, order=writing.dates)


def _free_text(text: str) -> str:
    return clean_text(_untouched(text))


def _checked(read: Reader, kind: str = "") -> Reader:
    has_form = LEXICAL_FORM.get(kind)
    if has_form is None:
        return read
    return lambda text: found if (found := read(text)) is not None and has_form(found) else None


_STYLED: Final[dict[str, Styled]] = {
    "integer": _whole_text,
    "decimal": number_text,
    "range": number_text,
    "date": day_text,
    "today": day_text,
    "dateTime": moment_text,
    "start": moment_text,
    "end": moment_text,
}
_BY_TYPE: Final[dict[str, Reader]] = {
    "text": _free_text,
    "hidden": _free_text,
    "barcode": _free_text,
    "deviceid": _free_text,
}
