"""``izdes import --correct``: a mapping that was wrong can be tried again."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from server.observations.round_totals import totals_of
from tests.server.imports.shell import Shell
from tests.server.imports.test_import_command import (
    HEADER,
    ROWS,
    index,
    item,
    mapping,
    table,
    weighted_mean,
)


def imported(shell: Shell, file: Path, *words: str, **more: Any) -> str:
    return shell.done(
        "import", "R", file, "--mapping", shell.file("m.json", mapping(**more)), *words
    )


@pytest.fixture
def file(shell: Shell) -> Path:
    return shell.file("a.csv", table(ROWS, HEADER))


def turned(**more: Any) -> dict[str, Any]:
    """Say that 1 was the best answer: another one of 37 records, three said 3 to everything."""
    questions = {name: item(column, name, reversed=True)
                 for name, column in (("hiz", "speed"), ("ilgi", "care"))}  # fmt: skip
    return {"questions": questions, **more}


def test_a_dry_run_tells_what_would_be_corrected_and_changes_nothing(
    shell: Shell, file: Path
) -> None:
    imported(shell, file)
    tables = ("submissions", "visits", "audit_entries", "form_versions")
    before = [shell.count(table) for table in tables]
    assert "left as it is: 37 (to correct records of an import: --correct)" in imported(
        shell, file, "--dry-run", **turned()
    )
    said = imported(shell, file, "--dry-run", "--correct", **turned())
    assert "with other content, would be corrected: 37" in said
    assert "would be stored in round “R”: 0" in said
    assert [shell.count(table) for table in tables] == before


def test_records_get_a_revision_with_history_and_audit(shell: Shell, file: Path) -> None:
    imported(shell, file)
    wrong = index(shell)["value"]
    said = imported(shell, file, "--correct", **turned())
    assert "corrected (the old one stays in the record's history): 37" in said
    assert index(shell)["value"] == pytest.approx(100 - wrong, abs=0.1)
    assert shell.count("submissions WHERE is_current AND revision = 2") == 37
    assert shell.count("submissions WHERE NOT is_current AND revision = 1") == 37
    assert shell.count("audit_entries WHERE action = 'submission.accepted'") == 77
    details = shell.rows("SELECT details FROM audit_entries WHERE action = 'interviews.imported'")
    assert '"corrected": 37' in str(details[1][0]).replace("'", '"')
    again = imported(shell, file, "--correct", **turned())
    assert "Stored before, the same: 40" in again
    assert shell.count("submissions") == 77


def test_weights_that_were_forgotten_are_put_right_with_the_visits(
    shell: Shell, file: Path
) -> None:
    imported(shell, file)
    unweighted = index(shell)["value"]
    foreseen = imported(shell, file, "--dry-run", "--correct", weight={"column": "w"})
    assert "would be corrected: 40" in foreseen
    imported(shell, file, "--correct", weight={"column": "w"})
    weights = {weight for (weight,) in shell.rows("SELECT design_weight FROM visits")}
    assert weights == {1.0, 2.0}
    assert shell.count("audit_entries WHERE action = 'visit.corrected'") == 40
    weighted = weighted_mean(ROWS, [float(str(row[-1])) for row in ROWS])
    assert weighted != pytest.approx(unweighted, abs=0.1)
    assert index(shell)["value"] == pytest.approx(weighted, abs=0.05)


def test_units_that_were_forgotten_leave_no_empty_visits_in_the_sample(
    shell: Shell, file: Path
) -> None:
    imported(shell, file)
    imported(shell, file, "--correct", psu={"column": "unit"})
    config = shell.app.extensions["izdes.config"]
    totals = totals_of(shell.app.extensions["izdes.database"], config.data_dir, "R")
    assert sorted(totals.places) == [f"R:06:U{number}" for number in range(4)]
    assert shell.count("audit_entries WHERE action = 'visit.withdrawn'") == 40


def test_a_record_of_a_tablet_is_its_officers(shell: Shell, file: Path) -> None:
    imported(shell, file)
    database = shell.app.extensions["izdes.database"]
    database.write(lambda c: c.execute(text("UPDATE submissions SET device_id = 'tablet-1'")))
    said = imported(shell, file, "--correct", **turned())
    assert "left as it is: 37" in said
    assert shell.count("submissions") == 40
