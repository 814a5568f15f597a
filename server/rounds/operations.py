"""Opening rounds and planning the visits made in them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from schemas.problems import Problem
from schemas.reference.population import NEWEST
from schemas.reference.rounds import RoundStatus, SelectionMode
from schemas.rules.known_questions import Topic
from server.rounds.models import ROUNDS, VISIT_OFFICERS, VISITS
from server.rounds.plan_weights import SampledVisit, mixed_weights
from server.store import audit


@dataclass(frozen=True, kw_only=True)
class NewRound:
    """What has to be decided before a round can be opened."""

    id: str
    name_tr: str
    name_en: str
    selection_mode: SelectionMode
    starts_on: date
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class NewVisit:
    """A visit to be planned; ``officers`` are the user ids of those who may work in it.

    ``forms`` are the ids of those that can be begun in it, none: all. A visit to a unit names it,
    so that what was reported of the unit before is asked again; ``earlier_topics`` adds to that.
    """

    code: str
    province: str
    district: str | None
    stratum: str
    team: str
    title_tr: str
    title_en: str
    planned_on: date
    target: int
    design_weight: float | None = None
    officers: tuple[int, ...] = ()
    forms: tuple[str, ...] = ()
    unit_type: str | None = None
    unit_name: str | None = None
    earlier_topics: tuple[Topic, ...] = ()


def open_round(connection: Connection, new: NewRound, *, actor: int | None) -> None:
    """Open a round: from now on interviews can belong to it."""
    if new.ends_on < new.starts_on:
        raise Problem("round_ends_before_it_starts", round=new.id)
    taken = select(ROUNDS.c.id).where(ROUNDS.c.id == new.id)
    if connection.scalar(taken) is not None:
        raise Problem("round_exists", round=new.id)
    connection.execute(insert(ROUNDS), asdict(new) | {"status": "open", "built_in_margins": NEWEST})
    audit.write(connection, actor=actor, action="round.opened", object=new.id)


def set_round_status(
    connection: Connection, round_id: str, status: RoundStatus, *, actor: int | None
) -> None:
    """Open or close a round. Records that arrive late are still taken into a closed one."""
    changed = connection.execute(
        update(ROUNDS).where(ROUNDS.c.id == round_id).values(status=status)
    ).rowcount
    if not changed:
        raise Problem("unknown_round", round=round_id)
    audit.write(connection, actor=actor, action=f"round.{status}", object=round_id)


def add_visits(
    connection: Connection, round_id: str, visits: Sequence[NewVisit], *, actor: int | None
) -> None:
    """Plan visits in a round and name their officers."""
    if connection.scalar(select(ROUNDS.c.id).where(ROUNDS.c.id == round_id)) is None:
        raise Problem("unknown_round", round=round_id)
    if not visits:
        return
    _require_whole_weights(connection, round_id, visits)
    try:
        with connection.begin_nested():
            connection.execute(insert(VISITS), [_visit_row(round_id, visit) for visit in visits])
    except IntegrityError:
        raise Problem("visit_code_taken") from None
    _name_officers(connection, round_id, visits)
    events = [audit.Event(actor, "visit.planned", visit.code) for visit in visits]
    audit.write_many(connection, events)


def visits_to_correct(
    connection: Connection, round_id: str, visits: Sequence[NewVisit], *, team: str
) -> list[NewVisit]:
    """Those of a team's visits that stand for something else than they should."""
    names = ("code", "stratum", "design_weight", "forms")
    rows = connection.execute(
        select(*(VISITS.c[name] for name in names)).where(
            VISITS.c.round_id == round_id, VISITS.c.team == team
        )
    )
    held = {code: known for code, *known in rows}
    return [
        visit for visit in visits if visit.code in held and held[visit.code] != _standing(visit)
    ]


def correct_visits(
    connection: Connection,
    round_id: str,
    visits: Sequence[NewVisit],
    *,
    team: str,
    through: int,
) -> None:
    """Put right what visits of a team stand for, each change with its audit entry.

    ``through`` is the last record there is; those of the visits up to it were counted otherwise.
    """
    _require_whole_weights(connection, round_id, visits)
    wrong = visits_to_correct(connection, round_id, visits, team=team)
    for visit in wrong:
        stratum, weight, forms = _standing(visit)
        changed = update(VISITS).where(VISITS.c.code == visit.code)
        connection.execute(
            changed.values(
                stratum=stratum, design_weight=weight, forms=forms, standing_since=through
            )
        )
        details = {"stratum": stratum, "design_weight": weight}
        audit.write(
            connection, actor=None, action="visit.corrected", object=visit.code, details=details
        )


def _standing(visit: NewVisit) -> list[Any]:
    return [visit.stratum, visit.design_weight, list(visit.forms) or None]


def withdraw_visits(connection: Connection, codes: Sequence[str]) -> None:
    """Take visits out of the sample: no form can be begun in them. Their history stays."""
    for code in codes:
        held = connection.scalar(select(VISITS.c.forms).where(VISITS.c.code == code))
        if held != []:
            connection.execute(update(VISITS).where(VISITS.c.code == code).values(forms=[]))
            audit.write(connection, actor=None, action="visit.withdrawn", object=code)


def _require_whole_weights(
    connection: Connection, round_id: str, visits: Sequence[NewVisit]
) -> None:
    sampled = [SampledVisit(v.code, v.province, v.design_weight, v.forms or None) for v in visits]
    if (mixed := mixed_weights(connection, round_id, sampled)) is not None:
        raise mixed.problem()


def _visit_row(round_id: str, visit: NewVisit) -> dict[str, Any]:
    row = asdict(visit) | {
        "round_id": round_id,
        "forms": list(visit.forms) or None,
        "earlier_topics": [topic.model_dump() for topic in visit.earlier_topics] or None,
    }
    del row["officers"]
    return row


def _name_officers(connection: Connection, round_id: str, visits: Sequence[NewVisit]) -> None:
    planned = select(VISITS.c.code, VISITS.c.id).where(VISITS.c.round_id == round_id)
    ids = {row.code: row.id for row in connection.execute(planned)}
    pairs = [
        {"visit_id": ids[visit.code], "user_id": officer}
        for visit in visits
        for officer in visit.officers
    ]
    if pairs:
        connection.execute(insert(VISIT_OFFICERS), pairs)
