"""Design weights of a plan: every sampled visit of a province has one, or none has."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from schemas.problems import Problem
from server.forms.publishing import publish
from server.rounds.operations import NewRound, NewVisit, add_visits, open_round
from server.store.database import Database
from tests.records import FORM
from tests.server.indices.survey import FORM as RATING_FORM


@pytest.fixture
def database(empty_app: Flask) -> Database:
    database: Database = empty_app.extensions["izdes.database"]
    new = NewRound(
        id="R",
        name_tr="R",
        name_en="R",
        selection_mode="probability",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )
    database.write(lambda connection: open_round(connection, new, actor=None))
    for form in (FORM, RATING_FORM):
        database.write(lambda connection, form=form: publish(connection, form, actor=None))
    return database


def visit(code: str, weight: float | None, *forms: str, province: str = "06") -> NewVisit:
    return NewVisit(
        code=code,
        province=province,
        district=None,
        stratum=province,
        team="E",
        title_tr=code,
        title_en=code,
        planned_on=date(2026, 11, 20),
        target=10,
        design_weight=weight,
        forms=forms,
    )


def planned(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(text("SELECT code FROM visits ORDER BY code")))


def plan(database: Database, *visits: NewVisit) -> None:
    database.write(lambda connection: add_visits(connection, "R", visits, actor=None))


def test_a_plan_with_one_weight_missing_is_refused_whole_and_says_which(
    database: Database,
) -> None:
    with pytest.raises(Problem) as refused:
        plan(database, visit("A", 2.0), visit("B", None), visit("C", 2.0))
    assert refused.value.code == "visit_weight_missing"
    assert refused.value.details == {"province": "Ankara", "without": "B", "weighted": "A"}
    assert planned(database) == []


@pytest.mark.parametrize(("first", "second"), [(2.0, None), (None, 2.0)])
def test_later_visits_are_like_those_planned_before(
    database: Database, first: float | None, second: float | None
) -> None:
    plan(database, visit("A", first), visit("X", 3.0, province="34"))
    with pytest.raises(Problem, match="visit_weight_missing"):
        plan(database, visit("B", second))
    plan(database, visit("B", first))
    assert planned(database) == ["A", "B", "X"]


def test_visits_in_which_no_citizens_are_asked_need_no_weight(database: Database) -> None:
    plan(database, visit("A", 2.0, RATING_FORM.id), visit("B", None, FORM.id))
    with pytest.raises(Problem, match="visit_weight_missing"):
        plan(database, visit("C", None, FORM.id, RATING_FORM.id))
    assert planned(database) == ["A", "B"]


def test_a_plan_that_was_in_halves_can_be_added_to_with_weights(database: Database) -> None:
    plan(database, visit("A", 2.0), visit("B", 2.0))
    database.write(
        lambda connection: connection.execute(
            text("UPDATE visits SET design_weight = NULL WHERE code = 'B'")
        )
    )
    plan(database, visit("C", 1.0))
    with pytest.raises(Problem, match="visit_weight_missing"):
        plan(database, visit("D", None))
    assert planned(database) == ["A", "B", "C"]
