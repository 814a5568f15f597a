"""``izdes export``: the same files from a shell."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.exports.commands import export
from tests.records import ROUND, Field, envelope


@pytest.fixture
def shell(field: Field, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A shell of the machine the database lies on."""
    config = field.app.extensions["izdes.config"]
    monkeypatch.setenv("IZDES_DATABASE_URL", config.database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(config.data_dir))
    return CliRunner()


def test_interviews_are_written_to_a_file(field: Field, shell: CliRunner, tmp_path: Path) -> None:
    field.send(envelope(), envelope())
    out = tmp_path / "gorusmeler.csv"
    done = shell.invoke(export, [ROUND.id, "--out", str(out)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8", newline="") as file:
        assert [row["il"] for row in csv.DictReader(file)] == ["06", "06"]
    assert [path.name for path in tmp_path.glob(".izdes-*")] == []


def test_the_turkish_dialect_has_its_own_format(
    field: Field, shell: CliRunner, tmp_path: Path
) -> None:
    field.send(envelope())
    out = tmp_path / "excel.csv"
    shell.invoke(
        export,
        [ROUND.id, "--format", "csv-tr", "--values", "labels", "--out", str(out)],
        catch_exceptions=False,
    )
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert '"Ankara"' in out.read_text("utf-8-sig")


def test_the_index_table_is_written(field: Field, shell: CliRunner, tmp_path: Path) -> None:
    field.send(envelope())
    out = tmp_path / "endeks.csv"
    done = shell.invoke(
        export, [ROUND.id, "--what", "index", "--out", str(out)], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    assert out.read_text("utf-8").startswith("round,province,")


def test_it_is_written_down_with_nobody_as_actor(
    field: Field, shell: CliRunner, tmp_path: Path
) -> None:
    field.send(envelope())
    shell.invoke(export, [ROUND.id, "--out", str(tmp_path / "a.csv")], catch_exceptions=False)
    rows = field.rows("SELECT actor_id FROM audit_entries WHERE action = 'interviews.exported'")
    assert [row.actor_id for row in rows] == [None]


def test_an_unknown_round_leaves_no_file(field: Field, shell: CliRunner, tmp_path: Path) -> None:
    field.send(envelope())
    done = shell.invoke(export, ["yok", "--out", str(tmp_path / "a.csv")])
    assert done.exit_code != 0
    assert list(tmp_path.glob("*.csv")) == []
