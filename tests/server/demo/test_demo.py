"""The demonstration: simulated interviews go through the real door and break no rule."""

import csv
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from server import create_app
from server.demo.filling import (
    Demonstration,
    offices_of,
    prepare,
    send_interviews,
    visits_of,
)
from server.demo.office_work import OfficeWork, send_office_records
from server.demo.units import STAFF
from server.forms.publishing import publish_shipped_forms
from server.rounds.operations import open_round
from server.shell.commands import izdes
from server.submissions.models import ANONYMOUS_RECORDS, SUBMISSIONS
from tests.records import ROUND

TODAY = date(2026, 11, 21)
INTERVIEWS = 400


def fill(app: Flask, folder: Path, *, interviews: int = INTERVIEWS, seed: int = 7) -> int:
    database = app.extensions["izdes.database"]
    definition = publish_shipped_forms(database)[0]
    demo = Demonstration("2026-2", interviews, seed, TODAY, folder)
    visits = visits_of(demo)
    prepare(database, demo, visits)
    return sum(send_interviews(app, definition, demo, visits))


def stored(app: Flask) -> list[dict[str, Any]]:
    with app.extensions["izdes.database"].read() as connection:
        bodies = connection.execute(select(SUBMISSIONS.c.instance_id, SUBMISSIONS.c.body)).all()
    return [{"id": row[0], **json.loads(zlib.decompress(row[1]))} for row in bodies]


def truth(folder: Path) -> dict[str, str]:
    with (folder / "truth" / "interviews.csv").open(encoding="utf-8") as file:
        return {row["instance_id"]: row["kind"] for row in csv.DictReader(file)}


def test_every_province_is_interviewed_and_no_rule_is_broken(
    empty_app: Flask, tmp_path: Path
) -> None:
    assert fill(empty_app, tmp_path / "truth") == INTERVIEWS
    with empty_app.extensions["izdes.database"].read() as connection:
        provinces = connection.scalar(select(func.count(SUBMISSIONS.c.province.distinct())))
        flagged = select(SUBMISSIONS.c.flags).where(SUBMISSIONS.c.flags.is_not(None))
        assert connection.execute(flagged).all() == []
    assert provinces == 81
    interviews = stored(empty_app)
    assert_people_differ([interview["answers"] for interview in interviews])
    assert_straight_lines_are_planted(interviews, truth(tmp_path))


def assert_people_differ(answers: list[dict[str, str]]) -> None:
    results = Counter(answer["sonuc_kodu"] for answer in answers)
    assert set(results) == {"tam", "ret", "uygun_degil"}
    assert results["tam"] > 0.8 * INTERVIEWS
    rated = [answer["degerlendirilen"].split() for answer in answers if "degerlendirilen" in answer]
    assert {len(each) for each in rated} == {1, 2}


def assert_straight_lines_are_planted(
    interviews: list[dict[str, Any]], kinds: dict[str, str]
) -> None:
    assert len(kinds) == INTERVIEWS
    assert set(kinds.values()) == {"honest", "speeder", "straight_liner"}
    for interview in interviews:
        ratings = {
            value
            for name, value in interview["answers"].items()
            if name.endswith(("_erisim", "_hiz", "_ilgi", "_adil", "_genel"))
        }
        assert len(ratings) <= 1 or kinds[interview["id"]] != "straight_liner"


def test_the_same_seed_sends_the_same_interviews_again(empty_app: Flask, tmp_path: Path) -> None:
    database = empty_app.extensions["izdes.database"]
    definition = publish_shipped_forms(database)[0]
    demo = Demonstration("2026-2", 100, 3, TODAY, tmp_path)
    visits = visits_of(demo)
    prepare(database, demo, visits)
    for _ in range(2):
        assert sum(send_interviews(empty_app, definition, demo, visits)) == 100
    assert len(stored(empty_app)) == 100


def test_few_interviews_go_to_the_largest_provinces(empty_app: Flask, tmp_path: Path) -> None:
    assert fill(empty_app, tmp_path, interviews=3) == 3
    places = {row["answers"]["il"] for row in stored(empty_app)}
    assert places == {"34", "06", "35"}


