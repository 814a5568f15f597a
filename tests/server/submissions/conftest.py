"""Applications whose factory knows one derivation more."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

import server
from tests.server.imports.shell import Shell
from tests.server.submissions import ages


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Name the derivation of the tests where the others are named."""
    module = "tests.server.submissions.ages"
    monkeypatch.setattr(server, "DERIVATIONS", (*server.DERIVATIONS, module))
    faulty, concerned = set(ages.FAULTY), set(ages.CONCERNED)
    yield
    ages.FAULTY.clear()
    ages.FAULTY.update(faulty)
    ages.CONCERNED.clear()
    ages.CONCERNED.update(concerned)


@pytest.fixture
def empty_app(empty_app: Flask) -> Flask:
    """An application with the table of that derivation."""
    empty_app.extensions["izdes.database"].write(
        lambda connection: connection.execute(text(ages.TABLE))
    )
    return empty_app


@pytest.fixture
def shell(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The shell of that machine."""
    return Shell(app, monkeypatch, app.extensions["izdes.config"].data_dir)
