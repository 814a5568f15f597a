"""When an interview was held: by the centre's clock, whatever the tablet's said.

A tablet that knows the time at the centre works with it and says so (``clock``). One
that had no contact yet used its own clock; how wrong that is shows when it sends, for a batch tells
the tablet's time of sending. Its times are then put right, and the record is flagged. Answers stay
as they are: the form's rules are judged by the times the tablet judged them by.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from schemas.protocol.submissions import Interview
from schemas.reference.files import FOLDER

Flag = dict[str, str]

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
NOTHING = timedelta(0)


@dataclass(frozen=True)
class Times:
    """When an interview began and ended, as far as that can be said; what was added to be right."""

    started: datetime | None
    finished: datetime | None
    shift: timedelta
    flags: list[Flag]


@cache
def tolerance() -> timedelta:
    """The difference of two clocks that says nothing; tablets tell their officers of more."""
    rule = json.loads((FOLDER / "clock.json").read_bytes())
    return timedelta(minutes=rule["clock_tolerance_minutes"])


def times_of(interview: Interview, sent_at: str, received_at: datetime) -> Times:
    """Read the times of an interview, put them right, and flag what cannot be."""
    started, finished = read_time(interview.started_at), read_time(interview.finished_at)
    if started is None or finished is None:
        return Times(started, finished, NOTHING, [{"code": "time_unreadable"}])
    flags = [{"code": "time_order"}] if finished < started else []
    sent = read_time(sent_at)
    behind = received_at - sent if sent else NOTHING
    is_off = abs(behind) > tolerance()
    if interview.clock == "centre":
        shift, is_odd = NOTHING, finished - received_at > tolerance()
    elif is_off and sent is not None and finished <= sent + tolerance():
        flags.append({"code": "clock_set_right"})
        shift, is_odd = behind, False
    else:
        # It ended after it was sent, by one and the same clock: that was changed in between.
        shift, is_odd = NOTHING, is_off or finished - received_at > tolerance()
    if is_odd:
        flags.append({"code": "clock_off"})
    return Times(started + shift, finished + shift, shift, flags)


def read_time(text: str) -> datetime | None:
    """Read a tablet's time; nothing if it is none, names no offset or lies out of all reason."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return None
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if EARLIEST <= moment < LATEST else None
