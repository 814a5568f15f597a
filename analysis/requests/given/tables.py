"""Tables of records as they come from files: columns of numbers and columns of texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.coding import coded
from analysis.records.columns import one_piece
from analysis.requests.given.errors import RequestError, nearest


@dataclass(frozen=True)
class Table:
    """Columns of equal length: floats (NaN: missing) or texts (None: missing)."""

    columns: Mapping[str, NDArray[Any]]
    rows: int
    undecided: Mapping[str, str] = field(default_factory=dict)
    """Columns whose numbers may be written in two ways, and a cell of each that may be either."""

    def column(self, name: str) -> NDArray[Any]:
        """A column as it is."""
        if name not in self.columns:
            near = nearest(name, self.columns)
            raise RequestError("unknown_column", near=near, column=name)
        if name in self.undecided:
            raise RequestError("number_style", column=name, example=self.undecided[name])
        return self.columns[name]

    def numbers(self, name: str) -> FloatArray:
        """A column of numbers."""
        column = self.column(name)
        if column.dtype == object:
            raise RequestError("column_texts", column=name)
        return column

    def kept(self, rows: BoolArray) -> "Table":
        """The table of some of the rows, in their order."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        return Table(columns, int(rows.sum()), self.undecided)


@dataclass(frozen=True)
class Levels:
    """A column as categories: sorted labels, and a code per row; −1 is missing."""

    labels: tuple[Any, ...]
    code: IntArray


def levels(column: NDArray[Any]) -> Levels:
    """Code a column by its sorted values; whole numbers become integers."""
    known = ~missing(column)
    labels, code = coded(column[known])
    order = sorted(range(len(labels)), key=lambda number: labels[number])
    rank = np.empty(len(labels), dtype=np.int64)
    rank[order] = np.arange(len(labels))
    codes = np.full(len(column), -1, dtype=np.int64)
    codes[known] = rank[code]
    return Levels(tuple(plain(labels[number]) for number in order), codes)


def missing(column: NDArray[Any]) -> BoolArray:
    """Tell which entries are missing."""
    if column.dtype == object:
        return np.array([value is None for value in column.tolist()], dtype=bool)
    result: BoolArray = np.isnan(column)
    return result


def plain(value: Any) -> Any:
    """A whole number as an integer, anything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def table_of(read: pa.Table) -> Table:
    """Make a table of an Arrow one; truth values become the texts TRUE and FALSE."""
    columns = {name: _column(read[name]) for name in read.column_names}
    return Table(columns, read.num_rows)


def _column(read: "pa.ChunkedArray[Any]") -> NDArray[Any]:
    kind = read.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind):
        return read.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    # Many records share few texts: each is made once.
    texts, code = coded(one_piece(read))
    shape = str.upper if pa.types.is_boolean(kind) else str
    different = np.empty(len(texts), dtype=object)
    different[:] = [None if text is None else shape(str(text)) for text in texts]
    column: NDArray[Any] = different[code]
    return column
