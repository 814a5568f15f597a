"""A small published form, a round with visits, and records as a tablet sends them."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from schemas.forms.definition import Choice, Expression, FormDefinition, Node
from server.forms.publishing import publish
from server.rounds.operations import NewRound, NewVisit, add_visits, open_round
from tests.people import GOVERNOR, bearer

TODAY = datetime.now(UTC).date()
ROUND = NewRound(
    id="2026-2",
    name_tr="2026 güz dönemi",
    name_en="Autumn 2026",
    selection_mode="systematic_exit",
    starts_on=TODAY - timedelta(days=30),
    ends_on=TODAY + timedelta(days=30),
)
YOUNGEST, OLDEST, UNUSUAL = 18, 110, 100

FORM = FormDefinition(
    id="gorusme",
    version="1",
    title={"tr": "Kısa görüşme", "en": "Short interview"},
    languages=("tr", "en"),
    lists={
        "il": (
            Choice(name="06", label={"tr": "Ankara"}),
            Choice(name="34", label={"tr": "İstanbul"}),
        ),
        "ilce": (
            Choice(name="1231", label={"tr": "Çankaya"}, columns={"il": "06"}),
            Choice(name="1183", label={"tr": "Kadıköy"}, columns={"il": "34"}),
        ),
    },
    body=(
        Node(name="baslangic", type="start", value_type="dateTime"),
        Node(name="bitis", type="end", value_type="dateTime"),
        Node(
            name="giris",
            kind="group",
            label={"tr": "Giriş"},
            children=(
                Node(name="il", type="select_one", value_type="choice", list="il", required=True),
                Node(
                    name="ilce",
                    type="select_one",
                    value_type="choice",
                    list="ilce",
                    choice_filter=Expression(
                        source="il = ${il}", tree=["bin", "=", ["col", "il"], ["ref", "il"]]
                    ),
                ),
            ),
        ),
        Node(
            name="yas",
            type="integer",
            value_type="number",
            constraint=Expression(
                source=f". >= {YOUNGEST} and . <= {OLDEST}",
                tree=[
                    "bin",
                    "and",
                    ["bin", ">=", ["self"], ["lit", YOUNGEST]],
                    ["bin", "<=", ["self"], ["lit", OLDEST]],
                ],
            ),
            soft_constraint=Expression(
                source=f". <= {UNUSUAL}", tree=["bin", "<=", ["self"], ["lit", UNUSUAL]]
            ),
        ),
        Node(name="oneri", type="text", value_type="text"),
    ),
)


@dataclass(frozen=True)
class Field:
    """The people, forms and visits a test works with."""

    app: Flask
    client: FlaskClient
    officer: dict[str, str]
    """Header of the governor's tablet."""

    def send(
        self, *envelopes: dict[str, Any], headers: dict[str, str] | None = None
    ) -> TestResponse:
        """Post a batch as the governor, or as somebody else."""
        return self.client.post(
            "/api/v1/submissions",
            data=json.dumps(batch(*envelopes)).encode(),
            headers=self.officer if headers is None else headers,
        )

    def rows(self, statement: str) -> list[Any]:
        """Ask the database."""
        with self.app.extensions["izdes.database"].read() as connection:
            return list(connection.execute(text(statement)).all())


def prepare_field(app: Flask, ids: dict[str, int]) -> None:
    """Publish the form and plan visits: ``Z-06-001`` is the governor's, ``Z-34-001`` is not."""
    database = app.extensions["izdes.database"]

    def prepare(connection: Any) -> None:
        publish(connection, FORM, actor=None)
        open_round(connection, ROUND, actor=None)
        visits = [
            visit("Z-06-001", "06", "1231", officers=(ids[GOVERNOR.username],)),
            visit("Z-34-001", "34", "1183"),
        ]
        add_visits(connection, ROUND.id, visits, actor=None)

    database.write(prepare)


def visit(
    code: str, province: str, district: str | None, officers: tuple[int, ...] = ()
) -> NewVisit:
    """Plan a visit for today."""
    return NewVisit(
        code=code,
        province=province,
        district=district,
        stratum=province,
        team="E-1",
        title_tr=f"Ziyaret {code}",
        title_en=f"Visit {code}",
        planned_on=TODAY,
        target=20,
        officers=officers,
    )


def interview(**changes: Any) -> dict[str, Any]:
    """Make an interview nothing is wrong with, but for ``changes``; ``answers`` are merged."""
    finished = datetime.now(UTC) - timedelta(minutes=1)
    started, ended = spelled(finished - timedelta(minutes=9)), spelled(finished)
    answers = {
        "baslangic": started,
        "bitis": ended,
        "il": "06",
        "ilce": "1231",
        "yas": "64",
        "oneri": "Ağrı'dan geldim, İĞDIR'ı övdüler 👍",
    }
    return {
        "form_id": FORM.id,
        "form_version": FORM.version,
        "visit": "Z-06-001",
        "language": "tr",
        "started_at": started,
        "finished_at": ended,
        "app_version": "1",
        "paradata": {},
        **changes,
        "answers": answers | changes.get("answers", {}),
    }


def envelope(body: str | dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Put a body (by default a faultless interview) into an envelope."""
    text = body if isinstance(body, str) else json.dumps(body or interview(), ensure_ascii=False)
    return {
        "instance_id": str(uuid4()),
        "revision": 1,
        "form_id": FORM.id,
        "form_version": FORM.version,
        "digest": digest(text),
        "body": text,
        **changes,
    }


def batch(*envelopes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Put envelopes into a batch."""
    sent_at = spelled(datetime.now(UTC))
    return {"device_id": "tablet-7", "sent_at": sent_at, "submissions": envelopes, **changes}


def digest(text: str) -> str:
    """The digest of a body."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def spelled(moment: datetime) -> str:
    """Write a time as a tablet does."""
    return moment.isoformat(timespec="milliseconds")


def governor_of(client: FlaskClient) -> dict[str, str]:
    """Sign the governor's tablet in."""
    return bearer(client, GOVERNOR)


def in_ankara(day: date) -> str:
    """A time of that day, in the clock of Türkiye."""
    return f"{day.isoformat()}T10:00:00.000+03:00"
