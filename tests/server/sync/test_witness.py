"""A whole machine put back, keys and all: only what tablets hold tells that something is lost."""

import json
from typing import Any

import pytest

from server.shell.doctor import examine
from server.sync.routes import reception
from tests.people import ANALYST, sign_in
from tests.records import Field, envelope
from tests.server.sync.test_epochs import database_of, keys_of, put_back, receipts

TOLD = "SELECT details FROM audit_entries WHERE action = 'receipts.database_older'"


def ask(
    field: Field, receipt: dict[str, Any], headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Fetch the catalogue as a tablet that holds this receipt."""
    shown = {"Izdes-Newest-Receipt": json.dumps(receipt)}
    answer = field.client.get("/api/v1/catalogue", headers=(headers or field.officer) | shown)
    assert answer.status_code == 200
    catalogue: dict[str, Any] = answer.json
    return catalogue


def health(field: Field) -> str:
    said: str = field.client.get("/healthz").json["database"]
    return said


def put_machine_back(field: Field, *lost: dict[str, Any]) -> list[dict[str, Any]]:
    """Lose these records and every trace of them on this side; give their receipts."""
    kept = {file: file.read_bytes() for file in keys_of(field.app).iterdir() if file.is_file()}
    given = receipts(field, *lost)
    put_back(field, without=len(lost))
    for file, content in kept.items():
        file.write_bytes(content)
    return given


def test_a_tablets_receipt_tells_that_the_machine_is_older_before_a_number_is_given_again(
    field: Field,
) -> None:
    (held,) = receipts(field, envelope())
    (lost,) = put_machine_back(field, envelope())
    ask(field, held)
    assert (health(field), field.rows(TOLD)) == ("current", [])
    ask(field, lost)
    assert health(field) == "older"
    assert len(field.rows(TOLD)) == 1
    (after,) = receipts(field, envelope())
    assert after["sequence"] == lost["sequence"]
    assert after["epoch"] not in {lost["epoch"], held["epoch"]}
    ask(field, lost)
    ask(field, after)
    ask(field, held)
    assert len(field.rows(TOLD)) == 1


def test_the_doctor_says_so_too(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    config = field.app.extensions["izdes.config"]
    monkeypatch.setenv("IZDES_DATABASE_URL", config.database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(config.data_dir))
    receipts(field, envelope())
    (lost,) = put_machine_back(field, envelope())
    assert {remark.name: remark.healthy for remark in examine()}["receipts"]
    ask(field, lost)
    assert not {remark.name: remark.healthy for remark in examine()}["receipts"]


def test_an_epoch_that_was_put_back_as_well_is_told_once(field: Field) -> None:
    receipts(field, envelope(), envelope())
    keys = keys_of(field.app)
    kept = {name: (keys / name).read_bytes() for name in ("epochs.json", "signed")}
    put_back(field, without=1)
    (younger,) = receipts(field, envelope())
    (also,) = receipts(field, envelope())
    put_back(field, without=3)
    for name, content in kept.items():
        (keys / name).write_bytes(content)
    (keys / "signed").write_text("0" * 20 + " " + "0" * 20 + "\n")
    assert health(field) == "current"
    told = len(field.rows(TOLD))
    ask(field, younger)
    ask(field, also)
    assert health(field) == "older"
    assert len(field.rows(TOLD)) == told + 1


def test_a_number_given_to_another_record_meanwhile_hides_nothing(field: Field) -> None:
    receipts(field, envelope())
    (lost,) = put_machine_back(field, envelope())
    assert receipts(field, envelope())[0]["sequence"] == lost["sequence"]
    ask(field, lost)
    assert health(field) == "older"


def test_quarantined_records_tell_as_well(field: Field) -> None:
    (kept,) = receipts(field, envelope("c2VhbGVk", encoding="sealed"))
    assert kept["status"] == "quarantined"
    ask(field, kept)
    assert health(field) == "current"
    database_of(field.app).write(
        lambda connection: connection.exec_driver_sql("DELETE FROM quarantine")
    )
    ask(field, kept)
    assert health(field) == "older"


def test_a_process_takes_up_the_epoch_that_another_one_began(field: Field) -> None:
    receipts(field, envelope())
    (lost,) = put_machine_back(field, envelope())
    with field.app.app_context():
        mine = reception().epochs
        assert mine.of(lost["sequence"], quarantined=False) == lost["epoch"]
        field.app.extensions.pop("izdes.reception")
        ask(field, lost)
        assert mine.of(lost["sequence"], quarantined=False) not in {"", lost["epoch"]}


def test_only_a_receipt_of_our_own_from_an_officers_tablet_is_heard(field: Field) -> None:
    receipts(field, envelope())
    (lost,) = put_machine_back(field, envelope())
    ask(field, lost | {"sequence": lost["sequence"] + 1})
    ask(field, lost | {"signature": lost["signature"][::-1]})
    ask(field, lost | {"sequence": "yüz"})
    ask(field, {})
    ask(field, lost, headers={"Authorization": "Bearer nobody"})
    desk = field.app.test_client()
    sign_in(desk, ANALYST)
    desk.get("/api/v1/catalogue", headers={"Izdes-Newest-Receipt": json.dumps(lost)})
    assert (health(field), field.rows(TOLD)) == ("current", [])
