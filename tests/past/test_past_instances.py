"""What was kept of a past version is whole after every migration: nothing lost, receipts hold."""

import csv
import io
import json
import zlib
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from sqlalchemy import text

from schemas.rules.known_questions import fieldwork
from server.migrations import is_current
from server.submissions.queries import StoredSubmission, submissions_after
from tests.past.conftest import ANONYMOUS, Past
from tests.records import digest

BATCH = 100
PAGES = ("/", "/exports/", "/records/", "/api/v1/catalogue", "/healthz")

pytestmark = pytest.mark.slow


def stored(past: Past) -> list[StoredSubmission]:
    """Read every record by the product's own reader."""
    with past.app.extensions["izdes.database"].read() as connection:
        return submissions_after(connection, 0, 100_000)


def table(past: Past, statement: str) -> list[tuple[Any, ...]]:
    with past.app.extensions["izdes.database"].read() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def understood(past: Past) -> list[dict[str, Any]]:
    """What was sent and understood, without what anonymous forms promise to forget."""
    return [
        record
        for record in past.sent
        if record["receipt"]["status"] != "quarantined"
        and record["envelope"]["form_id"] != ANONYMOUS
    ]


def test_the_database_of_a_past_version_is_brought_to_the_tables_of_today(past: Past) -> None:
    database = past.app.extensions["izdes.database"]
    assert is_current(database)


def test_every_record_is_there_byte_for_byte(past: Past) -> None:
    held = {(row.instance_id, row.revision, digest(row.body.decode())) for row in stored(past)}
    sent = {
        (row["envelope"]["instance_id"], row["envelope"]["revision"], row["envelope"]["digest"])
        for row in understood(past)
    }
    assert len(sent) > 300
    assert sent <= held


def test_what_is_derived_now_reaches_records_of_a_past_version(past: Past) -> None:
    assert table(past, "SELECT * FROM owed_derivations") == []
    held = table(
        past,
        "SELECT instance_id, revision FROM submissions JOIN topic_reports"
        " ON topic_reports.sequence = submissions.sequence",
    )
    reported = {
        (UUID(record["envelope"]["instance_id"]), record["envelope"]["revision"])
        for record in understood(past)
        if record["envelope"]["form_id"] in {place.form for place in fieldwork().reported}
        and "tarih" in json.loads(record["envelope"]["body"])["answers"]
    }
    assert len(reported) > 10
    assert {(UUID(str(instance)), revision) for instance, revision in held} >= reported


def test_every_answer_of_the_anonymous_interviews_is_there(past: Past) -> None:
    """Which of them is whose may be forgotten: only what was said counts."""
    said = Counter(
        json.dumps(json.loads(record["envelope"]["body"])["answers"], sort_keys=True)
        for record in past.sent
        if record["envelope"]["form_id"] == ANONYMOUS
    )
    held = Counter(
        json.dumps(json.loads(zlib.decompress(body))["answers"], sort_keys=True)
        for (body,) in table(past, "SELECT body FROM anonymous_records")
    )
    assert sum(said.values()) > 100
    assert said <= held


def test_of_the_anonymous_interviews_nothing_else_is_there(past: Past) -> None:
    """Neither among the records, nor in the audit trail, nor in what is kept of them."""
    staff = {
        record["envelope"]["instance_id"]
        for record in past.sent
        if record["envelope"]["form_id"] == ANONYMOUS
    }
    assert all(row.form_id != ANONYMOUS for row in stored(past))
    objects = table(past, "SELECT object FROM audit_entries")
    assert not {str(row[0]).partition("/")[0] for row in objects} & staff
    moved = table(past, "SELECT actor_id FROM audit_entries WHERE action = 'anonymous.moved'")
    assert moved == [(None,)]
    assert table(past, "SELECT sum(number) FROM audit_counts")[0][0] >= len(staff)
    for (body,) in table(past, "SELECT body FROM anonymous_records"):
        assert "started_at" not in zlib.decompress(body).decode()


