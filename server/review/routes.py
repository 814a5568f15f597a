"""The list of records, and one record with its doubts, times and corrections."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from schemas.problems import Problem
from schemas.reference.geography import provinces
from schemas.rules.personal_data import without_personal_data
from server.accounts.permissions import current_scope, signed_in_user
from server.accounts.scopes import may
from server.review.operations import settle
from server.review.queries import Filters, listed_forms, record, records
from server.rounds.queries import all_rounds
from server.store import audit
from server.store.database import current_database
from server.submissions.derivations import current_derivations
from server.web.access import allow
from server.web.formats import moment, whole
from server.web.languages import current_language

if TYPE_CHECKING:
    from server.config import Config

blueprint = Blueprint("review", __name__, url_prefix="/records")

READING: Final = ("record.read", "record.read_masked")
"""Whoever has the first sees what the second is kept from."""


@blueprint.get("/")
@allow(*READING)
def show() -> str:
    """List the records of a round."""
    language = current_language()
    with current_database().read() as connection:
        rounds = all_rounds(connection)
        filters = _filters([summary.id for summary in rounds])
        page = (
            records(connection, filters, scope=current_scope(), language=language)
            if filters
            else None
        )
        forms = listed_forms(connection, language=language)
    return render_template(
        "review/records.html",
        rounds=rounds,
        filters=filters,
        forms=forms,
        page=page,
        signs=_signs(filters.round, *(record.sequence for record in page.records))
        if filters and page and page.records
        else {},
        province_names={province.plate: province.name for province in provinces()},
        moment=partial(_moment, language=language),
        whole=partial(whole, language=language),
    )


@blueprint.get("/<instance_id>")
@allow(*READING)
def show_record(instance_id: str) -> str:
    """Show one record; who reads it is written down."""
    language, user, database = current_language(), signed_in_user(), current_database()
    with database.read() as connection:
        found = record(
            connection,
            _known(instance_id),
            scope=current_scope(),
            language=language,
            mask=str if may(user, "record.read") else without_personal_data,
            allowed=_allowed(),
        )
    database.write(
        partial(
            audit.write,
            actor=user.id,
            action="record.read",
            object=instance_id,
        )
    )
    return render_template(
        "review/record.html",
        record=found,
        moment=partial(_moment, language=language),
        signs=_signs(found.round, found.current.sequence).get(found.current.sequence, ()),
        may_settle=may(user, "record.settle"),
    )


@blueprint.post("/<instance_id>/settlement")
@allow("record.settle")
def settle_conflict(instance_id: str) -> Response:
    """Let one text of a record count, as the reader decided."""
    keep = partial(
        settle,
        instance_id=_known(instance_id),
        scope=current_scope(),
        kept=_number("kept"),
        seen=_number("seen"),
        reason=request.form.get("reason", ""),
        actor=signed_in_user().id,
        derivations=current_derivations(),
    )
    current_database().write(keep)
    return make_response(redirect(url_for("review.show_record", instance_id=instance_id), 303))


def _signs(round_id: str | None, *sequences: int) -> dict[int, tuple[str, ...]]:
    """Name the signs of some records of a round."""
    if round_id is None:
        return {}
    # NumPy and pyarrow load with the first look at records, not with the server.
    from server.quality.signs import signs_of  # noqa: PLC0415

    config: Config = current_app.extensions["izdes.config"]
    known = signs_of(current_database(), config.data_dir, round_id)
    return {sequence: known.of(sequence) for sequence in sequences}


def _number(name: str) -> int:
    number = request.form.get(name, type=int)
    if number is None or not 0 < number < 2**63:
        raise Problem("invalid_request", detail=name)
    return number


def _filters(known: list[str]) -> Filters | None:
    asked = request.args.get("round") or next(iter(known), None)
    if asked is None:
        return None
    if asked not in known:
        raise Problem("unknown_round", round=asked)
    return Filters(
        round=asked,
        form=request.args.get("form") or None,
        only_doubtful="doubtful" in request.args,
        only_corrected="corrected" in request.args,
        only_conflicts="conflicts" in request.args,
        page=max(1, request.args.get("page", 1, type=int)),
    )


def _known(instance_id: str) -> str:
    try:
        return str(UUID(instance_id))
    except ValueError:
        raise Problem("not_found") from None


def _allowed() -> timedelta:
    days: int = current_app.extensions["izdes.config"].correction_days
    return timedelta(days=days)


def _moment(at: datetime, language: str) -> str:
    return moment(at.isoformat(), language)
