"""Values of an indicator of the other forms, taken from the stored records of a round."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, literal, null

from analysis.figures.indicator_figures import Values
from analysis.records.indicators import Worth, rows_of, worth_of
from analysis.sampling.design import Design
from schemas.reference.geography import province
from schemas.rules.indicators import Indicator
from schemas.rules.known_questions import fieldwork, unit_of
from server.forms.models import FORM_VERSIONS
from server.indicators.observed_values import Key, Table
from server.rounds.models import VISITS
from server.submissions import interviews as stored
from server.submissions.models import ANONYMOUS_RECORDS, SUBMISSIONS

PLACES = ("province", "region")


@dataclass(frozen=True)
class Record:
    """A stored record as it counts: its answers, and what is known beside them."""

    sequence: int
    province: str
    place: str
    """The unit it is about, else the visit, else the kind of unit in its district."""
    form_version: str
    answers: dict[str, Any]


@dataclass(frozen=True)
class RecordTable:
    """Values and their domains, the places they come from, and how many records were read."""

    table: Table
    design: Design
    records: int
    form_versions: tuple[str, ...]


def records(connection: Connection, round_id: str, indicator: Indicator) -> list[Record]:
    """Read the current records of an indicator's form; of a unit the latest, if it says so."""
    chosen = (
        stored.records(
            *SUBMISSIONS.c["sequence", "instance_id", "province", "district"],
            FORM_VERSIONS.c.version,
            VISITS.c.code,
        )
        .where(
            SUBMISSIONS.c.round_id == round_id,
            SUBMISSIONS.c.province.is_not(None),
            FORM_VERSIONS.c.form_id == indicator.form,
        )
        .order_by(SUBMISSIONS.c.sequence)
    )
    found = [_record(read) for read in stored.interviews(connection, chosen)]
    found += _anonymous_records(connection, round_id, indicator)
    if indicator.once_per_unit:
        return list({record.place: record for record in found}.values())
    return found


def _anonymous_records(connection: Connection, round_id: str, indicator: Indicator) -> list[Record]:
    """Read the records that lie in no order and were held in no visit anybody wrote down."""
    chosen = (
        stored.anonymous_records(
            *ANONYMOUS_RECORDS.c["instance_id", "province", "district"],
            FORM_VERSIONS.c.version,
            literal(0).label("sequence"),
            null().label("code"),
        )
        .where(
            ANONYMOUS_RECORDS.c.round_id == round_id,
            ANONYMOUS_RECORDS.c.province.is_not(None),
            FORM_VERSIONS.c.form_id == indicator.form,
        )
        .order_by(ANONYMOUS_RECORDS.c.instance_id)
    )
    return [_record(read) for read in stored.interviews(connection, chosen)]


def record_values(
    found: Sequence[Record], indicator: Indicator, by: Sequence[str], *, today: date
) -> RecordTable:
    """Value the rows of records by domain and place."""
    rows = [row for record in found for row in _rows(record, indicator, by, today)]
    domains = tuple(sorted({key for key, _, _ in rows}))
    places = sorted({record.place for record in found})
    code = {key: number for number, key in enumerate(domains)}
    unit = {place: number for number, place in enumerate(places)}
    one = np.ones(len(rows))
    values = Values(
        domain=np.array([code[key] for key, _, _ in rows], dtype=np.int64),
        unit=np.array([unit[row.place] for _, row, _ in rows], dtype=np.int64),
        value=np.array([worth.value for _, _, worth in rows], dtype=np.float64),
        n=np.ones(len(rows), dtype=np.int64),
        w=one,
        ww=one,
        over=_over(indicator, [worth for _, _, worth in rows]),
    )
    # Often one unit of a kind is visited in a province: provinces as strata would leave no spread.
    design = Design(("",), np.zeros(len(places), dtype=np.int64), np.zeros(1))
    versions = tuple(sorted({f"{indicator.form}/{record.form_version}" for record in found}))
    return RecordTable(Table(values, domains), design, len(found), versions)


def _rows(
    record: Record, indicator: Indicator, by: Sequence[str], today: date
) -> Iterator[tuple[Key, Record, Worth]]:
    asked = [name for name in by if name not in PLACES]
    for row in rows_of(indicator, record.answers):
        for worth in worth_of(indicator, row, asked, today=today):
            told = dict(zip(asked, worth.splits, strict=True)) | {
                "province": record.province,
                "region": province(record.province).region,
            }
            yield tuple(told[name] for name in by), record, worth


def _over(indicator: Indicator, worths: Sequence[Worth]) -> Any:
    if indicator.kind != "ratio":
        return None
    return np.array([worth.over for worth in worths], dtype=np.float64)


def _record(read: stored.StoredInterview) -> Record:
    row, answers = read.row, read.answers
    kind = answers.get(fieldwork().unit.type)
    return Record(
        sequence=row.sequence,
        province=row.province,
        place=unit_of(answers)
        or row.code
        or (f"{row.district}:{kind}" if kind else row.instance_id),
        form_version=row.version,
        answers=answers,
    )
