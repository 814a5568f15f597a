"""Records that are whole but not understood: quarantined with a receipt, never refused."""

import json
import zlib
from typing import Any

import pytest

from tests.records import Field, batch, envelope, interview

ODD = {
    "sealed": envelope("c2VhbGVk", encoding="sealed"),
    "not_an_interview": envelope('{"answers": {}}'),
    "form_unknown": envelope(interview(form_version="0"), form_version="0"),
    "form_differs": envelope(interview(form_version="0")),
    "envelope_unknown": envelope() | {"from_a_later_release": True},
}


def test_odd_records_are_quarantined_with_a_receipt(field: Field) -> None:
    results = field.send(*ODD.values()).json["results"]
    assert [(result["status"], result["problem"]) for result in results] == [
        ("quarantined", reason) for reason in ODD
    ]
    assert [result["receipt"]["digest"] for result in results] == [
        sent["digest"] for sent in ODD.values()
    ]
    assert field.rows("SELECT sequence, reason FROM quarantine ORDER BY sequence") == [
        (result["receipt"]["sequence"], result["problem"]) for result in results
    ]
    assert field.rows("SELECT count(*) FROM submissions") == [(0,)]


def test_their_envelopes_are_kept_whole(field: Field) -> None:
    field.send(*ODD.values())
    kept = {
        row.reason: json.loads(zlib.decompress(row.envelope))
        for row in field.rows("SELECT reason, envelope FROM quarantine")
    }
    for reason, sent in ODD.items():
        assert sent.items() <= kept[reason].items()


def test_a_repeat_gets_the_same_receipt_and_is_kept_once(field: Field) -> None:
    first, second = (field.send(ODD["sealed"]).json["results"][0] for _ in range(2))
    assert second == first | {"status": "duplicate"}
    assert field.rows("SELECT count(*) FROM quarantine") == [(1,)]
    assert field.rows("SELECT count(*) FROM audit_entries WHERE action LIKE 'submission%'") == [
        (1,)
    ]


def test_the_deed_is_in_the_audit_trail(field: Field) -> None:
    field.send(ODD["sealed"])
    assert field.rows(
        "SELECT action, object FROM audit_entries WHERE action LIKE 'submission%'"
    ) == [("submission.quarantined", f"{ODD['sealed']['instance_id']}/1")]


def test_odd_and_understood_records_share_a_batch(field: Field) -> None:
    answer = field.send(ODD["sealed"], envelope(), ODD["not_an_interview"])
    assert [result["status"] for result in answer.json["results"]] == [
        "quarantined",
        "accepted",
        "quarantined",
    ]


HOSTILE = {
    "a NUL in an answer": interview(answers={"oneri": "a\0b"}),
    "a NUL in a visit code": interview(visit="Z\0"),
    "a NUL in a question's name": interview(answers={"a\0b": "1"}),
    "a number as an answer": interview(answers={"yas": 10**300}),
    "a fraction as an answer": interview(answers={"yas": 1e308}),
    "a list as an answer": interview(answers={"il": ["06"]}),
    "an object as an answer": interview(answers={"yas": {"yas": {}}}),
    "nothing as an answer": interview(answers={"yas": None}),
    "deep nesting": interview(answers={"oneri": json.loads("[" * 150 + "]" * 150)}),
    "a thousand unknown questions": interview(answers={f"q{k}": "1" for k in range(1000)}),
    "a long answer": interview(answers={"oneri": "İ" * 100_000}),
    "a year 9999": interview(started_at="9999-12-31T23:59:59.999-14:00"),
    "a year 1": interview(finished_at="0001-01-01T00:00:00.000+14:00"),
    "a time that is none": interview(finished_at="yarın"),
    "a time with a NUL": interview(started_at="2026\0"),
    "a time of digits that are not ours": interview(finished_at="٢٠٢٦-11-21T10:00:00+03:00"),
}


def test_strange_answers_are_accepted_as_they_are(field: Field) -> None:
    sent = [envelope(json.dumps(strange)) for strange in HOSTILE.values()]
    results = field.send(*sent).json["results"]
    assert {what: result["status"] for what, result in zip(HOSTILE, results, strict=True)} == (
        dict.fromkeys(HOSTILE, "accepted")
    )
    bodies = field.rows("SELECT body FROM submissions ORDER BY sequence")
    assert [zlib.decompress(body).decode() for (body,) in bodies] == [each["body"] for each in sent]


STRANGE_BODIES = {
    "a lone surrogate": '{"answers": {"a": "\\ud800"}}',
    "nesting without end": "[" * 50_000,
    "a number without end": "1" * 100_000,
    "a key twice": '{"form_id": "gorusme", "form_id": "x"}',
    "nothing": "",
    "a NUL": "\0",
    "no JSON": "<xml/>",
    "not a number": "NaN",
}


def test_strange_bodies_are_quarantined(field: Field) -> None:
    results = field.send(*map(envelope, STRANGE_BODIES.values())).json["results"]
    assert {
        what: result["problem"] for what, result in zip(STRANGE_BODIES, results, strict=True)
    } == (dict.fromkeys(STRANGE_BODIES, "not_an_interview"))


STRANGE_ENVELOPES: list[dict[str, Any]] = [
    {"form_id": "a\0b"},
    {"form_id": "x" * 65},
    {"revision": 2**31 - 1},
    {"encoding": "rot13"},
    {"attachments": [{"name": "a"}]},
    {"attachments": None},
]


def test_strange_envelopes_are_quarantined(field: Field) -> None:
    sent = [envelope(**changes) for changes in STRANGE_ENVELOPES]
    results = field.send(*sent).json["results"]
    assert [result["status"] for result in results] == ["quarantined"] * len(sent)
    assert [result["receipt"]["digest"] for result in results] == [each["digest"] for each in sent]


@pytest.mark.parametrize("device", ["tab\0let", "x" * 5000])
def test_a_strange_device_name_does_not_keep_records_out(field: Field, device: str) -> None:
    answer = field.client.post(
        "/api/v1/submissions",
        data=json.dumps(batch(envelope(), device_id=device)),
        headers=field.officer,
    )
    assert answer.json["results"][0]["status"] == "accepted"
