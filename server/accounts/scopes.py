"""How far a person may look: the scope that every query on scoped rows takes.

A scope is judged in SQL, by the room that owns the rows (``records_within``, ``visits_within``), so
that counts, pages and searches never know of anything outside it.
"""

from dataclasses import dataclass
from typing import Final

from schemas.problems import Problem
from schemas.rules.rights import Breadth, breadth_of
from server.accounts.mandates import Mandate
from server.accounts.queries import SignedInUser


@dataclass(frozen=True)
class Scope:
    """What of the rows somebody may see: all, or those of these values of that breadth."""

    breadth: Breadth
    values: frozenset[str] = frozenset()
    """Teams, provinces or organisations, as the breadth says."""
    user_id: int | None = None
    """Whose own rows, where the breadth is ``own``."""

    @property
    def is_everything(self) -> bool:
        """Whether nothing lies outside."""
        return self.breadth == "all"

    @property
    def provinces(self) -> frozenset[str] | None:
        """The provinces whose figures may be seen; None: all."""
        if self.is_everything:
            return None
        return self.values if self.breadth == "province" else frozenset()


EVERYTHING: Final = Scope("all")
"""For the program itself: what it tells people passes the gate, or a scope of theirs."""


def scope_of(user: SignedInUser | None, *permissions: str) -> Scope:
    """How far ``user`` has the first of these permissions that is had at all."""
    scopes = [_scope(user, permission) for permission in permissions] if user else []
    for scope in scopes:
        if scope is not None:
            return scope
    raise Problem("not_allowed")


def may(user: SignedInUser | None, *permissions: str) -> bool:
    """Tell whether ``user`` has one of these permissions, however narrow."""
    return user is not None and any(
        _scope(user, permission) is not None for permission in permissions
    )


def mandate_for(user: SignedInUser, *permissions: str) -> Mandate | None:
    """The mandate by which ``user`` has the first of these permissions that is had at all."""
    found = (_granting(user, permission) for permission in permissions)
    return next(filter(None, found), None)


def _scope(user: SignedInUser, permission: str) -> Scope | None:
    mandate = _granting(user, permission)
    if mandate is None:
        return None
    breadth = breadth_of(mandate.role, permission)
    if breadth is None or breadth == "own":
        return Scope("own", user_id=user.id)
    return Scope(breadth, frozenset(mandate.places), user.id)


def _granting(user: SignedInUser, permission: str) -> Mandate | None:
    chosen = user.mandate
    breadth = breadth_of(chosen.role, permission) if chosen else None
    # With the password alone, what is one's own: a tablet never asks for a code (ADR 0046).
    if breadth == "own" or (breadth is not None and not user.lacks):
        return chosen
    # What is one's own stays so whichever mandate is chosen at the desk: a leader's tablet sends.
    kept = (*user.mandates, *(user.ended if permission == OUTLIVING else ()))
    return next((mandate for mandate in kept if _is_of_own(mandate, permission)), None)


def _is_of_own(mandate: Mandate, permission: str) -> bool:
    return breadth_of(mandate.role, permission) == "own"


OUTLIVING: Final = "record.write"
"""What was collected under a mandate may still be sent when it has ended: nothing is lost."""
