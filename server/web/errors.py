"""One handler for everything that goes wrong: a JSON problem for programs, a page for people."""

import logging
import secrets
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from schemas.problems import Problem
from schemas.wording import catalogue
from server.store.storage_errors import is_of_full_disk
from server.web.languages import current_language, text

RETRY_SECONDS = {
    HTTPStatus.TOO_MANY_REQUESTS: 5,
    HTTPStatus.SERVICE_UNAVAILABLE: 5,
    # Somebody has to make room first.
    HTTPStatus.INSUFFICIENT_STORAGE: 60,
}
CODES = {
    HTTPStatus.UNAUTHORIZED: "not_signed_in",
    HTTPStatus.FORBIDDEN: "not_allowed",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
}
log = logging.getLogger("izdes")


def register_errors(app: Flask) -> None:
    """Answer every exception as a problem."""
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(HTTPException, _answer_http_error)
    for trouble in (DBAPIError, PoolTimeout, OSError, MemoryError):
        app.register_error_handler(trouble, _answer_trouble)
    app.register_error_handler(Exception, _answer_unexpected)


def answer_problem(problem: Problem) -> Response:
    """Answer as JSON (RFC 9457) or as a page, whichever the caller asked for."""
    response = _page(problem) if wants_page() else _json(problem)
    response.status_code = problem.status
    if (seconds := RETRY_SECONDS.get(HTTPStatus(problem.status))) is not None:
        response.headers["Retry-After"] = str(problem.details.get("seconds", seconds))
    return response


def wants_page() -> bool:
    """Tell whether a person reads the answer: browsers name text/html, programs do not."""
    return not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", "")


def _answer_http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # type: ignore[return-value]  # a redirect to the right address
    code = CODES.get(HTTPStatus(error.code))
    if code is None:
        code = "bad_request" if error.code < HTTPStatus.INTERNAL_SERVER_ERROR else "busy"
    response = answer_problem(Problem(code))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _answer_trouble(error: Exception) -> Response:
    """Answer for what the server stands on: disk, database, memory."""
    if is_of_full_disk(error):
        log.error("the disk is full", exc_info=error)
        return answer_problem(Problem("storage_full"))
    if _is_passing(error):
        log.error("the database did not answer", exc_info=error)
        return answer_problem(Problem("busy"))
    if isinstance(error, DataError):
        log.error("a value no column takes was not refused at the door", exc_info=error)
        return answer_problem(Problem("bad_request"))
    return _answer_unexpected(error)


def _is_passing(error: Exception) -> bool:
    """Tell whether coming again later may help: the database is away, or memory is short."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout | MemoryError):
        return True
    # A connection that died in the middle of an answer may be told as any kind of error.
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _answer_unexpected(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("unexpected error %s", reference, exc_info=error)
    return answer_problem(Problem("unexpected", reference=reference))


def _json(problem: Problem) -> Response:
    body = problem.on_the_wire(current_language()).model_dump_json()
    return Response(body, content_type="application/problem+json")


def _page(problem: Problem) -> Response:
    sentence = problem.said(current_language())
    try:
        page = render_template(
            "layouts/problem.html",
            problem=problem,
            sentence=sentence,
            kept=_advice("kept", problem.status),
            next_step=_advice("next", problem.status),
        )
    except Exception:
        # Whatever broke the page may have broken this one too; the sentence must still arrive.
        log.exception("the error page could not be drawn")
        return Response(sentence, content_type="text/plain; charset=utf-8")
    return Response(page, content_type="text/html; charset=utf-8")


def _advice(kind: str, status: int) -> str:
    special = f"errors.{kind}_{status}"
    return text(special if special in catalogue() else f"errors.{kind}")
