"""A form as its author wrote it, row by row, and remarks that name the very cell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.wording import LANGUAGES, catalogue, say

TYPED_VALUES = ("found", "wanted", "first", "second")
"""Values of a remark that name a type and are said in the reader's language."""


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its number as the author sees it, and what is written under each header."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    letters: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, header: str) -> str:
        return self.cells.get(header, "")


@dataclass(frozen=True)
class Sheets:
    """The survey, the choice lists and the settings of one XLSForm."""

    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: tuple[Row, ...] = ()
    survey_headers: tuple[str, ...] = ()
    choice_headers: tuple[str, ...] = ()
    name: str = ""
    """The file's or folder's name, for a form whose settings give no id."""
    setting_headers: tuple[str, ...] = ()
    remarks: tuple["Remark", ...] = ()
    """What was found while reading the file."""
    owns_lists: bool = False
    """Whether the lists are this form's alone; those in a file apart may serve other forms."""
    heads: Mapping[str, Row] = field(default_factory=dict)
    """The row of the headers, by sheet."""

    def head(self, sheet: str) -> Row:
        """The row of a sheet's headers."""
        first = next(iter({"survey": self.survey, "choices": self.choices}.get(sheet, ())), None)
        return self.heads.get(sheet) or Row(first.sheet if first else sheet, 1, {})


@dataclass(frozen=True)
class Remark:
    """Something wrong, or worth a look, in one cell of a form."""

    sheet: str
    row: int | None
    column: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    is_error: bool = True
    source: str = ""
    """The expression the remark is about, and the character in it (from 1)."""
    character: int | None = None

    def sentence(self, language: str) -> str:
        """Say what is wrong."""
        return say(f"forms.{self.code}", language, **self._said_values(language))

    def said(self, language: str) -> str:
        """Say where and what, in one line."""
        return f"{self.place(language)}: {self.sentence(language)}"

    def place(self, language: str) -> str:
        """Say where: sheet, row and column as far as they are known."""
        parts = [self.sheet]
        if self.row is not None:
            parts.append(say("forms.at_row", language, row=self.row))
        if self.column:
            parts.append(say("forms.at_column", language, column=self.column))
        return ", ".join(part for part in parts if part)

    def caret(self) -> str:
        """Show the expression, a mark under the character; blank if it is about no expression."""
        if self.character is None:
            return ""
        line = self.source.replace("\n", " ").replace("\t", " ")
        return f"{line}\n{' ' * (self.character - 1)}^"

    def _said_values(self, language: str) -> dict[str, Any]:
        words = catalogue()
        return {
            name: words.get(f"forms.type_{value}", {}).get(language, value)
            if name in TYPED_VALUES
            else value
            for name, value in self.values.items()
        }


class Report:
    """Collects remarks while a form is compiled."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []

    def error(self, row: Row, header: str, code: str, /, **values: object) -> None:
        """Add what makes the form unusable."""
        self.remarks.append(_finding(row, header, code, values))

    def warn(self, row: Row, header: str, code: str, /, **values: object) -> None:
        """Add what is allowed but looks like a mistake."""
        self.remarks.append(_finding(row, header, code, values, is_error=False))

    @property
    def has_errors(self) -> bool:
        """Whether the form must be refused."""
        return any(remark.is_error for remark in self.remarks)


def _finding(
    row: Row, header: str, code: str, values: Mapping[str, object], *, is_error: bool = True
) -> Remark:
    return Remark(
        sheet=row.sheet,
        row=row.number or None,
        column=column_name(row, header),
        code=code,
        values=values,
        is_error=is_error,
    )


def column_name(row: Row, header: str) -> str:
    """A column as a spreadsheet shows it: its letter and its header."""
    letter = row.letters.get(header)
    return f"{letter} ({header})" if letter else header


def languages_of(headers: tuple[str, ...], what: str) -> dict[str, str]:
    """Language code → header of the translations of ``what``: ``label::Türkçe (tr)``."""
    found: dict[str, str] = {}
    for header in headers:
        name, separator, language = header.partition("::")
        code = language.rpartition("(")[2].rstrip(")").strip() or language
        if separator and name.strip() == what:
            found[code] = header
    return found


def text_header(headers: tuple[str, ...], what: str, language: str = "") -> str:
    """The column of a text in a language, else its first column, else its bare name."""
    columns = languages_of(headers, what)
    return columns.get(language) or next(iter(columns.values()), what)


def missing_languages(headers: tuple[str, ...]) -> list[str]:
    """The product's languages that a sheet has no label column for."""
    return [language for language in LANGUAGES if language not in languages_of(headers, "label")]
