"""An open round, and the shell."""

from pathlib import Path

import pytest
from flask import Flask

from tests.server.imports.shell import Shell


@pytest.fixture
def shell(empty_app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """A shell on an empty database, in which round ``R`` is open."""
    shell = Shell(empty_app, monkeypatch, tmp_path)
    shell.done(
        *("round", "open", "R", "--name-tr", "R", "--name-en", "R", "--mode", "probability"),
        *("--from", "2026-01-01", "--until", "2026-12-31"),
    )
    return shell
