"""Where few answered the table shows a model's value, marked wherever it is seen."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from schemas.reference.geography import provinces
from server.shell.commands import izdes
from tests.server.indices.survey import ROUND, Survey, answers

PLATES = [province.plate for province in provinces()][:12]


@pytest.fixture
def thin(survey: Survey) -> Survey:
    """Twelve provinces with 16 answers on each of two services; Adana with 64."""
    for number, plate in enumerate(PLATES):
        for visit in range(4):
            code = survey.plan(f"{plate}-{visit}", plate)
            for happy in range(4):
                score = 2 + (number + visit + happy) % 4
                given = answers("emn", "acm", score=score, overall=2 + (visit + happy) % 4)
                survey.bring(code, given, times=4 if plate == "01" else 1)
    return survey


def test_thin_cells_are_model_based_and_say_how_sure_they_are(thin: Survey) -> None:
    rows = [row for row in thin.table().rows if row.measure == "index"]
    assert {row.province for row in rows if not row.model_based} == {"01"}
    for row in rows:
        width = (row.high or 0) - (row.low or 0)
        known = "good" if width <= 10 else "fair" if width <= 20 else "wide"
        assert row.precision == (known if width <= 30 else "direction_only")
        assert row.suppressed is None
    for row in (row for row in rows if row.model_based):
        assert row.low is not None
        assert row.high is not None
        assert 0 <= row.low < (row.value or 0) < row.high <= 100
    ankara = next(row for row in rows if (row.province, row.service) == ("06", "emn"))
    assert ankara.n == 15


def test_a_model_pulls_extremes_towards_the_others(thin: Survey) -> None:
    for visit in range(4):
        thin.bring(thin.plan(f"81-{visit}", "81"), answers("emn", score=1), times=4)
    rows = {(row.province, row.service): row for row in thin.table().rows if row.measure == "index"}
    assert rows["81", "emn"].model_based
    assert 0 < (rows["81", "emn"].value or 0) < 40


def test_the_models_of_a_service_agree_with_its_national_mean(thin: Survey) -> None:
    country = thin.row(by=("service",), services=("emn",))
    assert not country.model_based
    one_region = thin.table(by=("region",), services=("emn",)).rows
    assert any(row.model_based for row in one_region if row.n and row.n < 30)


def test_a_share_may_be_shown_where_a_model_makes_it(thin: Survey) -> None:
    ankara = next(
        row
        for row in thin.table().rows
        if (row.province, row.service, row.measure) == ("06", "emn", "satisfied")
    )
    assert (ankara.model_based, ankara.suppressed) == (True, None)


def test_an_average_of_services_of_a_thin_province_is_model_based(thin: Survey) -> None:
    for plate in PLATES[1:]:
        assert thin.row("composite_index", by=("province",), provinces=(plate,), services=("emn",)
                        ).model_based  # fmt: skip


def test_nothing_is_modelled_from_a_few_provinces(survey: Survey) -> None:
    for plate in PLATES[:3]:
        for visit in range(4):
            code = survey.plan(f"{plate}-{visit}", plate)
            for score in (2, 3, 4, 5):
                survey.bring(code, answers("emn", score=score))
    rows = survey.table().rows
    assert rows
    assert not any(row.model_based for row in rows)


def test_programs_and_people_are_told(
    thin: Survey, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(thin.data_dir))

    def printed(*options: str) -> str:
        return CliRunner().invoke(izdes, ["--language", "en", "index", ROUND, *options]).output

    rows = json.loads(printed("--format", "json"))
    assert {row["model_based"] for row in rows if row["province"] == "06"} == {True}
    assert {row["model_based"] for row in rows if row["province"] == "01"} == {False}
    lines = csv.DictReader(io.StringIO(printed("--format", "csv")))
    assert {row["model_based"] for row in lines if row["province"] == "06"} == {"True"}
    table = printed()
    assert ", model-based" in table
    assert "There are too few answers to measure the variability" in table
    assert "fewer than 30 people answered" in table
