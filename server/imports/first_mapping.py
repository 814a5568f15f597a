"""A mapping to start from: what the columns of a file seem to be, for a person to correct."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from schemas.reference.files import FOLDER
from schemas.tables.date_orders import moments_in, order_of
from schemas.tables.number_styles import style_of
from schemas.turkish import search_word
from schemas.wire import Wire
from server.imports.reading import SourceFile
from server.imports.values import plain, province_code
from server.imports.writing import numbers_in

MOST_CHOICES: Final = 12
LARGEST_CODE: Final = 10
NEARLY_ALL: Final = 0.9
SHOWN: Final = 12
WORDS: Final = FOLDER / "import_words.json"
LONGEST_NAME: Final = 32
FIVE: Final = ("1", "2", "3", "4", "5")


class Words(Wire):
    """``schemas/reference/import_words.json``: by what words columns and scales are recognised."""

    missing: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, tuple[Mapping[str, str], ...]]


@cache
def words() -> Words:
    """Read the words."""
    return Words.model_validate_json(WORDS.read_bytes())


@dataclass(frozen=True)
class Column:
    """A column of a file: how it is named in a mapping, and how often each value stands in it."""

    source: str
    header: str
    values: Counter[str]

    @property
    def rows(self) -> int:
        """Count the rows that have a value."""
        return self.values.total()


def first_mapping(source: SourceFile, name: str) -> dict[str, Any]:
    """Guess a mapping of a file; it is one that `izdes import` takes, where the guesses are right.

    A scale of answers is recognised by its words or numbers; which service and which dimension a
    question rates is for a person to say, and stands in the mapping as null.
    """
    known = {plain(code) for code in words().missing}
    columns = list(_columns(source))
    missing = sorted({cell for column in columns for cell in column.values if plain(cell) in known})
    columns = [_without(column, known) for column in columns]
    roles = dict(_roles([column for column in columns if column.rows], _rows(source)))
    scales: dict[str, list[dict[str, Any]]] = {}
    questions: dict[str, dict[str, Any]] = {}
    for column in columns:
        if column.rows and column not in roles.values():
            unique = _unique(_slug(column.header) or "soru", questions)
            questions[unique] = _question(column, scales)
    return {
        "form": {"id": _slug(name) or "anket", "version": "1", "title": {"tr": name, "en": name}},
        "scales": scales,
        "questions": questions,
        "missing": missing,
        "dates": None,
        "decimals": None,
        **{role: _source(roles.get(role)) for role in ("id", "province", "weight", "date")},
        **{role: _source(roles[role]) for role in words().roles if role in roles},
    }


def _rows(source: SourceFile) -> int:
    return sum(1 for _ in source.rows())


def _columns(source: SourceFile) -> Iterator[Column]:
    counted: list[Counter[str]] = [Counter() for _ in source.header]
    for _, cells in source.rows():
        for values, cell in zip(counted, cells, strict=True):
            values[cell.strip()] += 1
    for number, (header, values) in enumerate(zip(source.header, counted, strict=True), start=1):
        # A header that looks like a number of a column, or none, is named by its place.
        named = header if header and not header.startswith("#") else f"#{number}"
        yield Column(named, header or f"sutun {number}", values)


def _without(column: Column, missing: set[str]) -> Column:
    kept = {cell: n for cell, n in column.values.items() if cell and plain(cell) not in missing}
    return Column(column.source, column.header, Counter(kept))


def _roles(columns: Sequence[Column], rows: int) -> Iterator[tuple[str, Column]]:
    """Find the column of each role: its values must fit, and its header or they must say so."""
    taken: set[str] = set()
    for role, names in words().roles.items():
        for column in columns:
            is_named = " ".join(re.findall("[a-z0-9]+", search_word(column.header))) in names
            if column.source not in taken and _fits(role, column, rows, is_named=is_named):
                taken.add(column.source)
                yield role, column
                break


def _fits(role: str, column: Column, rows: int, *, is_named: bool) -> bool:
    values = list(column.values)
    if role == "id":
        return is_named and len(values) == rows
    if role == "province":
        words_too = is_named or not all(value.isdecimal() for value in values)
        return words_too and _share(values, lambda cell: province_code(cell) is not None)
    if role == "weight":
        return is_named and _share(values, lambda cell: bool(numbers_in(cell, "")))
    if role == "date":
        return _are_days(values)
    return is_named


def _share(values: Sequence[str], fits: Any) -> bool:
    return sum(map(bool, map(fits, values))) >= NEARLY_ALL * len(values) > 0


def _are_days(values: Sequence[str]) -> bool:
    return _share(values, lambda cell: not cell.isalnum() and bool(moments_in(cell, "")))


def _question(column: Column, scales: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    found = [f"{value} ({count})" for value, count in column.values.most_common(SHOWN)]
    told: dict[str, Any] = {"column": column.source, "found": found}
    if (named := _scale(column)) is None:
        return {**told, "type": _type(list(column.values))}
    name, choices = named
    same = next((scale for scale, held in scales.items() if held == choices), None)
    if same is None:
        same = _unique(name, scales)
        scales[same] = choices
    asked = {"reversed": False, "service": None, "dimension": None, "core": None}
    rates = tuple(choice["code"] for choice in choices) == FIVE
    return {**told, "scale": same, **(asked if rates else {})}


def _scale(column: Column) -> tuple[str, list[dict[str, Any]]] | None:
    """Recognise a scale by its words, by whole numbers, or by few words that come again."""
    values = list(column.values)
    for name, labels in words().scales.items():
        known = {plain(word) for label in labels for word in label.values()}
        if known.issuperset(map(plain, values)):
            first = 0 if len(labels) < len(FIVE) else 1
            return name, [_choice(str(code), label) for code, label in enumerate(labels, first)]
    whole = {value: _whole(value) for value in values}
    codes = {number for number in whole.values() if number is not None}
    if len(values) > MOST_CHOICES or any(code > LARGEST_CODE for code in codes):
        return None
    if len(codes) == len(values):
        full = set(range(1, 6)) if codes <= set(range(1, 6)) and len(codes) > 2 else codes  # noqa: PLR2004  two are no scale of five
        return "olcek", [_choice(str(code), str(code)) for code in sorted(full)]
    if column.rows < 2 * len(values) or _type(values) != "text" or max(map(len, values)) > 100:  # noqa: PLR2004  a word that never comes again is no choice
        return None
    distinct = {plain(value): value for value in values if whole[value] is None}
    after = enumerate(distinct.values(), max(codes, default=0) + 1)
    return "secenek", [
        *(_choice(str(code), str(code)) for code in sorted(codes)),
        *(_choice(str(code), value) for code, value in after),
    ]


def _whole(value: str) -> int | None:
    found = {number for number in numbers_in(value, "") if number == int(number) and number >= 0}
    return int(found.pop()) if len(found) == 1 else None


def _choice(code: str, label: str | Mapping[str, str]) -> dict[str, Any]:
    both = {"tr": label, "en": label} if isinstance(label, str) else dict(label)
    return {"code": code, "label": both}


def _type(values: Sequence[str]) -> str:
    if _are_days(values) and order_of(values):
        return "date"
    if not all(numbers_in(value, "") for value in values):
        return "text"
    return "integer" if style_of(values) == "whole" else "decimal"


def _source(column: Column | None) -> dict[str, str] | None:
    return None if column is None else {"column": column.source}


def _slug(text: str) -> str:
    word = "_".join(re.findall("[a-z0-9]+", search_word(text)))[:LONGEST_NAME].strip("_")
    return f"s_{word}" if word[:1].isdigit() else word


def _unique(name: str, taken: Mapping[str, Any]) -> str:
    number = 1
    unique = name
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique
