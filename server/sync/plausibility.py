"""What a record says of time, place and visit, and what of that cannot be.

Each finding is a flag ``{"code": …}``; findings of the form's own rules carry a ``path`` too.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from schemas.submissions import Interview
from server.forms.queries import PublishedForm
from server.rounds.plan import FieldPlan
from server.rounds.queries import PlannedVisit

Flag = dict[str, str]

PROVINCES, DISTRICTS = "il", "ilce"
"""Names of the choice lists that hold places; the first question with such a list says where."""

CLOCK_TOLERANCE = timedelta(minutes=10)
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Plate of the province and code of the district, as far as they are known."""

    province: str | None
    district: str | None


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


def place_of(form: PublishedForm, interview: Interview, visit: PlannedVisit | None) -> Place:
    """Say where an interview was held: what was answered, else where the visit was planned."""
    province = _answered_choice(form, interview, PROVINCES)
    if province is None:
        return Place(visit.province, visit.district) if visit else Place(None, None)
    district = _answered_choice(form, interview, DISTRICTS)
    if district is not None and form.choices[DISTRICTS][district].get("il") != province:
        district = None
    return Place(province, district)


def flags_of_time(interview: Interview, sent_at: str, received_at: datetime) -> list[Flag]:
    """Flag clocks that are wrong and interviews that end before they begin."""
    started, finished = read_time(interview.started_at), read_time(interview.finished_at)
    if started is None or finished is None:
        return [{"code": "time_unreadable"}]
    flags = [{"code": "time_order"}] if finished < started else []
    sent = read_time(sent_at)
    clock_is_off = sent is not None and abs(sent - received_at) > CLOCK_TOLERANCE
    if clock_is_off or finished - received_at > CLOCK_TOLERANCE:
        flags.append({"code": "clock_off"})
    return flags


def flags_of_visit(
    interview: Interview, visit: PlannedVisit | None, place: Place, officer_id: int
) -> list[Flag]:
    """Flag a visit that is not known, is another officer's, or lies elsewhere."""
    if interview.visit is None:
        return []
    if visit is None:
        return [{"code": "visit_unknown"}]
    flags = []
    if officer_id not in visit.officers:
        flags.append({"code": "visit_of_another"})
    if place.province != visit.province:
        flags.append({"code": "visit_elsewhere"})
    return flags


def round_of(plan: FieldPlan, interview: Interview, visit: PlannedVisit | None) -> str | None:
    """Give the round of an interview: its visit's, else the one open on its day."""
    if visit is not None:
        return visit.round_id
    try:
        # The tablet's own calendar day, not UTC's: fieldwork days are local.
        day = datetime.fromisoformat(interview.finished_at).date()
    except ValueError:
        day = None
    return plan.round_of(day)


def _answered_choice(form: PublishedForm, interview: Interview, of_list: str) -> str | None:
    question = form.question_of_list.get(of_list)
    answer = interview.answers.get(question) if question else None
    return answer if isinstance(answer, str) and answer in form.choices[of_list] else None
