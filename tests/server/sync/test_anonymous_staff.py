"""Somebody who holds everything that is stored looks for who gave a staff interview, and when."""

import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import MetaData, select

from schemas.forms.definition import FormDefinition
from schemas.forms.row_keys import ROW_KEY
from schemas.protocol.sync import TIMELESS
from server.forms.publishing import publish
from server.submissions.models import ANONYMOUS_RECORDS
from server.sync import anonymous_store
from tests.people import GOVERNOR
from tests.records import ROUND, TODAY, Field, batch, digest, envelope
from tests.server.sync.staff_interviews import NAMES, STAFF, of_before, of_today, send_apart
from tests.vectors.refresh import HERE as VECTORS

TOLD = {"form_version_id", "round_id", "province", "district", "is_current", "reason", "flags"}
"""What the notice says is kept, and how a record is held; many records share each of these."""
KEY = {"instance_id", "revision", "copy_number"}
A_DAY_OR_AN_HOUR = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d|\b20\d{6}\b")


@pytest.fixture
def staff(field: Field) -> Field:
    """The field, with the staff interview published."""
    field.app.extensions["izdes.database"].write(
        lambda connection: publish(connection, STAFF, actor=None)
    )
    return field


def everything(field: Field) -> dict[str, list[dict[str, Any]]]:
    """Read every row of every table, with what the database adds to it by itself."""
    with field.app.extensions["izdes.database"].read() as connection:
        tables = MetaData()
        tables.reflect(connection)
        return {
            name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for name, table in tables.tables.items()
        }


def spelled_out(value: Any) -> str:
    """Whatever is stored as text, opened where it is packed."""
    if isinstance(value, bytes):
        try:
            return zlib.decompress(value).decode()
        except (zlib.error, UnicodeDecodeError):
            return value.hex()
    return str(value)


def files_of(field: Field) -> dict[Path, bytes]:
    """The files of the data folder that are not the database itself."""
    folder = field.app.extensions["izdes.config"].data_dir
    return {
        file: file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "sqlite3" not in file.name
    }


def send_a_day_of_work(field: Field) -> list[dict[str, Any]]:
    """Send interviews of citizens with those of staff among them, and others of staff apart."""
    among = [of_before(number) for number in range(12)]
    apart = [of_today(number) for number in range(12, 24)]
    for number in range(6):
        mixed = [envelope(), *among[2 * number : 2 * number + 2], envelope()]
        answer = field.send(*mixed)
        assert [result["status"] for result in answer.json["results"]] == ["accepted"] * 4
        assert send_apart(field, *apart[2 * number : 2 * number + 2]).status_code == 200
    return among + apart


def test_a_staff_interview_cannot_be_joined_to_anything_that_is_stored(staff: Field) -> None:
    staff.send(envelope())
    before, files = everything(staff), files_of(staff)
    sent = send_a_day_of_work(staff)
    after = everything(staff)
    records = after.pop("anonymous_records")
    assert len(records) == 24

    # The row itself tells what the notice says, and has no room for more.
    assert set(ANONYMOUS_RECORDS.c.keys()) == KEY | TOLD | {"body"}
    for row in records:
        body = json.loads(zlib.decompress(row["body"]))
        assert set(body) == {"answers", "confirmations"}
        text = " ".join(spelled_out(row[name]) for name in row if name not in KEY)
        assert not A_DAY_OR_AN_HOUR.search(text), text
        for telling in ("governor", "tablet-7", "Z-06-001", "0.9.1-eski", "Ayşe", '"en"'):
            assert telling not in text

    # No other row of any table holds the key, the digest or the text of any of them.
    elsewhere = "\n".join(
        spelled_out(value) for rows in after.values() for row in rows for value in row.values()
    )
    for each in sent:
        for trace in (each["instance_id"], each["instance_id"].replace("-", ""), each["body"]):
            assert trace not in elsewhere
        assert each["digest"].removeprefix("sha256:") not in elsewhere
    for number in range(24):
        assert f"Önerim {number}:" not in elsewhere

    # Nothing else became more by them: only the citizens' rows and entries did, and a day's count.
    grown = {table for table, rows in after.items() if len(rows) != len(before[table])}
    assert grown == {"submissions", "audit_entries", "audit_counts"}
    numbers = sorted(row["sequence"] for row in after["submissions"])
    assert numbers == list(range(1, 14))
    events = [row for row in after["audit_entries"] if row["action"] == "submission.accepted"]
    assert len(events) == 13
    assert after["audit_counts"] == [
        {"day": after["audit_counts"][0]["day"], "action": "anonymous.accepted", "number": 24}
    ]
    assert len(str(after["audit_counts"][0]["day"])) == len("2026-11-30")
    # How far receipts have been signed tells of the citizens' last record alone.
    left = files_of(staff)
    (signed,) = [file for file in left if file.name == "signed"]
    assert left.pop(signed).split() == [b"%020d" % numbers[-1], b"0" * 20]
    files.pop(signed)
    assert left == files


