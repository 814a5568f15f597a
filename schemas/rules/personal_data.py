"""Personal data that slipped into a text: found by rules, told to who typed it, masked to readers.

The rules are data (``reference/personal_data.json``): a pattern and a check for each kind. A twin
in ``pwa/personal-data.ts`` reads the same file; both run ``tests/vectors/personal_data``. A match
is a hint, not a verdict: one in a hundred numbers of eleven digits has the check digits of an
identity number by chance, so nothing is refused because of one, and what is stored stays.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final, Literal

from schemas.reference.files import FOLDER
from schemas.wire import Wire

Kind = Literal["email", "iban", "tckn", "phone", "plate"]


class Rule(Wire):
    """How one kind of personal data is written, and what is put in its place."""

    kind: Kind
    check: Literal["mailbox", "mod97", "tckn", "subscriber", "plate"]
    mask: str
    patterns: tuple[str, ...]


class PersonalDataRules(Wire):
    """``schemas/reference/personal_data.json``; the earlier kind wins where two overlap."""

    kinds: tuple[Rule, ...]
    not_on_plates: frozenset[str]


class Find(Wire):
    """Where a text holds something personal; ``end`` is the first character after it."""

    kind: Kind
    start: int
    end: int


@cache
def rules() -> PersonalDataRules:
    """Read the rules."""
    return PersonalDataRules.model_validate_json((FOLDER / "personal_data.json").read_bytes())


def personal_data_in(text: str) -> tuple[Find, ...]:
    """Find what looks personal, in the order of the text, without overlaps."""
    if not _SIGN.search(text):
        return ()
    found: list[Find] = []
    for rule in rules().kinds:
        for find in _found_by(rule, text):
            if all(find.end <= other.start or other.end <= find.start for other in found):
                found.append(find)
    return tuple(sorted(found, key=lambda find: find.start))


def without_personal_data(text: str) -> str:
    """The text with a mask in place of whatever looks personal."""
    masks = {rule.kind: rule.mask for rule in rules().kinds}
    for find in reversed(personal_data_in(text)):
        text = text[: find.start] + masks[find.kind] + text[find.end :]
    return text


_SIGN: Final = re.compile("[0-9][0-9]|@|[\\[(][ae]t[\\])]")
"""Where nothing of this stands nothing is personal: most texts are told so at once."""
_NOT_DIGITS: Final = re.compile("[^0-9]")
_JOINING: Final = frozenset(".,:/-+")


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source)


def _found_by(rule: Rule, text: str) -> Iterator[Find]:
    for source in rule.patterns:
        place = 0
        while match := _pattern(source).search(text, place):
            start, end = match.span()
            if _stands_alone(text, start, end) and _CHECKS[rule.check](match.group()):
                yield Find(kind=rule.kind, start=start, end=end)
                place = end
            else:
                place = start + 1


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether it is no part of a longer number, date, amount, code or word."""
    before, after = text[:start][-2:], text[end : end + 2]
    if before and (before[-1].isalnum() or (before[-1] in _JOINING and _is_digit(before[:-1]))):
        return False
    return not after or not (after[0].isalnum() or (after[0] in _JOINING and _is_digit(after[1:])))


def _is_digit(character: str) -> bool:
    return "0" <= character <= "9"


def _is_mailbox(text: str) -> bool:
    """Ask for a letter before the sign: amounts and scores (5@4.tl) are no address."""
    name = re.split(r"@| ?[\[(]", text, maxsplit=1)[0]
    return any(letter.isalpha() for letter in name)


def _digits(text: str) -> str:
    return _NOT_DIGITS.sub("", text)


def _is_iban(text: str) -> bool:
    """ISO 13616: country and check digits go to the end, T is 29, R is 27; mod 97 it is 1."""
    digits = _digits(text)
    return int(digits[2:] + "2927" + digits[:2]) % 97 == 1


def _is_tckn(text: str) -> bool:
    """Check the tenth digit against the first nine, and the last against the first ten."""
    digits = [int(digit) for digit in _digits(text)]
    tenth = (7 * sum(digits[0:9:2]) - sum(digits[1:8:2])) % 10
    return digits[9] == tenth and digits[10] == sum(digits[:10]) % 10


def _is_subscriber(text: str) -> bool:
    """Leave round figures alone: the last seven digits of a number somebody has differ."""
    return len(set(_digits(text)[-7:])) > 1


def _is_plate(text: str) -> bool:
    letters = re.sub("[^A-Z]", "", text.upper())
    return letters not in rules().not_on_plates


_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "mailbox": _is_mailbox,
    "mod97": _is_iban,
    "tckn": _is_tckn,
    "subscriber": _is_subscriber,
    "plate": _is_plate,
}
