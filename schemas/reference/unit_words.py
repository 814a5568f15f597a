"""Words of units: their types, the columns of their files, and when two names look alike."""

import csv
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from typing import Final

from schemas.reference.files import FOLDER
from schemas.turkish import search_word
from schemas.wire import Text, Wire

CHOICES: Final = FOLDER.parent / "definitions" / "choices.csv"
TYPES: Final = "birim_tur"
"""The list of the questionnaires: a type stands there with its words, and nowhere else."""


class UnitWords(Wire):
    """``schemas/reference/unit_words.json``.

    ``similar``: from which likeness (0 to 1) on two names may be one unit; ``columns``: how each
    column of a file may be headed; ``new``: what decides that a unit is none of the known ones.
    """

    similar: float
    columns: dict[str, tuple[str, ...]]
    needed: tuple[str, ...]
    new: tuple[str, ...]


@cache
def unit_words() -> UnitWords:
    """Read the words."""
    return UnitWords.model_validate_json((FOLDER / "unit_words.json").read_bytes())


@cache
def unit_types() -> dict[str, Text]:
    """Name the types of units in both languages, in the order of the questionnaires."""
    with CHOICES.open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: {"tr": row["label::Türkçe (tr)"], "en": row["label::English (en)"]}
            for row in csv.DictReader(file)
            if row["list_name"] == TYPES
        }


def look_alike(one: str, other: str) -> bool:
    """Tell whether two names may be of one unit.

    Words that both have say nothing (all stations are stations): the others are compared. Where
    one name has nothing more than the other, they may be the same; numbers must be equal.
    """
    ours, theirs = (Counter(search_word(name).split()) for name in (one, other))
    left, right = (" ".join(rest) for rest in (ours - theirs, theirs - ours))
    if not left or not right:
        return True
    if _digits(left) != _digits(right):
        return False
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= unit_words().similar


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
