"""Which records lie within somebody's scope."""

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from server.accounts.scopes import Scope
from server.rounds.models import VISITS
from server.rounds.within import visits_within
from server.submissions.models import NAMED_ATTACHMENTS, SUBMISSIONS


def records_within(scope: Scope) -> ColumnElement[bool]:
    """Tell of a row of ``submissions`` whether the scope holds it.

    A record outside all visits belongs to no team; its province and its officer are known.
    """
    match scope.breadth:
        case "all":
            return true()
        case "province":
            # What is planned goes before what an officer wrote: the coordinator who planned the
            # visit answers for its records, also for one that says it was held elsewhere.
            elsewhere = SUBMISSIONS.c.visit_id.is_(None)
            stated = and_(elsewhere, SUBMISSIONS.c.province.in_(scope.values))
            return or_(_of_visits(scope), stated)
        case "team":
            return _of_visits(scope)
        case "own":
            return SUBMISSIONS.c.officer_id == scope.user_id
        case _:
            return false()


def _of_visits(scope: Scope) -> ColumnElement[bool]:
    return SUBMISSIONS.c.visit_id.in_(select(VISITS.c.id).where(visits_within(scope)))


def anonymous_within(scope: Scope) -> ColumnElement[bool]:
    """Tell of a row of ``anonymous_records``: they lead to nobody, so whoever sees any sees all."""
    return true() if scope.is_everything else false()


def attachments_within(scope: Scope) -> ColumnElement[bool]:
    """Tell of a row of ``named_attachments`` whether a record that counts names the file."""
    if scope.is_everything:
        return true()
    return NAMED_ATTACHMENTS.c.instance_id.in_(
        select(SUBMISSIONS.c.instance_id).where(SUBMISSIONS.c.is_current, records_within(scope))
    )
