"""Every door prints the same figures, in the same digits, and none of them of a few people."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from schemas.reference.geography import provinces
from server.accounts.scopes import EVERYTHING
from server.dashboards.filters import Filters
from server.dashboards.queries import dashboard
from server.exports.indices import rows_of, table_of
from server.exports.orders import Order
from server.indicators.queries import indicator_figures
from server.indices import printing
from server.indices.index_rows import IndexTable
from server.indices.queries import index_table
from server.rounds.models import ROUNDS
from tests.server.indices.survey import OTHER_ROUND, ROUND, Survey, answers

SERVICES = ("emn", "acm")


def bring(survey: Survey, province: str, people: int, *services: str, score: int = 4) -> None:
    """Bring people from two visits of a province."""
    for unit, times in enumerate((people - people // 2, people // 2)):
        code = f"{province}-{unit}"
        visit = code if code in survey.visits else survey.plan(code, province)
        survey.bring(visit, answers(*(services or ("emn",)), score=score), times=times)


def close(survey: Survey, status: str = "closed") -> None:
    survey.database.write(
        lambda connection: connection.execute(
            update(ROUNDS).where(ROUNDS.c.id == ROUND).values(status=status)
        )
    )


def figures(table: IndexTable) -> dict[Any, Any]:
    """What is printed, but for which release and record it was."""
    return {
        (row.province, row.region, row.service, row.measure): replace(row, release=None)
        for row in table.rows
    }


def test_what_hidden_people_answer_changes_nothing_that_is_printed(survey: Survey) -> None:
    """The same hidden people, saying one thing in this round and the opposite in that one."""
    printed = []
    for round_id, score in ((ROUND, 1), (OTHER_ROUND, 5)):
        for number, place in enumerate(provinces()[:14]):
            for unit in range(2):
                code = survey.plan(
                    f"{round_id}-{place.plate}-{unit}", place.plate, round_id=round_id
                )
                for mood in range(8):
                    rated = ("emn", "acm") if number >= 3 else ("emn",)
                    survey.bring(code, answers(*rated, score=2 + (number + mood + unit) % 4))
            few = f"{round_id}-{place.plate}-0"
            if number < 3:
                survey.bring(few, answers("acm", score=score), times=3)
        with survey.app.app_context():
            for by in ((), ("province",), ("service",), ("province", "service"), ("region",)):
                table = index_table(round_id, by=by)
                printed.append((by, figures(table)))
    half = len(printed) // 2
    assert printed[:half] == printed[half:]


def test_a_choice_of_services_is_the_mean_of_what_is_printed(survey: Survey) -> None:
    for number, plate in enumerate(("06", "34", "35")):
        bring(survey, plate, 31 + 2 * number, "emn", score=2 + number)
        bring(survey, plate, 33, "acm", score=4)
    bring(survey, "01", 20, "emn", score=4)
    bring(survey, "01", 3, "acm", score=1)
    single = {
        (row.province, row.service): row.value
        for row in survey.table().rows
        if row.measure == "index"
    }
    for chosen in (SERVICES, SERVICES[:1], SERVICES[1:]):
        for row in survey.table(by=("province",), services=chosen).rows:
            if row.measure == "composite_index" and row.province != "01":
                parts = [single[row.province, service] or 0 for service in chosen]
                assert row.value == pytest.approx(sum(parts) / len(parts), abs=0.051)
    (adana,) = [
        row
        for row in survey.table(by=("province",), services=("emn", "acm"), provinces=("01",)).rows
        if row.measure == "composite_index"
    ]
    # No model of so few provinces: what is left is what is printed anyway.
    assert adana.value == single["01", "emn"]


def test_provinces_picked_by_hand_have_no_joint_line(survey: Survey) -> None:
    for plate in ("06", "34"):
        bring(survey, plate, 20)
    table = survey.table(by=("service",), provinces=("06", "34"))
    assert {row.province for row in table.rows} == {"06", "34"}
    (region,) = [
        row
        for row in survey.table(by=("service",), regions=("TR5",)).rows
        if row.measure == "index"
    ]
    assert (region.region, region.n) == ("TR5", 20)


def doors(survey: Survey) -> None:
    for number, plate in enumerate(("06", "34", "70", "42")):
        bring(survey, plate, (40, 25, 4, 12)[number], "emn", "acm", score=2 + number % 3)
    bring(survey, "06", 60, "emn", score=5)


def test_all_doors_tell_the_same(survey: Survey) -> None:
    doors(survey)
    with survey.app.app_context():
        told = {
            (row.province, row.service): (row.value, row.suppressed)
            for row in survey.table().rows
            if row.measure == "index"
        }
        exported = {
            (line[1], line[3]): (float(line[5]) if line[5] else None, line[12] or None)
            for line in rows_of(table_of(Order(ROUND, "index"), EVERYTHING), Order(ROUND, "index"))
            if line[4] == "index"
        }
        named = {
            (row.splits["province"], row.splits["service"]): (row.value, row.suppressed)
            for row in indicator_figures("ME_100", ROUND).rows
        }
        seen = {}
        for service in SERVICES:
            board = dashboard(Filters(ROUND, service=service), language="en")
            for line in board.provinces:
                if line.index is not None:
                    seen[line.code, service] = (line.index.value, line.index.suppressed)
    assert told == exported == named == seen
    assert any(reason for _, reason in told.values())


def test_the_region_view_and_the_export_hide_alike(survey: Survey) -> None:
    doors(survey)
    with survey.app.app_context():
        exported = {
            row.service: (row.value, row.suppressed)
            for row in index_table(ROUND, by=("region", "service")).rows
            if (row.region, row.measure) == ("TR5", "index")
        }
        board = dashboard(Filters(ROUND, region="TR5"), language="en")
        seen = {
            line.code: (line.index.value, line.index.suppressed)
            for line in board.services
            if line.index is not None
        }
    assert seen == exported


def numbers_in(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [x for each in value.values() for x in numbers_in(each)]
    if isinstance(value, list):
        return [x for each in value for x in numbers_in(each)]
    return [value] if isinstance(value, float) else []


def test_no_number_has_more_than_one_decimal_and_people_come_in_fives(survey: Survey) -> None:
    doors(survey)
    with survey.app.app_context():
        table = index_table(ROUND)
        rows = json.loads("".join(printing.as_json(table, "en")))
        asked = [indicator_figures(code, ROUND).rows for code in ("BOY_d", "NET", "ME_ort")]
    for row in rows:
        assert (row["n"] or 0) % 5 == 0
        assert not {"standard_error", "df", "n_effective", "design_effect", "psus"} & set(row)
    shown = numbers_in(rows) + numbers_in([vars(row) for each in asked for row in each])
    assert shown
    assert all(number == round(number, 1) for number in shown)
    text = "\n".join(printing.as_text(table, "tr"))
    assert "≈ 100" in text
    assert "Std." not in text
