"""The JSON Schema of what the tablet reads and writes: the source of pwa/generated/schemas.ts."""

from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from schemas.forms.definition import FormDefinition
from schemas.forms.packing import PackedForm
from schemas.problems import ProblemDetails
from schemas.protocol.dashboards import DashboardState
from schemas.protocol.paradata import Paradata
from schemas.protocol.submissions import AnonymousInterview, Interview
from schemas.protocol.sync import AnonymousBatch, BatchResult, Catalogue, SubmissionBatch
from schemas.rules.notice import Notices
from schemas.wire import Wire

TABLET_MODELS: tuple[tuple[type[Wire], JsonSchemaMode], ...] = (
    (FormDefinition, "validation"),
    (PackedForm, "validation"),
    (Interview, "validation"),
    (AnonymousInterview, "validation"),
    (Paradata, "serialization"),
    (SubmissionBatch, "validation"),
    (AnonymousBatch, "validation"),
    (BatchResult, "serialization"),
    (Catalogue, "serialization"),
    (Notices, "serialization"),
    (ProblemDetails, "serialization"),
    (DashboardState, "serialization"),
)
"""What the tablet reads or writes; "validation" leaves fields with a default optional."""


def tablet_schema() -> dict[str, Any]:
    """The schema of the tablet's models and of every model inside them."""
    return models_json_schema(TABLET_MODELS)[1]
