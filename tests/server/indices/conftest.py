"""A survey on both databases."""

import pytest
from flask import Flask

from tests.server.indices.survey import Survey, prepare_survey


@pytest.fixture
def survey(app: Flask) -> Survey:
    """A published form and two open rounds without interviews."""
    return prepare_survey(app)
