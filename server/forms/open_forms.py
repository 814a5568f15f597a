"""The published versions whose records can be read one by one: all but those of anonymous forms."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from schemas.forms.packing import unpack
from server.forms.models import FORM_VERSIONS

_anonymous: dict[str, bool] = {}
"""Whether a version is anonymous, by its digest: it never changes, and reading one takes long."""


@dataclass(frozen=True)
class OpenForm:
    """A version of a form as lists name it."""

    id: str
    title: dict[str, str]


def open_forms(connection: Connection) -> dict[int, OpenForm]:
    """The versions of forms that are not anonymous, by their number."""
    names = ("id", "form_id", "title", "digest")
    rows = connection.execute(select(*(FORM_VERSIONS.c[name] for name in names))).all()
    return {
        row.id: OpenForm(row.form_id, row.title)
        for row in rows
        if not _is_anonymous(connection, row.id, row.digest)
    }


def _is_anonymous(connection: Connection, row: int, digest: str) -> bool:
    if digest not in _anonymous:
        held = select(FORM_VERSIONS.c.definition).where(FORM_VERSIONS.c.id == row)
        _anonymous[digest] = unpack(connection.execute(held).scalar_one()).anonymous
    return _anonymous[digest]
