"""The dashboard: a page, the state its script asks for, and the outlines of the provinces."""

from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, render_template, request, send_file

import schemas
from schemas.problems import Problem
from schemas.protocol.dashboards import DashboardState, Figure
from server.accounts.permissions import current_scope
from server.dashboards import pages
from server.dashboards.filters import Filters, filters_from
from server.dashboards.queries import Dashboard, dashboard
from server.indices.queries import table_state
from server.rounds.queries import RoundSummary, all_rounds, round_before
from server.store.database import current_database
from server.version import VERSION
from server.web.access import allow
from server.web.languages import current_language

blueprint = Blueprint("dashboards", __name__, url_prefix="/dashboards")

OUTLINES = Path(schemas.__file__).parent / "reference" / "provinces_low.geojson"
DAY = 24 * 3600


@blueprint.get("/")
@allow("dashboard.read")
def show() -> str:
    """Show the dashboard."""
    rounds = _rounds()
    if not rounds:
        return render_template("dashboards/no_round.html")
    language, filters = current_language(), _filters(rounds)
    before = round_before(rounds, filters.round)
    board = dashboard(filters, language=language, before=before)
    return pages.page(board, pages.choices(rounds, filters, language=language), language=language)


@blueprint.get("/data")
@allow("dashboard.read")
def state() -> Response:
    """The view's figures and texts, or say that nothing has changed."""
    rounds = _rounds()
    if not rounds:
        raise Problem("not_found")
    language, filters = current_language(), _filters(rounds)
    before = round_before(rounds, filters.round)
    shown = [table_state(seen) for seen in (filters.round, *([before.id] if before else []))]
    tag = _tag(filters, language, shown[0][1], tuple(name for name, _ in shown))
    response = Response(content_type="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(tag)
    # Only a reader who has not seen this state yet makes the server compute and draw.
    if request.if_none_match.contains(tag):
        response.status_code = HTTPStatus.NOT_MODIFIED
    else:
        board = dashboard(filters, language=language, before=before)
        offered = pages.choices(rounds, filters, language=language)
        # Of what it really shows: records may have come since the look above.
        response.set_etag(_tag(filters, language, board.basis.through_sequence, board.states))
        response.set_data(_state(board, offered, language).model_dump_json())
    return response


@blueprint.get("/provinces.geojson")
@allow("dashboard.read")
def outlines() -> Response:
    """The outlines of the provinces."""
    response = send_file(OUTLINES, mimetype="application/geo+json")
    response.headers["Cache-Control"] = f"private, max-age={DAY}"
    return response


def _rounds() -> tuple[RoundSummary, ...]:
    with current_database().read() as connection:
        return all_rounds(connection)


def _filters(rounds: tuple[RoundSummary, ...]) -> Filters:
    running = [summary.id for summary in rounds if summary.status == "open"]
    known = [summary.id for summary in rounds]
    return filters_from(
        request.args, rounds=known, default=(running or known)[0], scope=current_scope()
    )


def _state(board: Dashboard, offered: pages.Choices, language: str) -> DashboardState:
    # Plotly costs 30 MB; a server that only takes in interviews never needs it.
    from server.dashboards.figures import map_of_provinces, ranking_of_provinces  # noqa: PLC0415

    return DashboardState(
        through_sequence=board.basis.through_sequence,
        view=board.filters.as_query(),
        map=Figure(**map_of_provinces(board, language=language)),
        ranking=Figure(**ranking_of_provinces(board, language=language)),
        parts=pages.parts(board, offered, language=language),
    )


def _tag(filters: Filters, language: str, through: int, states: tuple[str, ...]) -> str:
    # Sorted: a set is spelled in another order in every process.
    within = None if filters.within is None else sorted(filters.within)
    view = sorted(filters.as_query().items())
    seen = sha256(repr((VERSION, language, view, within, states)).encode()).hexdigest()
    return f"{through}-{seen[:16]}"
