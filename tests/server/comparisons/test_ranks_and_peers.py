"""``izdes ranks`` and ``izdes peers``."""

from typing import Any

import pytest
from sqlalchemy import Connection, update

from schemas.reference.geography import provinces
from schemas.reference.similarity import similarity
from server.comparisons.similar import peers_of
from server.rounds.models import ROUNDS
from tests.server.comparisons.conftest import PLATES
from tests.server.indices.survey import OTHER_ROUND, ROUND, Survey, answers


@pytest.mark.usefixtures("rounds")
def test_ranks_are_bands_around_the_order(run: Any) -> None:
    rows = run("ranks", OTHER_ROUND, "--service", "emn", "--format", "json")
    assert rows[0]["province"] == "06"
    assert rows[-1]["province"] == "35"
    for rank, row in enumerate(rows, start=1):
        assert 1 <= row["rank_low"] <= rank <= row["rank_high"] <= len(rows)
        assert row["rank_low"] <= row["rank_alone_low"] <= row["rank_alone_high"]
        assert row["rank_alone_high"] <= row["rank_high"]
    assert rows[0]["rank_high"] < len(rows)
    assert rows[-1]["rank_low"] > 1


@pytest.mark.usefixtures("rounds")
def test_the_index_table_carries_the_same_bands(run: Any) -> None:
    ranked = {
        row["province"]: (row["rank_low"], row["rank_high"])
        for row in run("ranks", OTHER_ROUND, "--service", "emn", "--format", "json")
    }
    table = run("index", OTHER_ROUND, "--format", "json")
    assert {
        row["province"]: (row["rank_low"], row["rank_high"])
        for row in table
        if row["measure"] == "index"
    } == ranked
    picked = run("index", OTHER_ROUND, "--province", "06", "--format", "json")
    assert {row["rank_low"] for row in picked} == {None}


def test_a_thin_provinces_rank_is_wider_not_missing(rounds: Survey, run: Any) -> None:
    for unit in range(4):
        code = rounds.plan(f"{OTHER_ROUND}-81-{unit}", "81", round_id=OTHER_ROUND)
        for score in (2, 2, 2, 3):
            rounds.bring(code, answers("emn", score=score))
    rows = {
        row["province"]: row
        for row in run("ranks", OTHER_ROUND, "--service", "emn", "--format", "json")
    }
    assert rows["81"]["model_based"]
    assert rows["81"]["rank_high"] - rows["81"]["rank_low"] >= 3
    assert rows["81"]["rank_alone_low"] < rows["81"]["rank_alone_high"]


@pytest.mark.usefixtures("rounds")
def test_people_read_bands_in_their_language(run: Any) -> None:
    output = run("ranks", OTHER_ROUND, "--service", "emn", language="tr").output
    assert "Sıra (birlikte)" in output
    assert "Yayımlanan 10 il arasındaki sıra" in output
    average = run("ranks", OTHER_ROUND, language="en")
    assert average.exit_code == 0


def test_purposive_rounds_have_no_ranks(rounds: Survey, run: Any) -> None:
    def write(connection: Connection) -> None:
        connection.execute(
            update(ROUNDS).where(ROUNDS.c.id == ROUND).values(selection_mode="purposive")
        )

    rounds.database.write(write)
    assert {row["rank_low"] for row in run("index", ROUND, "--format", "json")} == {None}
    refused = run("ranks", ROUND, "--service", "emn")
    assert refused.exit_code == 1
    assert refused.exception.code == "no_ranks_of_purposive_rounds"


def test_every_province_has_peers_by_outside_facts() -> None:
    known = similarity()
    assert known.plates == tuple(province.plate for province in provinces())
    assert {len(row) for row in known.facts} == {len(known.weights)}
    for plate in known.plates:
        similar = peers_of(plate)
        assert len(set(similar) - {plate}) == known.peers
    assert {"06", "35"} <= set(peers_of("34"))
    assert "34" not in peers_of("69")


@pytest.mark.usefixtures("rounds")
def test_a_province_stands_beside_its_peers(run: Any) -> None:
    rows = run("peers", ROUND, "İzmir", "--service", "emn", "--format", "json")
    index = [row for row in rows if row["measure"] == "index"]
    assert (index[0]["province"], index[0]["peer"]) == ("35", 0)
    expected = [plate for plate in peers_of("35") if plate in PLATES]
    assert [row["province"] for row in index[1:]] == expected
    assert "likeness goes by population" in run("peers", ROUND, "35").output.lower()
    assert run("peers", ROUND, "Atlantis").exit_code == 1
