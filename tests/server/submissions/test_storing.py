"""One way in: whoever brings a record, it is stored alike, and what follows from it with it."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from schemas.protocol.sync import Envelope
from server.forms.publishing import publish
from server.store.database import Database
from server.submissions.arrivals import Arrival
from server.submissions.derivations import Derivations
from server.submissions.deriving import derive_owed
from server.submissions.storing import store, store_unseen
from server.sync.assessment import Sender, assess
from server.sync.receiving import open_reception
from tests.people import Person, add_person, bearer
from tests.records import Field, digest, envelope, interview
from tests.server.imports.shell import Shell
from tests.server.imports.test_correcting import turned
from tests.server.imports.test_import_command import HEADER, ROWS, mapping, table
from tests.server.review.test_settling import settle
from tests.server.submissions import ages
from tests.server.sync.staff_interviews import STAFF, of_today, send_apart

ALIKE = """
SELECT started_at, finished_at, revision, form_version_id, visit_id, officer_id, copy_number,
    is_current, province, district, round_id, unit, device_id, encoding, digest, flags, attachments,
    body FROM submissions ORDER BY sequence
"""
SHELVES = ("submissions", "quarantine", "anonymous_records")
OTHER = Person("meral.tas", "Meral Taş", "officer", "denizden esen serin yel")


def of_age(age: str, **changes: Any) -> dict[str, Any]:
    return envelope(interview(answers={"yas": age}), **changes)


def derived(field: Field) -> list[tuple[Any, ...]]:
    return list(map(tuple, field.rows("SELECT sequence, age, times FROM ages ORDER BY sequence")))


def owed(field: Field) -> list[tuple[Any, ...]]:
    rows = field.rows("SELECT derivation, sequence, reason FROM owed_derivations ORDER BY sequence")
    return list(map(tuple, rows))


def arrived(field: Field, sent: dict[str, Any]) -> tuple[Database, list[Arrival], Derivations]:
    database, config, derivations = (
        field.app.extensions[f"izdes.{name}"] for name in ("database", "config", "derivations")
    )
    known = open_reception(database, config.data_dir, derivations).known
    arrivals = assess(
        [Envelope.model_validate(sent)], Sender(1, "tablet-7", "", datetime.now(UTC)), known
    )
    return database, arrivals, derivations


@pytest.mark.parametrize("is_derived", [True, False])
def test_alone_in_a_batch_and_the_quick_way_leave_the_same_rows(
    field: Field, *, is_derived: bool
) -> None:
    if not is_derived:
        ages.CONCERNED.clear()
    said = [interview(answers={"yas": age}) for age in ("31", "47", "108")]
    for body in said:
        assert field.send(envelope(body)).json["results"][0]["status"] == "accepted"
    field.send(*map(envelope, said))
    rows = [tuple(row) for row in field.rows(ALIKE)]
    assert rows[:3] == rows[3:]
    ours = ("31", "47", "108") * 2 if is_derived else ()
    assert derived(field) == [(number, age, 1) for number, age in enumerate(ours, start=1)]
    actions = "SELECT action, count(*) FROM audit_entries WHERE action LIKE 'sub%' GROUP BY action"
    assert list(map(tuple, field.rows(actions))) == [("submission.accepted", 6)]


def test_the_quick_way_declines_what_something_is_derived_from(field: Field) -> None:
    database, arrivals, derivations = arrived(field, of_age("30"))
    assert store_unseen(database, arrivals, actor=1, derivations=derivations) is None
    nothing = Derivations(())
    taken = store_unseen(database, arrivals, actor=1, derivations=nothing)
    assert (taken is None) == database.is_sqlite


def test_the_quick_way_and_the_general_one_leave_the_same_row(field: Field) -> None:
    database, arrivals, _ = arrived(field, of_age("30"))
    if database.is_sqlite:
        pytest.skip("SQLite has one way only")
    (other,) = arrivals
    twin = Arrival(str(uuid4()), other.revision, other.digest, other.columns, other.attached)
    nothing = Derivations(())
    store_unseen(database, [other], actor=1, derivations=nothing)
    database.write(lambda connection: store(connection, [twin], actor=1, derivations=nothing))
    first, second = (tuple(row) for row in field.rows(ALIKE))
    assert first == second


def test_corrections_conflicts_and_what_a_person_keeps_are_derived_once(
    field: Field, analyst: FlaskClient
) -> None:
    add_person(field.app, OTHER)
    mine = of_age("40")
    theirs = of_age("42", instance_id=mine["instance_id"], revision=3)
    field.send(mine)
    field.send(of_age("41", instance_id=mine["instance_id"], revision=2))
    field.send(mine)
    field.send(theirs, headers=bearer(field.app.test_client(), OTHER))
    settle(analyst, mine, 3)
    assert derived(field) == [(1, "40", 1), (2, "41", 1), (3, "42", 1), (4, "42", 1)]
    counts = "SELECT sequence FROM ages WHERE is_current ORDER BY sequence"
    # As it was when each was stored; which one counts now is asked of the records.
    assert field.rows(counts) == [(1,), (2,), (4,)]


def test_nothing_is_derived_from_what_nobody_can_read_or_may_know(field: Field) -> None:
    field.app.extensions["izdes.database"].write(
        lambda connection: publish(connection, STAFF, actor=None)
    )
    ages.CONCERNED.add(STAFF.id)
    sealed = "c2VhbGVk"
    field.send(of_age("30", form_id="nobody_knows_it"))
    field.send(envelope(sealed, encoding="sealed", digest=digest(sealed)))
    send_apart(field, of_today())
    assert derived(field) == []
    assert [field.rows(f"SELECT count(*) FROM {name}")[0][0] for name in SHELVES] == [0, 2, 1]  # noqa: S608


def test_imports_derive_as_tablets_do_and_so_do_their_corrections(shell: Shell) -> None:
    shell.done(
        *("round", "open", "R", "--name-tr", "R", "--name-en", "R", "--mode", "probability"),
        *("--from", "2026-01-01", "--until", "2026-12-31"),
    )
    file = shell.file("a.csv", table(ROWS, HEADER))
    ages.CONCERNED.add("R")

    def bring(*words: str, **more: Any) -> None:
        shell.done("import", "R", file, "--mapping", shell.file("m.json", mapping(**more)), *words)

    bring()
    form = shell.rows("SELECT DISTINCT form_id FROM form_versions")
    ages.CONCERNED.update(row.form_id for row in form)
    bring("--correct", **turned())
    rows = shell.rows("SELECT times, count(*) FROM ages GROUP BY times")
    corrected = shell.rows("SELECT count(*) FROM submissions WHERE revision = 2")[0][0]
    assert corrected == 37
    assert list(map(tuple, rows)) == [(1, 37)]


def test_a_fault_in_a_derivation_keeps_no_record_out_and_is_made_up_for(
    field: Field, shell: Shell
) -> None:
    shell.done("derive")
    answer = field.send(of_age("50"), of_age("99"), of_age("51")).json["results"]
    assert [(result["status"], bool(result["receipt"])) for result in answer] == [
        ("accepted", True)
    ] * 3
    assert derived(field) == [(1, "50", 1), (3, "51", 1)]
    assert owed(field) == [("ages", 2, "ZeroDivisionError")]
    written = "SELECT object, details FROM audit_entries WHERE action = 'submission.not_derived'"
    assert len(field.rows(written)) == 1
    assert "somebody" not in str(field.rows(written))
    assert "could not be derived from 1 texts" in shell.refused("derive", "--owed")
    ages.FAULTY.clear()
    assert "ages: derived again from 1 texts" in shell.done("derive", "--owed")
    assert derived(field) == [(1, "50", 1), (2, "99", 1), (3, "51", 1)]
    assert owed(field) == []
    assert "Nothing is waiting" in shell.done("derive", "--owed")


def test_a_new_or_changed_derivation_reaches_what_was_stored_before_it(field: Field) -> None:
    database, _, derivations = arrived(field, of_age("30"))
    field.app.extensions["izdes.reception"] = open_reception(
        database, field.app.extensions["izdes.config"].data_dir, Derivations(())
    )
    field.send(of_age("30"), of_age("31"))
    assert derived(field) == []
    assert [(done.name, done.revisions) for done in derive_owed(database, derivations)] == [
        ("topics", 0),
        ("ages", 2),
    ]
    assert derived(field) == [(1, "30", 1), (2, "31", 1)]
    # The next start of the server finds nothing to do, until the derivation says something else.
    assert derive_owed(database, derivations) == []
    changed = Derivations([replace(ages.derivation, version=2)])
    assert [done.revisions for done in derive_owed(database, changed)] == [2]
    assert derived(field) == [(1, "30", 2), (2, "31", 2)]


def test_a_derivation_that_cannot_tell_what_it_concerns_keeps_no_record_out(field: Field) -> None:
    ages.FAULTY.add("every form")
    ages.CONCERNED.clear()
    assert field.send(of_age("50")).json["results"][0]["status"] == "accepted"
    assert derived(field) == [(1, "50", 1)]


def test_a_record_and_what_follows_from_it_are_there_together_or_not_at_all(field: Field) -> None:
    database, arrivals, derivations = arrived(field, of_age("30"))

    def die(connection: Connection) -> None:
        store(connection, arrivals, actor=1, derivations=derivations)
        assert connection.exec_driver_sql("SELECT count(*) FROM ages").scalar() == 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.write(die)
    assert field.rows("SELECT sequence FROM submissions") == derived(field) == []
    field.send(of_age("30"))
    assert len(derived(field)) == 1


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_in_whatever_order_deriving_again_says_the_same(
    field: Field, shell: Shell, seed: int
) -> None:
    add_person(field.app, OTHER)
    senders = [field.officer, bearer(field.app.test_client(), OTHER)]
    lot = random.Random(seed)
    records = [str(uuid4()) for _ in range(4)]
    texts = [
        of_age(str(lot.randint(20, 99)), instance_id=record, revision=lot.randint(1, 3))
        for record in records * 4
    ]
    for _ in range(12):
        field.send(*lot.sample(texts, lot.randint(1, 5)), headers=lot.choice(senders))
    before = derived(field)
    stored = field.rows("SELECT sequence FROM submissions ORDER BY sequence")
    failed = {sequence for _, sequence, _ in owed(field)}
    assert [row[0] for row in before] == [row[0] for row in stored if row[0] not in failed]
    assert Counter(times for _, _, times in before) in ({1: len(before)}, {})
    ages.FAULTY.clear()
    shell.done("derive")
    again = derived(field)
    assert len(again) == len(stored)
    assert {row[:2] for row in again} >= {row[:2] for row in before}
    current = "SELECT instance_id FROM submissions WHERE is_current"
    assert len(field.rows(current)) == len({row.instance_id for row in field.rows(current)})
