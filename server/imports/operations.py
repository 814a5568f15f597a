"""Storing an import as the sync stores, or rehearsing it."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Final

from sqlalchemy import Connection

from schemas.forms.questionnaire import Questionnaire
from schemas.forms.validation import check
from schemas.protocol.submissions import Interview
from schemas.protocol.sync import MAX_BATCH, Envelope
from server import clock
from server.forms.queries import PublishedForms
from server.imports.already_stored import TEAM, Sorted, sorted_out
from server.imports.drafts import Draft
from server.imports.preparing import Prepared
from server.imports.references import make_ready, visits_of_import, visits_without_records
from server.imports.report import ImportReport, Outcome
from server.rounds.field_plan import FieldPlan
from server.rounds.operations import (
    visits_to_correct,
    withdraw_visits,
)
from server.store import audit
from server.store.database import Database
from server.submissions.arrivals import Arrival
from server.submissions.derivations import Derivations
from server.submissions.storing import store
from server.sync.anonymous import Testimony, assess_anonymous
from server.sync.anonymous_store import store_anonymous
from server.sync.assessment import Knowledge, Sender, assess
from server.sync.clocks import times_of

BATCH: Final = MAX_BATCH

Progress = Callable[[int], None]


def rehearse(database: Database, prepared: Prepared, progress: Progress) -> Outcome:
    """Tell what storing would do: what is held already, and which rules the records break."""
    outcome = Outcome(is_stored=False)
    with database.read() as connection:
        wrong = visits_to_correct(
            connection, prepared.round.id, visits_of_import(prepared), team=TEAM
        )
    moved = frozenset(visit.code for visit in wrong) if prepared.corrects else frozenset()
    for drafts in _batches(prepared.drafting.drafts()):
        envelopes = [_envelope(draft, prepared) for draft in drafts]
        with database.read() as connection:
            found = sorted_out(
                connection,
                envelopes,
                outcome,
                corrects=prepared.corrects,
                moved=_inside(drafts, moved),
            )
        coming = found.new | found.corrected.keys()
        for draft in (draft for draft in drafts if draft.instance_id in coming):
            interview = Interview.model_validate_json(_envelope(draft, prepared).body)
            questionnaire = prepared.drafting.questionnaire(draft.version)
            outcome.flags.update(_foreseen(interview, questionnaire))
        progress(len(drafts))
    return outcome


def carry_out(
    database: Database, prepared: Prepared, progress: Progress, *, derivations: Derivations
) -> Outcome:
    """Publish the form if it is new, plan the visits, store the records, write down the import."""
    officers = database.write(lambda connection: make_ready(connection, prepared))
    known = Knowledge(PublishedForms(database), FieldPlan(database))
    outcome = Outcome(is_stored=True)
    for drafts in _batches(prepared.drafting.drafts()):
        envelopes = {draft.instance_id: _envelope(draft, prepared) for draft in drafts}
        with database.read() as connection:
            found = sorted_out(
                connection,
                list(envelopes.values()),
                outcome,
                corrects=prepared.corrects,
            )
        if prepared.drafting.target.definition.anonymous:
            sent = [
                envelopes[draft.instance_id] for draft in drafts if draft.instance_id in found.new
            ]
            _count_flags(outcome, _store_anonymously(database, sent, prepared.round.id, known))
            progress(len(drafts))
            continue
        for officer, of_one in _by_officer(drafts, envelopes, found, officers).items():
            arrivals = _assessed(of_one, officer, prepared.round.id, known)
            _count_flags(outcome, arrivals)
            _store(database, arrivals, officer, derivations)
        progress(len(drafts))
    database.write(lambda connection: _finish(connection, prepared, outcome))
    return outcome


def _inside(drafts: Iterable[Draft], visits: Collection[str]) -> set[str]:
    """The ids of the records of some visits."""
    return {draft.instance_id for draft in drafts if draft.place and draft.place.code in visits}


def _by_officer(
    drafts: Iterable[Draft],
    envelopes: Mapping[str, Envelope],
    found: Sorted,
    officers: Mapping[str, int],
) -> dict[int, list[Envelope]]:
    """What is to be stored, by account: a correction stands under that of the record."""
    by_officer: defaultdict[int, list[Envelope]] = defaultdict(list)
    for draft in drafts:
        envelope = envelopes[draft.instance_id]
        if draft.instance_id in found.new:
            by_officer[officers[draft.interviewer]].append(envelope)
        elif (earlier := found.corrected.get(draft.instance_id)) is not None:
            next_one = envelope.model_copy(update={"revision": earlier.revision + 1})
            by_officer[earlier.officer].append(next_one)
    return by_officer


def _count_flags(outcome: Outcome, arrivals: Iterable[Arrival | Testimony]) -> None:
    outcome.flags.update(flag["code"] for one in arrivals for flag in one.columns["flags"] or ())


def _foreseen(interview: Interview, questionnaire: Questionnaire) -> Iterator[str]:
    """The codes of the flags a record will have."""
    now = clock.now()
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


def _store_anonymously(
    database: Database, sent: Sequence[Envelope], round_id: str, known: Knowledge
) -> list[Testimony]:
    today = clock.today()
    arrivals = [
        replace(testimony, columns={**testimony.columns, "round_id": round_id})
        for testimony in assess_anonymous(sent, known, today=today)
    ]
    database.write(lambda connection: store_anonymous(connection, arrivals, day=today))
    return arrivals


def _assessed(
    sent: Sequence[Envelope], officer: int, round_id: str, known: Knowledge
) -> list[Arrival]:
    now = clock.now()
    sender = Sender(officer, TEAM, _spelled(now), now)
    return [_of_round(arrival, round_id) for arrival in assess(sent, sender, known)]


def _of_round(arrival: Arrival, round_id: str) -> Arrival:
    """Give a record to the round it was imported into, whichever is open.

    The account of an import is named in no visit; that says nothing of the interview.
    """
    flags = [flag for flag in arrival.columns["flags"] or () if flag["code"] != "visit_of_another"]
    columns = {**arrival.columns, "round_id": round_id, "flags": flags or None}
    return replace(arrival, columns=columns)


def _store(
    database: Database, arrivals: Sequence[Arrival], officer: int, derivations: Derivations
) -> None:
    database.write(
        lambda connection: store(connection, arrivals, actor=officer, derivations=derivations)
    )


def _finish(connection: Connection, prepared: Prepared, outcome: Outcome) -> None:
    """Write the import down; visits that a correction left without a record are none any more."""
    if prepared.corrects:
        withdraw_visits(connection, visits_without_records(connection, prepared.round.id))
    _write_down(connection, prepared.report, outcome)


def _write_down(connection: Connection, report: ImportReport, outcome: Outcome) -> None:
    details = {
        "file": f"sha256:{report.digest}",
        "form": report.form,
        "rows": report.rows,
        "stored": outcome.new,
        "corrected": outcome.corrected,
        "held": outcome.held,
        "differing": outcome.differing,
    }
    audit.write(
        connection,
        actor=None,
        action="interviews.imported",
        object=report.round,
        details=details,
    )
