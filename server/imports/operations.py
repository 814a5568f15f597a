"""Storing an import as the sync stores, or rehearsing it."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import islice
from typing import Final

from sqlalchemy import Connection, select

from schemas.geography import TURKISH_TIME, search_word
from schemas.questionnaire import Questionnaire
from schemas.submissions import Interview
from schemas.sync import MAX_BATCH, Envelope
from schemas.validation import check
from server import audit
from server.accounts.models import USERS
from server.accounts.operations import create_user
from server.database import Database
from server.forms.publishing import publish
from server.forms.queries import PublishedForms
from server.imports.drafts import Draft, Sample
from server.imports.preparing import Prepared
from server.imports.report import ImportReport, Outcome
from server.rounds.operations import NewVisit, add_visits
from server.rounds.plan import FieldPlan
from server.rounds.queries import visits_by_code
from server.sync.anonymous import Testimony, assess_anonymous
from server.sync.anonymous_store import store_anonymous
from server.sync.assessment import Arrival, Knowledge, Sender, assess
from server.sync.clocks import times_of
from server.sync.models import ANONYMOUS_RECORDS, SUBMISSIONS
from server.sync.operations import store

TEAM: Final = "ice-aktarma"
"""Team of the visits an import plans, device of its records, and account of its interviews."""
BATCH: Final = MAX_BATCH
LOOKED_UP: Final = 500

Progress = Callable[[int], None]


def rehearse(database: Database, prepared: Prepared, progress: Progress) -> Outcome:
    """Tell what storing would do: what is held already, and which rules the records break."""
    outcome = Outcome(is_stored=False)
    for drafts in _batches(prepared.drafting.drafts()):
        envelopes = [_envelope(each, prepared) for each in drafts]
        with database.read() as connection:
            new = _not_held(connection, envelopes, outcome)
        for draft in (each for each in drafts if each.instance_id in new):
            interview = Interview.model_validate_json(_envelope(draft, prepared).body)
            questionnaire = prepared.drafting.questionnaire(draft.version)
            outcome.flags.update(_foreseen(interview, questionnaire))
        progress(len(drafts))
    return outcome


def carry_out(database: Database, prepared: Prepared, progress: Progress) -> Outcome:
    """Publish the form if it is new, plan the visits, store the records, write down the import."""
    officers = database.write(lambda connection: _make_ready(connection, prepared))
    known = Knowledge(PublishedForms(database), FieldPlan(database))
    outcome = Outcome(is_stored=True)
    for drafts in _batches(prepared.drafting.drafts()):
        envelopes = {each.instance_id: _envelope(each, prepared) for each in drafts}
        with database.read() as connection:
            new = _not_held(connection, list(envelopes.values()), outcome)
        if prepared.drafting.target.definition.anonymous:
            sent = [envelopes[each.instance_id] for each in drafts if each.instance_id in new]
            _count_flags(outcome, _store_anonymously(database, sent, prepared.round.id, known))
            progress(len(drafts))
            continue
        by_officer: defaultdict[int, list[Envelope]] = defaultdict(list)
        for draft in drafts:
            if draft.instance_id in new:
                officer = officers[draft.interviewer]
                by_officer[officer].append(envelopes[draft.instance_id])
        for officer, of_one in by_officer.items():
            arrivals = _assessed(of_one, officer, prepared.round.id, known)
            _count_flags(outcome, arrivals)
            _store(database, arrivals, officer)
        progress(len(drafts))
    database.write(lambda connection: _write_down(connection, prepared.report, outcome))
    return outcome


def _count_flags(outcome: Outcome, arrivals: Iterable[Arrival | Testimony]) -> None:
    outcome.flags.update(each["code"] for one in arrivals for each in one.columns["flags"] or ())


def _foreseen(interview: Interview, questionnaire: Questionnaire) -> Iterator[str]:
    """Give the codes of the flags a record will have."""
    now = datetime.now(UTC)
    for flag in times_of(interview, _spelled(now), now).flags:
        yield flag["code"]
    at = interview.finished_at or _spelled(now)
    for violation in check(questionnaire, interview.answers, now=at):
        yield violation.code


def _batches(drafts: Iterator[Draft]) -> Iterator[list[Draft]]:
    while batch := list(islice(drafts, BATCH)):
        yield batch


def _spelled(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _envelope(draft: Draft, prepared: Prepared) -> Envelope:
    """Make the record of a row; the same row always makes the same text."""
    form_id = prepared.drafting.target.definition.id
    body = json.dumps(
        {
            "form_id": form_id,
            "form_version": draft.version,
            "visit": draft.place.code if draft.place else None,
            "language": "tr",
            "started_at": draft.started_at,
            "finished_at": draft.finished_at,
            "app_version": "import",
            "answers": prepared.sample.weighted(draft),
        },
        ensure_ascii=False,
    )
    return Envelope(
        instance_id=draft.instance_id,
        revision=1,
        form_id=form_id,
        form_version=draft.version,
        digest=f"sha256:{sha256(body.encode()).hexdigest()}",
        body=body,
    )


def _not_held(connection: Connection, envelopes: Sequence[Envelope], outcome: Outcome) -> set[str]:
    """Give the ids of records the database does not hold, and count them all."""
    held = {
        row.instance_id: f"sha256:{bytes(row.digest).hex()}"
        for row in connection.execute(
            select(SUBMISSIONS.c.instance_id, SUBMISSIONS.c.digest)
            .where(SUBMISSIONS.c.instance_id.in_([each.instance_id for each in envelopes]))
            .order_by(SUBMISSIONS.c.sequence.desc())
        )
    } | _held_anonymously(connection, envelopes)
    for each in envelopes:
        digest = held.get(each.instance_id)
        outcome.new += digest is None
        outcome.held += digest == each.digest
        outcome.differing += digest not in (None, each.digest)
    return {each.instance_id for each in envelopes} - held.keys()


def _held_anonymously(connection: Connection, envelopes: Sequence[Envelope]) -> dict[str, str]:
    """Give the ids of anonymous records; no digest of them is kept to compare by."""
    digests = {each.instance_id: each.digest for each in envelopes}
    record = ANONYMOUS_RECORDS.c.instance_id
    held = connection.scalars(select(record).where(record.in_(digests)))
    return {each: digests[each] for each in held}


def _store_anonymously(
    database: Database, sent: Sequence[Envelope], round_id: str, known: Knowledge
) -> list[Testimony]:
    today = datetime.now(TURKISH_TIME).date()
    arrivals = [
        replace(each, columns={**each.columns, "round_id": round_id})
        for each in assess_anonymous(sent, known, today=today)
    ]
    database.write(lambda connection: store_anonymous(connection, arrivals, day=today))
    return arrivals


def _assessed(
    sent: Sequence[Envelope], officer: int, round_id: str, known: Knowledge
) -> list[Arrival]:
    now = datetime.now(UTC)
    sender = Sender(officer, TEAM, _spelled(now), now)
    return [_of_round(each, round_id) for each in assess(sent, sender, known)]


def _of_round(arrival: Arrival, round_id: str) -> Arrival:
    """Give a record to the round it was imported into, whichever is open.

    The account of an import is named in no visit; that says nothing of the interview.
    """
    flags = [each for each in arrival.columns["flags"] or () if each["code"] != "visit_of_another"]
    columns = {**arrival.columns, "round_id": round_id, "flags": flags or None}
    return replace(arrival, columns=columns)


def _store(database: Database, arrivals: Sequence[Arrival], officer: int) -> None:
    database.write(lambda connection: store(connection, arrivals, actor=officer))


def _make_ready(connection: Connection, prepared: Prepared) -> dict[str, int]:
    """Write what records refer to; give the account of each interviewer."""
    if prepared.report.form_is_new:
        definition = prepared.drafting.target.definition
        publish(connection, definition, actor=None, is_offered=False)
    _plan(connection, prepared)
    return {name: _account(connection, name) for name in sorted(prepared.interviewers | {""})}


def _plan(connection: Connection, prepared: Prepared) -> None:
    sample, form_id = prepared.sample, prepared.drafting.target.definition.id
    codes = sorted(sample.places)
    planned: set[str] = set()
    for start in range(0, len(codes), LOOKED_UP):
        planned |= visits_by_code(connection, codes[start : start + LOOKED_UP]).keys()
    latest = datetime.now(TURKISH_TIME).date()
    visits = [
        _visit(sample, code, form_id, on=min(prepared.round.starts_on, latest))
        for code in codes
        if code not in planned
    ]
    add_visits(connection, prepared.round.id, visits, actor=None)


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
    """Give the account an interviewer's records stand under; nobody can sign in to it."""
    word = "".join(each if each.isalnum() else "-" for each in search_word(interviewer))
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


def _write_down(connection: Connection, report: ImportReport, outcome: Outcome) -> None:
    details = {
        "file": f"sha256:{report.digest}",
        "form": report.form,
        "rows": report.rows,
        "stored": outcome.new,
        "held": outcome.held,
        "differing": outcome.differing,
    }
    audit.record(
        connection,
        actor=None,
        action="interviews.imported",
        object=report.round,
        details=details,
    )