def test_rows_lie_in_no_order_and_share_the_transaction_that_wrote_them_last(
    staff: Field,
) -> None:
    sent = [record["instance_id"] for record in send_a_day_of_work(staff)]
    if staff.app.extensions["izdes.database"].is_sqlite:
        ((made,),) = staff.rows("SELECT sql FROM sqlite_master WHERE name = 'anonymous_records'")
        assert "WITHOUT ROWID" in made
        return
    assert staff.rows("SELECT count(DISTINCT xmin::text) FROM anonymous_records") == [(1,)]
    lying = [
        str(row[0]) for row in staff.rows("SELECT instance_id FROM anonymous_records ORDER BY ctid")
    ]
    arrived = [
        each
        for pair in range(6)
        for each in (*sent[2 * pair : 2 * pair + 2], *sent[12 + 2 * pair : 14 + 2 * pair])
    ]
    assert sorted(lying) == sorted(arrived)
    assert lying != arrived


def test_an_arrival_moves_others_and_loses_none(
    staff: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anonymous_store, "MOVED", 7)
    sent = [of_today(number) for number in range(30)]
    for each in sent:
        send_apart(staff, each)
    held = [
        str(row[0]).replace("-", "")
        for row in staff.rows("SELECT instance_id FROM anonymous_records")
    ]
    assert sorted(held) == sorted(each["instance_id"].replace("-", "") for each in sent)
    if not staff.app.extensions["izdes.database"].is_sqlite:
        newest = (
            "SELECT count(*) FROM anonymous_records GROUP BY xmin::text ORDER BY max(age(xmin))"
        )
        assert staff.rows(newest)[0] == (8,)


def test_receipts_do_not_link_and_are_the_same_whenever_they_are_given(staff: Field) -> None:
    sent = [of_today(1), of_today(2)]
    first = send_apart(staff, *sent).json["results"]
    again = staff.send(envelope(), *reversed(sent)).json["results"]
    assert [each["receipt"] for each in first] == [each["receipt"] for each in reversed(again[1:])]
    assert [each["status"] for each in again] == ["accepted", "duplicate", "duplicate"]
    for each in first:
        assert (each["receipt"]["sequence"], each["receipt"]["received_at"]) == (0, TIMELESS)
    assert staff.rows("SELECT count(*) FROM anonymous_records") == [(2,)]
    assert staff.rows("SELECT number FROM audit_counts") == [(2,)]


@pytest.mark.parametrize("revision", [1, 2])
def test_a_second_text_is_kept_and_never_takes_the_place_of_the_first(
    staff: Field, revision: int
) -> None:
    first = of_before(1)
    staff.send(first)
    other = of_before(3, instance_id=first["instance_id"], revision=revision)
    for expected in ("conflict", "duplicate"):
        (result,) = staff.send(other).json["results"]
        assert (result["status"], result["receipt"]["status"]) == (expected, "conflict")
    rows = staff.rows("SELECT is_current, body FROM anonymous_records ORDER BY is_current DESC")
    said = [json.loads(zlib.decompress(row[1]))["answers"]["p_amir"] for row in rows]
    assert [(bool(row[0]), each) for row, each in zip(rows, said, strict=True)] == [
        (True, "2"),
        (False, "4"),
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"form_version": "1999"}, "form_differs"),
        ({"body": "{}"}, "not_an_interview"),
        ({"body": '{"form_id": "B2_personel_gorusme", "answers": {"p_amir": NaN}}'}, None),
        ({"encoding": "sealed"}, "sealed"),
        ({"new_field": 1}, "envelope_unknown"),
        ({"form_id": "gorusme", "form_version": "1"}, "form_differs"),
    ],
)
@pytest.mark.parametrize("door", [send_apart, Field.send])
def test_what_is_not_understood_is_kept_and_leads_to_nobody_either(
    staff: Field, changes: dict[str, Any], reason: str | None, door: Callable[..., Any]
) -> None:
    odd = of_today(1)
    odd |= changes
    if "body" in changes:
        odd["digest"] = envelope(odd["body"])["digest"]
    answer = door(staff, odd)
    (result,) = answer.json["results"]
    assert result["receipt"]["status"] == "quarantined"
    assert result["problem"] == (reason or "not_an_interview")
    assert staff.rows("SELECT count(*) FROM quarantine") == [(0,)]
    ((body, current),) = staff.rows("SELECT body, is_current FROM anonymous_records")
    assert (json.loads(zlib.decompress(body))["body"], bool(current)) == (odd["body"], False)
    again = door(staff, odd)
    assert again.json["results"][0]["receipt"] == result["receipt"]


