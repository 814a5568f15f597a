"""Finding records and their revisions."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, ScalarSelect, func, select

from schemas.problems import Problem
from server.accounts.models import USERS
from server.accounts.scopes import Scope
from server.forms.models import FORM_VERSIONS
from server.forms.open_forms import open_forms
from server.forms.queries import definition_of
from server.review.records import Change, Line, Mask, changes_between, lines_of
from server.review.same_rows import row_keys
from server.rounds.models import VISITS
from server.submissions import interviews as stored
from server.submissions.conflicts import is_open_conflict
from server.submissions.models import SETTLEMENTS, SUBMISSIONS
from server.submissions.within import records_within

PAGE: Final = 50


@dataclass(frozen=True)
class RecordSummary:
    """A record in the list: its newest revision."""

    sequence: int
    instance_id: str
    form: str
    visit: str | None
    province: str | None
    received_at: datetime
    revision: int
    doubts: int
    conflicts: int
    """Texts of it that were kept beside, for a person to settle."""


@dataclass(frozen=True)
class RecordPage:
    """A page of records, newest first, and how many there are in all."""

    records: tuple[RecordSummary, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return pages_of(self.total)


@dataclass(frozen=True)
class Revision:
    """One stored text of a record, and what it changed in the one before it."""

    sequence: int
    revision: int
    copy_number: int
    is_current: bool
    is_open: bool
    """Whether it is in conflict with what counts, and nobody has settled that."""
    received_at: datetime
    edit_reason: str
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    other_doubts: tuple[str, ...]
    """Flags that are about the whole record."""
    is_late: bool = False
    """It came after the time in which records may be corrected."""

    @property
    def sections(self) -> list[tuple[str, list[Line]]]:
        """The answers by section, in the order of the form."""
        return [(title, list(lines)) for title, lines in groupby(self.lines, _section)]

    @property
    def is_timed(self) -> bool:
        """Whether it was noted how the questions were answered."""
        return any(line.timing for line in self.lines)


@dataclass(frozen=True)
class Decision:
    """A conflict that a person has settled; ``kept`` is the number of the text chosen."""

    kept: int
    settled_at: datetime
    settled_by: str
    reason: str


@dataclass(frozen=True)
class Record:
    """A record with all its revisions, the first one first, then what is in conflict with them."""

    instance_id: str
    round: str | None
    form: str
    visit: str | None
    revisions: tuple[Revision, ...]
    """What was sent, without what a decision repeats."""
    current: Revision
    """The text that counts."""
    decisions: tuple[Decision, ...]
    last: int
    """The number of the newest row: who decides must have seen it."""

    @property
    def conflicts(self) -> tuple[Revision, ...]:
        """The texts that wait for a decision."""
        return tuple(revision for revision in self.revisions if revision.is_open)


@dataclass(frozen=True)
class Filters:
    """Which records are listed."""

    round: str
    form: str | None = None
    only_doubtful: bool = False
    only_corrected: bool = False
    only_conflicts: bool = False
    page: int = 1


def records(connection: Connection, filters: Filters, *, scope: Scope, language: str) -> RecordPage:
    """List the records of a round, the newest first; those of anonymous forms never."""
    forms = open_forms(connection)
    conditions = [
        SUBMISSIONS.c.round_id == filters.round,
        SUBMISSIONS.c.is_current,
        records_within(scope),
        SUBMISSIONS.c.form_version_id.in_(
            [number for number, form in forms.items() if filters.form in (None, form.id)]
        ),
    ]
    if filters.only_doubtful:
        conditions.append(SUBMISSIONS.c.flags.is_not(None))
    if filters.only_corrected:
        conditions.append(SUBMISSIONS.c.revision > 1)
    conflicts = _conflicts()
    if filters.only_conflicts:
        conditions.append(conflicts > 0)
    total = connection.scalar(select(func.count()).select_from(SUBMISSIONS).where(*conditions))
    # A list that has become shorter ends earlier: beyond its end stands its last page.
    page = min(filters.page, pages_of(total or 0))
    found = connection.execute(
        select(SUBMISSIONS, VISITS.c.code, conflicts.label("conflicts"))
        .outerjoin(VISITS, VISITS.c.id == SUBMISSIONS.c.visit_id)
        .where(*conditions)
        .order_by(SUBMISSIONS.c.sequence.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    summaries = tuple(
        RecordSummary(
            sequence=row.sequence,
            instance_id=row.instance_id,
            form=forms[row.form_version_id].title[language],
            visit=row.code,
            province=row.province,
            received_at=row.received_at,
            revision=row.revision,
            doubts=len(row.flags or ()),
            conflicts=row.conflicts,
        )
        for row in found
    )
    return RecordPage(summaries, total or 0, page)


def pages_of(total: int) -> int:
    """How many pages so many records fill; at least one."""
    return max(1, -(-total // PAGE))


def _conflicts() -> ScalarSelect[int]:
    """Count the texts in conflict with each record listed."""
    beside = SUBMISSIONS.alias()
    return (
        select(func.count())
        .where(
            beside.c.instance_id == SUBMISSIONS.c.instance_id,
            is_open_conflict(beside),
        )
        .correlate(SUBMISSIONS)
        .scalar_subquery()
    )


def listed_forms(connection: Connection, *, language: str) -> dict[str, str]:
    """Id and title of the forms whose records can be read one by one."""
    forms = open_forms(connection).values()
    return {form.id: form.title[language] for form in forms}


def record(
    connection: Connection,
    instance_id: str,
    *,
    scope: Scope,
    language: str,
    mask: Mask,
    allowed: timedelta,
) -> Record:
    """Read a record with all its revisions; ``allowed`` is the time for corrections.

    A record is within the scope if the text that counts is: ``not_found`` otherwise.
    """
    chosen = (
        stored.revisions(
            *SUBMISSIONS.c["sequence", "revision", "copy_number", "is_current", "received_at"],
            *SUBMISSIONS.c["round_id", "flags"],
            FORM_VERSIONS.c.id.label("version_id"),
            FORM_VERSIONS.c.digest.label("version_digest"),
            VISITS.c.code,
            SETTLEMENTS.c.kept,
            is_open_conflict().label("is_open"),
            records_within(scope).label("is_within"),
        )
        .outerjoin(SETTLEMENTS, SETTLEMENTS.c.sequence == SUBMISSIONS.c.sequence)
        .where(SUBMISSIONS.c.instance_id == instance_id)
        # What is in conflict comes last, compared with what counts.
        .order_by(SUBMISSIONS.c.copy_number > 0, SUBMISSIONS.c.revision, SUBMISSIONS.c.copy_number)
    )
    texts = list(stored.interviews(connection, chosen))
    rows = [text.row for text in texts]
    if not any(row.is_current and row.is_within for row in rows):
        raise Problem("not_found")
    definitions = [definition_of(connection, row.version_id, row.version_digest) for row in rows]
    if any(definition.anonymous for definition in definitions):
        raise Problem("not_allowed")
    revisions: list[Revision] = []
    decided: list[Revision] = []
    keys = row_keys(instance_id, texts)
    for text, definition, rows_of_text in zip(texts, definitions, keys, strict=True):
        row = text.row
        own = [revision for revision in revisions if not revision.copy_number]
        before = own[-1].lines if own else None
        late = bool(revisions) and row.received_at - revisions[0].received_at > allowed
        reading = partial(lines_of, definition, language=language, mask=mask, keys=rows_of_text)
        found = _revision(text, before, reading, mask)
        (revisions if row.kept is None else decided).append(replace(found, is_late=late))
    current = next(revision for revision in (*decided, *revisions) if revision.is_current)
    return Record(
        instance_id,
        rows[-1].round_id,
        definitions[-1].title[language],
        rows[-1].code,
        tuple(_compared(revision, current) for revision in revisions),
        current=current,
        decisions=_decisions(connection, instance_id, mask),
        last=max(row.sequence for row in rows),
    )


def _compared(revision: Revision, current: Revision) -> Revision:
    """Show of a text in conflict what differs from what counts."""
    if not revision.copy_number:
        return revision
    return replace(revision, changes=tuple(changes_between(current.lines, revision.lines)))


def _decisions(connection: Connection, instance_id: str, mask: Mask) -> tuple[Decision, ...]:
    rows = connection.execute(
        select(SETTLEMENTS, USERS.c.full_name)
        .join(USERS, USERS.c.id == SETTLEMENTS.c.settled_by)
        .where(SETTLEMENTS.c.instance_id == instance_id)
        .order_by(SETTLEMENTS.c.sequence)
    )
    return tuple(
        Decision(row.kept, row.settled_at, row.full_name, mask(row.reason)) for row in rows
    )


def _revision(
    text: stored.StoredInterview,
    before: tuple[Line, ...] | None,
    reading: Callable[..., list[Line]],
    mask: Mask,
) -> Revision:
    row, interview = text.row, text.interview
    flags = row.flags or ()
    lines = tuple(reading(interview, flags=flags))
    shown = {line.path for line in lines}
    return Revision(
        sequence=row.sequence,
        is_open=row.is_open,
        revision=row.revision,
        copy_number=row.copy_number,
        is_current=row.is_current,
        received_at=row.received_at,
        edit_reason=mask(interview.edit_reason),
        lines=lines,
        changes=tuple(changes_between(before, lines)) if before is not None else (),
        other_doubts=tuple(flag["code"] for flag in flags if flag.get("path") not in shown),
    )


def _section(line: Line) -> str:
    return line.section
