"""A round in the field, and an analyst who asks for its data."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.people import ANALYST, sign_in
from tests.records import Field, governor_of, prepare_field


@pytest.fixture
def field(app: Flask) -> Field:
    """A published form and an open round with the governor's visit."""
    tablet = app.test_client()
    with app.extensions["izdes.database"].read() as connection:
        people = connection.exec_driver_sql("SELECT username, id FROM users").all()
    prepare_field(app, dict(tuple(person) for person in people))
    return Field(app, tablet, governor_of(tablet))


@pytest.fixture
def analyst(app: Flask) -> FlaskClient:
    """The analyst's browser."""
    client = app.test_client()
    sign_in(client, ANALYST)
    return client


def records(answer: TestResponse, *, delimiter: str = ",") -> list[dict[str, str]]:
    """Read a downloaded file as its receiver would."""
    assert answer.status_code == 200, answer.text
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
