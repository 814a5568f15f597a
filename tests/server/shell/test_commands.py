"""``izdes``: help, accounts, doctor, serve; a mistake is one line and a non-zero exit."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from schemas.problems import Problem
from schemas.wording import catalogue
from server import clock
from server.config import SETTINGS, misspelt_settings
from server.shell.commands import COMMANDS, izdes
from tests.people import GOVERNOR
from tests.records import Field, envelope
from tests.waiting import PATIENCE

MAIN = "from server.shell.commands import main; main()"
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
    listing = "import sys, server.shell.commands as c; c.izdes(['--help'], standalone_mode=False)"
    report = "print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    shown = subprocess.check_output([sys.executable, "-c", f"{listing}; {report}"], text=True)
    loaded = set(shown.splitlines()[-1].split())
    slow = {"flask", "sqlalchemy", "sqlmodel", "alembic", "pandas", "numpy", "duckdb", "pyxform"}
    assert "click" in loaded
    assert not loaded & slow


def every_command(
    command: click.Command = izdes, name: str = "izdes"
) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for inner in command.list_commands(context):
            yield from every_command(command.get_command(context, inner), f"{name} {inner}")


def test_every_option_says_what_it_does_in_both_languages() -> None:
    used = set()
    for name, command in every_command():
        path = (name.removeprefix("izdes ")).replace(" ", "_")
        for option in command.params:
            keys = [f"options.{path}_{option.name}", f"options.{option.name}"]
            found = next((key for key in keys if key in catalogue()), None)
            assert found, (name, option.name)
            used.add(found)
    said = {key for key in catalogue() if key.startswith("options.")}
    assert said - used == set()


def test_click_says_nothing_in_english_to_who_reads_turkish() -> None:
    sources = "".join(file.read_text("utf-8") for file in Path(click.__file__).parent.glob("*.py"))
    for key, text in catalogue().items():
        if key.startswith("click."):
            written = text["en"].encode("unicode_escape").decode()
            assert f'"{written}"' in sources, f"click no longer says: {text['en']}"
    for mistake in (
        "",
        "--nonsense",
        "nonsense",
        "user add",
        "index --format x y",
        "serve --port x",
    ):
        errors = start(*mistake.split()).communicate()
        assert not re.search(
            r"\b(usage|options|commands|missing|error|no such|invalid|is not|try)\b",
            " ".join(errors),
            re.IGNORECASE,
        ), mistake


def test_a_command_that_is_none_is_answered_with_the_one_that_may_be_meant() -> None:
    _, errors = start("indx").communicate()
    assert errors == "izdes: 'indx' adlı bir komut yok. 'index' mi demek istediniz?\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_the_commands(shell: str) -> None:
    script, _ = start("completion", shell).communicate()
    assert "_IZDES_COMPLETE" in script
    word = "relia" if shell == "fish" else "1"
    asked = {
        "_IZDES_COMPLETE": f"{shell}_complete", "COMP_WORDS": "izdes relia", "COMP_CWORD": word,
    }  # fmt: skip
    answer, _ = start(**asked).communicate()
    assert "reliability" in answer
    assert "estimate" not in answer


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_listed_command_is_there(name: str) -> None:
    answer = CliRunner().invoke(izdes, [name, "--help"])
    assert answer.exit_code == 0, answer.output


def test_an_account_is_added_listed_and_disabled(run: Run) -> None:
    assert add(run).output == "“nevzat.ergun” hesabı açıldı.\n"
    listed = run("user", "list").output
    assert re.fullmatch(
        r"nevzat.ergun\tNevzat Ergün\t1: Saha görevlisi \([0-9.]+ gününden beri\)\n", listed
    )
    assert run("user", "disable", "nevzat.ergun").exit_code == 0
    assert run("user", "list").output.endswith("\tkapalı\n")


def test_mandates_are_given_and_ended(run: Run) -> None:
    add(run)
    until = ("--from", "2027-01-04", "--until", "2027-03-31")
    given = run("user", "mandate", "nevzat.ergun", "--role", "coordinator", "--place", "65", *until)
    assert given.output == "“nevzat.ergun” hesabına 2 numaralı görev verildi.\n"
    run("user", "mandate", "nevzat.ergun", "--role", "lead", "--place", "E-1", "--place", "E-2")
    assert "; 3: Ekip lideri · E-1, E-2 (" in run("user", "list").output
    assert run("user", "end-mandate", "nevzat.ergun", "3").exit_code == 0
    assert "Ekip lideri" not in run("user", "list").output
    again = run("user", "end-mandate", "nevzat.ergun", "3")
    assert isinstance(again.exception, Problem)
    assert again.exception.code == "unknown_mandate"


@pytest.mark.parametrize(
    "more",
    [
        ("--place", "99"),
        (),
        ("--place", "65", "--for", "nevzat.ergun"),
        ("--place", "\udcff"),
        ("--place", "65", "--reason", "\udcff"),
    ],
)
def test_a_mandate_that_cannot_be_changes_nothing(run: Run, more: tuple[str, ...]) -> None:
    add(run)
    refused = run("user", "mandate", "nevzat.ergun", "--role", "coordinator", *more)
    assert isinstance(refused.exception, Problem)
    assert refused.exception.code == "invalid_mandate"
    assert "koordinatör" not in run("user", "list").output


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


def test_the_doctor_finds_nothing_wrong_with_a_new_server(run: Run) -> None:
    with clock.standing_at(datetime(2026, 12, 1, tzinfo=UTC)):
        healthy = run("doctor")
        assert "✗" not in run("--language", "en", "doctor").output
    assert healthy.exit_code == 0, healthy.output
    assert "✓ Veritabanına ulaşılıyor" in healthy.output
    assert "✓ Veritabanı güncel" in healthy.output
    assert "· Alındı imza anahtarı daha yok; ilk kayıtla oluşur" in healthy.output
    assert "✓ Önümüzdeki üç ayın resmî tatilleri biliniyor" in healthy.output


@pytest.mark.parametrize(("month", "sign"), [(9, "✓"), (10, "✗")])
def test_the_doctor_tells_in_time_that_the_calendar_of_holidays_ends(
    run: Run, month: int, sign: str
) -> None:
    with clock.standing_at(datetime(2030, month, 30, 12, tzinfo=UTC)):
        told = run("--language", "en", "doctor")
    assert f"{sign} The public holidays of the next three months are known" in told.output
    assert told.exit_code == (sign == "✗")


def test_the_doctor_writes_nothing_where_nothing_is_yet(tmp_path: Path) -> None:
    nowhere = tmp_path / "not" / "yet"
    settings = {"IZDES_DATABASE_URL": "", "IZDES_DATA_DIR": str(nowhere)}
    with clock.standing_at(datetime(2026, 12, 1, tzinfo=UTC)):
        answer = CliRunner().invoke(izdes, ["doctor"], env=settings)
    assert answer.exit_code == 0, answer.output
    assert "· Veritabanı daha yok" in answer.output
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_misses_the_key_of_records(
    database_url: str, tmp_path: Path, field: Field
) -> None:
    assert field.send(envelope()).status_code == 200
    (tmp_path / "elsewhere").mkdir()
    settings = {"IZDES_DATABASE_URL": database_url, "IZDES_DATA_DIR": str(tmp_path / "elsewhere")}
    sick = CliRunner().invoke(izdes, ["doctor"], env=settings)
    assert sick.exit_code == 1
    assert "✗ Alındı imza anahtarı yerinde: " in sick.output


def test_the_doctor_says_what_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = {"IZDES_DATABASE_URL": "", "IZDES_DATA_DIR": str(tmp_path / "file" / "data")}
    sick = CliRunner().invoke(izdes, ["doctor"], env=settings)
    assert sick.exit_code == 1
    assert "✗ Veri klasörüne yazılabiliyor: " in sick.output


def test_a_misspelt_setting_is_named_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    process = start("--help", IZDES_DATA_DIR=str(tmp_path), IZDES_DATABSE_URL="sqlite://")
    _, errors = process.communicate()
    assert errors.startswith("izdes: IZDES_DATABSE_URL diye bir ayar yok")
    assert "IZDES_DATABASE_URL mi" in errors
    assert misspelt_settings({"IZDES_NONSENSE_OF_MINE": "1", **dict.fromkeys(SETTINGS, "1")}) == {
        "IZDES_NONSENSE_OF_MINE": None
    }


@pytest.mark.parametrize("written", ["eight", "-1", "0", "1.5", "٨"])
def test_a_setting_that_is_no_number_is_told(tmp_path: Path, written: str) -> None:
    process = start("user", "list", IZDES_DATA_DIR=str(tmp_path), IZDES_THREADS=written)
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith(f"izdes: IZDES_THREADS ayarı “{written}” olamaz")


def test_serve_prints_its_address_answers_and_stops_cleanly(
    database_url: str, tmp_path: Path
) -> None:
    process = start(
        "serve", "--port", "0", IZDES_DATABASE_URL=database_url, IZDES_DATA_DIR=str(tmp_path)
    )
    first_line = process.stdout.readline()
    port = re.search(r"http://localhost:(\d+)", first_line)[1]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE) as answer:
        assert answer.status == 200
        assert answer.headers["Server"] == ""
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=PATIENCE)
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
