"""The application: ``server.wsgi:front`` for granian, ``server.wsgi:app`` for any WSGI server."""

from server import create_app
from server.store.data_folder import keep_private
from server.web.front import Front

keep_private()
app = create_app()
front = Front(app, app.extensions["izdes.config"])
