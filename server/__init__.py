"""The web application: a thin factory; what İZDES can do lies in one folder per capability."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from server.config import Config

BLUEPRINTS = (
    "server.assets.built_files",
    "server.assets.tablet_page",
    "server.web.health",
    "server.web.openapi",
    "server.accounts.routes",
    "server.accounts.people",
    "server.accounts.second_factor.pages",
    "server.forms.routes",
    "server.sync.routes",
    "server.attachments.routes",
    "server.dashboards.routes",
    "server.exports.routes",
    "server.review.routes",
)
"""Modules with a ``blueprint``. Whoever adds a capability adds its line here."""

DERIVATIONS: tuple[str, ...] = ("server.catalogue.topic_reports",)
"""Modules with a ``derivation``: what is worked out of every record that is stored (ADR 0039)."""


def create_app(config: "Config | None" = None) -> "Flask":
    """Build the application; libraries load only here, so that ``izdes --help`` is quick."""
    from flask import Flask

    from server.accounts.permissions import register_permissions
    from server.assets.built_files import register_assets
    from server.config import Config
    from server.store.database import register_database
    from server.submissions.derivations import register_derivations
    from server.web.errors import register_errors
    from server.web.front import register_front
    from server.web.languages import register_languages
    from server.web.security import register_security

    config = config or Config.from_environment()
    app = Flask(__name__, static_folder=None)
    app.extensions["izdes.config"] = config
    register_database(app, config)
    register_derivations(app, DERIVATIONS)
    register_errors(app)
    register_front(app)
    register_security(app, config)
    register_languages(app)
    register_permissions(app)
    register_assets(app)
    for module in BLUEPRINTS:
        app.register_blueprint(import_module(module).blueprint)
    return app
