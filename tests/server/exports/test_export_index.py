"""GET /exports/index.csv: the index table behind the disclosure gate."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import GOVERNOR, sign_in
from tests.server.exports.conftest import records
from tests.server.indices.survey import ROUND, Survey, answers, prepare_survey

ADDRESS = f"/exports/index.csv?round={ROUND}"


@pytest.fixture
def survey(app: Flask) -> Survey:
    """Forty people in Ankara, nine in Niğde: too few to be shown, and Adana hidden with them."""
    survey = prepare_survey(app)
    for number, score in enumerate((4, 4, 4, 4, 4, 4, 4, 5)):
        visit = survey.plan(f"06-{number}", "06")
        survey.bring(visit, answers("emn", score=score), times=5)
    for number in range(3):
        survey.bring(survey.plan(f"51-{number}", "51"), answers("emn", score=2), times=3)
        survey.bring(survey.plan(f"01-{number}", "01"), answers("emn", score=3), times=10)
    return survey


def row_of(rows: list[dict[str, str]], province: str, measure: str = "index") -> dict[str, str]:
    wanted = (province, "emn", measure)
    (row,) = [row for row in rows if (row["province"], row["service"], row["measure"]) == wanted]
    return row


def test_a_figure_carries_its_interval_and_what_it_rests_on(
    survey: Survey, analyst: FlaskClient
) -> None:
    row = row_of(records(analyst.get(ADDRESS)), "06")
    assert float(row["value"]) == pytest.approx(78.1)
    assert float(row["low"]) < 78.125 < float(row["high"])
    assert (row["n"], row["bound"], row["suppressed"]) == ("40", "", "")
    assert (row["round"], row["selection_mode"]) == (ROUND, "systematic_exit")
    assert row["weight_version"]
    assert row["through_sequence"] == str(survey.brought)


def test_numbers_are_exactly_those_of_the_table(survey: Survey, analyst: FlaskClient) -> None:
    rows = records(analyst.get(ADDRESS))
    for row in survey.table().rows:
        if row.province == "06" and row.service == "emn" and row.measure == "index":
            exported = row_of(rows, "06")
            assert [exported[name] for name in ("value", "low", "high", "n", "release")] == [
                str(each) for each in (row.value, row.low, row.high, row.n, row.release)
            ]
            bands = (exported["rank_low"], exported["rank_high"])
            assert bands == (str(row.rank_low), str(row.rank_high))


def test_few_answers_leave_without_a_figure_or_a_number(
    survey: Survey, analyst: FlaskClient
) -> None:
    row = row_of(records(analyst.get(ADDRESS)), "51")
    assert row["suppressed"] == "too_few_answers"
    shown = ("value", "low", "high", "n", "bound", "precision")
    assert (row["rank_low"], row["rank_high"]) == ("", "")
    assert {row[name] for name in shown} == {""}
    assert survey.brought == 79


def test_a_purposive_round_exports_no_interval(survey: Survey, analyst: FlaskClient) -> None:
    survey.database.write(
        lambda connection: connection.exec_driver_sql(
            "UPDATE rounds SET selection_mode = 'purposive'"
        )
    )
    row = row_of(records(analyst.get(ADDRESS)), "06")
    assert float(row["value"]) == pytest.approx(78.1)
    assert row["low"] == row["high"] == ""


def test_the_turkish_file_has_decimal_commas_and_names(
    survey: Survey, analyst: FlaskClient
) -> None:
    answer = analyst.get(f"{ADDRESS}&dialect=csv-tr&values=labels&language=tr")
    rows = records(answer, delimiter=";")
    (row,) = [
        row
        for row in rows
        if row["province"] == "Ankara"
        and "Emniyet" in row["service"]
        and "endeksi" in row["measure"]
    ]
    assert row["value"] == "78,1"
    assert row["region"] == "Batı Anadolu"
    assert survey.brought


@pytest.mark.parametrize(
    ("by", "places"),
    [
        ("service", {("", "")}),
        ("province", {("06", "TR5"), ("51", "TR7")}),
        ("region", {("", "TR5"), ("", "TR7")}),
        ("country", {("", "")}),
    ],
)
def test_the_table_can_be_split_otherwise(
    survey: Survey, analyst: FlaskClient, by: str, places: set[tuple[str, str]]
) -> None:
    rows = records(analyst.get(f"{ADDRESS}&by={by}"))
    assert places <= {(row["province"], row["region"]) for row in rows}
    assert survey.brought


def test_an_unknown_split_is_refused(survey: Survey, analyst: FlaskClient) -> None:
    assert analyst.get(f"{ADDRESS}&by=street").json["code"] == "invalid_request"
    assert survey.brought


def test_the_export_is_written_into_the_audit_trail(survey: Survey, analyst: FlaskClient) -> None:
    analyst.get(ADDRESS)
    with survey.database.read() as connection:
        ((object_, details),) = connection.exec_driver_sql(
            "SELECT object, details FROM audit_entries WHERE action = 'index.exported'"
        )
    written = json.loads(details) if isinstance(details, str) else details
    assert object_ == ROUND
    assert written["by"] == "province-service"


def test_an_officer_may_not_export(survey: Survey, client: FlaskClient) -> None:
    sign_in(client, GOVERNOR)
    assert client.get(ADDRESS).json["code"] == "not_allowed"
    assert survey.brought
