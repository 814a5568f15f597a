"""A published form, an open round and a signed-in governor, on both databases."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.records import Field, governor_of, prepare_field


@pytest.fixture
def field(app: Flask, client: FlaskClient) -> Field:
    """The field as the governor's tablet meets it."""
    with app.extensions["izdes.database"].read() as connection:
        people = connection.exec_driver_sql("SELECT username, id FROM users").all()
    prepare_field(app, dict(tuple(person) for person in people))
    return Field(app, client, governor_of(client))
