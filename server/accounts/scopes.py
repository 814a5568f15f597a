"""How far a person may look: the scope that every query on scoped rows takes.

A scope is judged in SQL, by the room that owns the rows (``records_within``, ``visits_within``), so
that counts, pages and searches never know of anything outside it.
"""

from collections.abc import Collection
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


def _scope(user: SignedInUser, permission: str) -> Scope | None:
    mandate = user.mandate
    if mandate is not None and (breadth := breadth_of(mandate.role, permission)):
        return Scope(breadth, frozenset(mandate.places), user.id)
    # What is one's own stays so whichever mandate is chosen at the desk: a leader's tablet sends.
    if _has_of_own(user.mandates, permission) or _had_of_own(user.ended, permission):
        return Scope("own", user_id=user.id)
    return None


def _has_of_own(mandates: Collection[Mandate], permission: str) -> bool:
    return any(breadth_of(mandate.role, permission) == "own" for mandate in mandates)


OUTLIVING: Final = "record.write"
"""What was collected under a mandate may still be sent when it has ended: nothing is lost."""


def _had_of_own(ended: Collection[Mandate], permission: str) -> bool:
    return permission == OUTLIVING and _has_of_own(ended, permission)
