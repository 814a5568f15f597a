"""The engine that answers the statements: DuckDB, in this process. No other module knows it.

Its questions stand in analysis/engine/statements.py; only sums travel from here.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb
import pyarrow as pa


def opened() -> Any:
    """Open a place for the tables of one round, or of one segment."""
    return _engine().cursor()


def show(
    connection: Any, name: str, files: Sequence[Path], schema: pa.Schema, replaced: Sequence[int]
) -> None:
    """Let statements read Parquet files under a name, some records left out."""
    if not files:
        connection.register(name, schema.empty_table())
        return
    # A table function's parameter cannot be prepared inside a view, so the paths are quoted.
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    reading = f"SELECT * FROM read_parquet([{listed}])"  # noqa: S608  own paths
    if replaced:
        # A table, not literals: to parse thousands of them takes longer than to answer.
        connection.register(
            f"{name}_replaced", pa.table({"sequence": pa.array(replaced, pa.int64())})
        )
        reading += f" WHERE sequence NOT IN (SELECT sequence FROM {name}_replaced)"  # noqa: S608
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {reading}")


def keep(connection: Any, name: str, statement: str) -> None:
    """Answer a statement once, for others to read."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {statement}")


def table(connection: Any, statement: str) -> pa.Table:
    """Answer a statement."""
    answer: pa.Table = connection.sql(statement).to_arrow_table()
    return answer


@cache
def _engine() -> Any:
    settings = {
        # Nothing may be fetched from a network; the Parquet reader is built in.
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": "1GB",
        "temp_directory": str(Path(gettempdir()) / "izdes-duckdb"),
        # Halves of a group-by must be put together again, which costs a third more CPU; other
        # requests want the other cores.
        "threads": "1",
    }
    return duckdb.connect(":memory:", config=settings)
