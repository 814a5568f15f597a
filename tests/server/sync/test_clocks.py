"""A tablet whose clock is wrong does not make a record wrong about when it was held."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.records import Field, batch, envelope, interview, spelled

NOW = datetime.now(UTC).replace(microsecond=0)
STARTED, FINISHED = NOW - timedelta(minutes=50), NOW - timedelta(minutes=30)
CLOSE = timedelta(minutes=2)


def sent(field: Field, body: dict[str, Any], ahead: timedelta, **changes: Any) -> None:
    """Send it from a tablet whose clock is that much ahead when it sends."""
    content = batch(envelope(body, **changes), sent_at=spelled(datetime.now(UTC) + ahead))
    answer = field.client.post(
        "/api/v1/submissions", data=json.dumps(content), headers=field.officer
    )
    assert answer.json["results"][0]["status"] == "accepted", answer.text


def held(field: Field) -> list[tuple[datetime, datetime, list[str]]]:
    rows = field.rows(
        "SELECT CAST(started_at AS text), CAST(finished_at AS text), CAST(flags AS text)"
        " FROM submissions ORDER BY revision"
    )
    return [(_moment(row[0]), _moment(row[1]), _codes(row[2])) for row in rows]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.strip().replace("+00", "+00:00").removesuffix(":00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _codes(text: str | None) -> list[str]:
    return [load["code"] for load in json.loads(text or "[]")]


def held_at(ahead: timedelta, **changes: Any) -> dict[str, Any]:
    """An interview of half an hour ago as a clock tells it that is so much ahead."""
    times = {"started_at": spelled(STARTED + ahead), "finished_at": spelled(FINISHED + ahead)}
    return interview(**times | changes)


@pytest.mark.parametrize(
    "ahead",
    [timedelta(hours=3), timedelta(hours=-3), timedelta(days=2), timedelta(days=-4000)],
)
def test_times_by_a_wrong_clock_are_put_right_and_flagged(field: Field, ahead: timedelta) -> None:
    sent(field, held_at(ahead), ahead)
    ((started, finished, codes),) = held(field)
    assert abs(started - STARTED) < CLOSE
    assert abs(finished - FINISHED) < CLOSE
    assert codes == ["clock_set_right"]


def test_times_by_the_centres_clock_stay_whatever_the_tablets_says(field: Field) -> None:
    sent(field, held_at(timedelta(0), clock="centre"), timedelta(hours=3))
    assert held(field) == [(STARTED, FINISHED, [])]


def test_times_by_a_clock_a_few_minutes_off_stay(field: Field) -> None:
    sent(field, held_at(timedelta(minutes=3)), timedelta(minutes=3))
    ((started, _, codes),) = held(field)
    assert (started, codes) == (STARTED + timedelta(minutes=3), [])


def test_times_from_before_the_clock_was_lost_stay_and_the_clock_is_flagged(field: Field) -> None:
    """The battery was empty in between: what was held last year cannot end after it is sent."""
    sent(field, held_at(timedelta(0)), timedelta(days=-4000))
    assert held(field) == [(STARTED, FINISHED, ["clock_off"])]


def test_a_correction_keeps_the_times_of_its_record_though_the_clock_was_set_since(
    field: Field,
) -> None:
    ahead, record = timedelta(hours=3), str(uuid4())
    sent(field, held_at(ahead), ahead, instance_id=record)
    first = held(field)[0]
    corrected = held_at(ahead, edit_reason="yaş yanlıştı")
    sent(field, corrected, timedelta(0), instance_id=record, revision=2)
    assert [each[:2] for each in held(field)] == [first[:2], first[:2]]
