"""How many people came, or were corrected, since each figure moved last."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, or_, select

from analysis.arrays import BoolArray, IntArray
from analysis.engine.segment_sums import Segment
from analysis.records.columns import one_piece
from server.observations.areas import PLATES, SERVICES
from server.submissions.models import SUBMISSIONS

UNKNOWN = -1_000_000
COLUMNS = ["sequence", "province", "cell", "service", "respondent_index", "overall"]
CELLS = len(PLATES) * len(SERVICES)
ANSWERS = ("respondent_index", "overall")
"""The columns that hold the answer of each measure of the index table."""


def edits_after(connection: Connection, round_id: str, sequence: int) -> tuple[int, ...]:
    """List the revisions of a round that count and arrived after a record."""
    found = connection.scalars(
        select(SUBMISSIONS.c.sequence)
        .where(
            SUBMISSIONS.c.sequence > sequence,
            SUBMISSIONS.c.round_id == round_id,
            # What a person kept of a conflict is a copy, and may be of the first revision.
            or_(SUBMISSIONS.c.revision > 1, SUBMISSIONS.c.copy_number > 0),
            SUBMISSIONS.c.is_current,
        )
        .order_by(SUBMISSIONS.c.sequence)
    )
    return tuple(found)


def anchor_of(connection: Connection, sequence: int) -> str:
    """Name the record of a sequence, to know the database by; blank where there is none."""
    held = select(SUBMISSIONS.c.instance_id).where(SUBMISSIONS.c.sequence == sequence)
    return str(connection.scalar(held) or "")


def changed_people(
    now: IntArray,
    admitted: IntArray,
    since: IntArray,
    segments: Sequence[Segment],
    edited: tuple[int, ...],
) -> IntArray:
    """Count who changed in every leaf of the index table: never too many, at times too few.

    Where nobody corrects anything, whoever is more than before has come. Where records were
    corrected, those that arrived since are counted one by one: each is another person.
    """
    grown: IntArray = np.abs(now - admitted)
    last = max(edited, default=0)
    if not (admitted > 0).any() or last <= since[admitted > 0].min():
        return grown
    return np.maximum(grown, _arrived(segments, since))


def people_through(segments: Sequence[Segment], through: IntArray, *, column: int) -> IntArray:
    """Count the persons with an answer to a measure in every cell, up to a record of each."""
    counted = np.zeros(len(through), dtype=np.int64)
    for cell, sequence, answered in _cells(segments, -1):
        has = answered[column] & (sequence <= through[np.maximum(cell, 0)])
        counted += np.bincount(cell[has], minlength=len(through))
    return counted


def _arrived(segments: Sequence[Segment], since: IntArray) -> IntArray:
    counted = np.zeros(len(since), dtype=np.int64)
    for cell, sequence, answered in _cells(segments, int(since.min())):
        for measure, has in enumerate(answered):
            leaf = measure * CELLS + cell
            new = has & (sequence > since[np.where(has, leaf, 0)])
            counted += np.bincount(leaf[new], minlength=len(since))
    return counted


def _cells(
    segments: Sequence[Segment], first: int
) -> Iterator[tuple[IntArray, IntArray, list[BoolArray]]]:
    """The cell and the number of every rating after a record, and what it answers."""
    for segment in segments:
        table = _ratings(segment, first)
        cell = _codes(table["province"], PLATES) * len(SERVICES)
        cell = cell + _codes(table["service"], SERVICES)
        known = table["cell"].is_valid().to_numpy() & (cell >= 0)
        answered = [table[name].is_valid().to_numpy() & known for name in ANSWERS]
        yield cell, np.asarray(table["sequence"].to_numpy()), answered


def _ratings(segment: Segment, first: int) -> pa.Table:
    table = pq.read_table(segment.ratings, columns=COLUMNS, filters=pc.field("sequence") > first)
    if not segment.replaced:
        return table
    void = pa.array(segment.replaced, pa.int64())
    return table.filter(pc.invert(pc.is_in(table["sequence"], value_set=void)))


def _codes(names: Any, order: Sequence[str]) -> IntArray:
    """Give names their numbers; one that is not known makes the cell negative."""
    coded = one_piece(names).dictionary_encode()
    number = {name: position for position, name in enumerate(order)}
    of_name = [number.get(name, UNKNOWN) for name in coded.dictionary.to_pylist()]
    codes = np.array([*of_name, UNKNOWN], dtype=np.int64)
    result: IntArray = codes[coded.indices.fill_null(len(of_name)).to_numpy()]
    return result
