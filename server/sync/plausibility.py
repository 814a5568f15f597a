"""What a record says of place and visit, and what of that cannot be; of its times see ``clocks``.

Each doubt is a flag ``{"code": …}``; those of the form's own rules carry a ``path`` too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.protocol.submissions import Interview
from server.forms.queries import PublishedForm
from server.rounds.field_plan import FieldPlan
from server.rounds.queries import PlannedVisit
from server.sync.clocks import Flag

PROVINCES, DISTRICTS = "il", "ilce"
"""Names of the choice lists that hold places; the first question with such a list says where."""


@dataclass(frozen=True)
class Place:
    """Plate of the province and code of the district, as far as they are known."""

    province: str | None
    district: str | None


def place_of(form: PublishedForm, interview: Interview, visit: PlannedVisit | None) -> Place:
    """Say where an interview was held: what was answered, else where the visit was planned."""
    province = _answered_choice(form, interview, PROVINCES)
    if province is None:
        return Place(visit.province, visit.district) if visit else Place(None, None)
    district = _answered_choice(form, interview, DISTRICTS)
    if district is not None and form.choices[DISTRICTS][district].get("il") != province:
        district = None
    return Place(province, district)


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


def round_of(
    plan: FieldPlan, interview: Interview, visit: PlannedVisit | None, shift: timedelta
) -> str | None:
    """The round of an interview: its visit's, else the one open on its day.

    ``shift`` puts right what the tablet's clock said.
    """
    if visit is not None:
        return visit.round_id
    try:
        # The tablet's own calendar day, not UTC's: fieldwork days are local.
        day = (datetime.fromisoformat(interview.finished_at) + shift).date()
    except (ValueError, OverflowError):
        day = None
    return plan.round_of(day)


def _answered_choice(form: PublishedForm, interview: Interview, of_list: str) -> str | None:
    question = form.question_of_list.get(of_list)
    answer = interview.answers.get(question) if question else None
    return answer if isinstance(answer, str) and answer in form.choices[of_list] else None
