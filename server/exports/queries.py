"""Reading what is exported."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, select, union

from schemas.forms.definition import FormDefinition
from server.accounts.scopes import Scope
from server.exports.anonymity import least, released
from server.exports.dialects import Column
from server.exports.interviews import Layout, layout, reader, repeats
from server.forms.models import FORM_VERSIONS
from server.forms.queries import definition_of
from server.rounds.models import VISITS
from server.submissions.conflicts import is_open_conflict
from server.submissions.interviews import (
    PAGE,
    PLAIN,
    anonymous_records,
    earlier_answers,
    interviews,
    records,
)
from server.submissions.models import ANONYMOUS_RECORDS, SUBMISSIONS
from server.submissions.row_identity import follow, rows_in
from server.submissions.within import anonymous_within, records_within

Found = tuple[Row[*tuple[Any, ...]], str, dict[str, Any]]
"""A record, its form version, and its answers."""
Reader = Callable[[Mapping[str, Any]], list[str]]

VERSION: Final = "meta_form_version"
ENVELOPE: Final = (
    Column("meta_id"),
    Column("meta_revision", "number"),
    Column("meta_form_version"),
    Column("meta_round"),
    Column("meta_visit"),
    Column("meta_stratum"),
    Column("meta_design_weight", "number"),
    Column("meta_province"),
    Column("meta_received_at", "moment"),
    Column("meta_violations", "number"),
    Column("meta_attachments"),
)
"""What the office knows of an interview: never the officer, never the tablet."""
ROW: Final = (Column("meta_row", "number"), Column("meta_row_key"))
"""Of a row in a file of a repeat: its place, from 1, and its permanent key (docs/adr/0041)."""
ANONYMOUS: Final = (Column("meta_form_version"), Column("meta_round"))
"""What is told of a record of an anonymous form: a number or a time would lead to a person."""


@dataclass(frozen=True)
class FormOfRound:
    """A form that interviews of a round were made with: its versions, the newest first."""

    form_id: str
    title: dict[str, str]
    version_ids: tuple[int, ...]
    definitions: tuple[FormDefinition, ...]

    @property
    def is_anonymous(self) -> bool:
        """Whether any of its versions promised that nobody can be found."""
        return any(definition.anonymous for definition in self.definitions)


@dataclass(frozen=True)
class Count:
    """How many records of a form are exported, and how many stay out and why."""

    exported: int
    replaced: int
    in_conflict: int
    sealed: int


@dataclass(frozen=True)
class Exportable:
    """A form as the page of exports offers it."""

    form_id: str
    title: str
    count: Count
    columns: int
    withheld: Mapping[str, tuple[str, ...]]
    repeats: Mapping[str, str]
    is_anonymous: bool


def exportable(
    connection: Connection, round_id: str, *, scope: Scope, language: str
) -> tuple[Exportable, ...]:
    """List what an export of each form in a round would hold and leave out."""
    offers = []
    for form in forms_of_round(connection, round_id, scope):
        columns = layout(form.definitions, values="codes", language=language)
        offers.append(
            Exportable(
                form_id=form.form_id,
                title=form.title[language],
                count=count_of(connection, round_id, form, scope),
                columns=len(columns_known(form)) + len(columns.questions),
                withheld=columns.withheld,
                repeats=repeats(form.definitions, language),
                is_anonymous=form.is_anonymous,
            )
        )
    return tuple(offers)


def columns_known(form: FormOfRound, repeat: str | None = None) -> tuple[Column, ...]:
    """The columns that stand before the answers."""
    if form.is_anonymous:
        return ANONYMOUS
    return ENVELOPE if repeat is None else (*ENVELOPE, *ROW)


def forms_of_round(connection: Connection, round_id: str, scope: Scope) -> tuple[FormOfRound, ...]:
    """List the forms a round has submissions of within the scope."""
    used = union(
        *(
            select(table.c.form_version_id).where(
                table.c.round_id == round_id, table.c.form_version_id.is_not(None), within
            )
            for table, within in (
                (SUBMISSIONS, records_within(scope)),
                (ANONYMOUS_RECORDS, anonymous_within(scope)),
            )
        )
    )
    rows = connection.execute(
        select(*FORM_VERSIONS.c["id", "form_id", "title", "digest"])
        .where(FORM_VERSIONS.c.id.in_(used))
        .order_by(FORM_VERSIONS.c.form_id, FORM_VERSIONS.c.id.desc())
    )
    versions: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        versions.setdefault(row.form_id, []).append(row)
    return tuple(
        FormOfRound(
            form_id=form_id,
            title=found[0].title,
            version_ids=tuple(row.id for row in found),
            definitions=tuple(definition_of(connection, row.id, row.digest) for row in found),
        )
        for form_id, found in versions.items()
    )


def count_of(connection: Connection, round_id: str, form: FormOfRound, scope: Scope) -> Count:
    """Count what an export of a form takes and leaves."""
    if form.is_anonymous:
        return _count_of_anonymous(connection, round_id, form, scope)
    columns = SUBMISSIONS.c["is_current", "encoding"]
    copies = is_open_conflict().label("is_copy")
    rows = connection.execute(
        select(*columns, copies, func.count().label("number"))
        .where(*_of_form(round_id, form, scope))
        .group_by(*columns, copies)
    )
    found = {"exported": 0, "replaced": 0, "in_conflict": 0, "sealed": 0}
    for row in rows:
        found[_fate(row)] += row.number
    return Count(**found)


def _count_of_anonymous(
    connection: Connection, round_id: str, form: FormOfRound, scope: Scope
) -> Count:
    rows = connection.execute(
        select(ANONYMOUS_RECORDS.c.is_current, func.count().label("number"))
        .where(*_of_anonymous_form(round_id, form, scope))
        .group_by(ANONYMOUS_RECORDS.c.is_current)
    )
    found = {row.is_current: row.number for row in rows}
    return Count(found.get(True, 0), replaced=0, in_conflict=found.get(False, 0), sealed=0)


def interview_rows(
    connection: Connection,
    round_id: str,
    form: FormOfRound,
    chosen: Layout,
    *,
    scope: Scope,
    repeat: str | None = None,
) -> Iterator[list[str]]:
    """The current revision of every interview as a row, in the order of arrival.

    With ``repeat`` a row for each of its rows; of an anonymous form what may be told, in no order
    that says who came after whom.
    """
    read = reader(chosen.questions)
    if form.is_anonymous:
        yield from sorted(_anonymous_rows(connection, round_id, form, scope, read))
        return
    found = _records(connection, round_id, form, scope)
    if repeat is not None:
        yield from _repeated_rows(connection, found, repeat, round_id, read)
        return
    for row, version, answers in found:
        yield _envelope(row, round_id, version) + read(answers)


def _repeated_rows(
    connection: Connection, found: Iterator[Found], repeat: str, round_id: str, read: Reader
) -> Iterator[list[str]]:
    while page := list(islice(found, PAGE)):
        corrected = [row.instance_id for row, _, _ in page if row.revision > 1]
        earlier = earlier_answers(connection, corrected)
        for row, version, answers in page:
            known = _envelope(row, round_id, version)
            texts = (*earlier.get(row.instance_id, ()), answers)
            *_, keys = follow(row.instance_id, repeat, (rows_in(text, repeat) for text in texts))
            inside = zip(keys, rows_in(answers, repeat), strict=True)
            for number, (kept, inner) in enumerate(inside, start=1):
                yield [*known, str(number), kept.key, *read(inner)]


def _records(
    connection: Connection, round_id: str, form: FormOfRound, scope: Scope
) -> Iterator[Found]:
    versions = dict(zip(form.version_ids, form.definitions, strict=True))
    for read in interviews(connection, _current(round_id, form, scope)):
        yield read.row, versions[read.row.form_version_id].version, read.answers


def _anonymous_rows(
    connection: Connection,
    round_id: str,
    form: FormOfRound,
    scope: Scope,
    read: Reader,
) -> Iterator[list[str]]:
    versions = dict(zip(form.version_ids, form.definitions, strict=True))
    chosen = anonymous_records(ANONYMOUS_RECORDS.c.form_version_id)
    marked = [
        {**read.answers, VERSION: versions[read.row.form_version_id].version}
        for read in interviews(connection, chosen.where(*_of_anonymous_form(round_id, form, scope)))
    ]
    for answers in released(marked, least()):
        version = str(answers.pop(VERSION))
        yield [version, round_id, *read(answers)]


def _current(round_id: str, form: FormOfRound, scope: Scope) -> Select[*tuple[Any, ...]]:
    # One statement, so that one state of the database is exported however long it takes.
    return (
        records(
            *SUBMISSIONS.c["instance_id", "revision", "form_version_id", "province"],
            *SUBMISSIONS.c["received_at", "flags", "attachments"],
            *VISITS.c["code", "stratum", "design_weight"],
        )
        .where(*_of_form(round_id, form, scope))
        .order_by(SUBMISSIONS.c.sequence)
    )


def _of_form(round_id: str, form: FormOfRound, scope: Scope) -> tuple[Any, Any, Any]:
    return (
        SUBMISSIONS.c.round_id == round_id,
        SUBMISSIONS.c.form_version_id.in_(form.version_ids),
        records_within(scope),
    )


def _of_anonymous_form(round_id: str, form: FormOfRound, scope: Scope) -> tuple[Any, Any, Any]:
    return (
        ANONYMOUS_RECORDS.c.round_id == round_id,
        ANONYMOUS_RECORDS.c.form_version_id.in_(form.version_ids),
        anonymous_within(scope),
    )


def _fate(row: Row[*tuple[Any, ...]]) -> str:
    if row.is_copy:
        return "in_conflict"
    if not row.is_current:
        return "replaced"
    return "exported" if row.encoding == PLAIN else "sealed"


def _envelope(row: Row[*tuple[Any, ...]], round_id: str, version: str) -> list[str]:
    weight = row.design_weight
    return [
        str(row.instance_id),
        str(row.revision),
        version,
        round_id,
        row.code or "",
        row.stratum or "",
        "" if weight is None else repr(weight),
        row.province or "",
        row.received_at.isoformat(timespec="milliseconds"),
        str(len(row.flags or ())),
        "; ".join(attachment["name"] for attachment in row.attachments or ()),
    ]