def test_other_records_are_kept_apart_from_theirs_also_at_the_anonymous_door(staff: Field) -> None:
    (result,) = send_apart(staff, envelope()).json["results"]
    assert (result["receipt"]["status"], result["problem"]) == ("quarantined", "not_anonymous")
    assert staff.rows("SELECT count(*) FROM submissions") == [(0,)]


def test_a_damaged_record_is_sent_again_and_a_stranger_sends_nothing(staff: Field) -> None:
    damaged = of_today(1, digest="sha256:" + "0" * 64)
    (result,) = send_apart(staff, damaged).json["results"]
    assert (result["status"], result["receipt"]) == ("damaged", None)
    sent = json.dumps({"submissions": [of_today(1)]})
    stranger = {"Authorization": "Bearer nobody"}
    answer = staff.client.post("/api/v1/anonymous-records", data=sent, headers=stranger)
    assert answer.status_code == 401
    assert staff.rows("SELECT count(*) FROM anonymous_records") == [(0,)]


def test_a_late_record_belongs_to_the_round_its_tablet_names(staff: Field) -> None:
    body = {**NAMES, "round": "no-such", "answers": {"il": "06"}}
    text = json.dumps(body)
    send_apart(staff, of_today(1), envelope(text, **NAMES))
    rounds = {row[0] for row in staff.rows("SELECT round_id FROM anonymous_records")}
    assert rounds == {ROUND.id}


def test_the_office_finds_no_staff_interview_by_its_number(
    staff: Field, analyst: FlaskClient
) -> None:
    sent = of_before(1)
    staff.send(sent)
    assert sent["instance_id"] not in analyst.get("/records/").text
    assert analyst.get(f"/records/{sent['instance_id']}").status_code == 404


def test_an_export_tells_neither_number_nor_order(staff: Field, analyst: FlaskClient) -> None:
    districts = ("1231", "1130", "1130")
    sent = []
    for number in range(12):
        body = {**NAMES, "round": ROUND.id}
        said = {
            "il": "06",
            "ilce": districts[number % 3],
            "birim_tur": ("emniyet", "nufus")[number % 2],
        }
        sent.append(
            envelope(
                json.dumps({**body, "answers": {**said, "p_amir": str(1 + number % 5)}}), **NAMES
            )
        )
    Random(1).shuffle(sent)
    send_apart(staff, *sent)
    text = analyst.get(f"/exports/interviews.csv?round={ROUND.id}&form={STAFF.id}").text
    rows = text.strip().splitlines()[1:]
    assert len(rows) == 12
    assert rows == sorted(rows)
    for each in sent:
        assert each["instance_id"] not in text
    assert f"{TODAY:%Y-%m-%d}" not in text
    assert GOVERNOR.username not in text


def test_old_and_new_tablets_at_once_store_each_record_once(staff: Field) -> None:
    sent = of_today(5)
    answers = [
        send_apart(staff, sent, sent).json,
        staff.client.post(
            "/api/v1/submissions", data=json.dumps(batch(sent)), headers=staff.officer
        ).json,
    ]
    statuses = [result["status"] for answer in answers for result in answer["results"]]
    assert statuses == ["accepted", "duplicate", "duplicate"]
    assert staff.rows("SELECT count(*) FROM anonymous_records") == [(1,)]


def test_a_key_of_a_row_tells_the_millisecond_and_is_not_kept(field: Field) -> None:
    """Tablets send none of an anonymous form; somebody could."""
    text = (VECTORS / "definitions" / "konular.json").read_text("utf-8")
    form = FormDefinition.model_validate_json(text).model_copy(update={"anonymous": True})
    field.app.extensions["izdes.database"].write(
        lambda connection: publish(connection, form, actor=None)
    )
    names = {"form_id": form.id, "form_version": form.version}
    key = "0199d2a0-0000-7000-8000-00000000000a"
    rows = [{ROW_KEY: key, "durum": "cozuldu"}]
    body = {**names, "round": ROUND.id, "answers": {"adet": "1", "konu": rows}}
    said = json.dumps(body)
    sent = envelope(said, **names, instance_id=str(uuid4()), digest=digest(said))
    assert send_apart(field, sent).json["results"][0]["status"] == "accepted"
    ((kept,),) = field.rows("SELECT body FROM anonymous_records")
    assert json.loads(zlib.decompress(kept))["answers"]["konu"] == [{"durum": "cozuldu"}]
    everywhere = str(
        [
            spelled_out(value)
            for rows in everything(field).values()
            for row in rows
            for value in row.values()
        ]
    )
    assert key not in everywhere
