"""Pages of the second factor: being asked for a code, and setting it up."""

from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlencode

import segno
from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)

from schemas.problems import Problem
from server import clock
from server.accounts.permissions import presented_token, signed_in_user
from server.accounts.second_factor import factors
from server.accounts.second_factor.codes import authenticator_address, typed_secret
from server.accounts.second_factor.factors import Desk, factor_state
from server.accounts.sessions import forget_session
from server.store.database import current_database
from server.web.access import allow_signed_in
from server.web.languages import current_language
from server.web.own_paths import own_path

blueprint = Blueprint("second_factor", __name__, url_prefix="/account")
PAGE = "/account/second-factor"


def current_desk() -> Desk:
    """The database, the key and the clock of this instance."""
    data_dir = current_app.extensions["izdes.config"].data_dir
    return Desk(current_database(), factors.sealing_key(data_dir / "keys"), clock.now().timestamp())


@blueprint.get("/code")
@allow_signed_in
def show_code() -> Response:
    """Ask for a code, unless none is needed."""
    if signed_in_user().lacks == "factor":
        return _to(f"{PAGE}?{urlencode({'next': own_path(request.args.get('next'))})}")
    return _code_page() if signed_in_user().lacks else _to(own_path(request.args.get("next")))


@blueprint.post("/code")
@allow_signed_in
def prove() -> Response:
    """Go on where the code was asked for."""
    token = presented_token() or ""
    try:
        factors.prove(
            current_desk(), signed_in_user(), code=request.form.get("code", ""), token=token
        )
    except Problem as problem:
        return _with_status(_code_page(problem), problem)
    forget_session(token)
    return _to(own_path(request.form.get("next")))


@blueprint.get("/second-factor")
@allow_signed_in
def show() -> Response:
    """Show whether one has a second factor, and how to set it up."""
    return _page()


@blueprint.get("/second-factor/qr.svg")
@allow_signed_in
def draw() -> Response:
    """The secret that is being set up, for the camera of a telephone."""
    user, desk = signed_in_user(), current_desk()
    with desk.database.read() as connection:
        secret = factors.begun_secret(connection, user.id, desk.key)
    if secret is None:
        raise Problem("not_found")
    code = segno.make(authenticator_address(secret, user.username), error="m", micro=False)
    drawing = BytesIO()
    code.save(drawing, kind="svg", scale=5, border=4, light="#fff")
    return Response(drawing.getvalue(), content_type="image/svg+xml")


@blueprint.post("/second-factor/begin")
@allow_signed_in
def begin() -> Response:
    """Make a secret."""
    user, desk = signed_in_user(), current_desk()
    desk.database.write(lambda connection: factors.begin(connection, user.id, desk.key))
    return _to(f"{PAGE}?{urlencode({'next': own_path(request.form.get('next'))})}")


@blueprint.post("/second-factor/confirm")
@allow_signed_in
def confirm() -> Response:
    """Use it from now on, and show the recovery codes."""
    token = presented_token() or ""
    return _with_codes(
        lambda: factors.confirm(
            current_desk(), signed_in_user(), token=token, **_password_and_code()
        )
    )


@blueprint.post("/second-factor/recovery-codes")
@allow_signed_in
def renew() -> Response:
    """Show other recovery codes."""
    return _with_codes(
        lambda: factors.renew_recovery_codes(
            current_desk(), signed_in_user(), **_password_and_code()
        )
    )


@blueprint.post("/second-factor/off")
@allow_signed_in
def switch_off() -> Response:
    """Ask for no code any more."""
    try:
        factors.switch_off(current_desk(), signed_in_user(), **_password_and_code())
    except Problem as problem:
        return _with_status(_page(problem=problem), problem)
    forget_session(presented_token() or "")
    return _to(f"{PAGE}?off=1")


def _with_codes(make: Callable[[], list[str]]) -> Response:
    try:
        codes = make()
    except Problem as problem:
        return _with_status(_page(problem=problem), problem)
    forget_session(presented_token() or "")
    return _page(codes=codes)


def _password_and_code() -> dict[str, str]:
    return {"password": request.form.get("password", ""), "code": request.form.get("code", "")}


def _page(*, codes: list[str] | None = None, problem: Problem | None = None) -> Response:
    user, desk = signed_in_user(), current_desk()
    with desk.database.read() as connection:
        state = factor_state(connection, user.id)
        begun = factors.begun_secret(connection, user.id, desk.key)
    return make_response(
        render_template(
            "accounts/second_factor.html",
            state=state,
            secret=typed_secret(begun) if begun else None,
            codes=codes,
            next=own_path(request.values.get("next")),
            is_required=user.lacks == "factor",
            is_off="off" in request.args,
            mistake=problem.said(current_language()) if problem else None,
        )
    )


def _code_page(problem: Problem | None = None) -> Response:
    with current_database().read() as connection:
        state = factor_state(connection, signed_in_user().id)
    return make_response(
        render_template(
            "accounts/code.html",
            state=state,
            next=own_path(request.values.get("next")),
            mistake=problem.said(current_language()) if problem else None,
        )
    )


def _with_status(page: Response, problem: Problem) -> Response:
    page.status_code = problem.status
    if "seconds" in problem.details:
        page.headers["Retry-After"] = str(problem.details["seconds"])
    return page


def _to(address: str) -> Response:
    return make_response(redirect(address, 303))
