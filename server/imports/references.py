"""What the records of an import refer to: the form, the visits, the accounts of interviewers."""

from datetime import date
from typing import Final

from sqlalchemy import Connection, func, select

from schemas.turkish import search_word
from server import clock
from server.accounts.models import USERS
from server.accounts.operations import create_user
from server.forms.publishing import publish
from server.imports.already_stored import TEAM
from server.imports.drafts import Sample
from server.imports.preparing import Prepared
from server.rounds.models import VISITS
from server.rounds.operations import NewVisit, add_visits, correct_visits
from server.rounds.queries import visits_by_code
from server.submissions.models import SUBMISSIONS

LOOKED_UP: Final = 500


def make_ready(connection: Connection, prepared: Prepared) -> dict[str, int]:
    """Write what records refer to; give interviewers' accounts."""
    if prepared.report.form_is_new:
        definition = prepared.drafting.target.definition
        publish(connection, definition, actor=None, is_offered=False)
    _plan(connection, prepared)
    names = sorted(prepared.interviewers | {""})
    return {name: _account(connection, name) for name in names}


def _plan(connection: Connection, prepared: Prepared) -> None:
    """Plan the visits that are new; put right what an import planned, where that is asked for."""
    visits = {visit.code: visit for visit in visits_of_import(prepared)}
    codes = sorted(visits)
    planned: set[str] = set()
    for start in range(0, len(codes), LOOKED_UP):
        planned |= visits_by_code(connection, codes[start : start + LOOKED_UP]).keys()
    if prepared.corrects:
        held = [visits[code] for code in codes if code in planned]
        through = connection.scalar(select(func.max(SUBMISSIONS.c.sequence))) or 0
        correct_visits(connection, prepared.round.id, held, team=TEAM, through=through)
    new = [visits[code] for code in codes if code not in planned]
    add_visits(connection, prepared.round.id, new, actor=None)


def visits_of_import(prepared: Prepared) -> list[NewVisit]:
    """The visits the sample of a file means."""
    sample, form_id = prepared.sample, prepared.drafting.target.definition.id
    on = min(prepared.round.starts_on, clock.today())
    return [_visit(sample, code, form_id, on=on) for code in sorted(sample.places)]


def _visit(sample: Sample, code: str, form_id: str, *, on: date) -> NewVisit:
    place = sample.places[code]
    return NewVisit(
        code=code,
        province=place.province,
        district=None,
        stratum=place.stratum[:64],
        team=TEAM,
        title_tr=code,
        title_en=code,
        planned_on=sample.days.get(code, on),
        target=sample.rows[code],
        design_weight=sample.weights[code],
        forms=(form_id,),
    )


def _account(connection: Connection, interviewer: str) -> int:
    """The account an interviewer's records stand under; nobody can sign in to it."""
    word = "".join(letter if letter.isalnum() else "-" for letter in search_word(interviewer))
    ascii_word = word.encode("ascii", "ignore").decode().strip("-")
    username = f"{TEAM}-{ascii_word}"[:64].rstrip("-") if ascii_word else TEAM
    held = connection.scalar(select(USERS.c.id).where(USERS.c.username == username))
    if held is not None:
        return int(held)
    return create_user(
        connection,
        username=username,
        full_name=interviewer or TEAM,
        role="officer",
        password=None,
    )


def visits_without_records(connection: Connection, round_id: str) -> list[str]:
    """Name the visits an import planned of which no record counts any more."""
    held = select(SUBMISSIONS.c.sequence).where(
        SUBMISSIONS.c.visit_id == VISITS.c.id, SUBMISSIONS.c.is_current
    )
    left = select(VISITS.c.code).where(
        VISITS.c.round_id == round_id, VISITS.c.team == TEAM, ~held.exists()
    )
    return list(connection.scalars(left))
