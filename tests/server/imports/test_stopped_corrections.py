"""``izdes import --correct`` that was killed is finished by the next one: what is left, once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from server.rounds.models import VISITS
from tests.server.imports.shell import Shell
from tests.server.imports.test_import_command import HEADER, ROWS, mapping, table

RECORDS = 450
BEFORE = (
    ("UPDATE visits", 20),
    ("INSERT INTO submissions", 1),
    ("INSERT INTO submissions", 2),
    ("INSERT INTO submissions", 3),
)
"""Statements, and before the how manieth of them the process is killed; records come in three."""
KILLED = """
import os, signal, sys
from sqlalchemy import Engine, event
from server.shell.commands import izdes

marker, left = sys.argv[1], int(sys.argv[2])

def count(_, __, statement, *___):
    global left
    left -= statement.startswith(marker)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "before_cursor_execute", count)
izdes(sys.argv[3:])
"""


@pytest.fixture
def file(shell: Shell) -> Path:
    """Records that each stand for another number of people in each column of weights."""
    rows = [
        (number, "Ankara", f"U{number % 40}", 1 + number % 5, 1 + number % 3,
         *(1 + turn + number % 2 / 2 for turn in range(len(BEFORE))))
        for number in range(1, 1 + RECORDS)
    ]  # fmt: skip
    weights = ",".join(f"w{turn}" for turn in range(len(BEFORE)))
    return shell.file("a.csv", table([*rows], f"id,city,unit,speed,care,{weights}"))


def command(shell: Shell, file: Path, *words: str, turn: int | None = None) -> tuple[str, ...]:
    weight = {} if turn is None else {"weight": {"column": f"w{turn}"}}
    asked = shell.file("m.json", mapping(id={"column": "id"}, **weight))
    return "import", "R", str(file), "--mapping", str(asked), *words


def kill(marker: str, number: int, *words: str) -> None:
    """Run a command in a process of its own that is killed in the middle."""
    run = subprocess.run(
        [sys.executable, "-c", KILLED, marker, str(number), *words],
        env=os.environ | {"IZDES_LANGUAGE": "en"},
        capture_output=True,
        check=False,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr.decode()


def revisions(shell: Shell) -> dict[int, int]:
    """Count the texts that count by their revision."""
    rows = shell.rows(
        "SELECT revision, count(*) FROM submissions WHERE is_current GROUP BY revision"
    )
    return {int(revision): int(number) for revision, number in rows}


def test_the_next_one_gives_every_record_the_revision_it_lacks(shell: Shell, file: Path) -> None:
    shell.done(*command(shell, file))
    assert revisions(shell) == {1: RECORDS}
    for turn, (marker, number) in enumerate(BEFORE):
        asked = command(shell, file, "--correct", turn=turn)
        kill(marker, number, *asked)
        left = revisions(shell).get(turn + 1, 0)
        assert 0 < left <= RECORDS
        assert f"would be corrected: {left}" in shell.done(*asked, "--dry-run")
        assert f"(the old one stays in the record's history): {left}" in shell.done(*asked)
        assert revisions(shell) == {turn + 2: RECORDS}
        assert f"Stored before, the same: {RECORDS}" in shell.done(*asked)
    assert shell.count("submissions") == (len(BEFORE) + 1) * RECORDS


def test_without_correct_nothing_is_finished(shell: Shell, file: Path) -> None:
    shell.done(*command(shell, file))
    kill("INSERT INTO submissions", 2, *command(shell, file, "--correct", turn=0))
    before = revisions(shell)
    assert f"Stored before, the same: {RECORDS}" in shell.done(*command(shell, file, turn=0))
    assert revisions(shell) == before


def forms_of(shell: Shell, visit: str) -> list[str] | None:
    """What can be begun in a visit; of one that was withdrawn nothing."""
    with shell.app.extensions["izdes.database"].read() as connection:
        held = select(VISITS.c.forms).where(VISITS.c.code == visit)
        forms: list[str] | None = connection.scalar(held)
    return forms


def test_a_plain_import_brings_no_new_record_into_a_visit_that_was_withdrawn(
    shell: Shell,
) -> None:
    people = shell.file("a.csv", table(ROWS, HEADER))
    single = shell.file("m1.json", mapping(id={"column": "id"}))
    units = shell.file("m2.json", mapping(id={"column": "id"}, psu={"column": "unit"}))
    shell.done("import", "R", people, "--mapping", single)
    shell.done("import", "R", people, "--mapping", units, "--correct")
    visit = "R:06:7"
    assert forms_of(shell, visit) == []
    seventh = next(row for row in ROWS if row[0] == 7)
    newcomer = (99, seventh[1], "7", *seventh[3:])
    more = shell.file("b.csv", table([*ROWS[:3], newcomer], HEADER))
    tables = ("submissions", "visits", "users", "form_versions", "audit_entries")
    before = [shell.count(name) for name in tables]
    for language, said in (
        ("en", "was taken out of the sample"),
        ("tr", "örneklemden çıkarılmıştı"),
    ):
        refused = shell.refused("import", "R", more, "--mapping", units, language=language)
        assert said in refused
        assert visit in refused
    told = shell.run("import", "R", more, "--mapping", units, "--dry-run")
    assert told.exception is not None
    assert "Row 5" in told.output
    assert [shell.count(name) for name in tables] == before
    # What is held already may be sent again, and a correction takes the visit back in.
    shell.done("import", "R", people, "--mapping", single)
    assert [shell.count(name) for name in tables[:4]] == before[:4]
    shell.done("import", "R", more, "--mapping", units, "--correct")
    assert forms_of(shell, visit) == ["sehir"]
