"""``izdes sensitivity``: composites with other weights, and the ACSI-type index."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, update

from server.rounds.models import ROUNDS
from tests.server.comparisons.conftest import PLATES
from tests.server.indices.survey import CORE, ROUND, Survey, answers

UNITS = 4
SCORES = {"emn": 4, "acm": 2}
BOTH = ("--service", "emn", "--service", "acm")
ASKED = {"emn": set(CORE), "acm": set(CORE) - {"fiziki"}}


@pytest.fixture
def given(survey: Survey) -> Survey:
    """Police and 112 of ten provinces; in the first both do alike, police leads elsewhere."""
    random = np.random.default_rng(3)
    for plate in PLATES:
        for unit in range(UNITS):
            code = survey.plan(f"{ROUND}-{plate}-{unit}", plate)
            for service, score in SCORES.items():
                middle = 3 if plate == PLATES[0] else score
                for moved in np.clip(random.normal(middle, 0.7, size=(12, 8)), 1, 5).round():
                    told = zip((*CORE, "genel"), moved.astype(int), strict=True)
                    given = {f"{service}_{name}": str(each) for name, each in told}
                    survey.bring(code, answers(service, **given))
    return survey


@pytest.mark.usefixtures("given")
def test_other_weights_move_what_is_not_alike(run: Any) -> None:
    rows = run("sensitivity", ROUND, *BOTH, "--format", "json")
    places = {row["province"]: row for row in rows if row["province"]}
    even, uneven = places[PLATES[0]], places[PLATES[1]]
    assert even["high"] - even["low"] < 4 < uneven["high"] - uneven["low"]
    assert uneven["geometric"] < uneven["published"] - 3
    assert even["published"] - even["geometric"] < 1
    for row in places.values():
        assert 1 <= row["rank_low"] <= row["rank_high"] <= len(places)


@pytest.mark.usefixtures("given")
def test_the_published_composite_is_the_one_of_the_table(run: Any) -> None:
    table = run("index", ROUND, *BOTH, "--by", "province", "--format", "json")
    published = {
        row["province"]: row["value"] for row in table if row["measure"] == "composite_index"
    }
    rows = run("sensitivity", ROUND, *BOTH, "--format", "json")
    shown = {row["province"]: row["published"] for row in rows if row["province"]}
    assert set(shown) == set(PLATES)
    for plate, value in shown.items():
        assert value == pytest.approx(published[plate], abs=1e-9)


@pytest.mark.usefixtures("given")
def test_a_service_is_weighed_as_its_answers_go_together(run: Any) -> None:
    rows = run("sensitivity", ROUND, *BOTH, "--format", "json")
    services = {row["service"]: row for row in rows if row["service"]}
    assert set(services) == set(SCORES)
    for service, row in services.items():
        assert sum(row["acsi_weights"].values()) == pytest.approx(1, abs=0.004)
        assert set(row["acsi_weights"]) == ASKED[service]
        assert row["acsi"] == pytest.approx(row["published"], abs=5)


@pytest.mark.usefixtures("given")
def test_people_read_how_it_was_put_together(run: Any) -> None:
    turkish, english = (
        run("sensitivity", ROUND, language=language).output for language in ("tr", "en")
    )
    assert "Geometrik" in turkish
    assert "ACSI türü" in turkish
    assert "drawn anew 1,000 times" in english


@pytest.mark.usefixtures("given")
def test_a_spreadsheet_has_a_line_per_place_and_service(run: Any) -> None:
    output = run("sensitivity", ROUND, *BOTH, "--format", "csv").output
    heading, *lines = output.splitlines()
    assert heading.split(",")[:2] == ["province", "service"]
    assert {"published", "geometric", "acsi"} <= set(heading.split(","))
    assert len(lines) >= len(SCORES)


@pytest.mark.usefixtures("survey")
def test_a_round_without_interviews_has_nothing_to_move(run: Any) -> None:
    assert run("sensitivity", ROUND, "--format", "json") == []
    assert run("sensitivity", ROUND).exit_code == 0


def test_a_purposive_round_is_not_ranked(survey: Survey, run: Any) -> None:
    def purposive(connection: Connection) -> None:
        chosen = update(ROUNDS).where(ROUNDS.c.id == ROUND)
        connection.execute(chosen.values(selection_mode="purposive"))

    survey.database.write(purposive)
    assert run("sensitivity", ROUND).exception.code == "no_ranks_of_purposive_rounds"


@pytest.mark.usefixtures("given")
def test_too_few_services_make_no_composite(run: Any) -> None:
    rows = run("sensitivity", ROUND, "--format", "json")
    assert {row["service"] for row in rows} == set(SCORES)
