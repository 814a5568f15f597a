"""Reading what arrived, in the order it was stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from schemas.protocol.submissions import Interview, read_interview
from server.accounts.models import USERS
from server.forms.models import FORM_VERSIONS
from server.rounds.models import VISITS
from server.submissions.interviews import PLAIN
from server.submissions.locks import GATE
from server.submissions.models import SUBMISSIONS
from server.submissions.texts import NOTHING, answers_of, unpacked

# The highest number is read from the statement's snapshot, before it waits. Whoever took a lower
# number before that snapshot had joined the gate still earlier, so once the gate was ours for a
# moment, all of them have committed or given up. Nobody is kept out afterwards.
_WAIT_FOR_WRITERS = text(
    "SELECT coalesce(max(sequence), 0), pg_advisory_lock(:gate, 0), pg_advisory_unlock(:gate, 0)"
    " FROM submissions"
)


@dataclass(frozen=True)
class StoredSubmission:
    """One stored revision with everything analysis asks about its circumstances."""

    sequence: int
    instance_id: str
    revision: int
    copy_number: int
    is_current: bool
    form_id: str
    form_version: str
    round_id: str | None
    visit_code: str | None
    stratum: str | None
    province: str | None
    district: str | None
    officer: str
    device_id: str
    started_at: datetime | None
    finished_at: datetime | None
    received_at: datetime
    flags: tuple[dict[str, str], ...]
    body: bytes
    """The text as it was sent; empty for one that is sealed."""

    def sent_answers(self) -> dict[str, Any]:
        """The answers as they were sent: what should be a text may be none."""
        return answers_of(self.body) if self.body else {}

    def interview(self) -> Interview:
        """Read the interview; it was understood when it was stored."""
        read = read_interview(self.body)
        return read[0] if read else NOTHING


def committed_through(connection: Connection) -> int:
    """A sequence number below which nothing will appear any more.

    PostgreSQL hands out sequence numbers before transactions commit, and they commit in any order.
    """
    if connection.dialect.name == "postgresql":
        row = connection.execute(_WAIT_FOR_WRITERS, {"gate": GATE}).one()
        return int(row[0])
    return connection.scalar(select(func.coalesce(func.max(SUBMISSIONS.c.sequence), 0))) or 0


def submissions_after(
    connection: Connection, sequence: int, limit: int, *, through: int | None = None
) -> list[StoredSubmission]:
    """The next submissions in the order they were stored, none left out.

    ``through`` is what :func:`committed_through` gave, for a reader that takes many pages.
    """
    last = committed_through(connection) if through is None else through
    rows = connection.execute(
        select(
            SUBMISSIONS,
            FORM_VERSIONS.c.form_id,
            FORM_VERSIONS.c.version.label("form_version"),
            VISITS.c.code.label("visit_code"),
            VISITS.c.stratum,
            USERS.c.username.label("officer"),
        )
        .join(FORM_VERSIONS, FORM_VERSIONS.c.id == SUBMISSIONS.c.form_version_id)
        .join(USERS, USERS.c.id == SUBMISSIONS.c.officer_id)
        .outerjoin(VISITS, VISITS.c.id == SUBMISSIONS.c.visit_id)
        .where(SUBMISSIONS.c.sequence > sequence, SUBMISSIONS.c.sequence <= last)
        .order_by(SUBMISSIONS.c.sequence)
        .limit(limit)
    )
    return [_stored(row) for row in rows]


def _stored(row: Row[*tuple[Any, ...]]) -> StoredSubmission:
    return StoredSubmission(
        sequence=row.sequence,
        instance_id=row.instance_id,
        revision=row.revision,
        copy_number=row.copy_number,
        is_current=row.is_current,
        form_id=row.form_id,
        form_version=row.form_version,
        round_id=row.round_id,
        visit_code=row.visit_code,
        stratum=row.stratum,
        province=row.province,
        district=row.district,
        officer=row.officer,
        device_id=row.device_id,
        started_at=row.started_at,
        finished_at=row.finished_at,
        received_at=row.received_at,
        flags=tuple(row.flags or ()),
        body=unpacked(row.body) if row.encoding == PLAIN else b"",
    )
