"""A centre that is really served, and tablets that are really browsers."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Playwright
from sqlalchemy import Connection

from schemas.protocol.submissions import Interview
from server.accounts.operations import create_user
from server.forms.publishing import publish_shipped_forms
from server.migrations import migrate
from server.rounds.operations import NewRound, NewVisit, add_visits, open_round
from server.store.database import Database
from tests.journeys.tablet import Tablet
from tests.people import ANALYST, COLLEAGUE, GOVERNOR
from tests.waiting import PATIENCE, wait_until

ROOT = Path(__file__).parents[2]
FORM = ROOT / "schemas" / "definitions" / "A_vatandas_gorusme" / "survey.csv"
VISIT = "Z-76-01"


@dataclass
class Centre:
    """The server in its own process, and what lies in its database."""

    data: Path
    process: subprocess.Popen[str] | None = None
    origin: str = ""

    @property
    def database(self) -> Path:
        """The database file."""
        return self.data / "izdes.sqlite3"

    def start(self, *, installed: Path | None = None) -> None:
        """Serve as an administrator does, at the same address as before."""
        port = self.origin.rpartition(":")[2] or "0"
        found_first = os.pathsep.join(str(path) for path in (installed, ROOT) if path)
        self.process = subprocess.Popen(
            [sys.executable, Path(sys.executable).with_name("izdes"), "serve", "--port", port],
            env={**os.environ, "IZDES_DATA_DIR": str(self.data), "PYTHONPATH": found_first},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.origin = _origin(self.process)

    def stop(self) -> None:
        """End the server."""
        if self.process:
            self.process.terminate()
            self.process.wait()
        self.process = None

    def interviews(self) -> list[Interview]:
        """The interviews that have arrived, in order."""
        rows = self.rows("SELECT body FROM submissions ORDER BY sequence")
        return [Interview.model_validate_json(zlib.decompress(row[0])) for row in rows]

    def rows(self, statement: str) -> list[Any]:
        """Ask the database."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            return connection.execute(statement).fetchall()

    def move_visit_to_today(self) -> None:
        """Plan the visit anew: midnight may have passed since the database was prepared."""
        with sqlite3.connect(self.database, timeout=PATIENCE) as connection:
            connection.execute("UPDATE visits SET planned_on = ?", (str(_today()),))
        connection.close()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with people, the citizen interview and a visit of today; tests copy it."""
    file = tmp_path_factory.mktemp("centre") / "izdes.sqlite3"
    database = Database(f"sqlite:///{file}")
    migrate(database)
    # Here once, not at every start of a server on a copy.
    publish_shipped_forms(database)
    database.write(_prepare)
    database.close()
    return file


@pytest.fixture
def centre(prepared: Path, tmp_path: Path) -> Iterator[Centre]:
    """The server, started as an administrator starts it."""
    with _served(prepared, tmp_path / "data") as centre:
        yield centre


@pytest.fixture(scope="module")
def centre_of_module(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One server for a whole file, whose tests look at tablets only; it names this ``centre``."""
    with _served(prepared, tmp_path_factory.mktemp("served") / "data") as centre:
        yield centre


@contextmanager
def _served(prepared: Path, data: Path) -> Iterator[Centre]:
    data.mkdir()
    shutil.copy(prepared, data / "izdes.sqlite3")
    centre = Centre(data)
    try:
        centre.start()
        yield centre
    finally:
        centre.stop()


@pytest.fixture
def tablets(driver: Playwright, centre: Centre, tmp_path: Path) -> Iterator[Callable[..., Tablet]]:
    """Make tablets; at the end none may have complained or asked a stranger for anything."""
    made: list[Tablet] = []

    def tablet(**settings: Any) -> Tablet:
        profile = tmp_path / f"profile-{len(made)}"
        profile.mkdir()
        made.append(Tablet(driver, centre.origin, profile, **settings))
        return made[-1]

    yield tablet
    for each in made:
        each.switch_off()
    assert [trouble for each in made for trouble in each.troubles] == []


@pytest.fixture
def tablet(tablets: Callable[..., Tablet]) -> Tablet:
    """A tablet that has loaded the app once and is ready to work without network."""
    tablet = tablets()
    tablet.switch_on()
    tablet.wait_until_ready()
    return tablet


def _prepare(connection: Connection) -> None:
    ids = [
        create_user(
            connection,
            username=person.username,
            full_name=person.full_name,
            role=person.role,
            password=person.password,
        )
        for person in (GOVERNOR, COLLEAGUE, ANALYST)
    ]
    today = _today()
    spring = NewRound(
        id="2026-2",
        name_tr="2026 ikinci tur",
        name_en="Second round of 2026",
        selection_mode="systematic_exit",
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=30),
    )
    open_round(connection, spring, actor=None)
    visit = NewVisit(
        code=VISIT,
        province="76",
        district="1398",
        stratum="76",
        team="E-1",
        title_tr="Iğdır Emniyet Müdürlüğü",
        title_en="Iğdır Police Directorate",
        planned_on=today,
        target=20,
        officers=(ids[0],),
    )
    add_visits(connection, spring.id, [visit], actor=None)


def _today() -> date:
    """The day on the clock of the machine, as the browser on it sees it."""
    return datetime.now(UTC).astimezone().date()


def _origin(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"http://localhost:\d+", line):
            _wait_for(found.group())
            return found.group()
    raise AssertionError("the server did not start")


def _wait_for(origin: str) -> None:
    def answers() -> bool:
        try:
            with urlopen(f"{origin}/healthz"):  # noqa: S310  our own server
                return True
        except URLError:
            return False

    wait_until(answers, "the server answers")
