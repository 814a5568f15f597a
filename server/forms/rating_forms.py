"""Which forms rate services: visits in which none of them is begun are no sampled units."""

from sqlalchemy import Connection, select

from analysis.records.observations import extraction_of
from schemas.forms.definition import FormDefinition
from schemas.rules.measurement import measurement
from server.forms.models import FORM_VERSIONS
from server.forms.queries import definition_of

_known: dict[str, bool] = {}
"""Whether a version rates services, by its digest: it never changes."""


def rating_forms(connection: Connection) -> frozenset[str]:
    """The ids of the forms of which some version has a module about a service."""
    names = ("form_id", "id", "digest")
    rows = connection.execute(select(*(FORM_VERSIONS.c[name] for name in names)))
    return frozenset(form_id for form_id, *which in rows.all() if _rates(connection, *which))


def rates_services(definition: FormDefinition) -> bool:
    """Tell whether a form has a module about a service."""
    return bool(extraction_of(definition, measurement()).modules)


def _rates(connection: Connection, row: int, digest: str) -> bool:
    if digest not in _known:
        _known[digest] = rates_services(definition_of(connection, row, digest))
    return _known[digest]
