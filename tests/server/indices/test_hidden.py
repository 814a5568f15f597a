"""No small count can be computed from what is shown, whatever table is asked for."""

import pytest

from tests.server.indices.survey import Survey, answers

BIG, SMALL = 20, 4


def bring(survey: Survey, province: str, service: str, people: int) -> None:
    for unit in range(2):
        code = f"{province}-{service}-{unit}"
        visit = survey.plan(code, province)
        for number in range(people // 2):
            survey.bring(visit, answers(service, score=2 + number % 4))


@pytest.fixture
def held(survey: Survey) -> Survey:
    """Many answers about two services in four provinces of a region, few in one cell."""
    for province in ("06", "42", "71", "70"):
        for service in ("emn", "acm"):
            is_small = (province, service) == ("06", "emn")
            bring(survey, province, service, SMALL if is_small else BIG)
    return survey


def hidden(survey: Survey, **wanted: object) -> set[tuple[str | None, str | None]]:
    rows = survey.table(by=("province", "service"), **wanted).rows
    return {(row.province, row.service) for row in rows if row.measure == "index" and row.n is None}


def test_one_small_cell_takes_others_with_it(held: Survey) -> None:
    found = hidden(held)
    assert ("06", "emn") in found
    assert sum(province == "06" for province, _ in found) >= 2
    assert sum(service == "emn" for _, service in found) >= 2
    reasons = {row.suppressed for row in held.table(by=("province", "service")).rows}
    assert "protects_others" in reasons


def test_the_choice_of_services_or_provinces_changes_nothing_of_it(held: Survey) -> None:
    found = hidden(held)
    assert hidden(held, services=("acm",)) == {each for each in found if each[1] == "acm"}
    assert hidden(held, provinces=("42",)) == {each for each in found if each[0] == "42"}


def test_provinces_put_together_at_will_give_nothing_away(held: Survey) -> None:
    rows = held.table(by=("service",), provinces=("06", "42"), services=("emn",)).rows
    assert {row.suppressed for row in rows if row.measure == "index"} == {"protects_others"}


def test_the_number_of_answers_below_a_table_gives_nothing_away(survey: Survey) -> None:
    for province in ("06", "42", "71"):
        bring(survey, province, "emn", BIG)
    bring(survey, "70", "emn", SMALL)
    said = [survey.table(provinces=(each,)).basis.ratings for each in ("06", "42", "71", "70")]
    assert said.count(None) >= 2
    assert survey.table(by=("service",)).basis.ratings == 3 * BIG + SMALL


def test_the_whole_country_is_shown(held: Survey) -> None:
    rows = held.table(by=("service",)).rows
    assert {row.suppressed for row in rows if row.measure == "index"} == {None}


def test_nothing_is_hidden_where_nothing_is_small(survey: Survey) -> None:
    for province in ("06", "42"):
        bring(survey, province, "emn", 40)
    assert hidden(survey) == set()


def test_what_gets_small_after_the_proof_is_hidden_at_once(survey: Survey) -> None:
    for province in ("06", "42", "71"):
        bring(survey, province, "emn", BIG)
    assert hidden(survey) == set()
    bring(survey, "70", "emn", SMALL)
    assert len(hidden(survey)) >= 2
