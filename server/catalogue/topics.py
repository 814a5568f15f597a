"""The topics of a unit: reported at one visit, asked again at the next until they are closed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from schemas.expressions.values import first_day
from schemas.rules.known_questions import ReportedTopics, Topic, fieldwork
from server.forms.models import FORM_VERSIONS
from server.rounds.models import VISITS
from server.submissions.interviews import interviews, records
from server.submissions.models import SUBMISSIONS

SHOWN_OF_ID: Final = 8


@dataclass(frozen=True)
class UnitRecord:
    """A stored record about a unit."""

    instance_id: str
    form_id: str
    visit: str
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class UnitHistory:
    """What earlier visits left open in a unit, and the code of the latest of them."""

    topics: tuple[Topic, ...] = ()
    latest_visit: str = ""


def histories(connection: Connection, units: Collection[str]) -> dict[str, UnitHistory]:
    """Read what is open in each of these units; one nobody wrote about is absent."""
    found = _records(connection, units) if units else {}
    return {unit: history_of(of_unit) for unit, of_unit in found.items()}


def history_of(records: Iterable[UnitRecord]) -> UnitHistory:
    """Follow the topics through a unit's records, the earliest first."""
    topics: dict[str, Topic] = {}
    latest = ""
    for record in records:
        _follow(topics, record)
        for place in fieldwork().reported:
            if place.form == record.form_id:
                topics |= {topic.number: topic for topic in _reported(place, record)}
        latest = record.visit or latest
    return UnitHistory(tuple(topics.values()), latest)


def _records(connection: Connection, units: Collection[str]) -> dict[str, list[UnitRecord]]:
    chosen = (
        records(*SUBMISSIONS.c["unit", "instance_id"], FORM_VERSIONS.c.form_id, VISITS.c.code)
        .where(SUBMISSIONS.c.unit.in_(units))
        .order_by(SUBMISSIONS.c.finished_at, SUBMISSIONS.c.sequence)
    )
    found: dict[str, list[UnitRecord]] = defaultdict(list)
    for read in interviews(connection, chosen):
        row = read.row
        record = UnitRecord(row.instance_id, row.form_id, row.code or "", read.sent_answers)
        found[row.unit].append(record)
    return found


def _reported(place: ReportedTopics, record: UnitRecord) -> Iterable[Topic]:
    for number, row in enumerate(_rows(record, place.rows), start=1):
        if title := _text(row, place.title):
            yield Topic(
                number=f"{record.instance_id[-SHOWN_OF_ID:].upper()}-{number}",
                title=title,
                proposal=_text(row, place.proposal),
                reported_on=first_day(_text(record.answers, place.day)),
            )


def _follow(topics: dict[str, Topic], record: UnitRecord) -> None:
    """Drop what a re-visit found closed; a new proposal takes the old one's place."""
    followed = fieldwork().followed
    if record.form_id != followed.form:
        return
    for row in _rows(record, followed.rows):
        number = _text(row, followed.number)
        if _text(row, followed.status) in followed.closed:
            topics.pop(number, None)
        elif number in topics and (proposal := _text(row, followed.new_proposal)):
            topics[number] = topics[number].model_copy(update={"proposal": proposal})


def _rows(record: UnitRecord, name: str) -> list[Mapping[str, Any]]:
    rows = record.answers.get(name)
    # Field data is stored however odd it is.
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _text(answers: Mapping[str, Any], name: str) -> str:
    answer = answers.get(name)
    return answer if isinstance(answer, str) else ""
