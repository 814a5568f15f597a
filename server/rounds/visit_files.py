"""Reading a plan of visits from a CSV file, as coordinators keep it in a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from schemas.fieldwork import Topic
from schemas.geography import districts, provinces
from schemas.problems import Problem
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
    text = file.read_text("utf-8-sig")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    present = set(rows.fieldnames or ())
    for column in NEEDED:
        if column not in present:
            raise Problem("visit_file_column", column=column)
    published = {each.id for each in forms_in_use(connection)}
    return [_visit(connection, row, number, published) for number, row in enumerate(rows, start=2)]


def _visit(
    connection: Connection, cells: Mapping[str, str | None], number: int, published: set[str]
) -> NewVisit:
    row = {name: (cells.get(name) or "").strip() for name in (*NEEDED, *OPTIONAL)}
    officers = tuple(known_user(connection, name).user.id for name in row["officers"].split())
    column = ""
    try:
        column = "province"
        province = _known(row["province"].zfill(2), {each.plate for each in provinces()})
        column = "district"
        here = {each.code for each in districts() if each.plate == province}
        district = _known(row["district"], here) if row["district"] else None
        column = "planned_on"
        planned_on = date.fromisoformat(row["planned_on"])
        column = "target"
        target = int(row["target"])
        column = "design_weight"
        weight = float(row["design_weight"].replace(",", ".")) if row["design_weight"] else None
        column = "forms"
        forms = tuple(_known(each, published) for each in row["forms"].split())
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


def _known(value: str, values: set[str]) -> str:
    if value not in values:
        raise ValueError(value)
    return value
