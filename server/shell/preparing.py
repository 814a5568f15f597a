"""``python -m server.shell.preparing``: make the configured database ready to be served.

It gets the newest shape and, if no form was ever published in it, the questionnaires İZDES comes
with; the register of institutions is filled, what is owed of its records is derived, and everything
a new version derives anew. ``izdes serve`` runs this first, in a process of its own.
"""

from server import DERIVATIONS
from server.config import Config
from server.forms.publishing import publish_shipped_forms
from server.migrations.__main__ import upgrade
from server.store.data_folder import keep_private, tighten, tighten_database
from server.store.database import Database
from server.submissions.derivations import derivations_in
from server.submissions.deriving import derive_owed
from server.units.organisations import fill_organisations


def prepare(database: Database) -> None:
    """Make a database of today's shape ready."""
    publish_shipped_forms(database)
    database.write(fill_organisations)
    derive_owed(database, derivations_in(DERIVATIONS))


def main() -> None:
    """Prepare the configured one."""
    config = Config.from_environment()
    keep_private()
    tighten(config.data_dir)
    tighten_database(config.database_url)
    upgrade()
    database = Database(config.database_url)
    prepare(database)
    database.close()


if __name__ == "__main__":
    main()
