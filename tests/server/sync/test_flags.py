"""What is wrong inside a record is stored beside it; nothing is refused for it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.records import Field, batch, envelope, interview, spelled

NOW = datetime.now(UTC)


def flags_of(field: Field, **changes: Any) -> list[dict[str, str]]:
    answer = field.send(envelope(interview(**changes)))
    assert answer.json["results"][0]["status"] == "accepted"
    ((stored,),) = field.rows("SELECT CAST(flags AS text) FROM submissions")
    return json.loads(stored) if stored else []


def test_a_faultless_record_has_no_flags(field: Field) -> None:
    assert flags_of(field) == []
    assert field.rows("SELECT count(*) FROM submissions WHERE flags IS NULL") == [(1,)]


@pytest.mark.parametrize(
    ("answers", "flag"),
    [
        ({"yas": "17"}, {"code": "constraint", "path": "yas"}),
        ({"yas": "on yedi"}, {"code": "type", "path": "yas"}),
        ({"il": "", "ilce": ""}, {"code": "required", "path": "il"}),
        ({"ilce": "1183"}, {"code": "option", "path": "ilce"}),
        ({"boy": "180"}, {"code": "unknown", "path": "boy"}),
    ],
)
def test_a_broken_rule_of_the_form_is_flagged(
    field: Field, answers: dict[str, str], flag: dict[str, str]
) -> None:
    assert flag in flags_of(field, answers=answers)


def test_an_unusual_answer_is_flagged_unless_the_officer_stood_by_it(field: Field) -> None:
    old = {"yas": "101"}
    assert flags_of(field, answers=old) == [{"code": "soft", "path": "yas"}]


def test_an_unusual_answer_with_a_reason_is_not_flagged(field: Field) -> None:
    reason = {"yas": "kimliğini gösterdi"}
    assert flags_of(field, answers={"yas": "101"}, confirmations=reason) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"visit": "Z-99-999"}, "visit_unknown"),
        ({"visit": "Z-34-001", "answers": {"il": "34", "ilce": "1183"}}, "visit_of_another"),
        ({"answers": {"il": "34", "ilce": "1183"}}, "visit_elsewhere"),
        ({"finished_at": spelled(NOW + timedelta(hours=1))}, "clock_off"),
        ({"started_at": spelled(NOW + timedelta(days=1))}, "time_order"),
        ({"started_at": "dün"}, "time_unreadable"),
    ],
)
def test_what_cannot_be_is_flagged(field: Field, changes: dict[str, Any], code: str) -> None:
    assert flags_of(field, **changes) == [{"code": code}]


def test_a_tablet_whose_clock_is_off_is_flagged(field: Field) -> None:
    late = batch(envelope(), sent_at=spelled(NOW - timedelta(days=400)))
    field.client.post("/api/v1/submissions", data=json.dumps(late), headers=field.officer)
    ((stored,),) = field.rows("SELECT CAST(flags AS text) FROM submissions")
    assert json.loads(stored) == [{"code": "clock_off"}]


def test_an_old_interview_sent_late_is_not_flagged(field: Field) -> None:
    start = NOW - timedelta(days=20)
    assert (
        flags_of(field, started_at=spelled(start), finished_at=spelled(start + timedelta(hours=1)))
        == []
    )


def test_a_record_without_a_visit_belongs_to_the_open_round_of_its_day(field: Field) -> None:
    assert flags_of(field, visit=None) == []
    assert field.rows("SELECT round_id, visit_id, province FROM submissions") == [
        ("2026-2", None, "06")
    ]


def test_without_a_known_answer_the_place_is_that_of_the_visit(field: Field) -> None:
    flags = flags_of(field, answers={"il": "atlantis", "ilce": ""})
    assert flags == [{"code": "option", "path": "il"}]
    assert field.rows("SELECT province, district FROM submissions") == [("06", "1231")]


def test_a_garbled_record_keeps_a_limited_number_of_flags(field: Field) -> None:
    flags = flags_of(field, answers={f"q{number}": "x" for number in range(1000)})
    assert len(flags) == 200
