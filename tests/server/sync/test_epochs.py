"""An older database put back: it is noticed, told, and its numbers are of another epoch."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from schemas.protocol.sync import Receipt, receipt_text
from server import create_app
from server.shell.doctor import examine
from server.store.database import Database
from server.store.epochs import held_by, is_older, open_epochs
from server.sync.routes import reception
from tests.records import Field, batch, envelope


def receipts(field: Field, *envelopes: dict[str, Any], form: int = 2) -> list[dict[str, Any]]:
    answer = field.client.post(
        "/api/v1/submissions",
        data=json.dumps(batch(*envelopes, receipt_format=form)),
        headers=field.officer,
    )
    assert answer.status_code == 200, answer.text
    return [result["receipt"] for result in answer.json["results"]]


def signed_text(receipt: dict[str, Any]) -> bytes:
    return receipt_text(Receipt.model_validate_json(json.dumps(receipt)))


def database_of(app: Flask) -> Database:
    database: Database = app.extensions["izdes.database"]
    return database


def keys_of(app: Flask) -> Path:
    folder: Path = app.extensions["izdes.config"].data_dir
    return folder / "keys"


def put_back(field: Field, *, without: int) -> None:
    """Give the database the state it had so many records ago, and start the server anew."""

    def forget(connection: Connection) -> None:
        highest = connection.scalar(text("SELECT max(sequence) FROM submissions"))
        gone = {"last": highest - without}
        connection.execute(text("DELETE FROM submissions WHERE sequence > :last"), gone)
        if connection.dialect.name == "postgresql":
            connection.execute(
                text(
                    "SELECT setval(pg_get_serial_sequence('submissions', 'sequence'),"
                    " greatest(:last, 1), :last > 0)"
                ),
                gone,
            )

    database_of(field.app).write(forget)
    field.app.extensions.pop("izdes.reception")


def test_receipts_name_the_epoch_their_number_was_given_in(field: Field) -> None:
    sent = envelope()
    (receipt,) = receipts(field, sent)
    assert receipt["epoch"]
    assert receipts(field, sent) == [receipt]
    assert signed_text(receipt).startswith(b"izdes-receipt-2\n")
    assert signed_text(receipt).endswith(receipt["epoch"].encode())


def test_a_tablet_that_knows_no_epochs_gets_receipts_it_can_check(field: Field) -> None:
    (receipt,) = receipts(field, envelope(), form=1)
    assert receipt["epoch"] == ""
    assert signed_text(receipt).startswith(b"izdes-receipt-1\n")


def test_records_from_before_epochs_keep_their_receipts(field: Field) -> None:
    old = envelope()
    (before,) = receipts(field, old, form=1)
    for file in ("epochs.json", "signed"):
        (keys_of(field.app) / file).unlink()
    field.app.extensions.pop("izdes.reception")
    assert receipts(field, old) == [before]
    assert receipts(field, envelope())[0]["epoch"]


@pytest.mark.parametrize("without", [1, 3])
def test_an_older_database_begins_a_new_epoch_and_it_is_told(
    field: Field, without: int, caplog: pytest.LogCaptureFixture
) -> None:
    sent = [envelope() for _ in range(4)]
    before = receipts(field, *sent)
    put_back(field, without=without)
    assert is_older(database_of(field.app), keys_of(field.app))
    with caplog.at_level(logging.ERROR, logger="izdes"):
        (after,) = receipts(field, envelope())
    assert "older than receipts" in caplog.text
    numbers = {(each["epoch"], each["sequence"]) for each in before}
    assert after["sequence"] in {number for _, number in numbers}
    assert (after["epoch"], after["sequence"]) not in numbers
    # What is still held keeps its receipt; what was lost comes anew, in the new epoch.
    assert receipts(field, sent[0]) == [before[0]]
    assert receipts(field, sent[3])[0]["epoch"] == after["epoch"]
    rows = field.rows("SELECT details FROM audit_entries WHERE action = 'receipts.database_older'")
    assert len(rows) == 1
    assert is_older(database_of(field.app), keys_of(field.app))
    field.app.extensions.pop("izdes.reception")
    receipts(field, envelope())
    assert len(field.rows("SELECT 1 FROM audit_entries WHERE action LIKE 'receipts.%'")) == 1


def test_the_doctor_says_so(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    config = field.app.extensions["izdes.config"]
    monkeypatch.setenv("IZDES_DATABASE_URL", config.database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(config.data_dir))
    receipts(field, envelope(), envelope())
    assert {remark.name: remark.healthy for remark in examine()}["receipts"]
    put_back(field, without=1)
    (remark,) = [remark for remark in examine() if remark.name == "receipts"]
    assert not remark.healthy
    assert "eski bir kopyası" in remark.said("tr")


def test_a_healthy_database_is_never_called_older(field: Field) -> None:
    receipts(field, envelope(), envelope("c2VhbGVk", encoding="sealed"))
    again = create_app(field.app.extensions["izdes.config"])
    with again.app_context():
        assert reception().epochs.of(1, quarantined=False)
    database_of(again).close()
    assert not is_older(database_of(field.app), keys_of(field.app))


def test_processes_share_one_epoch_and_the_higher_number_stays(field: Field) -> None:
    database, folder = database_of(field.app), keys_of(field.app)
    receipts(field, envelope(), envelope(), envelope())
    held = held_by(database)
    one, other = open_epochs(database, folder), open_epochs(database, folder)
    one.note(held.model_copy(update={"submissions": held.submissions + 5}))
    other.note(held.model_copy(update={"submissions": held.submissions + 2}))
    assert (folder / "signed").read_text().split()[0].lstrip("0") == str(held.submissions + 5)
