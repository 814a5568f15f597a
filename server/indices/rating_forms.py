"""Which forms rate services: visits in which none of them is begun are no sampled units."""

from sqlalchemy import Connection, select

from analysis.observations import extraction_of
from schemas.measurement import measurement
from server.database import Database
from server.forms.models import FORM_VERSIONS
from server.forms.queries import PublishedForms

_known: dict[str, bool] = {}
"""Whether a version rates services, by its digest: it never changes."""


def rating_forms(database: Database, connection: Connection) -> frozenset[str]:
    """Give the ids of the forms of which some version has a module about a service."""
    forms = PublishedForms(database)
    names = ("form_id", "version", "digest")
    rows = connection.execute(select(*(FORM_VERSIONS.c[name] for name in names)))
    return frozenset(row.form_id for row in rows if _rates(forms, *row))


def _rates(forms: PublishedForms, form_id: str, version: str, digest: str) -> bool:
    if digest not in _known:
        form = forms.find(form_id, version)
        _known[digest] = bool(form and extraction_of(form.definition, measurement()).modules)
    return _known[digest]
