"""Wording of a form: every text in every language, and the answers that texts insert."""

from collections.abc import Iterator

from schemas.authoring.sheets import Report, Row, languages_of
from schemas.expressions.grammar import INSERTION
from schemas.wording import LANGUAGES


def text_of(row: Row, what: str, headers: tuple[str, ...], report: Report) -> dict[str, str]:
    """A text in all languages; one that some languages lack is an error."""
    columns = languages_of(headers, what)
    text = {
        language: row[columns[language]]
        for language in LANGUAGES
        if language in columns and row[columns[language]]
    }
    for language in LANGUAGES if text else ():
        if language not in text:
            report.error(
                row,
                columns.get(language, f"{what}::{language}"),
                "translation_missing",
                what=what,
                language=language,
            )
    return text


def insertions(text: dict[str, str]) -> Iterator[str]:
    """The names of the answers a text inserts."""
    for wording in text.values():
        yield from INSERTION.findall(wording)


def inserting(text: dict[str, str]) -> dict[str, str]:
    """Every answer a text inserts, with the first language that does."""
    found: dict[str, str] = {}
    for language, wording in text.items():
        for name in INSERTION.findall(wording):
            found.setdefault(name, language)
    return found


def broken_in(text: dict[str, str]) -> str:
    """The first language whose wording has a ``${`` that names nothing, blank if none has."""
    broken = (at for at, wording in text.items() if "${" in INSERTION.sub("", wording))
    return next(broken, "")
