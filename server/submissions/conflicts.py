"""Texts of a record that were kept beside what counts, and wait for a person to settle them."""

from sqlalchemy import ColumnElement, FromClause, and_, func, select

from server.submissions.models import SETTLEMENTS, SUBMISSIONS


def is_open_conflict(texts: FromClause = SUBMISSIONS) -> ColumnElement[bool]:
    """Tell of a row of submissions, or of an alias, whether nobody has settled it.

    What came after a decision counts anew.
    """
    settled = (
        select(func.coalesce(func.max(SETTLEMENTS.c.sequence), 0))
        .where(SETTLEMENTS.c.instance_id == texts.c.instance_id)
        .correlate(texts)
        .scalar_subquery()
    )
    return and_(
        texts.c.copy_number > 0,
        texts.c.is_current.is_(False),
        texts.c.sequence > settled,
    )
