"""Stored interviews are read in one place, which knows what counts and what can be read."""

import logging

import pytest
from sqlalchemy import Connection, update

from server.forms.models import FORM_VERSIONS
from server.store.database import Database
from server.submissions.interviews import StoredInterview, interviews, records, revisions
from server.submissions.models import SUBMISSIONS
from server.submissions.queries import submissions_after
from server.submissions.texts import NOTHING
from tests.records import Field, envelope, interview


def database_of(field: Field) -> Database:
    database: Database = field.app.extensions["izdes.database"]
    return database


def seal(field: Field, instance_id: str) -> None:
    """What a vault of the institution will hold: bytes that the server cannot read."""
    sealing = (
        update(SUBMISSIONS)
        .where(SUBMISSIONS.c.instance_id == instance_id)
        .values(encoding="sealed", body=b"\x07sealed")
    )
    database_of(field).write(lambda connection: connection.execute(sealing))


def counting(connection: Connection) -> list[StoredInterview]:
    chosen = records(*SUBMISSIONS.c["instance_id", "revision"], FORM_VERSIONS.c.form_id)
    return list(interviews(connection, chosen.order_by(SUBMISSIONS.c.sequence)))


def test_the_current_text_of_each_record_counts(field: Field) -> None:
    one, other = envelope(), envelope()
    field.send(one, other)
    later = interview(answers={"yas": "65"}, edit_reason="typing error")
    field.send(envelope(later, instance_id=one["instance_id"], revision=2))
    with database_of(field).read() as connection:
        found = counting(connection)
    assert [(read.row.instance_id, read.row.revision, read.answers["yas"]) for read in found] == [
        (other["instance_id"], 1, "64"),
        (one["instance_id"], 2, "65"),
    ]
    assert {read.row.form_id for read in found} == {"gorusme"}


def test_a_sealed_text_counts_nowhere_and_troubles_no_reader(
    field: Field, caplog: pytest.LogCaptureFixture
) -> None:
    sealed, plain = envelope(), envelope()
    field.send(sealed, plain)
    seal(field, sealed["instance_id"])
    with (
        caplog.at_level(logging.ERROR),
        database_of(field).read() as connection,
    ):
        assert [read.row.instance_id for read in counting(connection)] == [plain["instance_id"]]
        every = interviews(connection, revisions(SUBMISSIONS.c.sequence))
        read = {found.row.sequence: (found.answers, found.interview) for found in every}
        followed = submissions_after(connection, 0, 10)
    assert read[1] == ({}, NOTHING)
    assert read[2][0]["yas"] == "64"
    assert [bool(submission.sent_answers()) for submission in followed] == [False, True]
    assert caplog.records == []
