"""``GET /api/v1/forms/<id>/<version>``: what a published form version is, byte for byte."""

import gzip
from functools import lru_cache

from flask import Blueprint, Response, request

from schemas.forms.packing import PackedForm
from schemas.problems import Problem
from server.forms.queries import definition_text
from server.store.database import current_database
from server.web.access import allow_public
from server.web.api import JSON, operation

blueprint = Blueprint("forms", __name__)

FOR_EVER = "public, max-age=31536000, immutable"


@blueprint.get("/api/v1/forms/<form_id>/<version>")
@operation(response=PackedForm)
@allow_public
def show_definition(form_id: str, version: str) -> Response:
    """A form definition; its SHA-256 is the digest the catalogue names."""
    with current_database().read() as connection:
        definition = definition_text(connection, form_id, version)
    if definition is None:
        raise Problem("not_found")
    response = Response(definition.text, content_type=JSON)
    packs = bool(request.accept_encodings["gzip"])
    if packs:
        response.data = _gzipped(definition.text)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    # Weak where the bytes on the line are not those the digest is of.
    response.set_etag(definition.digest, weak=packs)
    response.headers["Cache-Control"] = FOR_EVER
    response.make_conditional(request)
    return response


@lru_cache(maxsize=64)
def _gzipped(text: bytes) -> bytes:
    return gzip.compress(text, 9, mtime=0)
