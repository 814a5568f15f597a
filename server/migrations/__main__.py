"""Write the next migration from the difference between models and migrations.

``python -m server.migrations "what changes"``; read what it wrote before committing it.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command

from server.database import Database
from server.migrations import alembic_config, migrate


def main(message: str) -> None:
    """Write one migration file into ``versions/``."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'scratch.sqlite3'}")
        migrate(database)
        with database.engine.begin() as connection:
            command.revision(alembic_config(connection), message=message, autogenerate=True)
        database.close()


if __name__ == "__main__":
    main(sys.argv[1])
