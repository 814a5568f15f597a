"""``python -m server.forms``: make the configured database ready to be served.

It gets the newest shape and, if no form was ever published in it, the questionnaires İZDES comes
with. ``izdes serve`` runs this first, in a process of its own.
"""

from server.config import Config
from server.forms.publishing import publish_shipped_forms
from server.migrations.__main__ import upgrade
from server.store.data_folder import keep_private, tighten, tighten_database
from server.store.database import Database

if __name__ == "__main__":
    config = Config.from_environment()
    keep_private()
    tighten(config.data_dir)
    tighten_database(config.database_url)
    upgrade()
    database = Database(config.database_url)
    publish_shipped_forms(database)
    database.close()
