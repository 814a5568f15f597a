"""Staff interviews as tablets send them: the way of today, and that of before ADR 0030."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from schemas.forms.definition import FormDefinition
from server.forms.publishing import shipped_forms
from tests.records import ROUND, Field, digest, envelope, spelled

FORMS: dict[str, FormDefinition] = {form.id: form for form in shipped_forms()}
STAFF = FORMS["B2_personel_gorusme"]
NAMES = {"form_id": STAFF.id, "form_version": STAFF.version}
TELLING = {"visit": "Z-06-001", "app_version": "0.9.1-eski", "edit_reason": "Ayşe Hanım söyledi"}
"""What no tablet sends, but anybody could."""


def answers(number: int = 0, **changes: Any) -> dict[str, Any]:
    """The answers of somebody; each number says something else."""
    said = {"il": "06", "ilce": "1231", "birim_tur": "emniyet", "aydinlatma": "1", "katilim": "1"}
    likert = {f"p_{name}": str(1 + number % 5) for name in ("is_yuku", "amir", "memnun")}
    return {**said, **likert, "oneri": f"Önerim {number}: vardiya kısalsın", **changes}


def of_today(number: int = 0, **changes: Any) -> dict[str, Any]:
    """Make the envelope that the tablet sends now."""
    return _envelope({**NAMES, "round": ROUND.id, "answers": answers(number)}, **changes)


def of_before(number: int = 0, **changes: Any) -> dict[str, Any]:
    """Make the envelope of an older tablet, or of somebody who sends more than any tablet."""
    now = spelled(datetime.now(UTC))
    body = {
        **NAMES,
        **TELLING,
        "language": "en",
        "started_at": now,
        "finished_at": now,
        "answers": answers(number, gorevli_no="governor", bitis=now),
        "paradata": {"questions": {"p_amir": {"at": now}}},
    }
    return _envelope(body, **changes)


def send_apart(field: Field, *envelopes: dict[str, Any]) -> TestResponse:
    """Send through the door for anonymous records."""
    return field.client.post(
        "/api/v1/anonymous-records",
        data=json.dumps({"submissions": envelopes}).encode(),
        headers=field.officer,
    )


def _envelope(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    text = json.dumps(body, ensure_ascii=False)
    return envelope(
        text, **NAMES, **{"instance_id": str(uuid4()), "digest": digest(text), **changes}
    )
