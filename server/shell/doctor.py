"""``izdes doctor``: whether this machine has what a server needs."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, Literal

from sqlalchemy import inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from schemas.rules.working_days import is_covered
from schemas.wording import say
from server import clock
from server.assets.built_files import MANIFEST
from server.config import Config, misspelt_settings
from server.migrations import is_current
from server.store.database import Database
from server.store.epochs import accept_loss, has_accepted, is_older
from server.submissions.deriving import owed_by_name
from server.submissions.models import OWED_DERIVATIONS

State = Literal["well", "expected", "sick"]
HOLIDAYS_AHEAD: Final = timedelta(days=92)
"""How long beforehand unknown holidays are told: the longest deadlines are of 90 days."""
MARKS: Final[dict[State, str]] = {"well": "✓", "expected": "·", "sick": "✗"}


@dataclass(frozen=True)
class Remark:
    """One thing looked at: it is well, will be made by itself, or needs somebody."""

    name: str
    state: State

    @property
    def healthy(self) -> bool:
        """Whether nobody has to do anything."""
        return self.state != "sick"

    def said(self, language: str) -> str:
        """The line for the terminal: what was found, and what to do if it is not well."""
        what = f"{self.name}_expected" if self.state == "expected" else self.name
        line = f"{MARKS[self.state]} {say(f'commands.doctor_{what}', language)}"
        if self.healthy:
            return line
        return f"{line}: {say(f'commands.doctor_{self.name}_advice', language)}"


def examine() -> Iterator[Remark]:
    """Look at everything, one after another; nothing is written."""
    config = Config.from_environment()
    yield Remark("settings", "sick" if misspelt_settings(os.environ) else "well")
    yield Remark("data", _attempt(lambda: _data_folder(config.data_dir)))
    if _file_is_to_come(config):
        yield Remark("database", "expected")
        records = False
    else:
        database = Database(config.database_url)
        try:
            yield Remark("database", _attempt(lambda: _answers(database)))
            yield Remark("migrations", _attempt(lambda: _tables(database)))
            records = _attempt(lambda: _has_records(database)) == "well"
            yield Remark("derived", _attempt(lambda: _derived(database)))
            yield Remark("receipts", _attempt(lambda: _receipts(database, config.data_dir)))
        finally:
            database.close()
    yield Remark("assets", "well" if MANIFEST.is_file() else "sick")
    yield Remark("keys", _key(config, records=records))
    yield Remark("holidays", _holidays(clock.today()))


def accept() -> bool:
    """Accept that records of an older database are lost; False where none are missed."""
    config = Config.from_environment()
    if _file_is_to_come(config):
        return False
    with closing(Database(config.database_url)) as database:
        return accept_loss(database, config.data_dir / "keys")


def _attempt(look: Callable[[], State]) -> State:
    try:
        return look()
    except (OSError, SQLAlchemyError):
        return "sick"


def _data_folder(folder: Path) -> State:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    with TemporaryFile(dir=there):
        return "well" if there == folder else "expected"


def _file_is_to_come(config: Config) -> bool:
    # To connect would make the file.
    url = make_url(config.database_url)
    is_file = url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}
    return is_file and not Path(url.database or "").exists()


def _answers(database: Database) -> State:
    with database.read() as connection:
        connection.execute(text("SELECT 1"))
    return "well"


def _tables(database: Database) -> State:
    with database.read() as connection:
        if not inspect(connection).get_table_names():
            return "expected"
    return "well" if is_current(database) else "sick"


def _has_records(database: Database) -> State:
    with database.read() as connection:
        found = connection.execute(text("SELECT 1 FROM submissions LIMIT 1")).first()
    return "sick" if found is None else "well"


def _derived(database: Database) -> State:
    with database.read() as connection:
        if not inspect(connection).has_table(OWED_DERIVATIONS.name):
            return "well"
        return "sick" if owed_by_name(connection) else "well"


def _receipts(database: Database, data_dir: Path) -> State:
    with database.read() as connection:
        if not inspect(connection).get_table_names():
            return "well"
    if is_older(database, data_dir / "keys"):
        return "sick"
    return "expected" if has_accepted(data_dir / "keys") else "well"


def _key(config: Config, *, records: bool) -> State:
    if (config.data_dir / "keys" / "receipts.pem").is_file():
        return "well"
    return "sick" if records else "expected"


def _holidays(today: date) -> State:
    return "well" if is_covered(today, today + HOLIDAYS_AHEAD) else "sick"
