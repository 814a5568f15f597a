"""Mandates: in which role, how far and from when until when somebody works in İZDES."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from schemas.problems import Problem
from schemas.reference.geography import provinces
from schemas.rules.rights import OF_PLACES, role_book, roles
from server import clock
from server.accounts.models import MANDATES, USERS
from server.store import audit

LONGEST_PLACE: Final = 64
MOST_PLACES: Final = 81
LONGEST_REASON: Final = 500
LARGEST_ID: Final = 2**31 - 1
"""No column of numbers of mandates takes a larger one."""


@dataclass(frozen=True)
class Mandate:
    """One mandate of a person. ``places``: the teams, provinces or organisations it is for."""

    id: int
    role: str
    places: tuple[str, ...]
    starts_on: date
    ends_on: date | None
    """The last day; None: until further notice."""
    acting_for: str | None = None
    """The full name of whom the person stands in for."""
    acting_for_id: int | None = None
    reason: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the mandate holds on this day."""
        return self.starts_on <= day and not self.has_ended_by(day)

    def has_ended_by(self, day: date) -> bool:
        """Whether the last day has passed."""
        return self.ends_on is not None and self.ends_on < day


@dataclass(frozen=True)
class NewMandate:
    """What is to be given to somebody."""

    role: str
    places: tuple[str, ...] = ()
    starts_on: date | None = None
    """None: today."""
    ends_on: date | None = None
    acting_for: int | None = None
    reason: str = ""


def give_mandate(
    connection: Connection, user_id: int, new: NewMandate, *, by: int | None = None
) -> int:
    """Give somebody a mandate and return its id; raises ``invalid_mandate``."""
    new = _settled(new, user_id)
    row = {
        "user_id": user_id,
        "role": new.role,
        "places": list(new.places) or None,
        "starts_on": new.starts_on,
        "ends_on": new.ends_on,
        "acting_for": new.acting_for,
        "reason": new.reason,
        "given_at": clock.now(),
        "given_by": by,
    }
    mandate_id: int = connection.execute(
        insert(MANDATES).values(row).returning(MANDATES.c.id)
    ).scalar_one()
    details = {
        "mandate": mandate_id,
        "role": new.role,
        "places": list(new.places),
        "starts_on": str(new.starts_on),
        "ends_on": str(new.ends_on) if new.ends_on else None,
        "acting_for": new.acting_for,
    }
    audit.write(
        connection, actor=by, action="mandate.give", object=f"user:{user_id}", details=details
    )
    return mandate_id


def end_mandate(
    connection: Connection, user_id: int, mandate_id: int, *, by: int | None = None
) -> None:
    """Let a mandate end now; what was done under it stays. Raises ``unknown_mandate``."""
    if not 0 < mandate_id <= LARGEST_ID:
        raise Problem("unknown_mandate")
    ended = connection.execute(
        update(MANDATES)
        .where(
            MANDATES.c.id == mandate_id,
            MANDATES.c.user_id == user_id,
            MANDATES.c.ended_at.is_(None),
        )
        .values(ended_at=clock.now(), ended_by=by)
    )
    if ended.rowcount != 1:
        raise Problem("unknown_mandate")
    audit.write(
        connection,
        actor=by,
        action="mandate.end",
        object=f"user:{user_id}",
        details={"mandate": mandate_id},
    )


@dataclass(frozen=True)
class Held:
    """The mandates of a person: those that hold today, and those that held once."""

    now: tuple[Mandate, ...]
    ended: tuple[Mandate, ...]
    later: tuple[Mandate, ...] = ()


def mandates_of(connection: Connection, user_id: int) -> Held:
    """The mandates of one person, the longest held first."""
    return mandates(connection, (user_id,)).get(user_id, Held((), ()))


def mandates(connection: Connection, user_ids: Iterable[int] | None = None) -> dict[int, Held]:
    """The mandates of these people, or of everybody, by person."""
    stood_in_for = USERS.alias()
    asked = (
        select(MANDATES, stood_in_for.c.full_name.label("acting_for_name"))
        .outerjoin(stood_in_for, stood_in_for.c.id == MANDATES.c.acting_for)
        .order_by(MANDATES.c.id)
    )
    if user_ids is not None:
        asked = asked.where(MANDATES.c.user_id.in_(list(user_ids)))
    rows: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(asked):
        rows.setdefault(row.user_id, []).append(row)
    return {user_id: _held(of_user) for user_id, of_user in rows.items()}


def _held(rows: list[Row[Any]]) -> Held:
    day = clock.today()
    standing = [_mandate(row) for row in rows if row.ended_at is None]
    over = [_mandate(row) for row in rows if row.ended_at is not None]
    return Held(
        now=tuple(mandate for mandate in standing if mandate.holds_on(day)),
        ended=(*over, *(mandate for mandate in standing if mandate.has_ended_by(day))),
        later=tuple(mandate for mandate in standing if mandate.starts_on > day),
    )


def _mandate(row: Row[Any]) -> Mandate:
    return Mandate(
        id=row.id,
        role=row.role,
        places=tuple(row.places or ()),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        acting_for=row.acting_for_name,
        acting_for_id=row.acting_for,
        reason=row.reason,
    )


def _settled(new: NewMandate, user_id: int) -> NewMandate:
    if new.role not in roles():
        raise Problem("invalid_mandate", detail="role")
    starts_on = new.starts_on or clock.today()
    if new.ends_on is not None and new.ends_on < starts_on:
        raise Problem("invalid_mandate", detail="ends_on")
    reason = " ".join(new.reason.split())[:LONGEST_REASON]
    if not reason.isprintable():
        raise Problem("invalid_mandate", detail="reason")
    if new.acting_for is not None and (new.acting_for == user_id or not reason):
        raise Problem("invalid_mandate", detail="acting_for")
    return NewMandate(new.role, _places(new), starts_on, new.ends_on, new.acting_for, reason)


def _places(new: NewMandate) -> tuple[str, ...]:
    places = tuple(dict.fromkeys(place.strip() for place in new.places if place.strip()))
    scope = role_book().role(new.role).scope
    known = {province.plate for province in provinces()} if scope == "province" else None
    fits = len(places) <= MOST_PLACES and all(
        len(place) <= LONGEST_PLACE and place.isprintable() and (known is None or place in known)
        for place in places
    )
    if not fits or bool(places) != (scope in OF_PLACES):
        raise Problem("invalid_mandate", detail="places")
    return places
