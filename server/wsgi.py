"""The application: ``server.wsgi:front`` for granian, ``server.wsgi:app`` for any WSGI server."""

from server import create_app
from server.front import Front
from server.storage import keep_private

keep_private()
app = create_app()
front = Front(app, app.extensions["izdes.config"])
