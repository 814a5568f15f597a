"""What was stored of anonymous forms before ADR 0030 is moved to where it leads to nobody."""

import json
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import Insert, MetaData, Table, insert, text

from server.forms.publishing import publish
from server.migrations import alembic_config, migrate
from server.store import audit
from server.store.database import Database
from tests.records import FORM, Field, governor_of
from tests.server.sync.staff_interviews import NAMES, STAFF, answers, of_before

BEFORE = "5c1e7a90d3b2-1"
DEVICE = "tablet-of-ayse-1234567"
AT = datetime(2026, 11, 24, 9, 17, 31, 123456, tzinfo=UTC)


@pytest.fixture
def old(app: Flask) -> Database:
    """A database of before, with an interview of a citizen between two of staff."""
    database = app.extensions["izdes.database"]
    # Published by today's code, which knows columns that the tables of before have not.
    database.write(_publish)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), BEFORE)
    database.write(_fill)
    return database


def _publish(connection: Any) -> None:
    for form in (STAFF, FORM):
        publish(connection, form, actor=None)


def _fill(connection: Any) -> None:
    rows = connection.execute(text("SELECT form_id, id FROM form_versions"))
    forms = dict(tuple(row) for row in rows)
    for number, form in enumerate((STAFF, FORM, STAFF)):
        _submission(connection, number, forms[form.id], form.id)
    odd = {"instance_id": str(uuid4()), "revision": 1, **NAMES, "body": "{", "device": DEVICE}
    row = {
        "received_at": AT,
        "instance_id": odd["instance_id"],
        "revision": 1,
        "officer_id": 1,
        "digest": b"d" * 32,
        "device_id": DEVICE,
        "reason": "not_an_interview",
        "envelope": zlib.compress(json.dumps(odd).encode()),
    }
    connection.execute(_into(connection, "quarantine"), row)
    deed = audit.Event(1, "submission.quarantined", f"{odd['instance_id']}/1")
    _write_down(connection, deed, AT)


def _into(connection: Any, table: str) -> Insert:
    """Insert into a table as it was then, whatever the models have become."""
    return insert(Table(table, MetaData(), autoload_with=connection))


def _submission(connection: Any, number: int, form_version: int, form_id: str) -> None:
    at = AT + timedelta(minutes=number)
    body = {**NAMES, "form_id": form_id, "started_at": at.isoformat(), "answers": answers(number)}
    row = {
        "received_at": at,
        "started_at": at,
        "finished_at": at,
        "instance_id": str(uuid4()),
        "revision": 1,
        "form_version_id": form_version,
        "officer_id": 1,
        "copy_number": 0,
        "is_current": True,
        "province": "06",
        "district": "1231",
        "round_id": "2026-2",
        "device_id": DEVICE,
        "encoding": "plain",
        "digest": b"d" * 32,
        "flags": [{"code": "clock_off"}, {"code": "required", "path": "katilim"}],
        "body": zlib.compress(json.dumps(body).encode()),
    }
    connection.execute(_into(connection, "submissions"), row)
    deed = audit.Event(1, "submission.accepted", f"{UUID(row['instance_id'])}/1")
    _write_down(connection, deed, at)


def _write_down(connection: Any, deed: audit.Event, at: datetime) -> None:
    table = _into(connection, "audit_entries")
    (row,) = audit.rows_of([deed])
    known = {name: value for name, value in row.items() if name in table.table.c}
    connection.execute(table, {**known, "at": at})


def test_moving_loses_no_answer_and_leaves_no_trace(old: Database) -> None:
    migrate(old)
    with old.read() as connection:
        records = connection.execute(text("SELECT * FROM anonymous_records")).mappings().all()
        others = connection.execute(text("SELECT sequence FROM submissions")).all()
        odd = connection.scalar(text("SELECT count(*) FROM quarantine"))
        counts = connection.execute(text("SELECT * FROM audit_counts ORDER BY action")).all()
        columns = "action, actor_id, CAST(details AS text)"
        events = connection.execute(text(f"SELECT {columns} FROM audit_entries")).all()  # noqa: S608
    assert (others, odd) == ([(2,)], 0)
    told = {
        json.loads(zlib.decompress(row["body"])).get("answers", {}).get("oneri", "")
        for row in records
    }
    assert told == {answers(0)["oneri"], answers(2)["oneri"], ""}
    for row in records:
        content = zlib.decompress(row["body"]).decode()
        for trace in ("2026-11-24", DEVICE, "started_at"):
            assert trace not in content
        assert (row["reason"] is None) == bool(row["is_current"])
    assert {str(row["flags"]) for row in records if row["reason"] is None} <= {
        str([{"code": "required", "path": "katilim"}]),
        '[{"code": "required", "path": "katilim"}]',
    }
    assert [(str(row[0]), *row[1:]) for row in counts] == [
        ("2026-11-24", "anonymous.accepted", 2),
        ("2026-11-24", "anonymous.quarantined", 1),
    ]
    kept = [row for row in events if row[0].startswith("submission.")]
    assert len(kept) == 1
    (moved,) = [row for row in events if row[0] == "anonymous.moved"]
    assert (moved[1], json.loads(moved[2])) == (None, {"records": 3, "entries": 3})


def test_nothing_of_them_stays_readable_in_the_file(old: Database) -> None:
    if not old.is_sqlite:
        return
    _without_the_citizen(old)
    migrate(old)
    with old.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert DEVICE.encode() not in Path(str(old.engine.url.database)).read_bytes()


def _without_the_citizen(database: Database) -> None:
    database.write(
        lambda connection: connection.execute(
            text("UPDATE submissions SET device_id = 'other' WHERE sequence = 2")
        )
    )


def test_an_old_tablet_that_sends_a_moved_record_again_gets_its_receipt(
    old: Database, app: Flask
) -> None:
    with old.read() as connection:
        first = connection.scalar(text("SELECT instance_id FROM submissions WHERE sequence = 1"))
    migrate(old)
    client = app.test_client()
    field = Field(app, client, governor_of(client))
    again = of_before(0, instance_id=str(UUID(str(first))))
    (result,) = field.send(again).json["results"]
    assert (result["status"], result["receipt"]["status"]) == ("duplicate", "accepted")
    assert field.rows("SELECT count(*) FROM anonymous_records") == [(3,)]
