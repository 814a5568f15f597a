"""Every server test runs twice: on SQLite and on a private PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

from server import create_app
from server.config import Config
from server.migrations import migrate
from server.store.database import Database
from tests.people import ANALYST, STAFF, add_person, sign_in
from tests.postgresql import ADVICE, binaries, running_postgresql
from tests.records import Field, governor_of, prepare_field

_numbers = count()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that tests copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    database = Database(f"sqlite:///{file}")
    migrate(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a private PostgreSQL whose database ``template`` is migrated and empty."""
    if binaries() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(ADVICE)
        pytest.skip(ADVICE)
    with running_postgresql() as url:
        _execute(url, "CREATE DATABASE template")
        database = Database(_renamed(url, "template"))
        migrate(database)
        database.close()
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    if request.param == "sqlite":
        file = tmp_path / "izdes.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
        yield f"sqlite:///{file}"
        return
    url, name = request.getfixturevalue("postgresql"), f"test_{next(_numbers)}"
    _execute(url, f"CREATE DATABASE {name} TEMPLATE template")
    yield _renamed(url, name)
    _execute(url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh database, without a single account."""
    app = create_app(Config(data_dir=tmp_path, database_url=database_url, threads=2))
    yield app
    app.extensions["izdes.database"].close()


@pytest.fixture
def app(empty_app: Flask) -> Flask:
    """The application with the governor, the analyst and the administrator of tests/people.py."""
    for person in STAFF:
        add_person(empty_app, person)
    return empty_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who has not signed in."""
    return app.test_client()


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _renamed(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def field(app: Flask) -> Field:
    """A published form and an open round with the governor's visit."""
    tablet = app.test_client()
    with app.extensions["izdes.database"].read() as connection:
        people = connection.exec_driver_sql("SELECT username, id FROM users").all()
    prepare_field(app, dict(tuple(person) for person in people))
    return Field(app, tablet, governor_of(tablet))


@pytest.fixture
def analyst(app: Flask) -> FlaskClient:
    """The analyst's browser."""
    client = app.test_client()
    sign_in(client, ANALYST)
    return client
