"""What a segment of observations adds to its round, whatever the weights are by then.

Weights change with every interview that arrives, but they are the same for all people of a PSU and
weighting cell. Sums by PSU, cell, service and selection factor are therefore kept beside the
segment, and a round is weighted from them: its records are read once.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array

from analysis.arrays import IntArray
from analysis.engine import sql_engine
from analysis.engine.statements import PERSONS, RATED, RATED_SUMS, RATED_VALUE
from analysis.records.columns import PEOPLE, RATINGS, one_piece
from analysis.records.observations import CELL_SEPARATOR

SUFFIX = ".sums.arrow"
_FORMAT = 2
"""To be raised with what this module makes of the answers to its statements."""


@dataclass(frozen=True)
class Segment:
    """Observations on disk: persons and their ratings, and the sequences replaced since."""

    people: Path
    ratings: Path
    replaced: tuple[int, ...] = ()


def people_sums(segment: Segment) -> pa.Table:
    """Count the persons of a segment by PSU, weighting cell, exclusion and form version."""
    return _summed("people", segment.people, PEOPLE, PERSONS, segment.replaced)


def rating_sums(segment: Segment, values: Sequence[str]) -> pa.Table:
    """Add the ratings of a segment up, from those beside it or from its records.

    Parameters
    ----------
    segment
        Its two files must not change; what replaces a record is another segment.
    values
        Expressions over the columns of a rating, each a number or NULL; made of reference data.

    Returns
    -------
    pyarrow.Table
        By place (``province|PSU``) and service, in this order, and by weighting cell and selection
        factor: how many ratings, and of the value numbered k how many there are (``nk``), their sum
        (``yk``) and the sum of their squares (``yyk``). Mapped from a file, once for all processes.
    """
    numbered = list(enumerate(values))
    statement = RATED.format(
        values=", ".join(RATED_VALUE.format(value=value, k=k) for k, value in numbered),
        sums=", ".join(RATED_SUMS.format(k=k) for k, _ in numbered),
    )
    return _summed("ratings", segment.ratings, RATINGS, statement, segment.replaced)


def kept_sums(file: Path, replaced: Sequence[int]) -> list[Path]:
    """The files that hold sums of a segment's file, the replaced records left out."""
    return list(file.parent.glob(f"{file.name}.*-{_named(sorted(replaced))}{SUFFIX}"))


def _summed(
    name: str, file: Path, schema: pa.Schema, statement: str, replaced: Sequence[int]
) -> pa.Table:
    asked = _named((_FORMAT, schema.to_string(), statement))
    beside = file.with_name(f"{file.name}.{asked}-{_named(sorted(replaced))}{SUFFIX}")
    with suppress(OSError, pa.ArrowInvalid):
        return pa.ipc.open_file(pa.memory_map(str(beside))).read_all()
    table = _counted(name, file, schema, statement, replaced)
    # Sums that cannot be kept, on a full disk say, are made again.
    with suppress(OSError):
        _write(beside, table)
    return table


def _counted(
    name: str, file: Path, schema: pa.Schema, statement: str, replaced: Sequence[int]
) -> pa.Table:
    connection = sql_engine.opened()
    try:
        sql_engine.show(connection, name, [file], schema, replaced)
        answer = sql_engine.table(connection, statement).combine_chunks()
    finally:
        connection.close()
    return answer if name == "people" else _coded(answer)


def _coded(answer: pa.Table) -> pa.Table:
    """Turn names into codes, and PSU and province, which the cell begins with, into places."""
    psu, cell, service = (
        one_piece(answer[name]).dictionary_encode() for name in ("psu", "cell", "service")
    )
    plates = [name.partition(CELL_SEPARATOR)[0] for name in cell.dictionary.to_pylist()]
    distinct = sorted(set(plates))
    plate = np.array([distinct.index(plate) for plate in plates], dtype=np.int64)
    pair = psu.indices.to_numpy().astype(np.int64) * max(len(distinct), 1)
    pair += plate[cell.indices.to_numpy()]
    place = pa.array(pair).dictionary_encode()
    names = psu.dictionary.to_pylist()
    places = [
        distinct[value % len(distinct)] + CELL_SEPARATOR + names[value // len(distinct)]
        for value in place.dictionary.to_pylist()
    ]
    width = max(len(service.dictionary), 1)
    run = place.indices.to_numpy() * width + service.indices.to_numpy()
    columns = {
        "place": pa.DictionaryArray.from_arrays(place.indices, pa.array(places, pa.string())),
        "cell": cell,
        "service": service,
    }
    for name in answer.column_names:
        columns.setdefault(name, one_piece(answer[name]))
    return pa.table(columns).drop_columns(["psu"]).take(_order(run))


def _order(code: IntArray) -> IntArray:
    """Sort small codes by counting them, which is many times quicker than by comparing."""
    numbers = np.arange(len(code))
    shape = int(code.max(initial=0)) + 1, max(len(code), 1)
    order: IntArray = coo_array((numbers, (code, numbers)), shape=shape).tocsr().data
    return order


def _write(file: Path, table: pa.Table) -> None:
    draft = file.with_name(f"{uuid4().hex}.draft{SUFFIX}")
    try:
        with pa.OSFile(str(draft), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _named(content: Any) -> str:
    return blake2b(repr(content).encode(), digest_size=6).hexdigest()
