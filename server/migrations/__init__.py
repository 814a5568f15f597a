"""The shape of the database, and the steps that lead to it."""

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlmodel import SQLModel

from server.store.database import Database

MODELS = (
    "server.store.audit",
    "server.accounts.models",
    "server.forms.models",
    "server.units.models",
    "server.rounds.models",
    "server.submissions.models",
    "server.catalogue.models",
)
"""Every module with tables; whoever adds one adds its line here."""

LOCK = 4_913_081
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def migrate(database: Database) -> None:
    """Bring the database to the newest shape in one transaction; several processes may ask."""
    with database.engine.connect() as connection:
        _loosen_sqlite(connection)
        with connection.begin():
            _one_at_a_time(connection)
            command.upgrade(alembic_config(connection), "head")


def is_current(database: Database) -> bool:
    """Tell whether every migration has been applied."""
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


def alembic_config(connection: Connection | None = None) -> Config:
    """Give Alembic its settings; there is no alembic.ini to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def metadata() -> MetaData:
    """Every table of every capability."""
    # Set here, before anything is created: a constraint without a name cannot be changed on SQLite.
    SQLModel.metadata.naming_convention = NAMES
    for module in MODELS:
        import_module(module)
    return SQLModel.metadata


def _one_at_a_time(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Any write takes the file's lock before Alembic looks at what is there.
        connection.exec_driver_sql("PRAGMA user_version = 1")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _loosen_sqlite(connection: Connection) -> None:
    # A changed table is copied, dropped and renamed there; its children must not notice.
    if connection.dialect.name == "sqlite":
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        connection.detach()
