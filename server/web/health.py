"""``GET /healthz``: whether this instance can do its work."""

from typing import Literal

from flask import Blueprint, current_app
from pydantic import BaseModel
from sqlalchemy import text

from server.store.database import current_database
from server.store.epochs import has_lost, is_older
from server.version import VERSION
from server.web.access import allow_public
from server.web.api import operation

blueprint = Blueprint("health", __name__)


class Health(BaseModel):
    """What a load balancer or an administrator wants to know.

    ``database`` is older where receipts were given out for records that it does not hold: it does
    its work, and somebody has to look after it (``izdes doctor``).
    """

    status: str
    version: str
    database: Literal["current", "older"] = "current"


@blueprint.get("/healthz")
@operation(response=Health)
@allow_public
def health() -> Health:
    """Answer once the database has answered."""
    with current_database().read() as connection:
        connection.execute(text("SELECT 1"))
    keys = current_app.extensions["izdes.config"].data_dir / "keys"
    return Health(status="ok", version=VERSION, database="older" if has_lost(keys) else "current")


@blueprint.app_template_global("database_is_older")
def database_is_older() -> bool:
    """Tell a page for administrators whether tablets have receipts for records that are not here.

    The database is asked, too: it may be an older one that no tablet has met yet.
    """
    return is_older(current_database(), current_app.extensions["izdes.config"].data_dir / "keys")
