"""Who did what, written in the same transaction as what was done."""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Connection, Date, Integer, Table, bindparam, insert, text
from sqlmodel import Field, SQLModel

from server import clock

SEQUENCE = BigInteger().with_variant(Integer, "sqlite")


class AuditEntry(SQLModel, table=True):
    """What somebody did. Rows are only ever added."""

    __tablename__ = "audit_entries"

    sequence: int | None = Field(default=None, sa_type=SEQUENCE, primary_key=True)
    at: datetime
    actor_id: int | None = None
    stands_in_for: int | None = None
    """In whose place the actor worked; both are shown wherever the deed is."""
    action: str = Field(max_length=64)
    object: str = Field(max_length=128)
    details: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))


class AuditCount(SQLModel, table=True):
    """Events of one kind on one day: how many, and nothing else.

    For what must not be joined to anybody (docs/adr/0030): an entry for each would tell by its
    place among the others who was at work, and when.
    """

    __tablename__ = "audit_counts"

    day: date = Field(primary_key=True)
    action: str = Field(max_length=64, primary_key=True)
    number: int


AUDIT_ENTRIES: Final[Table] = AuditEntry.__table__  # type: ignore[attr-defined]

_UPSERT: Final = (
    "INSERT INTO audit_counts (day, action, number) VALUES (:day, :action, :number)"
    " ON CONFLICT (day, action) DO UPDATE SET number = audit_counts.number + excluded.number"
)
_COUNT: Final = text(_UPSERT).bindparams(bindparam("day", type_=Date))


# A fact of the request, not of each of its operations: none of them can leave it out.
_stood_in_for: ContextVar[int | None] = ContextVar("stood_in_for", default=None)


def stand_in_for(user_id: int | None) -> None:
    """Write from now on, in this request, that what is done is done in this person's place."""
    _stood_in_for.set(user_id)


@dataclass(frozen=True)
class Event:
    """What :func:`write_many` writes down; ``actor`` is nobody for commands run in a shell."""

    actor: int | None
    action: str
    object: str
    details: dict[str, Any] | None = None


def write(
    connection: Connection,
    *,
    actor: int | None,
    action: str,
    object: str,  # noqa: A002  the auditors' word
    details: dict[str, Any] | None = None,
) -> None:
    """Write one event into the audit trail, inside the caller's transaction."""
    write_many(connection, [Event(actor, action, object, details)])


def write_many(connection: Connection, events: Iterable[Event]) -> None:
    """Write many events with one statement, inside the caller's transaction."""
    if rows := rows_of(events):
        connection.execute(insert(AUDIT_ENTRIES), rows)


def rows_of(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The rows that :func:`write_many` inserts, for who inserts much at once."""
    at, stood_in_for = clock.now(), _stood_in_for.get()
    return [
        {
            "at": at,
            "actor_id": event.actor,
            "stands_in_for": stood_in_for,
            "action": event.action,
            "object": event.object,
            "details": event.details,
        }
        for event in events
    ]


def count(connection: Connection, *, day: date, action: str, number: int) -> None:
    """Count events of a day that nobody did at any hour, inside the caller's transaction."""
    connection.execute(_COUNT, {"day": day, "action": action, "number": number})
