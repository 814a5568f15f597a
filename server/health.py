"""``GET /healthz``: whether this instance can do its work."""

from flask import Blueprint
from pydantic import BaseModel
from sqlalchemy import text

from server.access import allow_public
from server.api import operation
from server.database import current_database
from server.version import VERSION

blueprint = Blueprint("health", __name__)


class Health(BaseModel):
    """What a load balancer or an administrator wants to know."""

    status: str
    version: str


@blueprint.get("/healthz")
@operation(response=Health)
@allow_public
def health() -> Health:
    """Answer once the database has answered."""
    with current_database().read() as connection:
        connection.execute(text("SELECT 1"))
    return Health(status="ok", version=VERSION)
