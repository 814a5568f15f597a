"""The shell of a machine that has an application's database: commands as an analyst types them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text

from server.shell.commands import izdes


class Shell:
    """Runs ``izdes`` in English on one database."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        config = app.extensions["izdes.config"]
        monkeypatch.setenv("IZDES_DATABASE_URL", config.database_url)
        monkeypatch.setenv("IZDES_DATA_DIR", str(config.data_dir))
        self.app = app
        self.folder = folder

    def run(self, *words: str | Path, language: str = "en") -> Result:
        """Run a command, whatever comes of it."""
        return CliRunner().invoke(izdes, ["--language", language, *map(str, words)])

    def done(self, *words: str | Path, language: str = "en") -> str:
        """Run a command that must succeed, and give what it printed on standard output."""
        result = self.run(*words, language=language)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise AssertionError(result.output) from result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: str | Path, language: str = "en") -> str:
        """Run a command that must refuse, and give its sentences."""
        result = self.run(*words, language=language)
        assert result.exception is not None, result.output
        said = getattr(result.exception, "said", None)
        return result.output + (said(language) if said else "")

    def json(self, *words: str | Path) -> Any:
        """Run a command that prints JSON."""
        return json.loads(self.done(*words, "--format", "json"))

    def file(self, name: str, content: str | bytes | dict[str, Any]) -> Path:
        """Write a file."""
        path = self.folder / name
        if isinstance(content, dict):
            content = json.dumps(content, ensure_ascii=False)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def rows(self, statement: str) -> list[Any]:
        """Ask the database."""
        with self.app.extensions["izdes.database"].read() as connection:
            return list(connection.execute(text(statement)).all())

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608
