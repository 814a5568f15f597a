"""Records of anonymous forms: what of them is kept, made ready without a word of who sent them.

Nothing in here knows an officer, a tablet or a moment, so nothing of it can be stored
(docs/adr/0030). Of the text only the answers and the reasons given to doubts are kept, by the names
the form itself asks; whatever else an envelope says is not looked at.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

import orjson

from schemas.protocol.submissions import AnonymousInterview, Interview, read_as
from schemas.protocol.sync import Envelope, Stored
from schemas.turkish import TURKISH_TIME
from server.forms.queries import PublishedForm, PublishedForms
from server.submissions.texts import packed
from server.sync.assessment import MOST_FLAGS, Knowledge, flags_of_answers
from server.sync.batch import OddEnvelope
from server.sync.plausibility import place_of

_FORM_IN_BODY: Final = re.compile(r'"form_id"\s*:\s*"([^"\\]{1,64})"')
_KEPT_OF_ODD: Final = ("instance_id", "revision", "form_id", "form_version", "encoding", "body")


@dataclass(frozen=True)
class Testimony:
    """A whole record, ready to be stored. What was not understood has a ``reason``."""

    instance_id: str
    revision: int
    digest: str
    """For the receipt only: of what a digest is kept, that can be guessed at."""
    kept: bytes
    columns: dict[str, Any]
    reason: str | None = None


@dataclass(frozen=True)
class Kept:
    """How a record is held now."""

    status: Stored
    is_repeat: bool


def is_anonymous(envelope: Envelope | OddEnvelope, forms: PublishedForms) -> bool:
    """Tell whether an envelope, or the text inside it, names a form that promised anonymity."""
    form_id, version = _named(envelope)
    if forms.is_anonymous(form_id, version):
        return True
    inside = _FORM_IN_BODY.search(envelope.body)
    return inside is not None and inside[1] != form_id and forms.is_anonymous(inside[1], "")


def assess_anonymous(
    envelopes: Sequence[Envelope | OddEnvelope], known: Knowledge, *, today: date
) -> list[Testimony]:
    """Judge whole envelopes by their answers alone, each for itself."""
    return [_assessed(envelope, known, today) for envelope in envelopes]


def _assessed(envelope: Envelope | OddEnvelope, known: Knowledge, today: date) -> Testimony:
    read = _read(envelope, known.forms)
    if isinstance(read, str):
        return _odd(envelope, read)
    form, said = read
    interview = _without_circumstances(form, said)
    place = place_of(form, interview, None)
    flags = flags_of_answers(form, interview, datetime.combine(today, time(), TURKISH_TIME))
    kept = _spelled({"answers": interview.answers, "confirmations": interview.confirmations})
    if kept is None:
        return _odd(envelope, "not_an_interview")
    return Testimony(
        instance_id=envelope.instance_id,
        revision=envelope.revision,
        digest=envelope.digest,
        kept=kept,
        columns={
            "form_version_id": form.id,
            "round_id": _round_of(said, known, today),
            "province": place.province,
            "district": place.district,
            "reason": None,
            "flags": flags[:MOST_FLAGS] or None,
            "body": packed(kept),
        },
    )


def _read(
    envelope: Envelope | OddEnvelope, forms: PublishedForms
) -> tuple[PublishedForm, AnonymousInterview] | str:
    """Read the interview inside, or say in a word why that cannot be done."""
    if isinstance(envelope, OddEnvelope):
        return "envelope_unknown"
    if envelope.encoding == "sealed":
        return "sealed"
    read = read_as(AnonymousInterview, envelope.body)
    if read is None:
        return "not_an_interview"
    said, _ = read
    if (said.form_id, said.form_version) != (envelope.form_id, envelope.form_version):
        return "form_differs"
    form = forms.find(said.form_id, said.form_version)
    if form is None:
        return "form_unknown"
    return (form, said) if form.definition.anonymous else "not_anonymous"


def _odd(envelope: Envelope | OddEnvelope, reason: str) -> Testimony:
    fields = {**envelope.model_dump(), **(envelope.model_extra or {})}
    kept = _spelled({name: fields[name] for name in _KEPT_OF_ODD if name in fields}) or b"{}"
    return Testimony(
        instance_id=envelope.instance_id,
        revision=envelope.revision,
        digest=envelope.digest,
        kept=kept,
        columns={
            "form_version_id": None,
            "round_id": None,
            "province": None,
            "district": None,
            "reason": reason,
            "flags": None,
            "body": packed(kept),
        },
        reason=reason,
    )


def _without_circumstances(form: PublishedForm, said: AnonymousInterview) -> Interview:
    return Interview(
        form_id=said.form_id,
        form_version=said.form_version,
        language="",
        started_at="",
        finished_at="",
        answers=_asked(said.answers, form.names),
        confirmations={
            path: reason
            for path, reason in said.confirmations.items()
            if re.split(r"[\[.]", path)[0] in form.names
        },
    )


def _asked(answers: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """The answers to what the form asks, also inside repeats."""
    return {
        name: [_asked(row, names) if isinstance(row, dict) else row for row in answer]
        if isinstance(answer, list)
        else answer
        for name, answer in answers.items()
        if name in names
    }


def _round_of(said: AnonymousInterview, known: Knowledge, today: date) -> str | None:
    """The round the tablet names, for the record may come late; else the one open now."""
    return said.round if known.plan.knows_round(said.round) else known.plan.round_of(today)


def _spelled(content: dict[str, Any]) -> bytes | None:
    """Write it down in one way only; nothing if no reader could read it again."""
    # Sorted: the order in which an officer answers, or a tablet writes, is nobody's business.
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    text = written.encode("utf-8", "replace")
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return text


def _named(envelope: Envelope | OddEnvelope) -> tuple[str, str]:
    said = envelope if isinstance(envelope, Envelope) else None
    more = envelope.model_extra or {}
    form_id = said.form_id if said else more.get("form_id")
    version = said.form_version if said else more.get("form_version")
    return (
        form_id if isinstance(form_id, str) else "",
        version if isinstance(version, str) else "",
    )
