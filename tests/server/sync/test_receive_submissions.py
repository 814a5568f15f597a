"""``POST /api/v1/submissions``: what a tablet sends is kept, once, and answered with a receipt."""

import json
import zlib
from hashlib import sha256
from typing import Any

import pytest

from server.forms.publishing import publish
from tests.people import ANALYST, SAME_ORIGIN, bearer
from tests.records import FORM, Field, batch, envelope, interview


def only_result(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    (result,) = answer.json["results"]
    return result


def test_a_record_is_stored_and_answered_with_a_receipt(field: Field) -> None:
    sent = envelope()
    result = only_result(field.send(sent))
    receipt = result["receipt"]
    assert (result["status"], result["problem"]) == ("accepted", None)
    assert {key: receipt[key] for key in ("instance_id", "revision", "digest", "status")} == {
        "instance_id": sent["instance_id"],
        "revision": 1,
        "digest": sent["digest"],
        "status": "accepted",
    }
    assert field.rows("SELECT sequence FROM submissions") == [(receipt["sequence"],)]


def test_the_stored_text_is_byte_for_byte_what_was_sent(field: Field) -> None:
    sent = envelope()
    only_result(field.send(sent))
    ((body,),) = field.rows("SELECT body FROM submissions")
    text = zlib.decompress(body)
    assert text == sent["body"].encode()
    assert f"sha256:{sha256(text).hexdigest()}" == sent["digest"]


def test_what_the_record_says_of_place_visit_and_time_is_kept_beside_it(field: Field) -> None:
    only_result(field.send(envelope()))
    found = field.rows(
        "SELECT submissions.province, submissions.district, submissions.round_id, code, username,"
        " device_id, flags, is_current"
        " FROM submissions JOIN visits ON visits.id = visit_id JOIN users ON users.id = officer_id"
    )
    assert [tuple(row) for row in found] == [
        ("06", "1231", "2026-2", "Z-06-001", "nevzat.ergun", "tablet-7", None, True)
    ]


def test_the_deed_is_in_the_audit_trail(field: Field) -> None:
    sent = envelope()
    only_result(field.send(sent))
    ((actor, named, details),) = field.rows(
        "SELECT username, object, CAST(details AS text) FROM audit_entries JOIN users"
        " ON users.id = actor_id WHERE action = 'submission.accepted'"
    )
    assert named == f"{sent['instance_id']}/1"
    assert (actor, json.loads(details)) == ("nevzat.ergun", {"digest": sent["digest"]})


def test_a_batch_is_answered_record_by_record_in_the_order_sent(field: Field) -> None:
    sent = [envelope() for _ in range(5)]
    sent[3]["body"] += " "
    answer = field.send(*sent)
    assert [result["status"] for result in answer.json["results"]] == [
        "accepted", "accepted", "accepted", "damaged", "accepted",
    ]  # fmt: skip
    assert [result["instance_id"] for result in answer.json["results"]] == [
        each["instance_id"] for each in sent
    ]
    assert field.rows("SELECT count(*) FROM submissions") == [(4,)]


def test_a_repeat_gets_the_same_receipt_and_changes_nothing(field: Field) -> None:
    sent = envelope()
    first, second = only_result(field.send(sent)), only_result(field.send(sent))
    assert second["status"] == "duplicate"
    assert second["receipt"] == first["receipt"]
    assert field.rows("SELECT count(*) FROM submissions") == [(1,)]
    assert field.rows("SELECT count(*) FROM audit_entries WHERE action LIKE 'submission%'") == [
        (1,)
    ]


def test_a_record_twice_in_one_batch_is_stored_once(field: Field) -> None:
    sent = envelope()
    first, second = field.send(sent, sent).json["results"]
    assert (first["status"], second["status"]) == ("accepted", "duplicate")
    assert first["receipt"] == second["receipt"]
    assert field.rows("SELECT count(*) FROM submissions") == [(1,)]


def test_another_text_under_the_same_revision_is_a_conflict_and_both_are_kept(
    field: Field,
) -> None:
    first = envelope()
    other = envelope(interview(answers={"yas": "65"}), instance_id=first["instance_id"])
    assert only_result(field.send(first))["status"] == "accepted"
    result = only_result(field.send(other))
    assert (result["status"], result["receipt"]["status"]) == ("conflict", "conflict")
    assert only_result(field.send(other)) == result | {"status": "duplicate"}
    kept = field.rows("SELECT copy_number, is_current FROM submissions ORDER BY sequence")
    assert [tuple(row) for row in kept] == [(0, True), (1, False)]


def test_a_conflict_within_one_batch_keeps_both(field: Field) -> None:
    first = envelope()
    other = envelope(interview(answers={"yas": "65"}), instance_id=first["instance_id"])
    results = field.send(first, other).json["results"]
    assert [result["status"] for result in results] == ["accepted", "conflict"]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
@pytest.mark.parametrize("together", [True, False])
def test_the_highest_revision_is_current_in_whatever_order_they_come(
    field: Field, order: tuple[int, ...], *, together: bool
) -> None:
    first = envelope()
    revisions = [
        envelope(
            interview(answers={"yas": str(60 + revision)}),
            instance_id=first["instance_id"],
            revision=revision,
        )
        for revision in order
    ]
    answers = (
        [field.send(*revisions)] if together else [field.send(revision) for revision in revisions]
    )
    statuses = [result["status"] for answer in answers for result in answer.json["results"]]
    assert statuses == ["accepted"] * 3
    kept = field.rows("SELECT revision, is_current FROM submissions ORDER BY revision")
    assert [tuple(row) for row in kept] == [(1, False), (2, False), (3, True)]


def test_a_text_that_is_not_what_its_digest_says_is_not_stored(field: Field) -> None:
    result = only_result(field.send(envelope(digest="sha256:" + "0" * 64)))
    assert (result["status"], result["problem"]) == ("damaged", "digest_mismatch")
    assert result["receipt"] is None
    assert field.rows("SELECT count(*) FROM submissions") == [(0,)]


def test_attachments_not_yet_here_are_named_in_the_receipt(field: Field) -> None:
    photo = {
        "name": "bina.jpg",
        "digest": "sha256:" + "a" * 64,
        "size": 300_000,
        "media_type": "image/jpeg",
    }
    sent = envelope(attachments=[photo])
    assert only_result(field.send(sent))["receipt"]["missing_attachments"] == [photo["digest"]]
    ((stored,),) = field.rows("SELECT CAST(attachments AS text) FROM submissions")
    assert json.loads(stored) == [photo]


def test_nobody_signed_in_may_send(field: Field) -> None:
    answer = field.send(envelope(), headers=SAME_ORIGIN)
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")
    assert field.rows("SELECT count(*) FROM submissions") == [(0,)]


def test_an_analyst_may_not_send(field: Field) -> None:
    answer = field.send(envelope(), headers=bearer(field.client, ANALYST))
    assert (answer.status_code, answer.json["code"]) == (403, "not_allowed")
    assert field.rows("SELECT count(*) FROM submissions") == [(0,)]


def test_another_site_may_not_send_with_the_officers_cookie(field: Field) -> None:
    answer = field.send(envelope(), headers={"Sec-Fetch-Site": "cross-site", "X-Izdes": "1"})
    assert (answer.status_code, answer.json["code"]) == (403, "cross_site")


NO_BATCH = [
    (b"", 400, "malformed_json"),
    (b"{", 400, "malformed_json"),
    (b"\xff\xfe\x00", 400, "malformed_json"),
    (b'"\\ud800"', 400, "malformed_json"),
    (b"[" * 100_000, 400, "malformed_json"),
    (b"null", 422, "invalid_request"),
    (b"[]", 422, "invalid_request"),
    (b"{}", 422, "invalid_request"),
    (b'{"device_id":"t","sent_at":"","submissions":[]}', 422, "invalid_request"),
    (b'{"device_id":"t","sent_at":"","submissions":[{}]}', 422, "invalid_request"),
    (
        b'{"device_id":"t","sent_at":"","submissions":[' + b"1," * 200 + b"1]}",
        422,
        "invalid_request",
    ),
    (b"x" * 8_000_001, 413, "too_large"),
]


def test_what_is_no_batch_is_refused_and_changes_nothing(field: Field) -> None:
    for data, status, code in NO_BATCH:
        answer = field.client.post("/api/v1/submissions", data=data, headers=field.officer)
        assert (answer.status_code, answer.json["code"]) == (status, code), data[:60]
    assert field.rows("SELECT count(*) FROM submissions") == [(0,)]
    assert field.rows("SELECT count(*) FROM quarantine") == [(0,)]


def test_a_refusal_does_not_repeat_what_was_sent(field: Field) -> None:
    answer = field.client.post(
        "/api/v1/submissions", data=b'{"gizli ad": "Ay\xc5\x9fe"}', headers=field.officer
    )
    assert answer.status_code == 422
    assert "gizli" not in answer.text
    assert "Ay" not in answer.text


def test_a_record_that_cannot_be_read_does_not_keep_out_its_neighbours(field: Field) -> None:
    good = envelope()
    answer = field.client.post(
        "/api/v1/submissions",
        data=json.dumps(batch(good, {"instance_id": "x"}, 7)),  # type: ignore[arg-type]
        headers=field.officer,
    )
    assert [(result["status"], result["problem"]) for result in answer.json["results"]] == [
        ("accepted", None),
        ("damaged", "unreadable"),
        ("damaged", "unreadable"),
    ]


def test_a_record_of_an_old_version_is_stored_and_judged_by_that_version(field: Field) -> None:
    newer = FORM.model_copy(update={"version": "2", "body": FORM.body[:-1]})
    database = field.app.extensions["izdes.database"]
    database.write(lambda connection: publish(connection, newer, actor=None))
    (listed,) = field.client.get("/api/v1/catalogue").json["forms"]
    assert listed["version"] == "2"
    old = interview(answers={"oneri": "Daha çok bank."})
    new = {**old, "form_version": "2"}
    field.send(envelope(old), envelope(new, form_version="2"))
    stored = field.rows(
        "SELECT version, CAST(flags AS text) FROM submissions"
        " JOIN form_versions ON form_versions.id = form_version_id ORDER BY version"
    )
    assert stored == [("1", None), ("2", '[{"code": "unknown", "path": "oneri"}]')]
