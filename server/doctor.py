"""``izdes doctor``: whether this machine has what a server needs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from schemas.wording import say
from server.assets import MANIFEST
from server.config import Config
from server.database import Database
from server.migrations import is_current


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    healthy: bool

    def said(self, language: str) -> str:
        """Give the line for the terminal: what was found, and what to do if it is not well."""
        line = f"{'✓' if self.healthy else '✗'} {say(f'commands.doctor_{self.name}', language)}"
        if self.healthy:
            return line
        return f"{line}: {say(f'commands.doctor_{self.name}_advice', language)}"


def examine() -> Iterator[Finding]:
    """Look at everything, one after another."""
    config = Config.from_environment()
    yield Finding("data", _attempt(lambda: _can_write(config)))
    database = Database(config.database_url)
    try:
        yield Finding("database", _attempt(lambda: _answers(database)))
        yield Finding("migrations", _attempt(lambda: is_current(database)))
    finally:
        database.close()
    yield Finding("assets", MANIFEST.is_file())
    yield Finding("keys", (config.data_dir / "keys" / "receipts.pem").is_file())


def _attempt(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except (OSError, SQLAlchemyError):
        return False


def _can_write(config: Config) -> bool:
    with TemporaryFile(dir=config.data_dir):
        return True


def _answers(database: Database) -> bool:
    with database.read() as connection:
        connection.execute(text("SELECT 1"))
    return True
