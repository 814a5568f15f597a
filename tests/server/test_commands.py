"""``izdes``: help, accounts, doctor, serve; a mistake is one line and a non-zero exit."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from schemas.wording import catalogue
from server.commands import COMMANDS, izdes
from tests.people import GOVERNOR

MAIN = "from server.commands import main; main()"
Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    """Run a command inside this process, on a fresh database."""
    settings = {"IZDES_DATABASE_URL": database_url, "IZDES_DATA_DIR": str(tmp_path)}

    def invoke(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(izdes, arguments, input=typed, env=settings)

    return invoke


def start(*arguments: str, **settings: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments],
        env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def add(run: Run, password: str = GOVERNOR.password) -> Result:
    return run(
        "user", "add", GOVERNOR.username, "--name", GOVERNOR.full_name,
        "--role", "officer", "--password-stdin", typed=f"{password}\n",
    )  # fmt: skip


def test_help_names_every_command_in_both_languages() -> None:
    for language in ("tr", "en"):
        shown = CliRunner().invoke(izdes, ["--language", language, "--help"]).output
        for name in ("serve", "doctor", *COMMANDS):
            sentence = catalogue()[f"commands.help_{name}"][language]
            assert f"  {name} " in shown
            assert sentence.split()[0] in shown


def test_help_waits_for_no_library() -> None:
    listing = "import sys, server.commands as c; c.izdes(['--help'], standalone_mode=False)"
    report = "print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    shown = subprocess.check_output([sys.executable, "-c", f"{listing}; {report}"], text=True)
    loaded = set(shown.splitlines()[-1].split())
    slow = {"flask", "sqlalchemy", "sqlmodel", "alembic", "pandas", "numpy", "duckdb", "pyxform"}
    assert "click" in loaded
    assert not loaded & slow


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_listed_command_is_there(name: str) -> None:
    answer = CliRunner().invoke(izdes, [name, "--help"])
    assert answer.exit_code == 0, answer.output


def test_an_account_is_added_listed_and_disabled(run: Run) -> None:
    assert add(run).output == "“nevzat.ergun” hesabı açıldı.\n"
    assert run("user", "list").output == "nevzat.ergun\tNevzat Ergün\tSaha görevlisi\n"
    assert run("user", "disable", "nevzat.ergun").exit_code == 0
    assert run("user", "list").output.endswith("\tkapalı\n")


def test_a_password_is_asked_for_twice_and_never_shown(run: Run) -> None:
    add(run)
    twice = "yepyeni uzun parola\n" * 2
    answer = run("--language", "en", "user", "password", "nevzat.ergun", typed=twice)
    assert answer.exit_code == 0, answer.output
    assert "Password (again)" in answer.output
    assert "yepyeni" not in answer.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nonsense"], "nonsense"),
        (["user", "disable", "nobody"], "“nobody” adlı bir kullanıcı yok."),
        (["--language", "en", "user", "disable", "nobody"], "There is no user named “nobody”."),
        (["user", "add", "x"], "--name"),
    ],
    ids=str,
)
def test_a_mistake_is_one_line_and_a_non_zero_exit(
    tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    process = start(*arguments, IZDES_DATA_DIR=str(tmp_path), IZDES_DATABASE_URL="")
    output, errors = process.communicate()
    assert process.returncode != 0
    assert output == ""
    assert sentence in errors
    assert len(errors.splitlines()) == 1


def test_a_database_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    nowhere = "postgresql+psycopg://izdes@127.0.0.1:1/izdes"
    process = start("user", "list", IZDES_DATA_DIR=str(tmp_path), IZDES_DATABASE_URL=nowhere)
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors == "izdes: Veritabanına ulaşılamıyor: IZDES_DATABASE_URL ayarını denetleyiniz.\n"


def test_the_doctor_finds_what_is_missing_and_says_what_to_do(run: Run, tmp_path: Path) -> None:
    sick = run("doctor")
    assert sick.exit_code == 1
    assert "✓ Veritabanına ulaşılıyor" in sick.output
    assert "✓ Veritabanı güncel" in sick.output
    assert "✗ Alındı imza anahtarı yerinde: " in sick.output
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "receipts.pem").touch()
    healthy = run("--language", "en", "doctor")
    assert healthy.exit_code == 0, healthy.output
    assert "✗" not in healthy.output


def test_serve_prints_its_address_answers_and_stops_cleanly(
    database_url: str, tmp_path: Path
) -> None:
    process = start(
        "serve", "--port", "0", IZDES_DATABASE_URL=database_url, IZDES_DATA_DIR=str(tmp_path)
    )
    first_line = process.stdout.readline()
    port = re.search(r"http://localhost:(\d+)", first_line)[1]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
        assert answer.status == 200
        assert answer.headers["Server"] == ""
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_serve_says_when_the_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        process = start("serve", "--port", port, IZDES_DATA_DIR=str(tmp_path))
        _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith(f"izdes: {port} numaralı bağlantı noktası")
    assert len(errors.splitlines()) == 1
