"""A table of text as somebody saved it: its separator, its headers, its rows by number."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from schemas.tables.spreadsheet_cells import as_written
from schemas.tables.text_files import decoded, named_separator, without_separator_line
from schemas.wording import say

SEPARATORS: Final = ",;\t"
LONGEST_CELL: Final = 1_000_000
HEAD: Final = 200_000
"""Characters in which the headers must end."""


@dataclass(frozen=True)
class Fault:
    """Why a file or its mapping cannot be used: a key of the room ``imports``, and what about."""

    key: str
    details: Mapping[str, object]

    def said(self, language: str) -> str:
        """Say it."""
        return say(f"imports.{self.key}", language, **self.details)


class Unreadable(Exception):  # noqa: N818  it is said, not raised to the top
    """Something about the input makes all of it unusable."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


@dataclass(frozen=True)
class SourceFile:
    """A file that can be read, row by row and as often as needed."""

    text: str
    digest: str
    encoding: str
    separator: str
    header: tuple[str, ...]
    header_row: int = 1
    """2 where a line ``sep=;`` stands above it."""

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row below the header with its number; empty rows are passed over.

        A row of another length than the header is unreadable: who knows which cell is missing.
        """
        number = 1
        records = _records(self.text, self.separator)
        try:
            for number, cells in enumerate(records, start=1):
                if number <= self.header_row:
                    continue
                if not any(map(str.strip, cells)):
                    continue
                if len(cells) != len(self.header):
                    lengths = {"row": number, "cells": len(cells), "columns": len(self.header)}
                    raise Unreadable(Fault("ragged_row", lengths))
                yield (
                    number,
                    [as_written(cell) if cell.startswith('="') else cell for cell in cells],
                )
        except csv.Error as error:
            detail = {"row": number + 1, "error": error}
            raise Unreadable(Fault("broken_row", detail)) from None


def text_table(data: bytes) -> SourceFile:
    """Read the bytes of a file; what is no table of text is :class:`Unreadable`."""
    read = decoded(data)
    if read is None:
        raise Unreadable(Fault("not_text", {}))
    named = named_separator(read[0])
    text = without_separator_line(read[0])
    csv.field_size_limit(LONGEST_CELL)
    separator, header = _header(text[:HEAD].lstrip("\n"), named)
    _refuse_headers(header)
    digest, header_row = sha256(data).hexdigest(), 2 if named else 1
    return SourceFile(text, digest, read[1], separator, header, header_row)


def _header(head: str, named: str | None) -> tuple[str, tuple[str, ...]]:
    """The separator, and the cells of the first row; it is the one named, if one is.

    Else it is the one that splits the first row into most cells.

    One that cuts through a quoted cell cannot be it, or leaves quotes behind and comes last.
    """
    if not head.strip():
        raise Unreadable(Fault("empty_file", {}))
    split: dict[str, list[str]] = {}
    for separator in named or SEPARATORS:
        with suppress(csv.Error):
            split[separator] = next(_records(head, separator))

    def fitness(separator: str) -> tuple[bool, int]:
        cells = split[separator]
        return not any('"' in cell for cell in cells), len(cells)

    if not split:
        raise Unreadable(Fault("not_text", {}))
    best = max(split, key=fitness)
    return best, tuple(" ".join(cell.split()) for cell in split[best])


def _refuse_headers(header: tuple[str, ...]) -> None:
    seen: dict[str, int] = {}
    faults = []
    for place, name in enumerate(header, start=1):
        if name and name in seen:
            where = {"column": name, "first": seen[name], "second": place}
            faults.append(Fault("column_twice", where))
        seen.setdefault(name, place)
    if faults:
        raise Unreadable(*faults)


def _records(text: str, separator: str) -> Iterator[list[str]]:
    # Strict: a quote that is never closed would otherwise swallow the rest of the file.
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
