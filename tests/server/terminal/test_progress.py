"""What takes long says how far it is: on standard error, to who watches, in the language chosen."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from server.shell.commands import izdes
from server.terminal import progress
from server.terminal.application import terminal_language


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be told from the first moment."""
    monkeypatch.setattr(progress, "AFTER", 0.0)
    monkeypatch.setattr(progress, "IN_FILE", 0.0)


def work(*arguments: str) -> tuple[str, str]:
    """Run a command that reads 1,500 records; give what stands in both outputs."""

    @izdes.command("work", hidden=True)
    def _work() -> None:
        with (
            progress.watched(terminal_language()),
            progress.stage("progress.records", 1500) as advance,
        ):
            advance(1000)
        print("done")  # noqa: T201

    try:
        result = CliRunner().invoke(izdes, [*arguments, "work"], catch_exceptions=False)
    finally:
        del izdes.commands["work"]
    return result.stdout, result.stderr


@pytest.mark.parametrize(
    ("language", "said"),
    [("tr", "Kayıtlar okunuyor … 1.000 / 1.500"), ("en", "Reading the records … 1,000 of 1,500")],
)
def test_who_asks_is_told_on_standard_error_only(language: str, said: str) -> None:
    out, told = work("--language", language, "--progress")
    assert said in told.splitlines()
    assert out == "done\n"


def test_a_pipe_is_told_nothing_unless_asked() -> None:
    assert work() == ("done\n", "")
    assert work("--no-progress") == ("done\n", "")


def test_without_a_number_the_seconds_are_told() -> None:
    line = progress.Line("tr", is_terminal=True)
    assert line.text == "Çalışıyor … 0 sn"


def test_a_terminal_has_one_line_that_makes_room(capsys: pytest.CaptureFixture[str]) -> None:
    line = progress.Line("tr", is_terminal=True)
    line.tell()
    line.clear()
    line.clear()
    assert capsys.readouterr().err == f"{progress.CLEAR}Çalışıyor … 0 sn{progress.CLEAR}"


def test_quick_work_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "AFTER", 3600.0)
    progress.Line("tr", is_terminal=True).tell()
    assert capsys.readouterr().err == ""


def test_no_command_waits_for_pandas() -> None:
    look = (
        "import sys, server.indices.tables, server.quality.queries, pyarrow;"
        "pyarrow.array([1, None]); print('pandas' in sys.modules); import pandas"
    )
    said = subprocess.check_output([sys.executable, "-c", look], text=True)
    assert said.strip() == "False"
