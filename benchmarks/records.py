"""Real citizen interviews for benchmarks, held by the demonstration's officers."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import cycle
from random import Random
from secrets import token_urlsafe
from time import time_ns
from uuid import UUID

from sqlalchemy import Connection

from benchmarks.load import post
from schemas.forms.flow import Questionnaire
from schemas.protocol.submissions import Interview
from server.accounts.operations import create_user
from server.accounts.sessions import start_session
from server.demo.interviews import FieldWork, spelled
from server.demo.plan import PlannedVisit, plan_visits
from server.forms.publishing import publish_shipped_forms
from server.rounds.operations import NewRound, NewVisit, add_visits, open_round
from server.store.database import Database

DISTINCT = 400
OFFICERS = 40


class FieldOffice:
    """A round with visits, signed-in officers, and interviews to send again and again."""

    def __init__(self, database: Database) -> None:
        self._definition = publish_shipped_forms(database)[0]
        today = datetime.now(UTC).date()
        self._visits = plan_visits(2000, today=today, random=Random(1))
        self._tokens = cycle(_prepare(database, self._visits, today))
        self._work = FieldWork(Questionnaire(self._definition), seed=1)
        self._ends = cycle([self._envelope_end(number) for number in range(DISTINCT)])
        self._numbers = Random(2)

    def singles(self, count: int) -> Iterator[bytes]:
        """Requests with one record each."""
        return self.batches(count, 1)

    def batches(self, count: int, size: int) -> Iterator[bytes]:
        """``count`` requests with ``size`` records each; no record comes twice."""
        head = json.dumps({"device_id": "tablet-7", "sent_at": spelled(datetime.now(UTC))})[:-1]
        for _ in range(count):
            envelopes = b",".join(self._envelope() for _ in range(size))
            body = head.encode() + b', "submissions": [' + envelopes + b"]}"
            yield post("/api/v1/submissions", next(self._tokens), body)

    def _envelope(self) -> bytes:
        # As tablets make them: UUIDv7, the time first.
        number = time_ns() // 1_000_000 << 80 | self._numbers.getrandbits(80)
        number = number & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62
        return b'{"instance_id":"' + str(UUID(int=number)).encode() + next(self._ends)

    def _envelope_end(self, number: int) -> bytes:
        """Hold an interview and spell its envelope, all but the number of the record."""
        visit = self._visits[number % len(self._visits)]
        held = self._work.hold(visit, number, start=datetime.now(UTC) - timedelta(hours=1))
        interview = Interview(
            form_id=self._definition.id,
            form_version=self._definition.version,
            visit=visit.code,
            language="tr",
            started_at=spelled(held.started_at),
            finished_at=spelled(held.finished_at),
            answers=held.answers,
            confirmations=held.confirmations,
        )
        body = json.dumps(interview.model_dump(), ensure_ascii=False, separators=(",", ":"))
        envelope = {
            "revision": 1,
            "form_id": self._definition.id,
            "form_version": self._definition.version,
            "digest": f"sha256:{sha256(body.encode()).hexdigest()}",
            "body": body,
        }
        return b'",' + json.dumps(envelope, ensure_ascii=False).encode()[1:]


def _prepare(database: Database, visits: list[PlannedVisit], today: date) -> list[str]:
    """Open the round, plan the visits, sign the officers in; give their tokens."""
    tokens = [token_urlsafe(32) for _ in range(OFFICERS)]

    def write(connection: Connection) -> None:
        officers = tuple(_officer(connection, k, token) for k, token in enumerate(tokens))
        opened = NewRound(
            id="bench",
            name_tr="Ölçüm",
            name_en="Benchmark",
            selection_mode="systematic_exit",
            starts_on=today - timedelta(days=60),
            ends_on=today + timedelta(days=60),
        )
        open_round(connection, opened, actor=None)
        planned = [_planned(visit, officers) for visit in visits]
        add_visits(connection, opened.id, planned, actor=None)

    database.write(write)
    return tokens


def _officer(connection: Connection, number: int, token: str) -> int:
    officer = create_user(
        connection,
        username=f"gorevli-{number}",
        full_name="Görevli",
        role="officer",
        password=token_urlsafe(24),
    )
    start_session(connection, token=token, user_id=officer)
    return officer


def _planned(visit: PlannedVisit, officers: tuple[int, ...]) -> NewVisit:
    return NewVisit(
        code=visit.code,
        province=visit.province,
        district=visit.district.code,
        stratum=visit.province,
        team=visit.team,
        title_tr=visit.code,
        title_en=visit.code,
        planned_on=visit.day,
        target=visit.target,
        officers=officers,
    )
