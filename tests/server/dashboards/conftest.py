"""A round that is being held, and an analyst who looks at it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import ANALYST, sign_in
from tests.server.indices.survey import Survey, prepare_survey


@pytest.fixture
def survey(app: Flask) -> Survey:
    """A published form and two open rounds without interviews."""
    return prepare_survey(app)


@pytest.fixture
def analyst(app: Flask) -> FlaskClient:
    """The analyst's browser."""
    client = app.test_client()
    sign_in(client, ANALYST)
    return client
