"""Several insertions in one journey to PostgreSQL.

SQLAlchemy waits for the answer to every statement, and prepares each execution at length. Where
thousands of records a second are stored, the same insertions, compiled once from the same tables,
go to psycopg together and are waited for together: a quarter of the work. The caller's transaction
stays SQLAlchemy's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import ColumnElement, Connection, Dialect, Table, insert
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

_DIALECT: Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Statement:
    """SQL as psycopg takes it, and what has to be done to values of some columns before."""

    sql: str
    processors: Mapping[str, Callable[[Any], Any]]
    returns: bool = False

    def bound(self, row: Values) -> dict[str, Any]:
        """Give a row's values as psycopg takes them."""
        values = dict(row)
        for name, process in self.processors.items():
            values[name] = process(values[name])
        return values


def plain(sql: str) -> Statement:
    """Take SQL as it is; its parameters are written ``%(name)s``."""
    return Statement(sql, {})


COMMIT = plain("COMMIT")
"""As the last step it saves a journey; the caller's own commit then finds nothing left to do."""


def insertion(
    table: Table,
    columns: Sequence[str],
    *,
    computed: Mapping[str, ColumnElement[Any]] | None = None,
    returning: ColumnElement[Any] | None = None,
) -> Statement:
    """Compile an insertion of one row, some columns of it computed by the database."""
    statement = insert(table).values(computed or {})
    if returning is not None:
        statement = statement.returning(returning)
    compiled = statement.compile(dialect=_DIALECT, column_keys=[*columns, *(computed or {})])
    processors = {
        name: process
        for name in columns
        if (process := table.c[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT))
    }
    return Statement(str(compiled), processors, returns=returning is not None)


def joined(first: Statement, second: Statement) -> Statement:
    """Make one statement of two whose columns have different names.

    Each row then costs one execution instead of two. It returns what ``second`` returns.
    """
    return Statement(
        f"WITH first AS ({first.sql}) {second.sql}",
        {**first.processors, **second.processors},
        returns=second.returns,
    )


def run_together(
    connection: Connection, steps: Sequence[tuple[Statement, Sequence[Values]]]
) -> list[list[Any]]:
    """Run each statement for each of its rows, in order; give what each statement returned.

    If one fails, those after it have not run, and the transaction cannot be continued.
    """
    raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        with raw.pipeline():
            cursors = [_send(raw, statement, rows) for statement, rows in steps]
        return [
            _fetch(cursor) if statement.returns else []
            for cursor, (statement, _) in zip(cursors, steps, strict=True)
        ]
    except psycopg.Error as error:
        if raw.broken:
            # The connections that wait in the pool are as dead as this one.
            connection.engine.dispose()
        raise DBAPIError.instance(None, None, error, psycopg.Error) from error


def _send(
    raw: "psycopg.Connection[Any]", statement: Statement, rows: Sequence[Values]
) -> "psycopg.Cursor[Any]":
    cursor = raw.cursor()
    bound = [statement.bound(row) for row in rows]
    if len(bound) == 1:
        cursor.execute(statement.sql, bound[0])
    else:
        cursor.executemany(statement.sql, bound, returning=statement.returns)
    return cursor


def _fetch(cursor: "psycopg.Cursor[Any]") -> list[Any]:
    found = cursor.fetchall()
    while cursor.nextset():
        found += cursor.fetchall()
    return found
