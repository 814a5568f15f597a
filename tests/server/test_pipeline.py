"""Several insertions in one journey to PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from server.audit import AUDIT_ENTRIES
from server.database import Database
from server.pipeline import COMMIT, Statement, insertion, joined, plain, run_together
from server.rounds.models import ROUNDS

COLUMNS = ("at", "actor_id", "action", "object", "details")
ENTRY = insertion(AUDIT_ENTRIES, COLUMNS, returning=AUDIT_ENTRIES.c.sequence)
ROUND = insertion(ROUNDS, [column.name for column in ROUNDS.c], returning=ROUNDS.c.id)
TODAY = datetime.now(UTC).date()


@pytest.fixture
def database(postgresql: str) -> Iterator[Database]:
    """A migrated PostgreSQL database."""
    admin = create_engine(postgresql, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE pipeline TEMPLATE template"))
    database = Database(
        str(admin.url.set(database="pipeline").render_as_string(hide_password=False))
    )
    yield database
    database.close()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE pipeline WITH (FORCE)"))
    admin.dispose()


def entry(thing: str, details: Any = None) -> dict[str, Any]:
    at = datetime.now(UTC)
    return {"at": at, "actor_id": None, "action": "test", "object": thing, "details": details}


def round_row(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "name_tr": "Güz",
        "name_en": "Autumn",
        "status": "open",
        "selection_mode": "quota",
        "starts_on": TODAY,
        "ends_on": TODAY,
    }


def objects(database: Database) -> list[tuple[str, Any]]:
    with database.read() as connection:
        found = select(AUDIT_ENTRIES.c.object, AUDIT_ENTRIES.c.details)
        return [tuple(row) for row in connection.execute(found.order_by(AUDIT_ENTRIES.c.sequence))]


def test_rows_are_inserted_in_order_and_their_numbers_come_back_in_order(
    database: Database,
) -> None:
    rows = [entry(f"{number}") for number in range(30)]
    (numbers,) = database.write(lambda connection: run_together(connection, [(ENTRY, rows)]))
    assert [number for (number,) in numbers] == list(range(1, 31))
    assert [thing for thing, _ in objects(database)] == [f"{number}" for number in range(30)]


def test_values_are_kept_as_sqlalchemy_keeps_them(database: Database) -> None:
    details = {"ad": "Iğdır", "n": 1}
    database.write(lambda connection: run_together(connection, [(ENTRY, [entry("a", details)])]))
    database.write(lambda connection: run_together(connection, [(ENTRY, [entry("b")])]))
    assert objects(database) == [("a", details), ("b", None)]


def test_a_failing_statement_keeps_nothing_and_raises_sqlalchemys_error(
    database: Database,
) -> None:
    steps: list[tuple[Statement, list[dict[str, Any]]]] = [
        (ENTRY, [entry("before")]),
        (ROUND, [round_row("a"), round_row("a")]),
        (ENTRY, [entry("after")]),
        (COMMIT, [{}]),
    ]
    with pytest.raises(IntegrityError):
        database.write(lambda connection: run_together(connection, steps))
    assert objects(database) == []
    database.write(lambda connection: run_together(connection, [(ENTRY, [entry("later")])]))
    assert objects(database) == [("later", None)]


def test_two_joined_statements_are_both_run_for_each_row(database: Database) -> None:
    both = joined(insertion(AUDIT_ENTRIES, COLUMNS), ROUND)
    rows = [entry(name) | round_row(name) for name in ("a", "b")]
    (names,) = database.write(lambda connection: run_together(connection, [(both, rows)]))
    assert names == [("a",), ("b",)]
    assert [thing for thing, _ in objects(database)] == ["a", "b"]


def test_a_journey_may_bring_its_own_commit(database: Database) -> None:
    def write(connection: Connection) -> None:
        run_together(connection, [(ENTRY, [entry("kept")]), (COMMIT, [{}])])
        assert objects(database) == [("kept", None)]

    database.write(write)
    assert objects(database) == [("kept", None)]


def test_a_lost_connection_is_an_operational_error_and_the_next_journey_succeeds(
    database: Database,
) -> None:
    with pytest.raises(OperationalError):
        database.write(
            lambda connection: run_together(
                connection, [(plain("SELECT pg_terminate_backend(pg_backend_pid())"), [{}])]
            )
        )
    database.write(lambda connection: run_together(connection, [(ENTRY, [entry("after")])]))
    assert objects(database) == [("after", None)]
