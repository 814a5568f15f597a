"""Reading what arrived in the order it was stored, while others go on storing."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text

from schemas.protocol.sync import Envelope
from server.store.database import Database
from server.submissions.queries import committed_through, submissions_after
from server.submissions.storing import store
from server.sync.assessment import Sender, assess
from server.sync.receiving import open_reception
from tests.records import Field, envelope
from tests.waiting import PATIENCE, wait_until


def test_submissions_come_in_order_with_their_circumstances(field: Field) -> None:
    sent = [envelope() for _ in range(3)]
    field.send(*sent)
    with field.app.extensions["izdes.database"].read() as connection:
        found = submissions_after(connection, 0, 10)
    assert [each.instance_id for each in found] == [each["instance_id"] for each in sent]
    first = found[0]
    assert (first.form_id, first.form_version) == ("gorusme", "1")
    assert (first.round_id, first.visit_code, first.stratum) == ("2026-2", "Z-06-001", "06")
    assert (first.province, first.district, first.officer) == ("06", "1231", "nevzat.ergun")
    assert (first.is_current, first.flags) == (True, ())
    assert first.body == sent[0]["body"].encode()
    assert first.interview().answers["yas"] == "64"
    assert first.started_at is not None
    assert first.finished_at is not None
    assert (first.finished_at - first.started_at).total_seconds() == 540


def test_pages_join_without_a_gap(field: Field) -> None:
    field.send(*(envelope() for _ in range(7)))
    with field.app.extensions["izdes.database"].read() as connection:
        through = committed_through(connection)
        pages, last = [], 0
        while page := submissions_after(connection, last, 3, through=through):
            pages.append(len(page))
            last = page[-1].sequence
    assert (pages, last) == ([3, 3, 1], through)


def test_an_empty_table_is_read_through_zero(field: Field) -> None:
    with field.app.extensions["izdes.database"].read() as connection:
        assert committed_through(connection) == 0
        assert submissions_after(connection, 0, 10) == []


def test_a_reader_waits_for_a_transaction_that_commits_late(field: Field) -> None:
    database: Database = field.app.extensions["izdes.database"]
    if database.is_sqlite:
        pytest.skip("SQLite has one writer: nothing commits late")
    derivations = field.app.extensions["izdes.derivations"]
    # The slow writer takes the lower number and commits after the quick one.
    stored, finish = threading.Event(), threading.Event()

    def slowly(connection: Connection) -> None:
        store(connection, arrivals(field, envelope()), actor=1, derivations=derivations)
        stored.set()
        assert finish.wait(PATIENCE)

    slow = threading.Thread(target=lambda: database.write(slowly))
    slow.start()
    assert stored.wait(PATIENCE)
    field.send(envelope())
    read: list[Any] = []
    reader = threading.Thread(target=lambda: read.extend(all_submissions(database)))
    reader.start()
    wait_until(lambda: waits_for_writers(database), "the reader waits")
    assert read == []  # it knows of the quick record, and that a lower number may still come
    finish.set()
    slow.join()
    reader.join(PATIENCE)
    assert [each.sequence for each in read] == [1, 2]


def waits_for_writers(database: Database) -> bool:
    """Ask whether somebody waits at the gate that writers hold."""
    asked = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with database.read() as connection:
        return connection.scalar(asked) == 1


def test_a_waiting_reader_lets_writers_go_on_when_it_is_served(field: Field) -> None:
    database: Database = field.app.extensions["izdes.database"]
    stop = threading.Event()
    marks: list[int] = []

    def follow() -> None:
        while not stop.is_set():
            with database.read() as connection:
                marks.append(committed_through(connection))

    reader = threading.Thread(target=follow)
    reader.start()
    for _ in range(20):
        assert field.send(envelope()).status_code == 200
    stop.set()
    reader.join(PATIENCE)
    assert marks == sorted(marks)
    assert [submission.sequence for submission in all_submissions(database)] == list(range(1, 21))


def arrivals(field: Field, sent: dict[str, Any]) -> Any:
    database, config, derivations = (
        field.app.extensions[f"izdes.{name}"] for name in ("database", "config", "derivations")
    )
    reception = open_reception(database, config.data_dir, derivations)
    sender = Sender(1, "tablet-8", "", datetime.now(UTC))
    return assess([Envelope.model_validate(sent)], sender, reception.known)


def all_submissions(database: Database) -> list[Any]:
    with database.read() as connection:
        return submissions_after(connection, 0, 1000)
