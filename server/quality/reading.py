"""The ratings of a round, as questions about quality ask for them."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.arrays import FloatArray, IntArray
from analysis.records.columns import RATINGS
from schemas.reference.services import dimensions
from schemas.rules.measurement import measurement
from server.observations.segments import Manifest, Segment, files

ITEMS = tuple(
    "overall" if dimension.code == measurement().overall_dimension else dimension.code
    for dimension in dimensions()
)
HELD = ["sequence", "province", "interviewer", "form_version", "started_at", "duration_s"]
COLUMNS = [*HELD, "service", "respondent_index", *ITEMS]


def ratings_of(folder: Path, round_id: str, manifest: Manifest) -> pa.Table:
    """The ratings that count, each interview's in the order of services."""
    segments = manifest.rounds.get(round_id, [])
    table = pa.concat_tables(
        [no_ratings(), *(ratings_in(folder, round_id, segment) for segment in segments)]
    )
    void = pa.array(manifest.replaced.get(round_id, []), pa.int64())
    return table.filter(pc.invert(pc.is_in(table["sequence"], value_set=void)))


def ratings_in(folder: Path, round_id: str, segment: Segment) -> pa.Table:
    """All ratings of a segment, those that are void too."""
    return pq.read_table(files(folder, round_id, segment)[1], columns=COLUMNS)


def no_ratings() -> pa.Table:
    """A table without rows."""
    return RATINGS.empty_table().select(COLUMNS)


def whole_numbers(table: pa.Table, name: str) -> IntArray:
    """A column of whole numbers, none missing."""
    return np.asarray(table[name].to_numpy(), dtype=np.int64)


def real_numbers(column: Any) -> FloatArray:
    """A column as numbers; NaN is missing."""
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
