"""Group commit: one thread writes to SQLite and puts everything that waits into one transaction.

Each caller is answered only after the COMMIT that holds its rows. A failing operation is undone by
its own savepoint without touching its neighbours, as long as SQLite still has the transaction: on a
full disk, a failing one or without memory it rolls back everything by itself, and whatever is said
afterwards, COMMIT included, would be said to no transaction at all. Then nobody was stored.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextvars import copy_context
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from schemas.problems import Problem
from server.store.storage_errors import storage_error_behind

T = TypeVar("T")
Operation = Callable[[Connection], Any]
Outcome = tuple[Any, BaseException | None]
Member = tuple[Operation, Future[Any]]

WRITER = "izdes-writer"
WAITING_WRITES = 1000
GROUP = 200


class GroupCommit:
    """The only thread that writes to a SQLite file."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.Queue[Member | None] = queue.Queue(WAITING_WRITES)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=WRITER, daemon=True)
        self._thread.start()

    def run(self, operation: Callable[[Connection], T]) -> T:
        """What ``operation`` gave, once it is durable."""
        future: Future[T] = Future()
        if self._stopping.is_set():
            raise Problem("busy")
        try:
            # What the caller knows of the request, the writing thread knows of this operation.
            context = copy_context()
            self._waiting.put_nowait(
                (lambda connection: context.run(operation, connection), future)
            )
        except queue.Full:
            raise Problem("busy") from None
        return future.result()

    def stop(self) -> None:
        """Finish what waits, then take nothing any more."""
        self._stopping.set()
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            group = [first]
            stopping = False
            while len(group) < GROUP and not stopping:
                try:
                    following = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    stopping = True
                else:
                    group.append(following)
            self._commit(group)
            if stopping:
                return

    def _commit(self, group: Sequence[Member]) -> None:
        try:
            with self._engine.begin() as connection:
                outcomes = [_attempt(connection, operation) for operation, _ in group]
                _require_transaction(connection)
        except BaseException as error:  # noqa: BLE001  every waiter must hear that nothing was kept
            for _, future in group:
                future.set_exception(error)
            return
        for (_, future), (result, failure) in zip(group, outcomes, strict=True):
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)


def _attempt(connection: Connection, operation: Operation) -> Outcome:
    """Run one member; what ends the transaction of all is raised, not told to this one alone."""
    savepoint = connection.begin_nested()
    try:
        outcome: Outcome = operation(connection), None
        savepoint.commit()
    except Exception as error:
        if (cause := storage_error_behind(error)) is not None:
            raise cause from error
        _require_transaction(connection)
        savepoint.rollback()
        outcome = None, error
    _require_transaction(connection)
    return outcome


def _require_transaction(connection: Connection) -> None:
    # The driver's commit() outside a transaction does nothing, and says nothing.
    raw: Any = connection.connection.driver_connection
    if not raw.in_transaction:
        lost = sqlite3.OperationalError("SQLite has rolled the transaction back")
        raise OperationalError("COMMIT", None, lost)
