"""``GET /api/v1/forms/<id>/<version>``: what a published form version is, byte for byte."""

from flask import Blueprint, Response, request

from schemas.forms import FormDefinition
from schemas.problems import Problem
from server.access import allow_public
from server.api import JSON, operation
from server.database import current_database
from server.forms.queries import definition_text

blueprint = Blueprint("forms", __name__)

FOR_EVER = "public, max-age=31536000, immutable"


@blueprint.get("/api/v1/forms/<form_id>/<version>")
@operation(response=FormDefinition)
@allow_public
def show_definition(form_id: str, version: str) -> Response:
    """Give a form definition; its SHA-256 is the digest the catalogue names."""
    with current_database().read() as connection:
        definition = definition_text(connection, form_id, version)
    if definition is None:
        raise Problem("not_found")
    response = Response(definition.text, content_type=JSON)
    response.set_etag(definition.digest)
    response.headers["Cache-Control"] = FOR_EVER
    response.make_conditional(request)
    return response
