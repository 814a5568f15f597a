"""Reading stored interviews: the one place that knows which texts count and how a text is kept."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, literal, select

from schemas.protocol.sent_text import plain_answers
from schemas.protocol.submissions import Interview
from server.forms.models import FORM_VERSIONS
from server.rounds.models import VISITS
from server.submissions.models import ANONYMOUS_RECORDS, SETTLEMENTS, SUBMISSIONS
from server.submissions.texts import NOTHING, answers_of, interview_in, unpacked

PLAIN: Final = "plain"
PAGE: Final = 500


@dataclass(frozen=True)
class StoredInterview:
    """A stored text, and the columns that were asked for beside it.

    No reader fails because of one text: one that is sealed or cannot be read is empty.
    """

    row: Row[*tuple[Any, ...]]

    @cached_property
    def sent_answers(self) -> dict[str, Any]:
        """The answers as they were sent: what should be a text may be none."""
        return answers_of(unpacked(self._text)) if self._is_plain else {}

    @property
    def answers(self) -> dict[str, Any]:
        """The answers, plain (schemas/protocol/sent_text)."""
        return plain_answers(self.sent_answers)

    @property
    def interview(self) -> Interview:
        """All that the text says, its answers plain."""
        return interview_in(self._text) if self._is_plain else NOTHING

    @property
    def _is_plain(self) -> bool:
        return bool(self.row.stored_encoding == PLAIN)

    @property
    def _text(self) -> bytes:
        return bytes(self.row.stored_text)


def revisions(*columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Select every stored text, with its form version and, where it has one, its visit."""
    return (
        select(*columns, *_text_of(SUBMISSIONS.c.body, SUBMISSIONS.c.encoding))
        .join(FORM_VERSIONS, FORM_VERSIONS.c.id == SUBMISSIONS.c.form_version_id)
        .outerjoin(VISITS, VISITS.c.id == SUBMISSIONS.c.visit_id)
    )


def records(*columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Select the texts that count: of each record the current one, if it can be read."""
    return revisions(*columns).where(SUBMISSIONS.c.is_current, SUBMISSIONS.c.encoding == PLAIN)


def counted_before() -> ColumnElement[bool]:
    """Tell of a text whether it counted once, and another of its record does now."""
    settled = SUBMISSIONS.c.sequence.in_(select(SETTLEMENTS.c.sequence))
    return SUBMISSIONS.c.is_current.is_(False) & ((SUBMISSIONS.c.copy_number == 0) | settled)


def earlier_answers(
    connection: Connection, instance_ids: Collection[str]
) -> dict[str, list[dict[str, Any]]]:
    """Read, by record, the answers as sent of the texts that counted before, the earliest first."""
    chosen = (
        revisions(SUBMISSIONS.c.instance_id)
        .where(
            SUBMISSIONS.c.instance_id.in_(instance_ids),
            SUBMISSIONS.c.encoding == PLAIN,
            counted_before(),
        )
        .order_by(SUBMISSIONS.c.revision, SUBMISSIONS.c.copy_number)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(chosen) if instance_ids else ():
        found.setdefault(row.instance_id, []).append(StoredInterview(row).sent_answers)
    return found


def anonymous_records(*columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Select the texts that count of anonymous records, with their form version."""
    return (
        select(*columns, *_text_of(ANONYMOUS_RECORDS.c.body, literal(PLAIN)))
        .join(FORM_VERSIONS, FORM_VERSIONS.c.id == ANONYMOUS_RECORDS.c.form_version_id)
        .where(ANONYMOUS_RECORDS.c.is_current)
    )


def interviews(
    connection: Connection, selection: Select[*tuple[Any, ...]]
) -> Iterator[StoredInterview]:
    """Read what one of the above selects, a page at a time, all from one state of the database."""
    # Of this statement alone: as options of the connection they would stay with it.
    streaming = {"stream_results": True, "yield_per": PAGE}
    for row in connection.execute(selection, execution_options=streaming):
        yield StoredInterview(row)


def _text_of(
    body: ColumnElement[bytes], encoding: ColumnElement[str]
) -> tuple[ColumnElement[bytes], ColumnElement[str]]:
    return body.label("stored_text"), encoding.label("stored_encoding")
