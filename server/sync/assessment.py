"""Judging what arrives, before any transaction.

Nothing here refuses field data. A *damaged* record is not what its digest says, and the tablet
sends it again. An *odd* one is whole but not understood: it goes to quarantine. What is wrong
inside an understood one becomes its flags. Records of anonymous forms never come here: they are
judged, and stored, without a word of who sent them (anonymous.py).
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from schemas.forms.validation import check
from schemas.protocol.submissions import Interview, read_interview
from schemas.protocol.sync import Envelope
from schemas.rules.attachments import attachment_rules
from schemas.rules.known_questions import unit_of
from server.forms.queries import PublishedForm, PublishedForms
from server.rounds.field_plan import FieldPlan
from server.rounds.queries import PlannedVisit
from server.submissions.arrivals import Arrival
from server.submissions.texts import packed
from server.sync.batch import OddEnvelope
from server.sync.clocks import Flag, read_time, times_of
from server.sync.plausibility import (
    flags_of_visit,
    place_of,
    round_of,
)

log = logging.getLogger("izdes.sync")

DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
NO_BYTES = sha256(b"").digest()
"""Of an empty file all is known: it is never waited for, and is no kind that could come in."""
MOST_FLAGS = 200
"""A garbled record breaks every rule; this many tell as much as all."""


@dataclass(frozen=True)
class Sender:
    """Who sends, from which tablet, and when it reached us."""

    officer_id: int
    device_id: str
    sent_at: str
    received_at: datetime


@dataclass(frozen=True)
class Knowledge:
    """What records are judged by."""

    forms: PublishedForms
    plan: FieldPlan


@dataclass(frozen=True)
class _Reading:
    envelope: Envelope
    form: PublishedForm
    interview: Interview
    is_odd: bool


def assess(
    envelopes: Sequence[Envelope | OddEnvelope], sender: Sender, known: Knowledge
) -> list[Arrival]:
    """Judge whole envelopes, each for itself, and make them ready to be stored."""
    readings = [_read(envelope, known.forms) for envelope in envelopes]
    understood = [reading for reading in readings if isinstance(reading, _Reading)]
    codes = {reading.interview.visit for reading in understood if reading.interview.visit}
    visits = known.plan.visits(codes, sender.officer_id)
    return [
        _understood(reading, sender, visits.get(reading.interview.visit or ""), known.plan)
        if isinstance(reading, _Reading)
        else _odd(envelope, sender, reading)
        for envelope, reading in zip(envelopes, readings, strict=True)
    ]


def is_whole(envelope: Envelope | OddEnvelope) -> bool:
    """Tell whether the text is the one the digest was made of; nobody's word is taken for it."""
    return f"sha256:{sha256(envelope.body.encode()).hexdigest()}" == envelope.digest


def _odd(envelope: Envelope | OddEnvelope, sender: Sender, reason: str) -> Arrival:
    return Arrival(
        instance_id=envelope.instance_id,
        revision=envelope.revision,
        digest=bytes.fromhex(envelope.digest.removeprefix("sha256:")),
        columns={
            "received_at": sender.received_at,
            "officer_id": sender.officer_id,
            "device_id": sender.device_id,
            "reason": reason,
            "envelope": packed(envelope.model_dump_json()),
        },
        attached=_attached(envelope),
        reason=reason,
    )


def _read(envelope: Envelope | OddEnvelope, forms: PublishedForms) -> _Reading | str:
    """Read the interview inside, or say in a word why that cannot be done."""
    if isinstance(envelope, OddEnvelope):
        return "envelope_unknown"
    if len(envelope.attachments) > attachment_rules().files_per_record:
        return "too_many_files"
    if envelope.encoding == "sealed":
        return "sealed"
    read = read_interview(envelope.body)
    if read is None:
        return "not_an_interview"
    interview, is_odd = read
    if (interview.form_id, interview.form_version) != (envelope.form_id, envelope.form_version):
        return "form_differs"
    form = forms.find(envelope.form_id, envelope.form_version)
    return _Reading(envelope, form, interview, is_odd) if form else "form_unknown"


def _understood(
    reading: _Reading, sender: Sender, visit: PlannedVisit | None, plan: FieldPlan
) -> Arrival:
    envelope, form, interview = reading.envelope, reading.form, reading.interview
    place = place_of(form, interview, visit)
    times = times_of(interview, sender.sent_at, sender.received_at)
    flags = [
        *([{"code": "written_oddly"}] if reading.is_odd else []),
        *times.flags,
        *flags_of_visit(interview, visit, place, sender.officer_id),
        *flags_of_answers(form, interview, sender.received_at),
    ]
    return Arrival(
        instance_id=envelope.instance_id,
        revision=envelope.revision,
        digest=bytes.fromhex(envelope.digest.removeprefix("sha256:")),
        columns={
            "received_at": sender.received_at,
            "started_at": times.started,
            "finished_at": times.finished,
            "form_version_id": form.id,
            "visit_id": visit.id if visit else None,
            "officer_id": sender.officer_id,
            "province": place.province,
            "district": place.district,
            "round_id": round_of(plan, interview, visit, times.shift),
            "unit": unit_of(interview.answers),
            "device_id": sender.device_id,
            "encoding": envelope.encoding,
            "flags": flags[:MOST_FLAGS] or None,
            "attachments": [attachment.model_dump() for attachment in envelope.attachments] or None,
            "body": packed(envelope.body),
        },
        attached=_attached(envelope),
        keeps_times=envelope.revision > 1 and interview.clock == "tablet",
    )


def _attached(envelope: Envelope | OddEnvelope) -> tuple[bytes, ...]:
    """The digests of the files a record names, as far as they can be read and may be sent."""
    if isinstance(envelope, Envelope):
        named: list[Any] = [attachment.digest for attachment in envelope.attachments]
    else:
        listed = (envelope.model_extra or {}).get("attachments")
        files = listed if isinstance(listed, list) else []
        named = [file.get("digest") for file in files if isinstance(file, dict)]
    found = (DIGEST.fullmatch(name) for name in named if isinstance(name, str))
    distinct = dict.fromkeys(bytes.fromhex(match[1]) for match in found if match)
    waited_for = (digest for digest in distinct if digest != NO_BYTES)
    return tuple(islice(waited_for, attachment_rules().files_per_record))


def flags_of_answers(
    form: PublishedForm, interview: Interview, received_at: datetime
) -> list[Flag]:
    """Flag what breaks the form's own rules, judged by the moment the interview ended."""
    now = interview.finished_at
    if read_time(now) is None:
        now = received_at.isoformat(timespec="milliseconds")
    try:
        violations = check(
            form.questionnaire, interview.answers, now=now, confirmations=interview.confirmations
        )
    except Exception:
        # A fault of ours must not keep a record out; it can be checked again later.
        log.exception("form %s could not be checked", form.definition.id)
        return [{"code": "not_checked"}]
    return [{"code": violation.code, "path": violation.path} for violation in violations]
