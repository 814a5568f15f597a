"""``izdes compare``: what changed, how sure that is, and what it adds up to."""

import csv
import io
from typing import Any

import pytest
from scipy.stats import false_discovery_control
from sqlalchemy import Connection, update

from server.rounds.models import ROUNDS
from tests.server.comparisons.conftest import PLATES, name_units
from tests.server.indices.survey import OTHER_ROUND, ROUND, Survey, answers


def of_index(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["province"]: row for row in rows if row["measure"] == "index"}


@pytest.mark.usefixtures("rounds")
def test_what_moved_is_found_and_nothing_else(run: Any) -> None:
    rows = of_index(run("compare", ROUND, OTHER_ROUND, "--format", "json"))
    assert set(rows) == set(PLATES)
    moved = {plate: row["moved"] for plate, row in rows.items() if row["moved"]}
    assert moved == {"06": "up", "35": "down"}
    ankara = rows["06"]
    assert ankara["change"] == pytest.approx(ankara["second"] - ankara["first"], abs=0.051)
    assert ankara["low"] < ankara["change"] < ankara["high"]
    assert ankara["q"] >= ankara["p"]
    assert (ankara["first_round"], ankara["second_round"]) == (ROUND, OTHER_ROUND)


def test_services_are_adjusted_together_with_all_else_that_is_printed(
    survey: Survey, run: Any
) -> None:
    """One service moves and the other does not: by itself each would keep its own p."""
    for later, round_id in enumerate((ROUND, OTHER_ROUND)):
        for number, plate in enumerate(PLATES):
            for unit in range(5):
                code = survey.plan(f"{round_id}-{plate}-{unit}", plate, round_id=round_id)
                mood = (number + unit + later) % 2
                survey.bring(code, answers("emn", score=2 + mood + (later and unit == 0)), times=6)
                survey.bring(code, answers("acm", score=3 + (unit + number) % 2), times=6)
    rows = run("compare", ROUND, OTHER_ROUND, "--by", "service", "--format", "json")
    tested = [row for row in rows if row["p"] is not None]
    assert {row["service"] for row in tested} == {"emn", "acm"}
    assert len(tested) == 4
    assert any(row["q"] > row["p"] for row in tested)
    expected = false_discovery_control([row["p"] for row in tested])
    # Both are printed with four digits, and q is up to four times as large as p.
    assert [row["q"] for row in tested] == pytest.approx(list(expected), abs=3e-4)


def test_units_visited_twice_make_the_change_more_certain(rounds: Survey, run: Any) -> None:
    paired = of_index(run("compare", ROUND, OTHER_ROUND, "--format", "json"))
    name_units(rounds, OTHER_ROUND, "Başka")
    apart = of_index(run("compare", ROUND, OTHER_ROUND, "--format", "json"))
    assert paired["01"]["change"] == apart["01"]["change"]
    for plate in set(PLATES) - {"06", "35"}:
        assert _width(paired[plate]) < 0.95 * _width(apart[plate])


def _width(row: dict[str, Any]) -> float:
    return float(row["high"] - row["low"])


@pytest.mark.usefixtures("rounds")
def test_contributions_add_up_to_the_national_change(run: Any) -> None:
    rows = of_index(run("compare", ROUND, OTHER_ROUND, "--format", "json"))
    (country,) = [
        row
        for row in run("compare", ROUND, OTHER_ROUND, "--by", "service", "--format", "json")
        if row["measure"] == "index"
    ]
    added = sum(row["contribution"] for row in rows.values())
    assert added == pytest.approx(country["change"], abs=0.1)
    assert rows["06"]["contribution"] > 0 > rows["35"]["contribution"]
    assert country["contribution"] is None


def test_a_figure_hidden_in_one_round_is_hidden_here(rounds: Survey, run: Any) -> None:
    for round_id, times in ((ROUND, 1), (OTHER_ROUND, 20)):
        for unit in range(2):
            code = rounds.plan(f"{round_id}-81-{unit}", "81", round_id=round_id)
            rounds.bring(code, answers("emn", score=3 + unit), times=times)
    rows = of_index(run("compare", ROUND, OTHER_ROUND, "--format", "json"))
    duzce = rows["81"]
    assert duzce["suppressed"] == "too_few_answers"
    told = {"province", "region", "service", "measure", "suppressed", "model_based"}
    told |= {name for name in duzce if name.endswith(("_round", "_version", "_release"))}
    assert {duzce[name] for name in duzce if name not in told} == {None}


def test_a_purposive_round_allows_no_test(rounds: Survey, run: Any) -> None:
    def write(connection: Connection) -> None:
        connection.execute(
            update(ROUNDS).where(ROUNDS.c.id == ROUND).values(selection_mode="purposive")
        )

    rounds.database.write(write)
    rows = of_index(run("compare", ROUND, OTHER_ROUND, "--format", "json"))
    assert rows["06"]["change"] is not None
    assert {rows["06"][name] for name in ("low", "high", "p", "q", "moved")} == {None}


@pytest.mark.usefixtures("rounds")
def test_composites_and_regions_are_compared_too(run: Any) -> None:
    by_region = run("compare", ROUND, OTHER_ROUND, "--by", "region,service", "--format", "json")
    assert {row["region"] for row in by_region} > {"TR1", "TR5"}
    assert {row["contribution"] for row in by_region} == {None}
    words = ("--by", "province", "--service", "emn", "--format", "json")
    composites = run("compare", ROUND, OTHER_ROUND, *words)
    single = of_index(run("compare", ROUND, OTHER_ROUND, "--format", "json"))
    ankara = next(
        row for row in composites if (row["province"], row["measure"]) == ("06", "composite_index")
    )
    for name in ("change", "low", "high"):
        assert ankara[name] == pytest.approx(single["06"][name], abs=0.5)


@pytest.mark.usefixtures("rounds")
def test_people_and_programs_read_the_same(run: Any) -> None:
    english, turkish = (
        run("compare", ROUND, OTHER_ROUND, language=language).output for language in ("en", "tr")
    )
    (line,) = [x for x in english.splitlines() if "Ankara" in x and "Satisfaction index" in x]
    assert "went up" in line
    assert "yükseldi" in turkish
    assert "Benjamini–Hochberg" in turkish
    output = run("compare", ROUND, OTHER_ROUND, "--format", "csv").output
    read = {(row["province"], row["measure"]): row for row in csv.DictReader(io.StringIO(output))}
    assert read["06", "index"]["moved"] == "up"


@pytest.mark.usefixtures("survey")
def test_rounds_without_interviews_have_no_changes(run: Any) -> None:
    assert run("compare", ROUND, OTHER_ROUND, "--format", "json") == []
    assert run("compare", ROUND, "1999-1").exit_code == 1