def test_corrections_and_conflicts_stand_as_they_stood(past: Past) -> None:
    now = {
        (row.instance_id, row.revision, row.copy_number): (row.sequence, row.is_current)
        for row in stored(past)
        if row.form_id != ANONYMOUS
    }
    then = {
        (row["instance_id"], row["revision"], row["copy_number"]): (
            row["sequence"],
            row["is_current"],
        )
        for row in past.rows["submissions"]
        if row["form_id"] != ANONYMOUS
    }
    assert {revision for _, revision, _ in then} >= {1, 2, 3, 4}
    assert {copy for _, _, copy in then} >= {0, 1}
    assert {key: now.get(key) for key in then} == then


def test_what_was_quarantined_is_kept_whole(past: Past) -> None:
    held = table(past, "SELECT digest FROM quarantine")
    kept = {row["digest"] for row in past.rows["quarantine"]}
    assert len(kept) == 3
    assert kept <= {bytes(row[0]).hex() for row in held}


def test_every_file_is_there_and_is_what_its_digest_says(past: Past) -> None:
    held = {
        bytes(row[0]).hex(): row[1] for row in table(past, "SELECT digest, size FROM attachments")
    }
    kept = {attachment["digest"]: attachment["size"] for attachment in past.rows["attachments"]}
    assert len(kept) >= 2
    assert kept.items() <= held.items()
    for name, size in kept.items():
        content = (past.folder / "data" / "attachments" / name[:2] / name).read_bytes()
        assert (len(content), sha256(content).hexdigest()) == (size, name)


def test_the_audit_trail_has_lost_no_entry(past: Past) -> None:
    statement = "SELECT action, object, count(*) FROM audit_entries GROUP BY action, object"
    now = {(action, thing): times for action, thing, times in table(past, statement)}
    staff = {row["instance_id"] for row in past.rows["submissions"] if row["form_id"] == ANONYMOUS}
    for entry in past.rows["audit_entries"]:
        if entry["object"].partition("/")[0] not in staff:
            assert now.get((entry["action"], entry["object"]), 0) >= entry["times"], entry


def test_people_rounds_visits_and_forms_are_there(past: Past) -> None:
    def of(name: str, *columns: str) -> set[tuple[Any, ...]]:
        return {tuple(row[column] for column in columns) for row in past.rows[name]}

    for name, *columns in (
        ("users", "username", "full_name"),
        ("visits", "code", "round_id"),
        ("form_versions", "form_id", "version"),
        ("rounds", "id", "status"),
    ):
        now = table(past, f"SELECT {', '.join(columns)} FROM {name}")  # noqa: S608  our own words
        assert of(name, *columns) <= set(now), name


def test_whoever_had_a_role_has_it_as_a_mandate(past: Past) -> None:
    had = {(row["username"], row["role"]) for row in past.rows["users"]}
    statement = "SELECT username, role FROM users JOIN mandates ON mandates.user_id = users.id"
    assert had <= set(table(past, statement))


def test_every_kept_receipt_holds_under_the_key_of_today(
    past: Past, proves: Callable[..., list[bool]]
) -> None:
    key = past.app.test_client().get("/api/v1/catalogue").json["receipt_key"]
    assert {record["receipt"]["key_id"] for record in past.sent} == {key["key_id"]}
    for record in past.sent:
        verify(record["receipt"], key["public_key"])
    whole = [record for record in past.sent if not record["receipt"]["missing_attachments"]]
    assert len(whole) < len(past.sent)
    assert all(proves(key, whole))


