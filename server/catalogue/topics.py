"""The topics of a unit: reported at one visit, asked again at the next until they are closed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, select

from schemas.expressions.values import first_day
from schemas.forms.row_keys import sent_keys
from schemas.rules.known_questions import KeyedTopic, ReportedTopics, fieldwork
from server.catalogue.models import TOPIC_REPORTS
from server.forms.models import FORM_VERSIONS
from server.rounds.models import VISITS
from server.submissions.interviews import counted_before
from server.submissions.models import SUBMISSIONS
from server.submissions.row_identity import KeptRow, Row, derived_key, follow, rows_in

SHOWN_OF_ID: Final = 8


@dataclass(frozen=True)
class UnitRecord:
    """A stored record about a unit; ``earlier`` are the answers of its revisions before."""

    instance_id: str
    form_id: str
    visit: str
    answers: Mapping[str, Any]
    earlier: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class UnitHistory:
    """What earlier visits left open in a unit, and the code of the latest of them."""

    topics: tuple[KeyedTopic, ...] = ()
    latest_visit: str = ""


def histories(connection: Connection, units: Collection[str]) -> dict[str, UnitHistory]:
    """Read what is open in each of these units; one nobody wrote about is absent."""
    found = _records(connection, units) if units else {}
    return {unit: history_of(of_unit) for unit, of_unit in found.items()}


def history_of(records: Iterable[UnitRecord]) -> UnitHistory:
    """Follow the topics through a unit's records, the earliest first."""
    known = _Topics()
    latest = ""
    for record in records:
        known.follow(record)
        for place in fieldwork().reported:
            if place.form == record.form_id:
                known.report(place, record)
        latest = record.visit or latest
    return UnitHistory(tuple(known.open.values()), latest)


def _records(connection: Connection, units: Collection[str]) -> dict[str, list[UnitRecord]]:
    chosen = (
        _reports(
            *SUBMISSIONS.c["unit", "instance_id", "revision"],
            FORM_VERSIONS.c.form_id,
            VISITS.c.code,
        )
        .join(FORM_VERSIONS, FORM_VERSIONS.c.id == SUBMISSIONS.c.form_version_id)
        .outerjoin(VISITS, VISITS.c.id == SUBMISSIONS.c.visit_id)
        .where(SUBMISSIONS.c.unit.in_(units), SUBMISSIONS.c.is_current)
        .order_by(SUBMISSIONS.c.finished_at, SUBMISSIONS.c.sequence)
    )
    current = connection.execute(chosen).all()
    earlier = _earlier(connection, [row.instance_id for row in current if row.revision > 1])
    found: dict[str, list[UnitRecord]] = defaultdict(list)
    for row in current:
        before = earlier.get(row.instance_id, ())
        record = UnitRecord(row.instance_id, row.form_id, row.code or "", row.answers or {}, before)
        found[row.unit].append(record)
    return found


def _earlier(
    connection: Connection, instance_ids: Collection[str]
) -> dict[str, list[Mapping[str, Any]]]:
    """What the revisions before said, by record, the earliest first."""
    chosen = (
        _reports(SUBMISSIONS.c.instance_id)
        .where(SUBMISSIONS.c.instance_id.in_(instance_ids), counted_before())
        .order_by(SUBMISSIONS.c.revision, SUBMISSIONS.c.copy_number)
    )
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in connection.execute(chosen) if instance_ids else ():
        found.setdefault(row.instance_id, []).append(row.answers or {})
    return found


def _reports(*columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Select revisions with what they say of topics (topic_reports.py), most say nothing."""
    return select(*columns, TOPIC_REPORTS.c.answers).outerjoin(
        TOPIC_REPORTS, TOPIC_REPORTS.c.sequence == SUBMISSIONS.c.sequence
    )


@dataclass
class _Topics:
    """The topics of a unit by the key of the row that reported them, and how they were called.

    Tablets of before there were keys say the number and the title they were given. Numbers once
    went by position, which a correction changes: there the title tells which one was meant.
    """

    open: dict[str, KeyedTopic] = field(default_factory=dict)
    record_of: dict[str, str] = field(default_factory=dict)
    """Every key, also of rows that a correction took out, and its record."""
    called: dict[tuple[str, str], str] = field(default_factory=dict)
    """Number and title → key."""
    numbers: dict[str, str] = field(default_factory=dict)

    def report(self, place: ReportedTopics, record: UnitRecord) -> None:
        """Take in what a record reports as it counts now."""
        texts = (*record.earlier, record.answers)
        rows = (rows_in(text, place.rows) for text in texts)
        revisions = follow(record.instance_id, place.rows, rows)
        keys = {row.number: self._key(place, record, row) for rows in revisions for row in rows}
        self._call(place, record, revisions, keys)
        day = first_day(_text(record.answers, place.day))
        for row in revisions[-1]:
            if title := row.content.get(place.title):
                self.open[keys[row.number]] = KeyedTopic(
                    key=keys[row.number],
                    number=_number(record, row.number),
                    title=title,
                    proposal=row.content.get(place.proposal, ""),
                    reported_on=day,
                )

    def follow(self, record: UnitRecord) -> None:
        """Drop what a re-visit found closed; a new proposal takes the old one's place."""
        followed = fieldwork().followed
        if record.form_id != followed.form:
            return
        rows = rows_in(record.answers, followed.rows)
        for row, sent in zip(rows, sent_keys(rows), strict=True):
            key = self._meant(row, sent)
            if _text(row, followed.status) in followed.closed:
                self.open.pop(key, None)
            elif key in self.open and (proposal := _text(row, followed.new_proposal)):
                self.open[key] = self.open[key].model_copy(update={"proposal": proposal})

    def _meant(self, row: Row, sent: str | None) -> str:
        """The key of the topic a row of a re-visit is about; blank for none of ours."""
        if sent in self.record_of:
            return str(sent)
        number = _text(row, fieldwork().followed.number)
        called = number, _text(row, fieldwork().asked_again.title)
        return self.called.get(called) or self.numbers.get(number, "")

    def _key(self, place: ReportedTopics, record: UnitRecord, row: KeptRow) -> str:
        """The key of a row; another record's row that was sent with the same is another row."""
        if self.record_of.setdefault(row.key, record.instance_id) == record.instance_id:
            return row.key
        key = derived_key(record.instance_id, place.rows, row.number)
        self.record_of[key] = record.instance_id
        return key

    def _call(
        self,
        place: ReportedTopics,
        record: UnitRecord,
        revisions: Sequence[Sequence[KeptRow]],
        keys: Mapping[int, str],
    ) -> None:
        """Remember each name a topic was given: by its number, else by a position it had."""
        rows = [row for rows in revisions for row in rows]
        placed = [(at, row) for rows in revisions for at, row in enumerate(rows, start=1)]
        for number, row in (*((row.number, row) for row in rows), *placed):
            called = _number(record, number), row.content.get(place.title, "")
            self.called.setdefault(called, keys[row.number])
        for row in rows:
            self.numbers.setdefault(_number(record, row.number), keys[row.number])


def _number(record: UnitRecord, number: int) -> str:
    """The number people see: of the record, and of the row among all the record ever reported."""
    return f"{record.instance_id[-SHOWN_OF_ID:].upper()}-{number}"


def _text(answers: Mapping[str, Any], name: str) -> str:
    answer = answers.get(name)
    return answer if isinstance(answer, str) else ""
