"""JSON operations: what goes in, what comes out, and which problems they may answer with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeVar

from flask import Response, request
from pydantic import BaseModel, ValidationError

from schemas.problems import Problem
from server.web.security import LARGEST_BODY

Model = TypeVar("Model", bound=BaseModel)
View = Callable[..., Any]


@dataclass(frozen=True)
class Operation:
    """What the OpenAPI document tells about a view."""

    request: type[BaseModel] | None
    response: type[BaseModel] | None
    problems: tuple[str, ...]
    status: int
    media_type: str
    takes: str | None


JSON: Final = "application/json"


def operation(
    *,
    request: type[BaseModel] | None = None,
    response: type[BaseModel] | None = None,
    problems: tuple[str, ...] = (),
    status: int = HTTPStatus.OK,
    media_type: str = JSON,
    largest_body: int | None = None,
    takes: str | None = None,
) -> Callable[[View], View]:
    """Declare a JSON view; a model it returns is sent as JSON, anything else as it is.

    A view that takes more than the usual megabyte says so by ``largest_body``, one that takes bytes
    instead of JSON names their kind by ``takes``.
    """
    declared = Operation(request, response, problems, int(status), media_type, takes)

    def declare(view: View) -> View:
        @wraps(view)
        def answer(*args: Any, **values: Any) -> Any:
            if largest_body is not None:
                _allow_body(largest_body)
            result = view(*args, **values)
            return reply(result, status) if isinstance(result, BaseModel) else result

        answer.operation = declared  # type: ignore[attr-defined]
        return answer

    return declare


def reply(model: BaseModel, status: int = HTTPStatus.OK) -> Response:
    """Send a model as JSON."""
    return Response(model.model_dump_json(), status=status, content_type=JSON)


def read_body(model: type[Model]) -> Model:
    """Parse the request's raw bytes, or raise a problem that never repeats what was sent."""
    try:
        return model.model_validate_json(raw_body())
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
    except UnicodeDecodeError:
        raise Problem("malformed_json", detail="UTF-8") from None
    first = faults[0]
    if first["type"] == "json_invalid":
        raise Problem("malformed_json", detail=_where_json_broke(first["msg"]))
    raise Problem("invalid_request", detail=_fault(first["loc"], first["type"]))


def raw_body() -> bytes:
    """The body as it came; one of unknown length that reaches the limit is too large."""
    data = request.get_data()
    # Werkzeug cuts a body sent in chunks off at the limit, without a word.
    if request.content_length is None and len(data) >= (request.max_content_length or LARGEST_BODY):
        raise Problem("too_large")
    return data


def _allow_body(limit: int) -> None:
    request.max_content_length = limit


def _where_json_broke(message: str) -> str:
    # "Invalid JSON: expected value at line 1 column 2": only the place, nothing of what was sent
    place = message.rpartition(" at ")[2]
    return place if place.startswith("line ") else "JSON"


def _fault(location: tuple[int | str, ...], kind: str) -> str:
    # The name of an unknown key is the sender's own text: it is not repeated.
    known = location[:-1] if kind == "extra_forbidden" else location
    return f"{'.'.join(str(part) for part in known) or 'body'}: {kind}"
