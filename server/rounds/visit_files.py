"""Reading a plan of visits from a CSV file, as coordinators keep it in a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from math import isfinite
from pathlib import Path

from sqlalchemy import Connection

from schemas.problems import Problem
from schemas.reference.geography import districts, provinces
from schemas.rules.known_questions import Topic
from schemas.tables.text_files import decoded, named_separator, without_separator_line
from server.accounts.operations import known_user
from server.forms.queries import forms_in_use
from server.rounds.operations import NewVisit

NEEDED = ("code", "province", "team", "title_tr", "title_en", "planned_on", "target")
OPTIONAL = (
    *("district", "officers", "design_weight", "stratum"),
    *("forms", "unit_type", "unit_name", "earlier_topics"),
)


def read_visits(connection: Connection, file: Path) -> list[NewVisit]:
    """Read the visits of ``file``; a row that cannot be meant is a problem naming row and column.

    Columns may be separated by comma or semicolon; ``officers`` are user names between blanks;
    the stratum is the province unless the file says otherwise. ``forms`` are ids between blanks;
    ``earlier_topics`` holds one topic a line of the cell: day, title and proposal between bars.
    """
    text, delimiter = _table_of(file)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    numbered = [
        (number, row) for number, row in enumerate(rows, start=1) if any(map(str.strip, row))
    ]
    headers = [name.strip() for name in numbered[0][1]] if numbered else []
    present = set(headers)
    for column in NEEDED:
        if column not in present:
            raise Problem("visit_file_column", column=column)
    published = {form.id for form in forms_in_use(connection)}
    return [
        _visit(connection, dict(zip(headers, cells, strict=False)), number, published)
        for number, cells in numbered[1:]
    ]


def _table_of(file: Path) -> tuple[str, str]:
    read = decoded(file.read_bytes())
    if read is None:
        raise Problem("visit_file_unreadable")
    named, text = named_separator(read[0]), without_separator_line(read[0])
    first = text.lstrip("\n").partition("\n")[0]
    return text, named or max(",;\t", key=first.count)


def _visit(
    connection: Connection, cells: Mapping[str, str | None], number: int, published: set[str]
) -> NewVisit:
    row = {name: (cells.get(name) or "").strip() for name in (*NEEDED, *OPTIONAL)}
    officers = tuple(known_user(connection, name).user.id for name in row["officers"].split())
    column = ""
    try:
        column = "province"
        province = _known(row["province"].zfill(2), {province.plate for province in provinces()})
        column = "district"
        here = {district.code for district in districts() if district.plate == province}
        district = _known(row["district"], here) if row["district"] else None
        column = "planned_on"
        planned_on = date.fromisoformat(row["planned_on"])
        column = "target"
        target = _at_least_zero(int(row["target"]))
        column = "design_weight"
        weight = _weight(row["design_weight"]) if row["design_weight"] else None
        column = "forms"
        forms = tuple(_known(form, published) for form in row["forms"].split())
        column = "earlier_topics"
        topics = tuple(_topics(row["code"], row["earlier_topics"]))
        column = "code"
        code = _known(row["code"], {row["code"]} - {""})
    except ValueError:
        raise Problem("visit_file_row", row=number, column=column, value=row[column]) from None
    return NewVisit(
        code=code,
        province=province,
        district=district,
        stratum=row["stratum"] or province,
        team=row["team"],
        title_tr=row["title_tr"],
        title_en=row["title_en"],
        planned_on=planned_on,
        target=target,
        design_weight=weight,
        officers=officers,
        forms=forms,
        unit_type=row["unit_type"] or None,
        unit_name=row["unit_name"] or None,
        earlier_topics=topics,
    )


def _topics(visit: str, cell: str) -> Iterator[Topic]:
    """Read ``day | title | proposal``, a line each; the proposal may be missing."""
    for number, line in enumerate(filter(None, map(str.strip, cell.splitlines())), start=1):
        day, title, *proposal = (part.strip() for part in line.split("|", 2))
        yield Topic(
            number=f"{visit}-{number}",
            title=_known(title, {title} - {""}),
            proposal=" ".join(proposal),
            reported_on=date.fromisoformat(day).isoformat(),
        )


def _weight(written: str) -> float:
    """Read a weight: a visit that stands for nobody, or for less, is none."""
    value = float(written.replace(",", "."))
    if not (isfinite(value) and value > 0):
        raise ValueError(written)
    return value


def _at_least_zero(number: int) -> int:
    if number < 0:
        raise ValueError(number)
    return number


def _known(value: str, values: set[str]) -> str:
    if value not in values:
        raise ValueError(value)
    return value
