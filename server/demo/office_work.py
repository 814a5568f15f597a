"""The records of units, staff, re-visits and meetings, made and sent in the order of the days."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask

from schemas.forms.definition import FormDefinition
from schemas.forms.flow import Interview as HeldForm
from schemas.forms.flow import Questionnaire
from schemas.forms.validation import confirmations
from schemas.protocol.submissions import AnonymousInterview, Interview
from schemas.protocol.sync import Envelope
from schemas.turkish import TURKISH_TIME
from server.catalogue.topics import UnitHistory, UnitRecord, history_of
from server.catalogue.visits import known_of
from server.demo.field_force import instance_id
from server.demo.interviews import spelled
from server.demo.office_forms import MEETINGS, Say, filled
from server.demo.sending import Tokens, post, post_anonymous
from server.demo.units import MEETING, REVISIT, STAFF, UNIT, OfficeVisit
from server.rounds.queries import OfficersVisit

BEGINS = time(10, tzinfo=TURKISH_TIME)
LASTS = timedelta(minutes=55)
ANONYMOUS_BATCH = 25


class OfficeWork:
    """Makes the records of all visits; the same seed makes the same records."""

    def __init__(self, definitions: Sequence[FormDefinition], round_id: str, seed: int) -> None:
        self._forms = {definition.id: Questionnaire(definition) for definition in definitions}
        self._round, self._seed = round_id, seed
        self._reported: dict[str, UnitRecord] = {}

    def records(self, visits: Sequence[OfficeVisit]) -> Iterator[tuple[str, list[Envelope]]]:
        """Officer and envelopes of each visit, the earliest first."""
        meetings = list(MEETINGS)
        for number, visit in enumerate(
            sorted(visits, key=lambda planned: (planned.day, planned.code))
        ):
            yield visit.officer, list(self._of(visit, meetings[number % len(meetings)]))

    def _of(self, visit: OfficeVisit, meeting: str) -> Iterator[Envelope]:
        for form in visit.forms:
            says = _meeting(meeting) if form == MEETING else {}
            for number in range(visit.staff if form == STAFF else 1):
                yield self._record(form, visit, number, says)

    def _record(
        self, form: str, visit: OfficeVisit, number: int, says: Mapping[str, Say]
    ) -> Envelope:
        questionnaire = self._forms[form]
        random = Random(f"{self._seed}/{visit.code}/{form}/{number}")
        is_anonymous = questionnaire.definition.anonymous
        start = datetime.combine(visit.day, time(tzinfo=TURKISH_TIME) if is_anonymous else BEGINS)
        end = start if is_anonymous else start + LASTS
        known = {
            name: answer
            for name, answer in known_of(
                _as_officers_see(visit, self._round), visit.officer, self._history(form, visit)
            ).items()
            if name in questionnaire.names
        }
        day = {"tarih": visit.day.isoformat()} if "tarih" in questionnaire.names else {}
        held = filled(questionnaire, known | day, now=spelled(start), random=random, says=says)
        held.clock(spelled(end))
        answers = held.sent()
        if is_anonymous:
            return self._anonymous(questionnaire, held, random)
        interview = Interview(
            form_id=form,
            form_version=questionnaire.definition.version,
            visit=visit.code,
            language="tr",
            started_at=spelled(start),
            finished_at=spelled(end),
            app_version="demo",
            answers=answers,
            confirmations=confirmations(held),
        )
        envelope = _envelope(interview, instance_id(start, random))
        if form == UNIT and visit.unit_name:
            record = UnitRecord(envelope.instance_id, form, visit.code, answers)
            self._reported[visit.unit_name] = record
        return envelope

    def _anonymous(self, questionnaire: Questionnaire, held: HeldForm, random: Random) -> Envelope:
        """Make what a tablet makes of it: no visit and no time, under an id drawn by lot."""
        said = AnonymousInterview(
            form_id=questionnaire.definition.id,
            form_version=questionnaire.definition.version,
            round=self._round,
            answers=held.sent(),
            confirmations=confirmations(held),
        )
        return _envelope(said, str(UUID(int=random.getrandbits(128), version=4)))

    def _history(self, form: str, visit: OfficeVisit) -> UnitHistory:
        reported = self._reported.get(visit.unit_name or "") if form == REVISIT else None
        return history_of([reported]) if reported else UnitHistory()


def send_office_records(
    app: Flask, work: OfficeWork, visits: Sequence[OfficeVisit]
) -> Iterator[int]:
    """Send everything through the HTTP door; yield how many each visit brought."""
    tokens = Tokens(app.extensions["izdes.database"])
    anonymous: list[Envelope] = []
    for officer, envelopes in work.records(visits):
        named = [envelope for envelope in envelopes if envelope.form_id != STAFF]
        anonymous += [envelope for envelope in envelopes if envelope.form_id == STAFF]
        if named:
            post(app, tokens[officer], officer, named)
            yield len(named)
    # Apart from all others, in no order of visits.
    anonymous.sort(key=lambda sent: sent.instance_id)
    for start in range(0, len(anonymous), ANONYMOUS_BATCH):
        batch = anonymous[start : start + ANONYMOUS_BATCH]
        post_anonymous(app, tokens[officer], batch)
        yield len(batch)


def _meeting(kind: str) -> dict[str, Say]:
    return {"tur": lambda _: kind, "gundem": lambda _: MEETINGS[kind]}


def _as_officers_see(visit: OfficeVisit, round_id: str) -> OfficersVisit:
    return OfficersVisit(
        code=visit.code,
        round_id=round_id,
        title={},
        province=visit.province,
        district=visit.district.code,
        team=visit.team,
        planned_on=visit.day,
        target=0,
        forms=visit.forms,
        unit_type=visit.unit_type,
        unit_name=visit.unit_name,
        earlier_topics=(),
    )


def _envelope(interview: Interview | AnonymousInterview, number: str) -> Envelope:
    content: dict[str, Any] = interview.model_dump()
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Envelope(
        instance_id=number,
        revision=1,
        form_id=interview.form_id,
        form_version=interview.form_version,
        digest=f"sha256:{sha256(body.encode()).hexdigest()}",
        body=body,
    )