@pytest.fixture
def instance(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application that the environment names, as commands find it."""
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(tmp_path))
    app = create_app()
    yield app
    app.extensions["izdes.database"].close()


def test_an_interrupted_filling_goes_on_where_it_stopped(instance: Flask, tmp_path: Path) -> None:
    database = instance.extensions["izdes.database"]
    demo = Demonstration("2026-2", 90, 5, TODAY, tmp_path / "demo")
    demo.write_down()
    prepare(database, demo, visits_of(demo))
    definition = publish_shipped_forms(database)[0]
    with closing(send_interviews(instance, definition, demo, visits_of(demo))) as sending:
        next(sending)
    assert 0 < len(stored(instance)) < 90

    again = CliRunner().invoke(izdes, ["demo", "--fill-only", "--interviews", "7"])
    assert again.exit_code == 0, again.output
    forms = Counter(each["form_id"] for each in stored(instance))
    assert (forms["A_vatandas_gorusme"], len(forms)) == (90, 4)
    assert staff_interviews(instance) > 0
    columns = SUBMISSIONS.c.officer_id, SUBMISSIONS.c.flags
    with database.read() as connection:
        officers, flags = zip(*connection.execute(select(*columns)).all(), strict=True)
    assert set(flags) == {None}
    assert len(set(officers)) >= 81
    assert (tmp_path / "demo" / "complete").exists()


def test_a_database_with_other_rounds_is_left_alone(instance: Flask) -> None:
    instance.extensions["izdes.database"].write(lambda each: open_round(each, ROUND, actor=None))
    refused = CliRunner().invoke(izdes, ["demo", "--fill-only", "--interviews", "7"])
    assert refused.exit_code != 0
    assert stored(instance) == []


def staff_interviews(app: Flask) -> int:
    """Count what lies where nobody is named."""
    with app.extensions["izdes.database"].read() as connection:
        return len(connection.execute(select(ANONYMOUS_RECORDS.c.instance_id)).all())


def fill_offices(app: Flask, folder: Path, *, interviews: int = INTERVIEWS) -> int:
    """Fill the other four questionnaires."""
    database = app.extensions["izdes.database"]
    forms = publish_shipped_forms(database)
    demo = Demonstration("2026-2", interviews, 7, TODAY, folder)
    visits = visits_of(demo)
    if not stored(app):
        prepare(database, demo, visits)
    work = OfficeWork(forms, demo.round_id, demo.seed)
    return sum(send_office_records(app, work, offices_of(demo, visits)))


def test_units_staff_revisits_and_meetings_are_filled_and_break_no_rule(
    empty_app: Flask, tmp_path: Path
) -> None:
    sent = fill_offices(empty_app, tmp_path)
    with empty_app.extensions["izdes.database"].read() as connection:
        flagged = select(SUBMISSIONS.c.flags).where(SUBMISSIONS.c.flags.is_not(None))
        assert connection.execute(flagged).all() == []
    records = stored(empty_app)
    assert len(records) + staff_interviews(empty_app) == sent
    kinds = Counter(record["form_id"][:2].rstrip("_") for record in records)
    assert (kinds["B1"], kinds["C"], kinds["D"]) == (81, 27, 81)
    assert kinds["B2"] == 0
    assert 5 * 81 <= staff_interviews(empty_app) <= 10 * 81
    meetings = {record["answers"]["tur"] for record in records if record["form_id"].startswith("D")}
    assert len(meetings) == 10


def test_staff_interviews_are_sent_as_tablets_send_them(empty_app: Flask, tmp_path: Path) -> None:
    forms = publish_shipped_forms(empty_app.extensions["izdes.database"])
    demo = Demonstration("2026-2", 3, 7, TODAY, tmp_path)
    offices = offices_of(demo, visits_of(demo))
    made = [
        envelope
        for _, envelopes in OfficeWork(forms, demo.round_id, demo.seed).records(offices)
        for envelope in envelopes
        if envelope.form_id == STAFF
    ]
    assert made
    for envelope in made:
        said = json.loads(envelope.body)
        assert set(said) == {"form_id", "form_version", "round", "answers", "confirmations"}
        # No time in the id either, as there is in that of other records.
        assert UUID(envelope.instance_id).version == 4
    fill_offices(empty_app, tmp_path, interviews=3)
    with empty_app.extensions["izdes.database"].read() as connection:
        held = connection.execute(select(*ANONYMOUS_RECORDS.c["instance_id", "round_id"])).all()
    assert {tuple(row) for row in held} == {(each.instance_id, "2026-2") for each in made}


def test_what_a_unit_reported_is_asked_again_when_it_is_visited_again(
    empty_app: Flask, tmp_path: Path
) -> None:
    fill_offices(empty_app, tmp_path, interviews=3)
    records = {row["form_id"][:2].rstrip("_"): row["answers"] for row in stored(empty_app)}
    asked = [row["t_baslik"] for row in records["C"]["r_tekrar"]]
    units = [row["answers"] for row in stored(empty_app) if row["form_id"].startswith("B1")]
    (unit,) = [unit for unit in units if unit["birim_adi"] == records["C"]["birim_adi"]]
    assert asked == [row["s_baslik"] for row in unit["r_konu"]]


def test_filling_the_offices_again_changes_nothing(empty_app: Flask, tmp_path: Path) -> None:
    first = fill_offices(empty_app, tmp_path, interviews=3)
    assert fill_offices(empty_app, tmp_path, interviews=3) == first
    assert len(stored(empty_app)) + staff_interviews(empty_app) == first
