"""The published versions whose records can be read one by one: all but those of anonymous forms."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.forms.models import FORM_VERSIONS
from server.forms.queries import definition_of


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
        if not definition_of(connection, row.id, row.digest).anonymous
    }
