"""How the demonstration hands records in: signed in, in batches, through the HTTP door."""

import secrets
from collections.abc import Sequence
from contextvars import Context

from flask import Flask
from sqlalchemy import Connection

from schemas.protocol.sync import AnonymousBatch, BatchResult, Envelope, SubmissionBatch
from schemas.turkish import TURKISH_TIME
from server import clock
from server.accounts.operations import known_user
from server.accounts.sessions import start_session
from server.demo.interviews import spelled
from server.store.database import Database


class Tokens(dict[str, str]):
    """A session per officer, opened when the first batch is sent."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    def __missing__(self, officer: str) -> str:
        token = self[officer] = secrets.token_urlsafe(32)

        def open_session(connection: Connection) -> None:
            start_session(connection, token=token, user_id=known_user(connection, officer).user.id)

        self._database.write(open_session)
        return token


def post(app: Flask, token: str, officer: str, envelopes: Sequence[Envelope]) -> None:
    """Send a batch; what is not taken is a fault of ours."""
    batch = SubmissionBatch(
        device_id=f"demo-{officer}",
        sent_at=spelled(clock.now().astimezone(TURKISH_TIME)),
        submissions=tuple(envelopes),
    )
    _send(app, token, "/api/v1/submissions", batch)


def post_anonymous(app: Flask, token: str, envelopes: Sequence[Envelope]) -> None:
    """Send anonymous records through their own door, as tablets do."""
    batch = AnonymousBatch(submissions=tuple(envelopes))
    _send(app, token, "/api/v1/anonymous-records", batch)


def _send(app: Flask, token: str, door: str, batch: SubmissionBatch | AnonymousBatch) -> None:
    # Without the command's application context, in which Flask would remember the first officer.
    answer = Context().run(
        app.test_client().post,
        door,
        data=batch.model_dump_json(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    result = BatchResult.model_validate_json(answer.data) if answer.status_code == 200 else None
    if result is None or any(answer.receipt is None for answer in result.results):
        raise RuntimeError(f"the demonstration's interviews were not taken: {answer.text[:300]}")
