"""Texts of a record that were kept beside what counts, and wait for a person to settle them."""

from sqlalchemy import ColumnElement, and_, func, select

from server.sync.models import SETTLEMENTS, SUBMISSIONS


def is_open_conflict() -> ColumnElement[bool]:
    """Tell of a row of submissions whether nobody has settled it: what came after counts anew."""
    settled = (
        select(func.coalesce(func.max(SETTLEMENTS.c.sequence), 0))
        .where(SETTLEMENTS.c.instance_id == SUBMISSIONS.c.instance_id)
        .correlate(SUBMISSIONS)
        .scalar_subquery()
    )
    return and_(
        SUBMISSIONS.c.copy_number > 0,
        SUBMISSIONS.c.is_current.is_(False),
        SUBMISSIONS.c.sequence > settled,
    )
