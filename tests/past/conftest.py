"""A kept instance of a past version, unpacked and migrated by the programs of today."""

import json
import os
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url

from server import create_app
from server.config import Config
from server.demo import PASSWORD
from server.migrations import migrate
from server.shell.preparing import prepare
from server.store.database import Database
from tests.people import Person, bearer, sign_in
from tests.postgresql import ADVICE, binaries, running_postgresql

KEPT = Path(__file__).parent / "e4bd1e8"
OFFICER = Person("vali", "Ahmet Yılmaz", "officer", PASSWORD)
SECOND = Person("bekir.yalin", "Bekir Yalın", "officer", "kayalık tepede rüzgâr")
ANALYST = Person("analist", "Elif Kaya", "analyst", PASSWORD)
ANONYMOUS = "B2_personel_gorusme"
"""Of its records a later version may forget who sent them and when exactly they came."""


@dataclass(frozen=True)
class Past:
    """What was kept: the folder as unpacked, and the application of today on it."""

    folder: Path
    app: Flask
    url: str

    @cached_property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """What the past version's tables said, as ``make.py`` wrote it down."""
        return self._read("rows")

    @cached_property
    def sent(self) -> list[dict[str, Any]]:
        """Every envelope that was taken in, and the receipt it got."""
        return self._read("receipts")

    @cached_property
    def figures(self) -> list[dict[str, Any]]:
        """What the past version printed as the index of the round."""
        return self._read("figures")

    @property
    def round_id(self) -> str:
        """The round of the demonstration."""
        return str(next(each["id"] for each in self.rows["rounds"] if each["status"] == "open"))

    def officer(self) -> dict[str, str]:
        """The header the officer's tablet sends."""
        return bearer(self.app.test_client(), OFFICER)

    def analyst(self) -> FlaskClient:
        """The analyst's browser."""
        client = self.app.test_client()
        sign_in(client, ANALYST)
        return client

    def _read(self, name: str) -> Any:
        return json.loads((self.folder / f"{name}.json").read_text("utf-8"))


def unpack(archive: str, folder: Path) -> Path:
    """Unpack a kept archive."""
    with tarfile.open(KEPT / archive) as tar:
        tar.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def past(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Past]:
    """Each kept instance, brought to today's tables and forms as a start of the server does."""
    folder = unpack(f"{request.param}.tar.xz", tmp_path_factory.mktemp(f"past-{request.param}"))
    if request.param == "sqlite":
        yield from _opened(folder, f"sqlite:///{folder / 'data' / 'izdes.sqlite3'}")
        return
    if binaries() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(ADVICE)
        pytest.skip(ADVICE)
    with running_postgresql() as url:
        _load(url, folder / "database.sql")
        yield from _opened(folder, url)


def _opened(folder: Path, url: str) -> Iterator[Past]:
    database = Database(url)
    migrate(database)
    prepare(database)
    database.close()
    app = create_app(Config(data_dir=folder / "data", database_url=url, threads=2))
    yield Past(folder, app, url)
    app.extensions["izdes.database"].close()


def _load(url: str, file: Path) -> None:
    programs, place = binaries(), make_url(url)
    assert programs
    assert place.host
    assert place.username
    subprocess.run(
        [programs / "psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-h", place.host, "-p",
         str(place.port), "-U", place.username, "-d", str(place.database), "-f", file],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="session")
def proves(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[bool]]:
    """Ask the tablet of today which receipts it believes."""
    from server.assets.bundling import ESBUILD, node, run_node  # noqa: PLC0415  needs Node

    program = tmp_path_factory.mktemp("proving") / "proving.mjs"
    options = ("--bundle", "--platform=node", "--format=esm", "--log-level=warning")
    source = Path(__file__).with_name("proving.ts")
    program.write_text(run_node(ESBUILD, str(source), *options), "utf-8")

    def ask(key: dict[str, Any], pairs: list[dict[str, Any]]) -> list[bool]:
        asked = json.dumps({"key": key, "pairs": pairs})
        run = subprocess.run(
            [node(), program], input=asked, capture_output=True, encoding="utf-8", check=True
        )
        answer: list[bool] = json.loads(run.stdout)
        return answer

    return ask
