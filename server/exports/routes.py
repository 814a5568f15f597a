"""Downloads: a page to choose from, and the files themselves."""

from functools import partial

from flask import Blueprint, Response, render_template, request

from schemas.problems import Problem
from server.accounts.permissions import current_scope, signed_in_user
from server.exports.anonymity import least
from server.exports.dialects import DIALECTS
from server.exports.operations import make_export
from server.exports.orders import SPLITS, VALUES, What, order_from
from server.exports.queries import exportable
from server.rounds.queries import RoundSummary, all_rounds
from server.store.database import current_database
from server.web.access import allow
from server.web.formats import whole
from server.web.languages import current_language

blueprint = Blueprint("exports", __name__, url_prefix="/exports")


@blueprint.get("/")
@allow("export.read")
def show() -> str:
    """Show what can be exported, and what stays in the house and why."""
    language = current_language()
    with current_database().read() as connection:
        rounds = all_rounds(connection)
        chosen = _chosen(rounds)
        forms = (
            exportable(connection, chosen.id, scope=current_scope(), language=language)
            if chosen
            else ()
        )
    return render_template(
        "exports/exports.html",
        rounds=rounds,
        chosen=chosen,
        forms=forms,
        dialects=tuple(DIALECTS),
        values=VALUES,
        splits=tuple(SPLITS),
        least=least(),
        whole=partial(whole, language=language),
    )


@blueprint.get("/interviews.csv")
@allow("export.read")
def interviews() -> Response:
    """The interviews of a round, one a row."""
    return _download("interviews")


@blueprint.get("/index.csv")
@allow("export.read")
def index() -> Response:
    """The index table of a round."""
    return _download("index")


def _chosen(rounds: tuple[RoundSummary, ...]) -> RoundSummary | None:
    if not (asked := request.args.get("round")):
        return next(iter(rounds), None)
    for summary in rounds:
        if summary.id == asked:
            return summary
    raise Problem("unknown_round", round=asked)


def _download(what: What) -> Response:
    order = order_from(request.args, what=what, language=current_language())
    export = make_export(
        current_database(), order, scope=current_scope(), actor=signed_in_user().id
    )
    response = Response(export.pieces, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=export.file_name)
    return response
