"""The application for granian or any other WSGI server: ``server.wsgi:app``."""

from server import create_app

app = create_app()
