"""A full or failing disk while records are stored: no receipt for what is not there, and 507."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from secrets import token_urlsafe
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, text
from werkzeug.test import TestResponse

from server.store.database import Database
from server.store.group_commit import WRITER
from tests.records import Field, batch, envelope, interview
from tests.server.store.test_database import held, wait_for_waiting

SENDERS = 3
KINDS = {
    "full": (sqlite3.SQLITE_FULL, 507),
    "failing": (sqlite3.SQLITE_IOERR_WRITE, 503),
    "without memory": (sqlite3.SQLITE_NOMEM, 503),
}
MARGIN = 12
"""Pages a database may still grow by in these tests."""


@pytest.fixture
def sqlite_field(field: Field) -> Field:
    """The field of an instance that keeps everything in SQLite."""
    if not database_of(field.app).is_sqlite:
        pytest.skip("PostgreSQL tells such errors as any other: each transaction stands alone")
    return field


def database_of(app: Flask) -> Database:
    database: Database = app.extensions["izdes.database"]
    return database


def send_side_by_side(
    field: Field,
    batches: Sequence[list[dict[str, Any]]],
    fault: Callable[..., bool] | None = None,
) -> list[TestResponse]:
    """Have batches stored by one group commit, which ``fault`` breaks."""
    database = database_of(field.app)

    def send(envelopes: list[dict[str, Any]]) -> TestResponse:
        return field.app.test_client().post(
            "/api/v1/submissions", data=json.dumps(batch(*envelopes)), headers=field.officer
        )

    with ThreadPoolExecutor(len(batches)) as threads, ExitStack() as broken:
        with held(database):
            if fault is not None:
                broken.enter_context(breaking(database, fault))
            answers: list[Future[TestResponse]] = [threads.submit(send, batch) for batch in batches]
            wait_for_waiting(database, len(batches))
        return [answer.result(60) for answer in answers]


class Fault:
    """Breaks one statement of the writer as SQLite does: its whole transaction is rolled back."""

    def __init__(self, at: int, code: int) -> None:
        self._left = at
        self._code = code
        self.has_struck = False

    def __call__(self, cursor: Any, *_: Any) -> bool:
        if threading.current_thread().name != WRITER or self.has_struck:
            return False
        self._left -= 1
        if self._left >= 0:
            return False
        self.has_struck = True
        raw: sqlite3.Connection = cursor.connection
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        if self._code == sqlite3.SQLITE_NOMEM:
            raise MemoryError  # what the driver makes of it
        error = sqlite3.OperationalError("injected")
        error.sqlite_errorcode = self._code
        raise error


@contextmanager
def breaking(database: Database, fault: Callable[..., bool]) -> Iterator[None]:
    names = ("do_execute", "do_executemany", "do_execute_no_params")
    for name in names:
        event.listen(database.engine, name, fault)
    try:
        yield
    finally:
        for name in names:
            event.remove(database.engine, name, fault)


def assert_every_receipt_is_true(field: Field, answers: Sequence[TestResponse]) -> None:
    stored = {
        (str(row.instance_id).replace("-", ""), row.sequence)
        for row in field.rows("SELECT instance_id, sequence FROM submissions")
    }
    for answer in answers:
        if answer.status_code == 200:
            for result in answer.json["results"]:
                receipt = result["receipt"]
                assert (receipt["instance_id"].replace("-", ""), receipt["sequence"]) in stored


@pytest.mark.parametrize("kind", KINDS)
def test_whichever_statement_fails_no_receipt_is_of_a_row_that_is_not_there(
    sqlite_field: Field, kind: str
) -> None:
    field = sqlite_field
    code, status = KINDS[kind]
    for at in range(1000):
        batches = [[envelope(), envelope()] for _ in range(SENDERS)]
        # The first statement is the RELEASE of the write that holds the others up.
        fault = Fault(at + 1, code)
        answers = send_side_by_side(field, batches, fault)
        assert_every_receipt_is_true(field, answers)
        if not fault.has_struck:
            break
        assert {answer.status_code for answer in answers} <= {200, status}
        assert all(
            "Retry-After" in answer.headers for answer in answers if answer.status_code != 200
        )
        again = send_side_by_side(field, batches)
        assert {each.status_code for each in again} == {200}
        assert_every_receipt_is_true(field, again)
    assert at > SENDERS * 5
    assert {answer.status_code for answer in answers} == {200}


def test_a_database_that_may_not_grow_answers_507_and_goes_on_once_it_may(
    sqlite_field: Field,
) -> None:
    field, database = sqlite_field, database_of(sqlite_field.app)
    limit(database, pages=MARGIN)
    refused: list[list[dict[str, Any]]] = []
    for _ in range(60):
        batches = [[envelope()], [envelope(large_interview())], [envelope()]]
        answers = send_side_by_side(field, batches)
        assert {answer.status_code for answer in answers} <= {200, 507}
        assert_every_receipt_is_true(field, answers)
        refused += [
            batch
            for batch, answer in zip(batches, answers, strict=True)
            if answer.status_code == 507
        ]
        if len(refused) > 2 * SENDERS:
            break
    assert len(refused) > 2 * SENDERS
    assert {answer.json["code"] for answer in answers if answer.status_code == 507} == {
        "storage_full"
    }
    limit(database, pages=1_000_000)
    for each in refused:
        again = field.send(*each)
        assert again.status_code == 200
        assert_every_receipt_is_true(field, [again])


def test_signing_in_and_pages_answer_507_where_they_must_write_and_reading_goes_on(
    sqlite_field: Field,
) -> None:
    field, database = sqlite_field, database_of(sqlite_field.app)
    stranger = field.app.test_client()
    fault = Fault(0, sqlite3.SQLITE_FULL)
    field.rows("SELECT 1")
    field.app.extensions["izdes.sessions"].users.clear()
    database.write(age_sessions)
    with breaking(database, fault):
        answer = field.client.get("/api/v1/catalogue", headers=field.officer)
    assert fault.has_struck
    assert answer.status_code == 200
    with breaking(database, Fault(0, sqlite3.SQLITE_FULL)):
        answer = stranger.post(
            "/api/v1/session",
            json={"username": "kim", "password": "bilir"},
            headers={"Sec-Fetch-Site": "same-origin", "X-Izdes": "1"},
        )
    assert (answer.status_code, answer.json["code"]) == (507, "storage_full")


def test_postgresql_without_room_is_507_and_recovers(field: Field) -> None:
    database = database_of(field.app)
    if database.is_sqlite:
        pytest.skip("SQLite has its own tests above")
    database.write(fill_postgresql)
    for size in (1, 3):
        answer = field.send(*(envelope() for _ in range(size)))
        assert (answer.status_code, answer.json["code"]) == (507, "storage_full")
    again = envelope()
    assert field.send(again | {"revision": 2}).status_code == 507
    database.write(make_room_in_postgresql)
    assert field.send(again).json["results"][0]["status"] == "accepted"
    assert len(field.rows("SELECT 1 FROM submissions")) == 1


def large_interview() -> dict[str, Any]:
    return interview(answers={"oneri": token_urlsafe(100_000)})


def limit(database: Database, *, pages: int) -> None:
    """Let the file grow by so many pages; the limit is one of each connection."""
    with database.read() as connection:
        most = connection.scalar(text("PRAGMA page_count")) + pages

    def set_limit(raw: sqlite3.Connection, *_: object) -> None:
        raw.execute(f"PRAGMA max_page_count = {most}")

    event.listen(database.engine, "checkout", set_limit)


def age_sessions(connection: Connection) -> None:
    connection.execute(
        text("UPDATE user_sessions SET last_seen_at = datetime(last_seen_at, '-5 minutes')")
    )


def fill_postgresql(connection: Connection) -> None:
    """Have PostgreSQL itself say disk_full wherever a record would go."""
    connection.execute(
        text(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
        )
    )
    connection.execute(
        text(
            "CREATE TRIGGER no_room BEFORE INSERT ON submissions "
            "FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
    )


def make_room_in_postgresql(connection: Connection) -> None:
    connection.execute(text("DROP TRIGGER no_room ON submissions"))
