"""``izdes unit``: importing, listing, merging and closing units; the register of institutions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from schemas.problems import Problem
from server.shell.commands import izdes
from server.store.audit import AUDIT_ENTRIES
from server.store.database import Database
from server.units.models import ORGANISATIONS, UNIT_ALIASES, UNITS
from server.units.organisations import fill_organisations

HEAD = "province,district,type,name,organisation,aliases,decision\n"
FIRST = HEAD + (
    "65,,jandarma,Van İl Jandarma Komutanlığı,il_jandarma-65,,\n"
    "Van,Edremit,karakol,Edremit Jandarma Karakolu,,Edremit Karakolu,\n"
    "76,,nufus,Iğdır İl Nüfus Müdürlüğü,il_nufus-76,,\n"
)

Run = Callable[..., Result]


@pytest.fixture
def database(database_url: str) -> Database:
    database = Database(database_url)
    database.write(fill_organisations)
    return database


@pytest.fixture
def run(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(tmp_path))

    def invoke(*words: str, content: str | bytes | None = None) -> Result:
        file = tmp_path / "units.csv"
        if content is not None:
            file.write_bytes(content.encode() if isinstance(content, str) else content)
            words = (*words, str(file))
        return CliRunner().invoke(izdes, ["--language", "en", "unit", *words])

    yield invoke
    database.close()


def told(result: Result) -> str:
    """What stands on the terminal, the problem at the end included."""
    problem = result.exception
    return result.output + (problem.said("en") if isinstance(problem, Problem) else "")


def units(database: Database) -> dict[str, tuple[str, str, str | None]]:
    with database.read() as connection:
        rows = connection.execute(select(UNITS).order_by(UNITS.c.id)).all()
    return {row.id: (row.name, row.state, row.merged_into) for row in rows}


def entries(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        rows = connection.execute(select(AUDIT_ENTRIES).order_by(AUDIT_ENTRIES.c.sequence)).all()
    return [(row.action, row.object) for row in rows if row.object.startswith("unit:")]


def called(database: Database) -> dict[str, str]:
    with database.read() as connection:
        return {row.key: row.unit_id for row in connection.execute(select(UNIT_ALIASES))}


def test_units_get_numbers_that_run_within_their_province(run: Run, database: Database) -> None:
    result = run("import", content=FIRST)
    assert result.exit_code == 0, result.output
    assert list(units(database)) == ["B-65-0001", "B-65-0002", "B-76-0001"]
    assert entries(database) == [("unit.registered", f"unit:{unit}") for unit in units(database)]
    assert called(database)["65|1918|karakol|edremit karakolu"] == "B-65-0002"
    assert "3 units were registered" in result.output


def test_a_file_of_turkish_excel_is_read_with_turkish_headings(
    run: Run, database: Database
) -> None:
    text = "İl;İlçe;Tür;Ad;Kurum\r\n6;çankaya;Polis merkezi amirliği;Kızılay Polis Merkezi;egm\r\n"
    assert run("import", content=text.encode("cp1254")).exit_code == 0
    assert units(database) == {"B-06-0001": ("Kızılay Polis Merkezi", "open", None)}


def test_a_dry_run_tells_and_writes_nothing(run: Run, database: Database) -> None:
    result = run("import", "--dry-run", content=FIRST)
    assert (result.exit_code, units(database), entries(database)) == (0, {}, [])
    assert "3 units would be registered" in result.output


def test_all_faults_are_told_at_once_with_row_and_column_and_nothing_is_written(
    run: Run, database: Database
) -> None:
    rows = (
        "65,,jandarma,Van İl Jandarma Komutanlığı,,,\n"
        "99,,jandarma,Nowhere,,,\n"
        "65,Çankaya,karakol,Uzak Karakol,,,\n"
        "65,,kale,Van Kalesi,,,\n"
        "65,,jandarma,,,,\n"
        "65,,emniyet,Van Emniyet,yok,,\n"
        "65,,emniyet,Van Trafik,,,B-65-0099\n"
    )
    result = run("import", content=HEAD + rows)
    assert result.exit_code != 0
    for place in (
        *("Row 3, column “province”", "Row 4, column “district”", "Row 5, column “type”"),
        *("Row 6, column “name”", "Row 7, column “organisation”", "Row 8, column “decision”"),
    ):
        assert place in result.output, result.output
    assert (units(database), entries(database)) == ({}, [])


def test_a_file_without_a_needed_column_says_which(run: Run) -> None:
    result = run("import", content="il,ad\n65,Van\n")
    assert "type / tur" in told(result)
    assert result.exit_code != 0


def test_the_same_name_in_any_spelling_is_the_same_unit(run: Run, database: Database) -> None:
    run("import", content=FIRST)
    again = "65,Edremit,karakol,EDREMİT  KARAKOLU,,Eski Edremit Karakolu,\n"
    result = run("import", content=HEAD + again + again)
    assert result.exit_code == 0, result.output
    assert "Row 2 is known already: B-65-0002" in result.output
    assert "0 units were registered; 2 rows name units" in result.output
    assert len(units(database)) == 3
    assert called(database)["65|1918|karakol|eski edremit karakolu"] == "B-65-0002"
    assert entries(database)[3:] == [("unit.alias_added", "unit:B-65-0002")]


def test_a_file_is_compared_with_itself(run: Run, database: Database) -> None:
    row = "65,Edremit,karakol,Edremit Karakolu,,,\n"
    result = run("import", content=HEAD + row + row.replace("Karakolu,,", "Karakolu,,Köprübaşı"))
    assert result.exit_code == 0, result.output
    assert list(units(database)) == ["B-65-0001"]
    assert called(database)["65|1918|karakol|koprubasi"] == "B-65-0001"


@pytest.mark.parametrize("decision", ["new", "Yeni", "b-65-0002"])
def test_what_looks_alike_waits_for_a_decision(run: Run, database: Database, decision: str) -> None:
    run("import", content=FIRST)
    row = "65,Edremit,karakol,Edremitt Jandarma Karakolu,,,"
    refused = run("import", content=f"{HEAD}{row}\n")
    assert "may be one of these: B-65-0002" in refused.output
    assert (refused.exit_code != 0, len(units(database))) == (True, 3)
    assert run("import", content=f"{HEAD}{row}{decision}\n").exit_code == 0
    key = "65|1918|karakol|edremitt jandarma karakolu"
    expected = "B-65-0002" if decision.startswith("b") else "B-65-0003"
    assert called(database)[key] == expected


def test_all_that_look_alike_can_be_called_new(run: Run, database: Database) -> None:
    run("import", content=FIRST)
    row = "65,Edremit,karakol,Edremitt Jandarma Karakolu,,,\n"
    assert run("import", "--alike-are-new", content=HEAD + row).exit_code == 0
    assert "B-65-0003" in units(database)


def test_names_that_mean_two_units_are_a_fault(run: Run) -> None:
    run("import", content=FIRST + "65,Edremit,karakol,Dönemeç Karakolu,,,\n")
    row = "65,Edremit,karakol,Dönemeç Karakolu,,Edremit Karakolu,\n"
    assert "more than one unit: B-65-0002, B-65-0003" in run("import", content=HEAD + row).output
    called_new = "65,Edremit,karakol,Dönemeç Karakolu,,,new\n"
    assert "B-65-0003 has this name" in run("import", content=HEAD + called_new).output


@pytest.mark.parametrize(
    ("searched", "found"), [("igdir", "B-76-0001"), ("KARAKOLU edremit", "B-65-0002")]
)
def test_units_are_found_in_any_spelling(run: Run, searched: str, found: str) -> None:
    run("import", content=FIRST)
    lines = run("list", "--search", searched).output.splitlines()
    assert [line[:9] for line in lines[:-1]] == [found]
    assert lines[-1] == "1 units"


def test_units_of_a_province_are_listed(run: Run) -> None:
    run("import", content=FIRST)
    assert run("list", "--province", "van").output.splitlines()[-1] == "2 units"
    assert "No province is called" in told(run("list", "--province", "Atlantis"))


def test_a_merged_unit_is_found_by_what_stays(run: Run, database: Database) -> None:
    run("import", content=FIRST)
    assert run("merge", "B-65-0002", "B-65-0001").exit_code == 0
    assert units(database)["B-65-0002"] == ("Edremit Jandarma Karakolu", "merged", "B-65-0001")
    keys = called(database)
    assert keys["65|1918|karakol|edremit karakolu"] == "B-65-0001"
    assert "B-65-0002" not in keys.values()
    assert entries(database)[-2:] == [
        ("unit.merged", "unit:B-65-0002"),
        ("unit.took_in", "unit:B-65-0001"),
    ]
    # Its number is not given again, and its old name is the unit that stays.
    again = run("import", content=FIRST + "65,,valilik,Van Valiliği,,,\n")
    assert "Row 3 is known already: B-65-0001" in again.output
    assert "B-65-0003" in units(database)


@pytest.mark.parametrize(
    ("merged", "into", "said"),
    [
        ("B-65-0001", "B-65-0001", "cannot be merged"),
        ("B-65-0001", "B-76-0001", "cannot be merged"),
        ("B-65-0001", "B-65-0009", "There is no unit B-65-0009"),
    ],
)
def test_what_cannot_be_merged_is_refused(
    run: Run, database: Database, merged: str, into: str, said: str
) -> None:
    run("import", content=FIRST)
    result = run("merge", merged, into)
    assert said in told(result)
    assert result.exit_code != 0
    assert {state for _, state, _ in units(database).values()} == {"open"}


def test_a_unit_is_closed_once(run: Run, database: Database) -> None:
    run("import", content=FIRST)
    assert run("close", "B-65-0001").exit_code == 0
    assert units(database)["B-65-0001"][1] == "closed"
    assert entries(database)[-1] == ("unit.closed", "unit:B-65-0001")
    assert "was closed on" in told(run("close", "B-65-0001"))
    run("merge", "B-65-0002", "B-65-0001")
    assert "was merged into B-65-0001 before" in told(run("close", "B-65-0002"))


def test_the_register_of_institutions_is_filled_once_and_put_right(database: Database) -> None:
    with database.read() as connection:
        wanted = ("icisleri", "valilik-65", "yikob-65", "ozel_idare-65", "kaymakamlik-1918")
        chosen = select(ORGANISATIONS).where(ORGANISATIONS.c.code.in_(wanted))
        found = {row.code: row.parent for row in connection.execute(chosen)}
    # Van is a metropolitan province: it has no special administration.
    assert found == {
        "icisleri": None,
        "valilik-65": "icisleri",
        "yikob-65": "valilik-65",
        "kaymakamlik-1918": "valilik-65",
    }
    database.write(
        lambda connection: connection.execute(ORGANISATIONS.update().values(name_en="Changed"))
    )
    database.write(fill_organisations)
    database.write(fill_organisations)
    with database.read() as connection:
        assert "Changed" not in set(connection.scalars(select(ORGANISATIONS.c.name_en)))
        filled = select(AUDIT_ENTRIES).where(AUDIT_ENTRIES.c.action == "organisation.filled")
        told = [row.details for row in connection.execute(filled)]
    assert [row["added"] > 0 for row in told] == [True, False]
    assert len(told[1]["changed"]) == told[0]["added"]
    database.close()
