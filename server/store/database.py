"""One door to the database: ``read`` and ``write``.

On PostgreSQL a write is a transaction on the caller's own connection; the database groups commits.
SQLite lets one connection write at a time and makes the others back off for up to seconds, so there
all writes go to one thread (server/store/group_commit.py).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from server.config import Config
from server.store.group_commit import WRITER, GroupCommit

T = TypeVar("T")


class Database:
    """Connections of one process. Forked workers each make their own."""

    def __init__(self, url: str, *, connections: int = 8) -> None:
        self.engine = _engine(url, connections)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = GroupCommit(self.engine) if self.is_sqlite else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for queries; nothing done through it is kept."""
        with self.engine.connect() as connection:
            yield connection

    def write(self, operation: Callable[[Connection], T]) -> T:
        """Run ``operation`` in a transaction and give its result once it is durable."""
        if self._writer:
            return self._writer.run(operation)
        with self.engine.begin() as connection:
            return operation(connection)

    def close(self) -> None:
        """Finish what is waiting and close every connection."""
        if self._writer:
            self._writer.stop()
        self.engine.dispose()


def _engine(url: str, connections: int) -> Engine:
    if not url.startswith("sqlite"):
        # Parameters are people's answers: no error message repeats them in a log.
        return create_engine(
            url,
            pool_size=connections,
            max_overflow=4,
            hide_parameters=True,
            # psycopg would prepare what it runs often and throw away everything prepared, also
            # what server.store.postgresql_pipeline did, at the rollback that ends each reading.
            connect_args={"prepare_threshold": None},
        )
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=connections + 1, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(raw: Any, _record: object) -> None:
    # The driver's own implicit BEGIN would come too late for savepoints; see _begin_sqlite.
    raw.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = threading.current_thread().name == WRITER
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def register_database(app: Flask, config: Config) -> None:
    """Give the app its database."""
    app.extensions["izdes.database"] = Database(config.database_url, connections=config.threads)


def current_database() -> Database:
    """The database of the app that serves this request."""
    database: Database = current_app.extensions["izdes.database"]
    return database
