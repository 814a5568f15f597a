"""What a visit already knows of the forms begun in it, and how topics go from visit to visit."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from schemas.reference.files import FOLDER
from schemas.turkish import search_word
from schemas.wire import Wire

UNIT_LENGTH: Final = 200


class UnitFields(Wire):
    """The questions that say which unit a record is about; a form without all of them is not."""

    province: str
    district: str
    type: str
    name: str


class AnonymousGroups(Wire):
    """What may tell the people of an anonymous form apart, the coarsest first, and their unit."""

    told: tuple[str, ...]
    unit: tuple[str, ...]


class ReportedTopics(Wire):
    """Where a form reports topics: its repeat, and what of a row is kept."""

    form: str
    rows: str
    title: str
    proposal: str
    day: str


class FollowedTopics(Wire):
    """Where a re-visit says how topics stand; one with a ``closed`` status is not asked again."""

    form: str
    rows: str
    number: str
    status: str
    closed: tuple[str, ...]
    new_proposal: str


class AskedTopics(Wire):
    """Where earlier topics are asked again: the names of the prefilled questions."""

    form: str
    rows: str
    count: str
    earlier_visit: str
    number: str
    title: str
    proposal: str
    reported_on: str


class Fieldwork(Wire):
    """``schemas/reference/fieldwork.json``: question names of the shipped questionnaires.

    ``visit_fields``: question → what of the visit prefills it.
    """

    visit_fields: dict[str, str]
    unit: UnitFields
    anonymous: AnonymousGroups
    reported: tuple[ReportedTopics, ...]
    followed: FollowedTopics
    asked_again: AskedTopics


class Topic(Wire):
    """An issue that was reported of a unit and is not closed."""

    number: str
    title: str
    proposal: str = ""
    reported_on: str = ""


class KeyedTopic(Topic):
    """A topic a record reported, with the permanent key of its row (schemas/forms/row_keys.py)."""

    key: str


@cache
def fieldwork() -> Fieldwork:
    """Read the names."""
    return Fieldwork.model_validate_json((FOLDER / "fieldwork.json").read_bytes())


def unit_of(answers: Mapping[str, Any]) -> str | None:
    """The key of the unit a record is about, if it is about one."""
    names = fieldwork().unit
    said = [answers.get(name) for name in (names.province, names.district, names.type, names.name)]
    if not all(isinstance(none, str) and none for none in said):
        return None
    return unit_key(*map(str, said))


def unit_key(province: str, district: str, unit_type: str, unit_name: str) -> str:
    """Name a unit so that two spellings of its name, in one district and of one type, are one."""
    words = search_word(unit_name).split()
    key = "|".join((province, district, unit_type, " ".join(words)))
    return key.replace("\0", "")[:UNIT_LENGTH]
