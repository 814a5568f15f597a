"""Instances that are served by real processes, on both databases."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from server import create_app
from server.config import Config
from server.migrations import migrate
from server.store.database import Database
from tests.people import GOVERNOR, add_person
from tests.postgresql import running_postgresql
from tests.records import governor_of, prepare_field
from tests.serving import free_port


@dataclass
class Centre:
    """A prepared instance: where it lies, and how the governor's tablet reaches it."""

    url: str
    data_dir: Path
    officer: dict[str, str]
    port: int = field(default_factory=free_port)

    @property
    def settings(self) -> dict[str, str]:
        """What the environment of its server says."""
        return {
            "IZDES_DATABASE_URL": self.url,
            "IZDES_DATA_DIR": str(self.data_dir),
            "IZDES_THREADS": "8",
        }

    def rows(self, statement: str) -> list[Any]:
        """Ask its database."""
        database = Database(self.url)
        try:
            with database.read() as connection:
                return list(connection.execute(text(statement)).all())
        finally:
            database.close()


@pytest.fixture
def kills() -> int:
    """How often to kill: a few times, or (``make soak``) as often as a night allows."""
    return 50 if os.environ.get("IZDES_SOAK") == "1" else 2


@pytest.fixture(params=["sqlite", "postgresql"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    """An instance with a form, visits and a signed-in governor."""
    if request.param == "sqlite":
        yield prepared(f"sqlite:///{tmp_path / 'izdes.sqlite3'}", tmp_path)
        return
    with running_postgresql(fsync="on") as url:
        yield prepared(url, tmp_path)


def prepared(url: str, folder: Path) -> Centre:
    """Make an instance with a form, visits and a signed-in governor."""
    app = create_app(Config(data_dir=folder, database_url=url, threads=2))
    database: Database = app.extensions["izdes.database"]
    migrate(database)
    prepare_field(app, {GOVERNOR.username: add_person(app, GOVERNOR)})
    centre = Centre(url, folder, governor_of(app.test_client()))
    database.close()
    return centre
