"""A survey on both databases."""

import pytest
from flask import Flask

from tests.people import GOVERNOR, add_person
from tests.server.indices.survey import Survey, prepare_survey


@pytest.fixture
def survey(empty_app: Flask) -> Survey:
    """A published form and two open rounds without interviews."""
    add_person(empty_app, GOVERNOR)
    return prepare_survey(empty_app)
