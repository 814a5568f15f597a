"""Derived from every record about a unit: what it says of topics, so that no visit reads it again.

A tablet asks for its visits at every contact; the records of their units would be unpacked and
read each time for a few rows of each.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert

from schemas.forms.definition import FormDefinition
from schemas.rules.known_questions import fieldwork
from server.catalogue.models import TOPIC_REPORTS
from server.submissions.derivations import Derivation, StoredRevision


def speaks_of_topics(definition: FormDefinition) -> bool:
    """Tell whether topics are reported or followed in a form."""
    return bool(_asked_in(definition.id))


def keep_topics(connection: Connection, stored: StoredRevision) -> None:
    """Keep what a revision says of topics."""
    sequence = stored.row.sequence
    connection.execute(delete(TOPIC_REPORTS).where(TOPIC_REPORTS.c.sequence == sequence))
    said = _said(stored.text.sent_answers, _asked_in(stored.definition.id))
    if said:
        connection.execute(insert(TOPIC_REPORTS), {"sequence": sequence, "answers": said})


def _asked_in(form_id: str) -> frozenset[str]:
    """The repeats that hold topics in a form, and the question that says the day."""
    followed = fieldwork().followed
    reported = [place for place in fieldwork().reported if place.form == form_id]
    rows = [place.rows for place in reported]
    rows += [followed.rows] if followed.form == form_id else []
    return frozenset([*rows, *(place.day for place in reported)])


def _said(answers: Mapping[str, Any], asked: frozenset[str]) -> dict[str, Any]:
    """The texts among these answers; in rows too, where what is no row is empty."""
    said: dict[str, Any] = {}
    for name in sorted(asked):
        match answers.get(name):
            case str() as text:
                said[name] = text
            case list() as rows:
                said[name] = [_texts(row) if isinstance(row, dict) else {} for row in rows]
    return said


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: text for name, text in row.items() if isinstance(text, str)}


derivation = Derivation("topics", 1, speaks_of_topics, keep_topics)
