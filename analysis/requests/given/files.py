"""Tables of records read from files: CSV as ``izdes import`` reads it, or Parquet."""

import gzip
import re
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from analysis.requests.given.tables import Table, table_of
from schemas.tables.number_styles import number_in, style_of
from schemas.tables.text_tables import SourceFile, text_table

MISSING = ["", "NA", "NaN"]


def read_table(path: Path, decimal: str | None = None) -> Table:
    """Read a .csv, .csv.gz or .parquet file; blank, NA and NaN are missing.

    The text of a CSV file is UTF-8 or windows-1254, its cells are parted by comma, semicolon or
    tab, and a first line ``sep=;`` names the separator. Whether numbers have decimal points or
    commas is decided column by column: from its own cells, else from the other columns of the
    file, else by ``decimal``; a column that is still undecided is refused when it is asked for.

    Raises
    ------
    Unreadable
        If it is no table of text, and where.
    """
    if path.suffix == ".parquet":
        return table_of(pyarrow.parquet.read_table(path))
    data = path.read_bytes()
    source = text_table(gzip.decompress(data) if path.suffix == ".gz" else data)
    table = table_of(_parsed(source, "."))
    styles = {name: style_of(_texts(column)) for name, column in _text_columns(table)}
    commas = "comma" in styles.values() if decimal is None else decimal == ","
    if commas:
        # "1.500" is fifteen hundred where the file writes decimals with a comma.
        table = table_of(_parsed(source, ","))
        styles = {name: style_of(_texts(column)) for name, column in _text_columns(table)}
    return _decided(table, styles, "comma" if commas else decimal and "point")


def _parsed(source: SourceFile, decimal: str) -> pa.Table:
    convert = pyarrow.csv.ConvertOptions(
        null_values=MISSING,
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
        decimal_point=decimal,
    )
    parse = pyarrow.csv.ParseOptions(delimiter=source.separator, newlines_in_values=True)
    names = pyarrow.csv.ReadOptions(column_names=list(source.header), skip_rows=1)
    text = _without_empty_rows(source)
    try:
        return pyarrow.csv.read_csv(
            BytesIO(text.encode()), read_options=names, parse_options=parse, convert_options=convert
        )
    except pa.ArrowInvalid:
        # Row by row it is found which one is wrong, and said so.
        for _ in source.rows():
            pass
        raise


def _without_empty_rows(source: SourceFile) -> str:
    """Leave out rows of separators alone, which Excel writes below a table."""
    # A line that named the separator stands empty above the headers.
    text = source.text.lstrip("\r\n")
    if len(source.header) == 1 or '"' in text:
        return text
    return re.sub(rf"(?m)^[{re.escape(source.separator)} ]+\r?\n?", "", text)


def _text_columns(table: Table) -> list[tuple[str, NDArray[Any]]]:
    return [(name, column) for name, column in table.columns.items() if column.dtype == object]


def _texts(column: NDArray[Any]) -> set[str]:
    return {value for value in column.tolist() if value is not None}


def _decided(table: Table, styles: Mapping[str, str], otherwise: str | None) -> Table:
    """Make numbers of the texts that are some; ``otherwise`` is the way of the rest of the file."""
    columns, undecided = dict(table.columns), {}
    for name, style in styles.items():
        chosen = otherwise if style == "either" else style
        if chosen is None:
            undecided[name] = next(value for value in columns[name].tolist() if value is not None)
        elif chosen in {"point", "comma", "whole"} and _texts(columns[name]):
            columns[name] = _numbers(columns[name], chosen)
    return replace(table, columns=columns, undecided=undecided)


def _numbers(column: NDArray[Any], style: str) -> NDArray[Any]:
    known = {text: number_in(text, style) for text in _texts(column)}
    values = [np.nan if value is None else known[value] for value in column.tolist()]
    return np.array(values, dtype=np.float64)
