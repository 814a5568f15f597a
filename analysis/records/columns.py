"""The columns of observations on disk: one table of persons, one of ratings."""

import sys
from typing import Any

import pyarrow as pa

from analysis.records.observations import DIMENSIONS
from schemas.rules.measurement import measurement

_COMMON: list[tuple[str, pa.DataType]] = [
    ("sequence", pa.int64()),
    ("instance_id", pa.string()),
    ("round", pa.string()),
    ("form_version", pa.string()),
    ("province", pa.string()),
    ("district", pa.string()),
    ("stratum", pa.string()),
    ("psu", pa.string()),
    ("interviewer", pa.string()),
    ("sex", pa.string()),
    ("age_group", pa.string()),
    ("cell", pa.string()),
    ("settlement", pa.string()),
    ("alone", pa.bool_()),
    ("started_at", pa.timestamp("ms", tz="UTC")),
    ("duration_s", pa.int32()),
    ("violations", pa.int16()),
]
PEOPLE = pa.schema(
    [
        *_COMMON,
        ("excluded", pa.string()),
        ("rated", pa.int8()),
        ("outcome", pa.string()),
        *((name, pa.int8()) for name in measurement().person_items),
    ]
)
RATINGS = pa.schema(
    [
        *_COMMON,
        ("service", pa.string()),
        ("selection_factor", pa.float64()),
        *((name, pa.int8()) for name in DIMENSIONS if name != measurement().overall_dimension),
        ("overall", pa.int8()),
        ("respondent_index", pa.float64()),
        ("problem", pa.bool_()),
        ("wait_minutes", pa.int16()),
        ("visits", pa.int16()),
    ]
)


def _leave_pandas_out() -> None:
    """Let pyarrow look for pandas once, and find none.

    With its first column pyarrow imports pandas, to know its values, which nothing here has: that
    costs every command time and every server memory. Who asks for pandas still gets it.
    """
    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([1])
    finally:
        sys.meta_path.remove(_NoPandas)


class _NoPandas:
    """A finder of modules that says there is no pandas."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        """Find nothing, and let nobody else find pandas."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


_leave_pandas_out()


def one_piece(column: Any) -> Any:
    """The array of a column of a table; one read from a file comes in several, or in none."""
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(_pieces(column))


def _pieces(column: Any) -> list[Any]:
    return column.chunks or [pa.array([], column.type)]
