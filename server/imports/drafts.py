"""Rows → interviews that are ready to be stored, and the visits they belong to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from math import isfinite
from typing import Any, Final
from uuid import UUID, uuid5

from schemas.forms.definition import FormDefinition
from schemas.forms.offers import offered
from schemas.forms.questionnaire import Questionnaire
from schemas.rules.measurement import measurement
from server.imports.mapping import Mapping as MappingFile
from server.imports.matching import CellValue, Matching, match, questions
from server.imports.reading import Fault, SourceFile, Unreadable
from server.imports.values import plain, province_code
from server.imports.writing import Writings, numbers_in

NAMESPACE: Final = UUID("5b0f7a3e-6a1d-5d5c-9c64-0d8f3c1f2a77")
LONGEST_CODE: Final = 64
_ISTANBUL_MIDNIGHT: Final = "T00:00:00.000+03:00"


@dataclass(frozen=True)
class Target:
    """Where rows go: a round, and a form with its versions by name (of a new form the only one)."""

    round_id: str
    definition: FormDefinition
    versions: Mapping[str, FormDefinition]
    is_new: bool = False


@dataclass(frozen=True)
class Place:
    """The sampling unit of a row: its visit, and what the sample knows of it."""

    code: str
    province: str
    stratum: str


@dataclass(frozen=True)
class Draft:
    """One row as an interview."""

    row: int
    instance_id: str
    version: str
    answers: dict[str, Any]
    place: Place | None
    weight: float | None
    interviewer: str
    started_at: str
    finished_at: str
    puzzles: tuple[CellValue, ...]
    """Cells that were not understood; they are stored as they stand."""
    faults: tuple[Fault, ...] = ()
    """Why its weight cannot be used, if it cannot."""

    @property
    def day(self) -> date | None:
        """The day it was held, if that is known."""
        text = (self.finished_at or self.started_at)[:10]
        return date.fromisoformat(text) if text else None


class Drafting:
    """Makes interviews of a file's rows; the same file always gives the same ones."""

    def __init__(self, source: SourceFile, target: Target, mapping: MappingFile) -> None:
        self.source, self.target, self.mapping = source, target, mapping
        self._writings = Writings(source)
        self._ready: dict[str, tuple[Matching, Questionnaire]] = {}
        self.matching = self._of(target.definition.version)[0]

    def drafts(self) -> Iterator[Draft]:
        """The interviews, row by row."""
        for row, cells in self.source.rows():
            yield self._draft(row, cells)

    def questionnaire(self, version: str) -> Questionnaire:
        """A version of the form, ready to judge answers by."""
        return self._of(version)[1]

    def _of(self, version: str) -> tuple[Matching, Questionnaire]:
        if version not in self._ready:
            definition = self.target.versions.get(version, self.target.definition)
            found = match(self._writings, definition, self.mapping)
            self._ready[version] = found, Questionnaire(definition)
        return self._ready[version]

    def _draft(self, row: int, cells: Sequence[str]) -> Draft:
        said = self.matching.facts.get("version")
        named = (said(cells).value or "") if said else ""
        version = named if named in self.target.versions else self.target.definition.version
        matching, questionnaire = self._of(version)
        facts = {name: take(cells) for name, take in matching.facts.items()}
        taken = {name: take(cells) for name, take in matching.answers.items()}
        known = {name: fact.value or "" for name, fact in facts.items()}
        answers: dict[str, Any] = {
            name: text
            for name, cell in taken.items()
            if (text := cell.cell.strip() if cell.value is None else cell.value)
        }
        province = known.get("province") or self._answered_province(questionnaire, answers)
        finished = known.get("finished") or _midnight(known.get("date", ""))
        unmatched = {name: cell for name, cell in taken.items() if cell.value is None}
        if unmatched:
            _tell_apart(questionnaire, answers, finished, unmatched)
        _work_out(questionnaire, answers, finished, told=taken)
        puzzles = [*unmatched.values(), *(fact for fact in facts.values() if fact.value is None)]
        weight = self._weight(row, facts.get("weight"))
        return Draft(
            row=row,
            instance_id=self._instance(row, known),
            version=version,
            answers=answers,
            place=self._place(row, known, province),
            weight=None if isinstance(weight, Fault) else weight,
            interviewer=known.get("interviewer", ""),
            started_at=known.get("started", ""),
            finished_at=finished,
            puzzles=tuple({puzzle.column: puzzle for puzzle in puzzles}.values()),
            faults=(weight,) if isinstance(weight, Fault) else (),
        )

    def _weight(self, row: int, taken: CellValue | None) -> float | Fault | None:
        """Read a weight; none that is not a number above zero can be used for anything.

        A blank is no weight of 1. Our own exports leave it blank where the visit had none.
        """
        if taken is None or (taken.value == "" and not self._is_told):
            return None
        weight = float(taken.value) if taken.value else None
        if weight is not None and isfinite(weight) and weight > 0:
            return weight
        about = {"row": row, "column": taken.column, "value": taken.cell.strip()}
        if taken.value == "":
            return Fault("weight_blank", about)
        unclear = len(numbers_in(taken.cell, "")) > 1
        return Fault("weight_unclear" if unclear else "weight_no_number", about)

    @property
    def _is_told(self) -> bool:
        return self.mapping.weight is not None

    def _instance(self, row: int, known: Mapping[str, str]) -> str:
        """Name the record by its id in the file, or by the file and the row."""
        said = known.get("id", "")
        if "id" in known and not said:
            raise Unreadable(Fault("id_blank", {"row": row}))
        if said and known.get("round") == self.target.round_id:
            try:
                return str(UUID(said))
            except ValueError:
                pass
        own = said or f"{self.source.digest}/{row}"
        return str(uuid5(NAMESPACE, f"{self.target.round_id}/{self.target.definition.id}/{own}"))

    def _place(self, row: int, known: Mapping[str, str], province: str) -> Place | None:
        """Name the visit of a row; where no units are told, each person is a unit."""
        if not province or self.target.definition.anonymous:
            return None
        stratum = known.get("stratum") or province
        unit = known.get("psu", "")
        if unit and known.get("round") == self.target.round_id:
            return Place(unit, province, stratum)
        unit = unit or known.get("id") or f"{self.source.digest[:12]}-{row}"
        parts = (self.target.round_id, province, *({stratum} - {province}), unit)
        return Place(_short(":".join(parts)), province, stratum)

    @staticmethod
    def _answered_province(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> str:
        asked = (
            question
            for question in questions(questionnaire.definition.body)
            if question.list == "il"
        )
        first = next(asked, None)
        return province_code(str(answers.get(first.name, ""))) or "" if first else ""


@dataclass
class Sample:
    """What all rows together say of the visits: a unit has one weight, the smallest of its rows.

    A row with a larger weight stands for more people: its rating says so by a selection
    probability, smallest / own weight, where the form has a question for it.
    """

    weights: dict[str, float | None] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    places: dict[str, Place] = field(default_factory=dict)
    varying: dict[str, int] = field(default_factory=dict)
    """First row whose weight differs from that of its unit, by unit."""
    with_weight: dict[str, int] = field(default_factory=dict)
    without_weight: dict[str, int] = field(default_factory=dict)
    """First row with a weight and first without one, by province."""

    def take(self, draft: Draft) -> None:
        """Count a row in."""
        if (place := draft.place) is None:
            return
        known = self.without_weight if draft.weight is None else self.with_weight
        known.setdefault(place.province, draft.row)
        held = self.weights.get(place.code, draft.weight)
        if held != draft.weight:
            self.varying.setdefault(place.code, draft.row)
        least = [weight for weight in (held, draft.weight) if weight is not None]
        self.weights[place.code] = min(least, default=None)
        if (day := draft.day) is not None:
            self.days[place.code] = min(day, self.days.get(place.code, day))
        self.rows[place.code] += 1
        self.places.setdefault(place.code, place)

    def weighted(self, draft: Draft) -> Mapping[str, Any]:
        """A row's answers with the selection probability its weight means."""
        code = draft.place.code if draft.place else ""
        least = self.weights.get(code)
        if code not in self.varying or least is None or draft.weight is None:
            return draft.answers
        share = f"{least / draft.weight:.17f}".rstrip("0").rstrip(".")
        return {**draft.answers, measurement().selection_probability: share}


def _tell_apart(
    questionnaire: Questionnaire,
    answers: dict[str, Any],
    finished: str,
    unmatched: dict[str, CellValue],
) -> None:
    """Settle labels that several choices share by what is offered: districts of one province."""
    frame = questionnaire.start(dict(answers), finished)
    for name, taken in list(unmatched.items()):
        offer = questionnaire.items[name].offer
        if offer is None or questionnaire.items[name].node.type != "select_one":
            continue
        word = plain(taken.cell)
        meant = [
            choice for choice in offered(offer, frame) if word in map(plain, choice.label.values())
        ]
        if len(meant) == 1:
            answers[name] = meant[0].name
            del unmatched[name]


def _work_out(
    questionnaire: Questionnaire,
    answers: dict[str, Any],
    finished: str,
    *,
    told: Mapping[str, CellValue],
) -> None:
    """Fill in the calculations that no column tells, as the tablet would have."""
    wanted = [
        name
        for name, item in questionnaire.items.items()
        if item.calculate is not None and item.repeat is None and name not in told
    ]
    if wanted:
        frame = questionnaire.start(answers, finished)
        worked_out = {name: frame.values[name] for name in wanted}
        answers.update({name: text for name, text in worked_out.items() if text})


def _midnight(day: str) -> str:
    return day + _ISTANBUL_MIDNIGHT if day else ""


def _short(code: str) -> str:
    if len(code) <= LONGEST_CODE:
        return code
    return f"{code[: LONGEST_CODE - 13]}-{sha256(code.encode()).hexdigest()[:12]}"
