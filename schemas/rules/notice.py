"""What respondents are told about their data before they answer (Law 6698, art. 10)."""

from functools import cache

from schemas.reference.files import FOLDER
from schemas.wire import Text, Wire


class Point(Wire):
    """One paragraph."""

    heading: Text
    text: Text


class Notice(Wire):
    """The notice that belongs to a form; with a ``version`` of its own where it changed alone."""

    title: Text
    points: tuple[Point, ...]
    version: str = ""


class Notices(Wire):
    """``schemas/reference/notice.json``: the notices by form id.

    Forms record ``version`` with the answer that the notice was read; another wording needs another
    version here and in the forms.
    """

    version: str
    draft: Text
    notices: dict[str, Notice]

    def version_of(self, form_id: str) -> str:
        """The version of a form's notice."""
        return self.notices[form_id].version or self.version


@cache
def notice_text() -> str:
    """The file as a tablet loads it."""
    return (FOLDER / "notice.json").read_text("utf-8")


@cache
def notices() -> Notices:
    """Read the notices."""
    return Notices.model_validate_json(notice_text())
