"""Rounds are opened, visits planned in them, and both are audited."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from schemas.problems import Problem
from server.rounds.field_plan import FieldPlan
from server.rounds.models import VISIT_OFFICERS
from server.rounds.operations import add_visits, open_round, set_round_status
from server.rounds.queries import all_rounds, visits_by_code, visits_of_officer
from server.store.database import Database
from tests.records import ROUND, TODAY, visit


@pytest.fixture
def database(app: Flask) -> Database:
    """A database with people and one open round."""
    database: Database = app.extensions["izdes.database"]
    database.write(lambda connection: open_round(connection, ROUND, actor=None))
    return database


def deeds(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        found = connection.exec_driver_sql(
            "SELECT action, object FROM audit_entries WHERE object NOT LIKE 'user:%%'"
            if not database.is_sqlite
            else "SELECT action, object FROM audit_entries WHERE object NOT LIKE 'user:%'"
        )
        return [tuple(row) for row in found]


def test_an_opened_round_is_listed_and_audited(database: Database) -> None:
    with database.read() as connection:
        (listed,) = all_rounds(connection)
    assert (listed.id, listed.status, listed.starts_on) == ("2026-2", "open", ROUND.starts_on)
    assert (listed.name("tr"), listed.name("en")) == ("2026 güz dönemi", "Autumn 2026")
    assert deeds(database) == [("round.opened", "2026-2")]


def test_a_round_cannot_be_opened_twice_or_end_before_it_starts(database: Database) -> None:
    backwards = replace(ROUND, id="2027-1", ends_on=ROUND.starts_on - timedelta(days=1))
    for round_, code in ((ROUND, "round_exists"), (backwards, "round_ends_before_it_starts")):
        with pytest.raises(Problem) as refused:
            database.write(lambda connection, new=round_: open_round(connection, new, actor=None))
        assert refused.value.code == code
    assert deeds(database) == [("round.opened", "2026-2")]


def test_a_round_is_closed_and_an_unknown_one_is_not(database: Database) -> None:
    database.write(lambda connection: set_round_status(connection, "2026-2", "closed", actor=1))
    with database.read() as connection:
        assert [each.status for each in all_rounds(connection)] == ["closed"]
    assert deeds(database)[-1] == ("round.closed", "2026-2")
    with pytest.raises(Problem) as refused:
        database.write(lambda connection: set_round_status(connection, "x", "open", actor=1))
    assert refused.value.code == "unknown_round"


def test_visits_are_planned_with_their_officers_and_audited(database: Database) -> None:
    visits = [visit("Z-1", "06", "1231", officers=(1, 2)), visit("Z-2", "34", None)]
    database.write(lambda connection: add_visits(connection, ROUND.id, visits, actor=3))
    with database.read() as connection:
        found = visits_by_code(connection, {"Z-1", "Z-2", "nowhere"})
        mine = visits_of_officer(connection, 2)
    assert {code: (each.district, each.officers) for code, each in found.items()} == {
        "Z-1": ("1231", {1, 2}),
        "Z-2": (None, set()),
    }
    assert [each.code for each in mine] == ["Z-1"]
    assert deeds(database)[1:] == [("visit.planned", "Z-1"), ("visit.planned", "Z-2")]


def test_a_code_already_used_adds_none_of_the_visits(database: Database) -> None:
    add = [visit("Z-1", "06", None)]
    database.write(lambda connection: add_visits(connection, ROUND.id, add, actor=None))
    with pytest.raises(Problem) as refused:
        database.write(
            lambda connection: add_visits(
                connection, ROUND.id, [visit("Z-2", "06", None), *add], actor=None
            )
        )
    assert refused.value.code == "visit_code_taken"
    with database.read() as connection:
        assert list(visits_by_code(connection, {"Z-1", "Z-2"})) == ["Z-1"]


def test_visits_of_an_unknown_round_are_refused(database: Database) -> None:
    with pytest.raises(Problem) as refused:
        database.write(lambda connection: add_visits(connection, "x", [], actor=None))
    assert refused.value.code == "unknown_round"


def test_an_officer_sees_no_visits_of_a_closed_round(database: Database) -> None:
    add = [visit("Z-1", "06", None, officers=(1,))]
    database.write(lambda connection: add_visits(connection, ROUND.id, add, actor=None))
    database.write(lambda connection: set_round_status(connection, "2026-2", "closed", actor=1))
    with database.read() as connection:
        assert visits_of_officer(connection, 1) == ()


def test_a_visit_counts_from_the_moment_it_is_planned(database: Database) -> None:
    plan = FieldPlan(database)
    assert plan.visits({"Z-1", "Z\0"}, officer_id=1) == {}
    add = [visit("Z-1", "06", None)]
    database.write(lambda connection: add_visits(connection, ROUND.id, add, actor=None))
    assert set(plan.visits({"Z-1"}, officer_id=1)) == {"Z-1"}


def test_an_officer_counts_from_the_moment_of_being_named(database: Database) -> None:
    plan = FieldPlan(database)
    add = [visit("Z-1", "06", None, officers=(1,))]
    database.write(lambda connection: add_visits(connection, ROUND.id, add, actor=None))
    assert plan.visits({"Z-1"}, officer_id=2)["Z-1"].officers == {1}
    name = insert(VISIT_OFFICERS).values(visit_id=1, user_id=2)
    database.write(lambda connection: connection.execute(name))
    assert plan.visits({"Z-1"}, officer_id=2)["Z-1"].officers == {1, 2}


def test_a_day_belongs_to_the_latest_open_round_around_it(database: Database) -> None:
    later = replace(ROUND, id="2026-3", starts_on=TODAY, ends_on=TODAY + timedelta(days=90))
    database.write(lambda connection: open_round(connection, later, actor=None))
    plan = FieldPlan(database)
    assert plan.round_of(TODAY) == "2026-3"
    assert plan.round_of(TODAY - timedelta(days=3)) == "2026-2"
    assert plan.round_of(TODAY - timedelta(days=900)) == "2026-3"
    assert plan.round_of(None) == "2026-3"


def test_without_an_open_round_there_is_none(database: Database) -> None:
    database.write(lambda connection: set_round_status(connection, "2026-2", "closed", actor=1))
    assert FieldPlan(database).round_of(TODAY) is None
