"""Reading a file through and judging it, before anything is written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from schemas.forms.definition import FormDefinition
from schemas.protocol.sync import MAX_BATCH
from schemas.rules.measurement import measurement
from server.forms.rating_forms import rates_services
from server.imports.already_stored import unknown_among
from server.imports.drafts import Draft, Drafting, Sample, Target
from server.imports.mapping import Mapping, NewForm
from server.imports.matching import questions
from server.imports.reading import Fault, SourceFile, Unreadable
from server.imports.report import ImportReport, Puzzle
from server.imports.targets import round_named, target_of
from server.rounds.plan_weights import SampledVisit, mixed_weights, planned_codes
from server.rounds.queries import RoundSummary, withdrawn_visits
from server.store.database import Database

MOST_PUZZLES: Final = 1000


@dataclass(frozen=True)
class Prepared:
    """An import that was read through: what it will store, and what is to be said of it."""

    drafting: Drafting
    round: RoundSummary
    sample: Sample
    interviewers: frozenset[str]
    report: ImportReport
    faults: tuple[Fault, ...] = ()
    """Why it cannot be stored; a dry run tells them below its report."""
    corrects: bool = False
    """Whether records of an earlier import with other content get a new revision."""


def prepare(
    database: Database,
    round_id: str,
    source: SourceFile,
    *,
    mapping: Mapping,
    form_id: str | None,
    corrects: bool = False,
) -> Prepared:
    """Read a file through; nothing is written. What cannot even be read is :class:`Unreadable`."""
    with database.read() as connection:
        chosen = round_named(connection, round_id)
        target = target_of(connection, round_id, source.header, mapping=mapping, form_id=form_id)
    drafting = Drafting(source, target, mapping)
    with database.read() as connection:
        withdrawn = frozenset() if corrects else withdrawn_visits(connection, round_id)
    counted = _Counted(withdrawn=withdrawn)
    for draft in drafting.drafts():
        counted.take(draft)
    mixed = counted.faults or list(_mixed_weights(counted.sample))
    faults = (
        *drafting.matching.asked,
        *(mixed or _unlike_the_plan(database, target, counted.sample, corrects=corrects)),
        *_varying_weights(counted.sample, target.definition),
        *_into_withdrawn_visits(database, counted.returning),
    )
    return Prepared(
        drafting,
        chosen,
        counted.sample,
        frozenset(counted.interviewers),
        _report(drafting, target, counted),
        faults,
        corrects,
    )


@dataclass
class _Counted:
    """What is known when all rows were read."""

    withdrawn: frozenset[str] = frozenset()
    returning: list[Draft] = field(default_factory=list)
    """Rows of visits that were withdrawn."""
    sample: Sample = field(default_factory=Sample)
    interviewers: set[str] = field(default_factory=set)
    rows: dict[str, int] = field(default_factory=dict)
    puzzles: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], int] = field(default_factory=dict)
    placeless: int = 0
    faults: list[Fault] = field(default_factory=list)

    def take(self, draft: Draft) -> None:
        """Count a row in."""
        earlier = self.rows.setdefault(draft.instance_id, draft.row)
        if earlier != draft.row:
            raise Unreadable(Fault("id_twice", {"row": draft.row, "first": earlier}))
        self.sample.take(draft)
        self.faults.extend(draft.faults)
        self.interviewers.add(draft.interviewer)
        self.placeless += draft.place is None
        if draft.place is not None and draft.place.code in self.withdrawn:
            self.returning.append(draft)
        for puzzle in draft.puzzles:
            key = puzzle.column, puzzle.cell.strip()
            if key in self.puzzles or len(self.puzzles) < MOST_PUZZLES:
                self.puzzles[key] += 1
                self.first.setdefault(key, draft.row)


def _report(drafting: Drafting, target: Target, counted: _Counted) -> ImportReport:
    source, matching = drafting.source, drafting.matching
    return ImportReport(
        round=target.round_id,
        form=f"{target.definition.id}/{target.definition.version}",
        form_is_new=target.is_new,
        encoding=source.encoding,
        separator=source.separator,
        rows=len(counted.rows),
        matched=matching.matched,
        unmatched=matching.unmatched,
        puzzles=tuple(
            Puzzle(column, value, count, counted.first[column, value])
            for (column, value), count in counted.puzzles.most_common()
        ),
        visits=len(counted.sample.places),
        placeless=counted.placeless,
        digest=source.digest,
        decided=matching.decided,
        rated=_rated(target.definition) if isinstance(drafting.mapping.form, NewForm) else (),
    )


def _rated(definition: FormDefinition) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Tell which ratings of a service its index averages: those marked core."""
    overall = measurement().overall_dimension
    found: dict[str, tuple[list[str], list[str]]] = {}
    for question in questions(definition.body):
        if question.service and question.dimension:
            core, other = found.setdefault(question.service, ([], []))
            (core if question.core and question.dimension != overall else other).append(
                question.name
            )
    return tuple((name, tuple(core), tuple(other)) for name, (core, other) in found.items())


def _mixed_weights(sample: Sample) -> Iterator[Fault]:
    """Find provinces of which some rows have a weight and some have none."""
    for province, row in sample.without_weight.items():
        if (weighted := sample.with_weight.get(province)) is not None:
            about = {"row": row, "other": weighted, "province": province}
            yield Fault("weight_missing", about)


def _unlike_the_plan(
    database: Database, target: Target, sample: Sample, *, corrects: bool
) -> Iterator[Fault]:
    """Find a province that would have visits with weights and visits without, old ones included."""
    form = target.definition
    rating = frozenset({form.id} if rates_services(form) else ())
    with database.read() as connection:
        planned = () if corrects else planned_codes(connection, target.round_id)
        new = [
            SampledVisit(code, place.province, sample.weights[code], (form.id,))
            for code, place in sample.places.items()
            if code not in planned
        ]
        mixed = mixed_weights(connection, target.round_id, new, rating=rating)
    if mixed is not None:
        yield Fault("weights_unlike_plan", asdict(mixed))


def _into_withdrawn_visits(database: Database, drafts: Sequence[Draft]) -> Iterator[Fault]:
    """Find rows that would be new records of a visit that is no part of the sample any more."""
    for start in range(0, len(drafts), MAX_BATCH):
        batch = {draft.instance_id: draft for draft in drafts[start : start + MAX_BATCH]}
        with database.read() as connection:
            unknown = unknown_among(connection, list(batch))
        for draft in batch.values():
            if draft.instance_id in unknown and draft.place is not None:
                yield Fault("visit_withdrawn", {"row": draft.row, "visit": draft.place.code})


def _varying_weights(sample: Sample, definition: FormDefinition) -> Iterator[Fault]:
    """Find weights that differ within a unit where the form has no place for them."""
    asked = {question.name: question for question in questions(definition.body)}
    place = asked.get(measurement().selection_probability)
    if place is None or place.type == "calculate":
        yield from (Fault("weight_varies", {"row": row}) for row in sample.varying.values())
