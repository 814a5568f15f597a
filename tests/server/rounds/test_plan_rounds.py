"""``izdes round open``, ``status`` and ``visits``: from the shell to a tablet."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.accounts.operations import create_user, known_user
from server.forms.publishing import publish
from server.rounds.queries import open_rounds, visits_by_code, visits_of_officer
from server.shell.commands import izdes
from server.store.database import Database
from tests.records import FORM

OPEN = ("round", "open", "2027-1", "--name-tr", "2027 ilkbahar", "--name-en", "Spring 2027")
OPEN += ("--mode", "systematic_exit", "--from", "2027-03-01", "--until", "2027-05-31")
HEADER = "code;province;district;team;title_tr;title_en;planned_on;target;officers\n"
GOOD = "Z-1;6;1231;E-1;Çankaya İlçe Nüfus;Çankaya registry;2027-03-02;20;emekli.vali\n"


@pytest.fixture
def database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(tmp_path))
    database = Database(database_url)
    database.write(
        lambda connection: create_user(
            connection, username="emekli.vali", full_name="A", role="officer", password=None
        )
    )
    return database


def run(*arguments: str) -> Result:
    return CliRunner().invoke(izdes, ["--language", "en", *arguments])


def plan(folder: Path, text: str) -> Result:
    file = folder / "visits.csv"
    file.write_text(text, "utf-8-sig")
    return run("round", "visits", "2027-1", str(file))


def test_a_planned_visit_reaches_its_officer(database: Database, tmp_path: Path) -> None:
    assert run(*OPEN).exit_code == 0
    assert plan(tmp_path, HEADER + GOOD).exit_code == 0
    with database.read() as connection:
        officer = known_user(connection, "emekli.vali").user.id
        (visit,) = visits_of_officer(connection, officer)
    assert (visit.code, visit.province, visit.district) == ("Z-1", "06", "1231")


def test_a_visit_to_a_unit_says_which_and_what_is_asked_again_there(
    database: Database, tmp_path: Path
) -> None:
    run(*OPEN)
    database.write(lambda connection: publish(connection, FORM, actor=None))
    header = HEADER.strip() + ";forms;unit_type;unit_name;earlier_topics\n"
    topics = '"2026-03-02 | Bekleme salonu dar | Yan oda açılsın\n2026-03-02 | Asansör bozuk"'
    row = GOOD.strip() + f";gorusme;nufus;Çankaya İlçe Nüfus Müdürlüğü;{topics}\n"
    result = plan(tmp_path, header + row)
    assert result.exit_code == 0, result.exception
    with database.read() as connection:
        (visit,) = visits_of_officer(connection, known_user(connection, "emekli.vali").user.id)
    assert (visit.forms, visit.unit_type) == (("gorusme",), "nufus")
    assert visit.unit == "06|1231|nufus|cankaya ilce nufus mudurlugu"
    assert [(topic.number, topic.title, topic.proposal) for topic in visit.earlier_topics] == [
        ("Z-1-1", "Bekleme salonu dar", "Yan oda açılsın"),
        ("Z-1-2", "Asansör bozuk", ""),
    ]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("yok_boyle_form;;;", "forms"),
        (";;;2.3.2026 | Konu", "earlier_topics"),
        (";;;2026-03-02", "earlier_topics"),
        (";;;2026-03-02 | ", "earlier_topics"),
    ],
)
def test_forms_and_topics_that_cannot_be_meant_are_named(
    database: Database, tmp_path: Path, cells: str, column: str
) -> None:
    run(*OPEN)
    header = HEADER.strip() + ";forms;unit_type;unit_name;earlier_topics\n"
    result = plan(tmp_path, header + GOOD.strip() + f";{cells}\n")
    assert result.exception is not None
    assert result.exception.details["column"] == column
    with database.read() as connection:
        assert visits_by_code(connection, {"Z-1"}) == {}


def test_a_closed_round_is_not_open(database: Database) -> None:
    run(*OPEN)
    assert run("round", "status", "2027-1", "closed").exit_code == 0
    with database.read() as connection:
        assert open_rounds(connection) == ()


def test_a_round_needs_a_known_selection_mode(database: Database) -> None:
    asked = [each if each != "systematic_exit" else "whoever" for each in OPEN]
    assert run(*asked).exit_code != 0
    with database.read() as connection:
        assert open_rounds(connection) == ()


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        (GOOD.replace(";6;", ";82;"), "province"),
        (GOOD.replace("1231", "1104"), "district"),
        (GOOD.replace("2027-03-02", "2.3.2027"), "planned_on"),
        (GOOD.replace(";20;", ";many;"), "target"),
        (GOOD.replace("Z-1", ""), "code"),
    ],
)
def test_a_row_that_cannot_be_meant_names_its_place_and_plans_nothing(
    database: Database, tmp_path: Path, bad: str, column: str
) -> None:
    run(*OPEN)
    result = plan(tmp_path, HEADER + GOOD.replace("Z-1", "Z-0") + bad)
    assert result.exit_code != 0
    assert result.exception is not None
    assert result.exception.details["row"] == 3
    assert result.exception.details["column"] == column
    with database.read() as connection:
        assert visits_by_code(connection, {"Z-0", "Z-1"}) == {}


def test_a_missing_column_is_named(database: Database, tmp_path: Path) -> None:
    run(*OPEN)
    result = plan(tmp_path, HEADER.replace("target;", "") + GOOD)
    assert result.exception.code == "visit_file_column"
    with database.read() as connection:
        assert visits_by_code(connection, {"Z-0", "Z-1"}) == {}


@pytest.mark.parametrize("weight", ["nan", "inf", "-inf", "-1", "0", "0,0", "1e400", "çok"])
def test_a_weight_that_stands_for_nobody_is_refused_with_its_place(
    database: Database, tmp_path: Path, weight: str
) -> None:
    run(*OPEN)
    result = plan(tmp_path, HEADER.strip() + ";design_weight\n" + GOOD.strip() + f";{weight}\n")
    assert (result.exception.details["row"], result.exception.details["column"]) == (
        2,
        "design_weight",
    )
    assert database_is_empty_of_visits(database)


def test_a_target_below_zero_is_refused(database: Database, tmp_path: Path) -> None:
    run(*OPEN)
    result = plan(tmp_path, HEADER + GOOD.replace(";20;", ";-20;"))
    assert result.exception.details["column"] == "target"
    assert database_is_empty_of_visits(database)


@pytest.mark.parametrize(
    ("before", "between", "encoding"),
    [
        ("sep=;\n", "", "utf-8-sig"),
        ("", ";;;;;;;;\n\n", "utf-8-sig"),
        ("", " ; ;;;;;;;\r\n", "cp1254"),
        ('"sep=;"\r\n', "", "cp1254"),
    ],
)
def test_a_plan_is_read_as_spreadsheets_save_it(
    database: Database, tmp_path: Path, before: str, between: str, encoding: str
) -> None:
    run(*OPEN)
    file = tmp_path / "visits.csv"
    file.write_bytes((before + HEADER + between + GOOD).encode(encoding))
    result = run("round", "visits", "2027-1", str(file))
    assert result.exit_code == 0, result.exception
    with database.read() as connection:
        (visit,) = visits_of_officer(connection, known_user(connection, "emekli.vali").user.id)
    assert visit.title["tr"] == "Çankaya İlçe Nüfus"


@pytest.mark.usefixtures("database")
def test_rows_keep_the_numbers_the_spreadsheet_shows(tmp_path: Path) -> None:
    run(*OPEN)
    result = plan(tmp_path, "sep=;\n" + HEADER + ";;;;;;;;\n" + GOOD.replace(";6;", ";99;"))
    assert result.exception.details["row"] == 4


def test_a_file_that_is_no_text_is_told(database: Database, tmp_path: Path) -> None:
    run(*OPEN)
    file = tmp_path / "visits.csv"
    file.write_bytes(b"PK\x03\x04\0\0")
    result = run("round", "visits", "2027-1", str(file))
    assert result.exception.code == "visit_file_unreadable"
    assert database_is_empty_of_visits(database)


def database_is_empty_of_visits(database: Database) -> bool:
    with database.read() as connection:
        officer = known_user(connection, "emekli.vali").user.id
        return list(visits_of_officer(connection, officer)) == []
