"""Migrations and models say the same, on both databases, up and down."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from server.migrations import alembic_config, is_current, metadata, migrate
from server.store.database import Database


@pytest.fixture
def migrated(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def test_an_upgraded_database_equals_the_models(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata()) == []
        assert set(inspect(connection).get_table_names()) == {
            *metadata().tables,
            "alembic_version",
        }


def test_every_constraint_has_a_name(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        found = inspect(connection)
        for table in metadata().tables:
            assert found.get_pk_constraint(table)["name"] == f"pk_{table}"
            for key in found.get_unique_constraints(table):
                assert key["name"].startswith(f"uq_{table}_")
            for key in found.get_foreign_keys(table):
                assert key["name"].startswith(f"fk_{table}_")


def test_downgrading_leaves_nothing_and_upgrading_again_works(migrated: Database) -> None:
    with migrated.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    with migrated.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    assert not is_current(migrated)
    migrate(migrated)
    assert is_current(migrated)


def test_several_processes_may_migrate_at_once(migrated: Database) -> None:
    with migrated.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    url = migrated.engine.url.render_as_string(hide_password=False)
    upgrade = [sys.executable, "-m", "server.migrations", "upgrade"]
    environment = os.environ | {"IZDES_DATABASE_URL": url}
    together = [subprocess.Popen(upgrade, env=environment) for _ in range(3)]
    assert [process.wait() for process in together] == [0, 0, 0]
    assert is_current(migrated)


def test_a_new_sqlite_file_is_migrated_into_a_folder_of_its_own(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    migrate(database)
    assert is_current(database)
    database.close()
