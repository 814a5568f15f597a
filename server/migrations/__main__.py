"""The migrations from a shell.

``python -m server.migrations upgrade`` brings the configured database to the newest shape.
``python -m server.migrations write "what changes"`` writes the next migration from what the models
and the migrations differ in; read what it wrote before committing it.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy.exc import OperationalError

from server.config import Config
from server.migrations import alembic_config, migrate
from server.store.database import Database


def upgrade() -> None:
    """Migrate the configured database."""
    database = Database(Config.from_environment().database_url)
    try:
        migrate(database)
    except OperationalError as error:
        sys.exit(f"izdes: {error.orig}")
    finally:
        database.close()


def write(message: str) -> None:
    """Write one migration file into ``versions/``."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'scratch.sqlite3'}")
        migrate(database)
        with database.engine.begin() as connection:
            command.revision(alembic_config(connection), message=message, autogenerate=True)
        database.close()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["upgrade"]:
            upgrade()
        case ["write", message]:
            write(message)
        case _:
            sys.exit(__doc__)
