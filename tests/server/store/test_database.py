"""One door to the database: what ``write`` promises, on SQLite and on PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from schemas.problems import Problem
from server.store.database import Database
from server.store.group_commit import GROUP, WAITING_WRITES
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with one small table."""
    database = Database(database_url, connections=4)
    database.write(make_table)
    yield database
    database.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A SQLite database with one small table."""
    database = Database(f"sqlite:///{tmp_path / 'notes.sqlite3'}")
    database.write(make_table)
    yield database
    database.close()


def make_table(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE notes (note integer PRIMARY KEY)"))


def add(*notes: int) -> Callable[[Connection], int]:
    def write(connection: Connection) -> int:
        insert = text("INSERT INTO notes VALUES (:note)")
        connection.execute(insert, [{"note": note} for note in notes])
        return len(notes)

    return write


def notes(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.scalars(text("SELECT note FROM notes ORDER BY note")))


def test_a_write_gives_its_result_and_is_kept(database: Database) -> None:
    assert database.write(add(1, 2)) == 2
    assert notes(database) == [1, 2]


def test_what_is_done_through_a_reading_connection_is_not_kept(database: Database) -> None:
    with database.read() as connection:
        connection.execute(text("INSERT INTO notes VALUES (1)"))
    assert notes(database) == []


def test_a_failing_write_raises_its_own_error_and_keeps_nothing(database: Database) -> None:
    database.write(add(1))
    with pytest.raises(IntegrityError):
        database.write(add(2, 1))

    def refuse(connection: Connection) -> None:
        add(3)(connection)
        raise Problem("not_allowed")

    with pytest.raises(Problem):
        database.write(refuse)
    assert notes(database) == [1]


def test_an_error_does_not_repeat_what_was_written(database: Database) -> None:
    database.write(add(123456))
    with pytest.raises(IntegrityError) as failed:
        database.write(add(123456))
    assert "SQL parameters hidden" in str(failed.value)


def test_writes_of_many_threads_are_all_kept(database: Database) -> None:
    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(lambda note: database.write(add(note)), range(400)))
    assert results == [1] * 400
    assert notes(database) == list(range(400))


def test_in_a_group_a_failing_write_does_not_touch_its_neighbours(sqlite: Database) -> None:
    sqlite.write(add(7))
    with ThreadPoolExecutor(10) as threads, held(sqlite):
        outcomes = [threads.submit(sqlite.write, add(note)) for note in range(10)]
        wait_for_waiting(sqlite, 10)
    failed = [note for note, outcome in enumerate(outcomes) if outcome.exception()]
    assert failed == [7]
    assert isinstance(outcomes[7].exception(), IntegrityError)
    assert notes(sqlite) == list(range(10))


def test_what_waits_is_committed_together(sqlite: Database) -> None:
    commits: list[Connection] = []
    with ThreadPoolExecutor(50) as threads, held(sqlite):
        event.listen(sqlite.engine, "commit", commits.append)
        for note in range(50):
            threads.submit(sqlite.write, add(note))
        wait_for_waiting(sqlite, 50)
    assert notes(sqlite) == list(range(50))
    assert len(commits) == 2  # of the write that held the others up, and of those it held up


def test_nobody_is_answered_before_the_commit_that_holds_the_rows(sqlite: Database) -> None:
    def write_and_look(note: int) -> bool:
        sqlite.write(add(note))
        return note in notes(sqlite)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(write_and_look, range(100)))


def test_when_the_commit_fails_every_waiting_writer_hears_of_it(sqlite: Database) -> None:
    commits = count()

    def fail(_connection: Connection) -> None:
        if next(commits) == 0:
            return  # the write that held the others up
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    with ThreadPoolExecutor(5) as threads, held(sqlite):
        outcomes = [threads.submit(sqlite.write, add(note)) for note in range(5)]
        wait_for_waiting(sqlite, 5)
        event.listen(sqlite.engine, "commit", fail)
    assert [type(outcome.exception(30)) for outcome in outcomes] == [OperationalError] * 5
    event.remove(sqlite.engine, "commit", fail)
    assert notes(sqlite) == []
    assert sqlite.write(add(1)) == 1  # and the writer goes on


def test_too_many_waiting_writes_are_answered_busy(sqlite: Database) -> None:
    threads = ThreadPoolExecutor(WAITING_WRITES + 1)
    with held(sqlite):
        outcomes = [threads.submit(sqlite.write, add(note)) for note in range(WAITING_WRITES)]
        wait_for_waiting(sqlite, WAITING_WRITES)
        with pytest.raises(Problem) as refused:
            sqlite.write(add(-1))
    assert refused.value.code == "busy"
    assert [outcome.result() for outcome in outcomes] == [1] * WAITING_WRITES
    assert len(notes(sqlite)) == WAITING_WRITES > GROUP
    threads.shutdown()


def test_closing_finishes_what_waits(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    database.write(make_table)
    with ThreadPoolExecutor(20) as threads:
        with held(database):
            outcomes = [threads.submit(database.write, add(note)) for note in range(20)]
            wait_for_waiting(database, 20)
            closing = threads.submit(database.close)
        closing.result(20)
    assert [outcome.result() for outcome in outcomes] == [1] * 20
    again = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    assert len(notes(again)) == 20
    again.close()


def test_readers_do_not_wait_for_the_writer(sqlite: Database) -> None:
    sqlite.write(add(1))
    with held(sqlite):
        assert notes(sqlite) == [1]


def test_sqlite_survives_losing_power(sqlite: Database) -> None:
    with sqlite.read() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2  # FULL
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_after_closing_nothing_is_taken_any_more(sqlite: Database) -> None:
    sqlite.close()
    with pytest.raises(Problem) as refused:
        sqlite.write(add(1))
    assert refused.value.code == "busy"


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Keep SQLite's writer busy with one write until the block ends."""
    begun, release = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        begun.set()
        assert release.wait(PATIENCE)

    holder = threading.Thread(target=database.write, args=(hold,))
    holder.start()
    assert begun.wait(PATIENCE)
    try:
        yield
    finally:
        release.set()
        holder.join(PATIENCE)


def wait_for_waiting(database: Database, number: int) -> None:
    """Wait until so many writes stand before the writer."""
    waiting = database._writer._waiting  # type: ignore[union-attr]  # noqa: SLF001
    wait_until(lambda: waiting.qsize() >= number, "so many writes wait")
