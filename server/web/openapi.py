"""``GET /api/v1/openapi.json``: the API described by the very models that parse and answer it."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, current_app, json
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from schemas.problems import STATUS, ProblemDetails
from schemas.wording import catalogue
from server.web.access import PUBLIC, allow_public, permissions_of
from server.web.api import JSON, Operation, operation
from server.web.security import API_HEADER, SAFE_METHODS

blueprint = Blueprint("openapi", __name__)

REFERENCE = "#/components/schemas/{model}"
BODY_PROBLEMS = ("malformed_json", "invalid_request", "too_large")
COMMON_PROBLEMS = ("busy", "unexpected")


@blueprint.get("/api/v1/openapi.json")
@operation()
@allow_public
def openapi() -> Response:
    """Describe this API."""
    return Response(json.dumps(openapi_document(current_app)), content_type=JSON)


def openapi_document(app: Flask) -> dict[str, Any]:
    """Describe every declared operation of ``app`` after OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "İZDES", "version": "1"},
        "paths": _paths(app),
        "components": {
            "schemas": _schemas(app),
            "securitySchemes": {
                "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-sid"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def operations(app: Flask) -> Iterator[tuple[Rule, str, Callable[..., Any], Operation]]:
    """Every declared operation: its rule, its method, its view, its declaration."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        declared = getattr(view, "operation", None)
        if declared is not None:
            for method in _methods(rule):
                yield rule, method, view, declared


def _methods(rule: Rule) -> list[str]:
    # What answers GET also answers HEAD, and nobody needs telling.
    told = (rule.methods or set()) - {"OPTIONS"}
    return sorted(told - {"HEAD"} if "GET" in told else told)


def _paths(app: Flask) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for rule, method, view, declared in operations(app):
        described = _operation(rule, method, view, declared)
        paths.setdefault(_path(rule), {})[method.lower()] = described
    return paths


def _path(rule: Rule) -> str:
    return "".join(
        f"{{{content}}}" if is_dynamic else content
        for is_dynamic, content in ((part[0], part[1]) for part in rule._trace)  # noqa: SLF001
    ).removeprefix("|")


def _operation(
    rule: Rule, method: str, view: Callable[..., Any], declared: Operation
) -> dict[str, Any]:
    public = permissions_of(view) == (PUBLIC,)
    described: dict[str, Any] = {
        "operationId": f"{rule.endpoint}.{method.lower()}",
        "summary": (view.__doc__ or "").strip().split("\n")[0],
        "parameters": _parameters(rule, method),
        "responses": _responses(declared, _problems(rule, method, declared, public=public)),
        "security": [{}] if public else [{"cookie": []}, {"bearer": []}],
    }
    if declared.request is not None:
        described["requestBody"] = {"required": True, "content": _content(JSON, declared.request)}
    if declared.takes is not None:
        body = {"schema": {"type": "string", "format": "binary"}}
        described["requestBody"] = {"required": True, "content": {declared.takes: body}}
    return described


def _parameters(rule: Rule, method: str) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in sorted(rule.arguments)
    ]
    if method not in SAFE_METHODS:
        parameters.append(
            {
                "name": API_HEADER,
                "in": "header",
                "required": False,
                "description": "Must be 1, unless the request carries a bearer token.",
                "schema": {"type": "string", "const": "1"},
            }
        )
    return parameters


def _problems(rule: Rule, method: str, declared: Operation, *, public: bool) -> set[str]:
    problems = {*declared.problems, *COMMON_PROBLEMS}
    if not public:
        problems |= {"not_signed_in", "not_allowed"}
    if rule.arguments:
        problems.add("not_found")
    if method not in SAFE_METHODS:
        problems.add("cross_site")
    if declared.request is not None:
        problems |= set(BODY_PROBLEMS)
    return problems


def _responses(declared: Operation, problems: set[str]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": HTTPStatus(declared.status).phrase}
    if declared.status != HTTPStatus.NO_CONTENT:
        success["content"] = _content(declared.media_type, declared.response)
    responses = {str(declared.status): success}
    for status in sorted({STATUS[code] for code in problems}):
        codes = sorted(code for code in problems if STATUS[code] == status)
        responses[str(status)] = {
            "description": " ".join(
                f"`{code}`: {catalogue()[f'problems.{code}']['en']}" for code in codes
            ),
            "content": _content("application/problem+json", ProblemDetails),
        }
    return responses


def _content(media_type: str, model: type[BaseModel] | None) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(model=model.__name__)} if model else {}
    return {media_type: {"schema": schema}}


def _schemas(app: Flask) -> dict[str, Any]:
    models: list[tuple[type[BaseModel], Any]] = [(ProblemDetails, "serialization")]
    for _, _, _, declared in operations(app):
        if declared.request:
            models.append((declared.request, "validation"))
        if declared.response:
            models.append((declared.response, "validation"))
    _, document = models_json_schema(list(dict.fromkeys(models)), ref_template=REFERENCE)
    schemas: dict[str, Any] = document.get("$defs", {})
    return schemas
