"""A whole transaction in one journey to PostgreSQL."""

import socket
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from schemas.reference.population import NEWEST
from server.forms.models import FORM_VERSIONS
from server.rounds.models import ROUNDS
from server.store.audit import AUDIT_ENTRIES, write
from server.store.database import Database
from server.store.postgresql_pipeline import Statement, compiled, run_transaction

ENTRIES = AUDIT_ENTRIES
ENTRY = compiled(
    "entry",
    insert(ENTRIES).returning(ENTRIES.c.sequence),
    ["at", "actor_id", "action", "object", "details"],
)
ROUND = compiled(
    "round", insert(ROUNDS).returning(ROUNDS.c.id), [column.name for column in ROUNDS.c]
)
FORM = compiled(
    "form",
    insert(FORM_VERSIONS),
    ["form_id", "version", "title", "digest", "definition", "published_at"],
)
TODAY = datetime.now(UTC).date()


@pytest.fixture
def database(postgresql: str) -> Iterator[Database]:
    """A migrated PostgreSQL database."""
    admin = create_engine(postgresql, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE pipeline TEMPLATE template"))
    database = Database(admin.url.set(database="pipeline").render_as_string(hide_password=False))
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
        "starts_on": TODAY.isoformat(),
        "ends_on": TODAY.isoformat(),
        "built_in_margins": NEWEST,
    }


def objects(database: Database) -> list[tuple[str, Any]]:
    with database.read() as connection:
        found = select(ENTRIES.c.object, ENTRIES.c.details).order_by(ENTRIES.c.sequence)
        return [tuple(row) for row in connection.execute(found)]


def test_rows_are_inserted_in_order_and_their_numbers_come_back_in_order(
    database: Database,
) -> None:
    steps = [(ENTRY, entry(f"{number}")) for number in range(300)]
    numbers = run_transaction(database.engine, steps)
    assert [int(number or 0) for number in numbers] == list(range(1, 301))
    assert [thing for thing, _ in objects(database)] == [f"{number}" for number in range(300)]


def test_values_are_kept_as_they_are(database: Database) -> None:
    details = {"ad": "Iğdır 👍", "n": 1, "liste": [None, True]}
    at = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=3)))
    binary = bytes(range(256)) * 8000
    form = {
        "form_id": "f",
        "version": "1",
        "title": {"tr": "Başlık"},
        "digest": "d",
        "definition": binary,
        "published_at": at,
        "is_offered": True,
    }
    run_transaction(
        database.engine, [(ENTRY, entry("ö'\"\\")), (ENTRY, entry("b", details)), (FORM, form)]
    )
    assert objects(database) == [("ö'\"\\", None), ("b", details)]
    with database.read() as connection:
        kept = connection.execute(select(FORM_VERSIONS)).one()
    assert (bytes(kept.definition), kept.published_at, kept.title) == (binary, at, form["title"])


def test_a_text_that_would_be_cut_off_is_not_sent(database: Database) -> None:
    with pytest.raises(ValueError, match="NUL"):
        run_transaction(database.engine, [(ENTRY, entry("a")), (ENTRY, entry("b\0c"))])
    assert objects(database) == []


def test_a_failing_step_leaves_nothing_and_raises_sqlalchemys_error(database: Database) -> None:
    steps = [
        (ENTRY, entry("before")),
        (ROUND, round_row("a")),
        (ROUND, round_row("a")),
        (ENTRY, entry("after")),
    ]
    with pytest.raises(IntegrityError):
        run_transaction(database.engine, steps)
    assert objects(database) == []
    run_transaction(database.engine, [(ENTRY, entry("later"))])
    assert objects(database) == [("later", None)]


def test_ordinary_work_goes_on_over_the_same_connection(database: Database) -> None:
    with database.engine.connect() as connection:
        before = connection.scalar(text("SELECT pg_backend_pid()"))
    run_transaction(database.engine, [(ENTRY, entry("a"))])
    database.write(lambda connection: write(connection, actor=None, action="test", object="b"))
    run_transaction(database.engine, [(ENTRY, entry("c"))])
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == before
    assert [thing for thing, _ in objects(database)] == ["a", "b", "c"]


def test_much_other_work_in_between_does_no_harm(database: Database) -> None:
    def work(connection: Connection) -> None:
        write(connection, actor=None, action="test", object="between")

    run_transaction(database.engine, [(ENTRY, entry("first"))])
    for _ in range(20):
        database.write(work)
    assert len(objects(database)) == 21
    assert len(objects(database)) == 21
    run_transaction(database.engine, [(ENTRY, entry("last"))])
    assert objects(database)[-1] == ("last", None)


def test_many_threads_travel_at_once(database: Database) -> None:
    def travel(number: int) -> None:
        run_transaction(database.engine, [(ENTRY, entry(f"{number}/{k}")) for k in range(20)])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(travel, range(40)))
    assert len({thing for thing, _ in objects(database)}) == 800


def test_a_lost_connection_is_an_operational_error_and_the_next_journey_succeeds(
    database: Database,
) -> None:
    leave = compiled("leave", text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with pytest.raises(OperationalError):
        run_transaction(database.engine, [(leave, {})])
    run_transaction(database.engine, [(ENTRY, entry("after"))])
    assert objects(database) == [("after", None)]


class Cut:
    """A way to PostgreSQL that breaks once so many bytes of answers have passed."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._entrance = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._entrance.getsockname()[1]
        self.passed = 0
        self.limit: int | None = None
        threading.Thread(target=self._admit, daemon=True).start()

    def close(self) -> None:
        self._entrance.close()

    def _admit(self) -> None:
        while True:
            try:
                near, _ = self._entrance.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._server))
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()
            threading.Thread(target=self._carry_back, args=(far, near), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(65536):
                far.sendall(data)
        end(near, far)

    def _carry_back(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                if self.limit is not None and self.passed + len(data) > self.limit:
                    near.sendall(data[: max(0, self.limit - self.passed)])
                    break
                self.passed += len(data)
                near.sendall(data)
        end(near, far)


def end(*ways: socket.socket) -> None:
    for way in ways:
        with suppress(OSError):
            way.shutdown(socket.SHUT_RDWR)
        way.close()


@pytest.mark.parametrize("state", ["prepared", "fresh"])
def test_wherever_in_a_journey_the_connection_breaks_it_is_an_operational_error(
    database: Database, state: str
) -> None:
    address = database.engine.url
    cut = Cut(address.port or 5432)
    url = address.set(port=cut.port).render_as_string(hide_password=False)
    steps = [(ENTRY, entry("a")), (ENTRY, entry("b"))]
    told = []
    try:
        whole = travelled(cut, url, steps)
        for limit in range(0, whole, 3):
            behind = Database(url, connections=1)
            if state == "prepared":
                run_transaction(behind.engine, steps)
            else:
                behind.engine.connect().close()
            cut.passed, cut.limit = 0, limit
            with pytest.raises(DBAPIError) as failed:
                run_transaction(behind.engine, steps)
            told.append(type(failed.value))
            cut.limit = None
            run_transaction(behind.engine, steps)  # the next journey finds another connection
            behind.close()
    finally:
        cut.close()
    assert len(told) > 20, whole
    assert set(told) == {OperationalError}


def travelled(cut: Cut, url: str, steps: Sequence[tuple[Statement, dict[str, Any]]]) -> int:
    """Count the bytes a prepared journey is answered with."""
    behind = Database(url, connections=1)
    run_transaction(behind.engine, steps)
    cut.passed = 0
    run_transaction(behind.engine, steps)
    behind.close()
    return cut.passed
