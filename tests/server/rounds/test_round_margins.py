"""``izdes round margins``: a round weighted to a population table of its own."""

from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from schemas.reference.population import built_in_margins
from server.migrations import alembic_config, is_current, migrate
from server.rounds.margins import built_in_of, margins_of
from server.rounds.models import ROUNDS
from server.shell.commands import izdes
from server.store.audit import AUDIT_ENTRIES
from server.store.database import Database

OPEN = ("round", "open", "2027-1", "--name-tr", "2027 ilkbahar", "--name-en", "Spring 2027")
OPEN += ("--mode", "systematic_exit", "--from", "2027-03-01", "--until", "2027-05-31")


@pytest.fixture
def database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(tmp_path))
    run(*OPEN)
    return Database(database_url)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(izdes, ["--language", "en", *arguments])


def file_of(folder: Path, factor: float = 1.0, drop: str = "") -> str:
    """Write the built-in table with another number of people in every cell."""
    rows = [
        f"{','.join(cell)},{size * factor}"
        for cell, size in built_in_margins().items()
        if ",".join(cell) != drop
    ]
    file = folder / "margins.csv"
    file.write_text("\n".join(["plate,sex,age_group,population", *rows]))
    return str(file)


def test_a_table_is_stored_named_and_audited(database: Database, tmp_path: Path) -> None:
    said = run("round", "margins", "2027-1", file_of(tmp_path, 0.7))
    assert said.exit_code == 0
    with database.read() as connection:
        held = margins_of(connection, "2027-1")
        (entry,) = connection.execute(
            select(AUDIT_ENTRIES).where(AUDIT_ENTRIES.c.action == "round.margins_set")
        ).all()
    assert held is not None
    assert held.version in said.output
    assert held.margins["06", "kadin", "65+"] == pytest.approx(
        0.7 * built_in_margins()["06", "kadin", "65+"]
    )
    assert entry.details == {"version": held.version, "cells": 972}
    assert held.version in run("round", "margins", "2027-1").output


def test_the_latest_table_counts_until_the_built_in_one_returns(
    database: Database, tmp_path: Path
) -> None:
    run("round", "margins", "2027-1", file_of(tmp_path, 0.7))
    run("round", "margins", "2027-1", file_of(tmp_path, 0.8))
    with database.read() as connection:
        held = margins_of(connection, "2027-1")
    assert held is not None
    assert held.margins["01", "erkek", "18-24"] == pytest.approx(
        0.8 * built_in_margins()["01", "erkek", "18-24"]
    )
    assert run("round", "margins", "2027-1", "--built-in").exit_code == 0
    with database.read() as connection:
        assert margins_of(connection, "2027-1") is None


def test_a_round_of_before_keeps_the_edition_it_was_shown_with(database: Database) -> None:
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "7d20b6e4f1a5")
    assert not is_current(database)
    migrate(database)
    run("round", "open", "2027-2", *OPEN[3:])
    with database.read() as connection:
        held = {name: built_in_of(connection, name) for name in ("2027-1", "2027-2")}
    assert {name: table.version for name, table in held.items()} == {
        "2027-1": "voters_2018",
        "2027-2": "adults_2025",
    }
    assert sum(held["2027-1"].margins.values()) == pytest.approx(86_092_168)
    assert "population of 2025 as voters of 2018" in run("round", "margins", "2027-1").output


def test_a_round_of_before_is_moved_on_by_a_word(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(update(ROUNDS).values(built_in_margins="voters_2018"))
    assert run("round", "margins", "2027-1", "--built-in").exit_code == 0
    assert "residents of 18 and over" in run("round", "margins", "2027-1").output
    with database.read() as connection:
        details = connection.scalar(
            select(AUDIT_ENTRIES.c.details).where(AUDIT_ENTRIES.c.action == "round.margins_dropped")
        )
    assert details == {"version": "adults_2025"}


def test_a_faulty_table_changes_nothing(database: Database, tmp_path: Path) -> None:
    said = run("round", "margins", "2027-1", file_of(tmp_path, drop="06,kadin,65+"))
    assert said.exit_code != 0
    assert "Ankara: these cells are missing: kadin 65+" in said.output
    with database.read() as connection:
        assert margins_of(connection, "2027-1") is None


def test_an_unknown_round_is_named(database: Database, tmp_path: Path) -> None:
    said = run("round", "margins", "1999-1", file_of(tmp_path))
    assert said.exit_code != 0
    assert "1999-1" in str(said.exception.details)  # type: ignore[union-attr]
    with database.read() as connection:
        assert margins_of(connection, "1999-1") is None
