"""Which visits lie within somebody's scope."""

from sqlalchemy import ColumnElement, false, select, true

from server.accounts.scopes import Scope
from server.rounds.models import VISIT_OFFICERS, VISITS


def visits_within(scope: Scope) -> ColumnElement[bool]:
    """Tell of a row of ``visits`` whether the scope holds it."""
    match scope.breadth:
        case "all":
            return true()
        case "province":
            return VISITS.c.province.in_(scope.values)
        case "team":
            return VISITS.c.team.in_(scope.values)
        case "own":
            mine = select(VISIT_OFFICERS.c.visit_id)
            return VISITS.c.id.in_(mine.where(VISIT_OFFICERS.c.user_id == scope.user_id))
        case _:
            # A visit belongs to no organisation and to no board.
            return false()
