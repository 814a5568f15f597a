"""``izdes round list``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.rounds.operations import open_round
from server.shell.commands import izdes
from server.store.database import Database
from tests.records import ROUND, TODAY


@pytest.fixture
def instance(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance with one round, named by the environment."""
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(tmp_path))
    database = Database(database_url)
    database.write(lambda connection: open_round(connection, ROUND, actor=None))
    database.close()


@pytest.mark.usefixtures("instance")
def test_programs_get_json() -> None:
    result = CliRunner().invoke(izdes, ["--language", "en", "round", "list", "--format", "json"])
    (listed,) = json.loads(result.output)
    assert listed["id"] == "2026-2"
    assert (listed["name"], listed["status"]) == ("Autumn 2026", "open")
    assert listed["ends_on"] == ROUND.ends_on.isoformat() > TODAY.isoformat()


@pytest.mark.usefixtures("instance")
def test_people_get_a_table_in_their_language() -> None:
    result = CliRunner().invoke(izdes, ["--language", "tr", "round", "list"])
    assert result.output.split("\t")[:4] == [
        "2026-2",
        "2026 güz dönemi",
        "sürüyor",
        "sistematik çıkış görüşmesi",
    ]