def test_what_is_sent_again_is_known_and_gets_a_receipt_that_counts(
    past: Past, proves: Callable[..., list[bool]]
) -> None:
    client, officer = past.app.test_client(), past.officer()
    key = client.get("/api/v1/catalogue").json["receipt_key"]
    before = len(stored(past)), table(past, "SELECT count(*) FROM quarantine")
    again = []
    for start in range(0, len(past.sent), BATCH):
        part = past.sent[start : start + BATCH]
        batch = {
            "device_id": f"eski-{start}",
            "sent_at": "2026-11-30T12:00:00.000+00:00",
            "submissions": [each["envelope"] for each in part],
        }
        answer = client.post("/api/v1/submissions", data=json.dumps(batch), headers=officer)
        assert answer.status_code == 200, answer.text
        for each, result in zip(part, answer.json["results"], strict=True):
            assert result["status"] == "duplicate", (each["envelope"]["form_id"], result)
            again.append({"envelope": each["envelope"], "receipt": result["receipt"]})
            assert_same_fate(each, result["receipt"])
    assert before == (len(stored(past)), table(past, "SELECT count(*) FROM quarantine"))
    whole = [each for each in again if not each["receipt"]["missing_attachments"]]
    assert len(whole) > 300
    assert all(proves(key, whole))


def assert_same_fate(kept: dict[str, Any], receipt: dict[str, Any]) -> None:
    told = ("instance_id", "revision", "digest", "missing_attachments")
    if kept["envelope"]["form_id"] != ANONYMOUS:
        told += ("status", "sequence", "received_at")
    assert {name: receipt[name] for name in told} == {name: kept["receipt"][name] for name in told}


def verify(receipt: dict[str, Any], public_key: str) -> None:
    """Verify by the text that the past version signed; the tablets in the field hold such."""
    lines = (
        "izdes-receipt-1",
        receipt["instance_id"],
        str(receipt["revision"]),
        receipt["digest"],
        receipt["status"],
        str(receipt["sequence"]),
        receipt["received_at"],
        ",".join(receipt["missing_attachments"]),
    )
    key = serialization.load_der_public_key(urlsafe_b64decode(public_key + "=="))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    raw = urlsafe_b64decode(receipt["signature"] + "==")
    signature = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.verify(signature, "\n".join(lines).encode(), ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_answer(past: Past, page: str) -> None:
    asked = f"{page}?round={past.round_id}" if page in PAGES[:3] else page
    assert past.analyst().get(asked, follow_redirects=True).status_code == 200


def test_a_corrected_record_and_one_with_two_texts_can_be_read(past: Past) -> None:
    analyst = past.analyst()
    wanted = {
        row["instance_id"]
        for row in past.rows["submissions"]
        if (row["copy_number"] or row["revision"] > 1) and row["form_id"] != ANONYMOUS
    }
    assert len(wanted) >= 6
    for instance_id in wanted:
        assert analyst.get(f"/records/{instance_id}").status_code == 200


def test_the_officer_has_the_visits_of_then_and_the_forms_of_now(past: Past) -> None:
    catalogue = past.app.test_client().get("/api/v1/catalogue", headers=past.officer()).json
    assert {visit["code"] for visit in catalogue["visits"]} >= {"Z-06-V1", "B-06-V2", "D-06-V4"}
    assert {form["id"] for form in catalogue["forms"]} >= {
        *("A_vatandas_gorusme", "B1_birim_ziyaret", ANONYMOUS),
        *("C_tekrar_ziyaret", "D_toplanti_tutanagi", "her_tur"),
    }


def test_the_interviews_are_exported_one_a_row(past: Past) -> None:
    answer = past.analyst().get(
        f"/exports/interviews.csv?round={past.round_id}&form=A_vatandas_gorusme"
    )
    assert answer.status_code == 200, answer.text
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    current = [
        row
        for row in past.rows["submissions"]
        if row["form_id"] == "A_vatandas_gorusme"
        and row["is_current"]
        and row["round_id"] == past.round_id
    ]
    assert len(rows) == len(current) + 1


def test_the_index_is_computed_over_the_same_interviews(past: Past) -> None:
    answer = past.analyst().get(f"/exports/index.csv?round={past.round_id}")
    assert answer.status_code == 200, answer.text
    assert len(answer.data.decode("utf-8-sig").splitlines()) > 1
