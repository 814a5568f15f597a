"""What arrived from the field: submissions, and what could not be understood yet."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    SmallInteger,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlmodel import Field, SQLModel

from schemas.rules.known_questions import UNIT_LENGTH


def _sequence() -> "Column[int]":
    # SQLite numbers a table by itself only if its key is spelled INTEGER.
    return Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _optional_json() -> "Column[Any]":
    return Column(JSON(none_as_null=True), nullable=True)


class Submission(SQLModel, table=True):
    """One revision of one record, its text byte for byte as the tablet sent it.

    ``copy_number`` is 0 for the first text of a revision; another text under the same revision is a
    conflict and is kept as copy 1, 2, …. The unique key leads with the client's own id, so that
    finding a repeat stays one index probe however much is stored. The table has no foreign keys:
    what it points at is never deleted, and each would lock a row that all tablets share.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("instance_id", "revision", "copy_number"),
        # Only records about a unit stand in it: citizen interviews cost it nothing.
        Index(
            "ix_submissions_unit",
            "unit",
            sqlite_where=text("unit IS NOT NULL"),
            postgresql_where=text("unit IS NOT NULL"),
        ),
    )

    sequence: int | None = Field(default=None, sa_column=_sequence())
    received_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    instance_id: str = Field(sa_type=Uuid(as_uuid=False))
    revision: int
    form_version_id: int
    visit_id: int | None = None
    officer_id: int
    copy_number: int = Field(default=0, sa_type=SmallInteger)
    is_current: bool
    province: str | None = Field(default=None, max_length=2)
    district: str | None = Field(default=None, max_length=16)
    round_id: str | None = Field(default=None, max_length=32)
    unit: str | None = Field(default=None, max_length=UNIT_LENGTH)
    device_id: str = Field(max_length=64)
    encoding: str = Field(max_length=8)
    digest: bytes
    flags: list[dict[str, str]] | None = Field(default=None, sa_column=_optional_json())
    attachments: list[dict[str, Any]] | None = Field(default=None, sa_column=_optional_json())
    body: bytes


class Settlement(SQLModel, table=True):
    """A person's word on which text of a record in conflict counts (docs/adr/0036).

    ``sequence`` is the row of ``submissions`` that repeats the text kept, under a number of its own
    so that whoever follows the numbers sees it; ``kept`` is the row it was chosen from.
    """

    __tablename__ = "settlements"

    sequence: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    instance_id: str = Field(sa_type=Uuid(as_uuid=False), index=True)
    kept: int = Field(sa_type=BigInteger)
    settled_at: datetime
    settled_by: int
    reason: str


class AnonymousRecord(SQLModel, table=True):
    """A text of a record of an anonymous form: what was answered, where, in which round.

    No officer, no tablet, no visit, no day, no number in a row of arrivals, and rows that lie in no
    order (docs/adr/0030): whoever adds a column here gives a promise away. The id is the tablet's
    own random one. What could not be understood has a ``reason``, and its envelope as ``body``.
    """

    __tablename__ = "anonymous_records"
    # Without row numbers, which would count the arrivals.
    __table_args__ = {"sqlite_with_rowid": False}

    instance_id: str = Field(sa_type=Uuid(as_uuid=False), primary_key=True)
    revision: int = Field(primary_key=True)
    copy_number: int = Field(default=0, sa_type=SmallInteger, primary_key=True)
    is_current: bool
    form_version_id: int | None = None
    round_id: str | None = Field(default=None, max_length=32)
    province: str | None = Field(default=None, max_length=2)
    district: str | None = Field(default=None, max_length=16)
    reason: str | None = Field(default=None, max_length=32)
    flags: list[dict[str, str]] | None = Field(default=None, sa_column=_optional_json())
    body: bytes


class QuarantinedSubmission(SQLModel, table=True):
    """A record that was readable but not understood: kept whole, with a receipt, for the office."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("instance_id", "revision", "digest"),)

    sequence: int | None = Field(default=None, sa_column=_sequence())
    received_at: datetime
    instance_id: str = Field(sa_type=Uuid(as_uuid=False))
    revision: int
    digest: bytes
    officer_id: int
    device_id: str = Field(max_length=64)
    reason: str = Field(max_length=32)
    envelope: bytes


class KnownDerivation(SQLModel, table=True):
    """A derivation that has been done for everything stored before it (docs/adr/0039)."""

    __tablename__ = "derivations"

    name: str = Field(max_length=64, primary_key=True)
    version: int
    at: datetime


class OwedDerivation(SQLModel, table=True):
    """A revision from which something could not be derived; ``reason`` names the fault."""

    __tablename__ = "owed_derivations"

    derivation: str = Field(max_length=64, primary_key=True)
    sequence: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    reason: str = Field(max_length=64)
    since: datetime


class NamedAttachment(SQLModel, table=True):
    """A file that a stored or quarantined record names; only such files are taken in."""

    __tablename__ = "named_attachments"

    digest: bytes = Field(primary_key=True)
    instance_id: str = Field(sa_type=Uuid(as_uuid=False), primary_key=True)


class StoredAttachment(SQLModel, table=True):
    """A file that has arrived whole. Its bytes lie in the data folder under their digest."""

    __tablename__ = "attachments"

    digest: bytes = Field(primary_key=True)
    size: int
    media_type: str = Field(max_length=64)
    stored_at: datetime
    officer_id: int


SUBMISSIONS: Final[Table] = Submission.__table__  # type: ignore[attr-defined]
SETTLEMENTS: Final[Table] = Settlement.__table__  # type: ignore[attr-defined]
ANONYMOUS_RECORDS: Final[Table] = AnonymousRecord.__table__  # type: ignore[attr-defined]
QUARANTINE: Final[Table] = QuarantinedSubmission.__table__  # type: ignore[attr-defined]
NAMED_ATTACHMENTS: Final[Table] = NamedAttachment.__table__  # type: ignore[attr-defined]
ATTACHMENTS: Final[Table] = StoredAttachment.__table__  # type: ignore[attr-defined]
DERIVATIONS: Final[Table] = KnownDerivation.__table__  # type: ignore[attr-defined]
OWED_DERIVATIONS: Final[Table] = OwedDerivation.__table__  # type: ignore[attr-defined]
