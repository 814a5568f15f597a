"""Signing in and out, the language, and the way home."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from pydantic import Field

from schemas.problems import Problem
from schemas.protocol.sync import Officer
from schemas.wire import Wire
from schemas.wording import LANGUAGES
from server.accounts import operations
from server.accounts.origins import KNOWN_FOR, Origin
from server.accounts.passwords import SHORTEST
from server.accounts.permissions import (
    current_user,
    first_page,
    presented_token,
    signed_in_user,
)
from server.accounts.queries import SignedInUser
from server.accounts.second_factor.pages import current_desk
from server.accounts.sessions import COOKIE, forget_session
from server.store.database import current_database
from server.web.access import allow_public, allow_signed_in
from server.web.api import operation, read_body, reply
from server.web.languages import (
    chosen_before,
    current_language,
    forget_choice,
    remember_choice,
    remember_language,
    use_language,
)
from server.web.own_paths import own_path
from server.web.security import renew_form_token

blueprint = Blueprint("accounts", __name__)
BROWSER_COOKIE = "__Host-browser"
"""Knows the browser again after its session ended, so that a stranger's guesses do not stop it."""


class SignInRequest(Wire):
    """A user name and a password; ``bearer`` asks for a token instead of a cookie.

    ``code``: of the second factor, for whoever has one and needs more than their own rows.
    """

    username: str = Field(max_length=256)
    password: str = Field(max_length=1024)
    bearer: bool = False
    code: str | None = Field(default=None, max_length=64)


class SessionAnswer(Wire):
    """Who is signed in, and the token if one was asked for."""

    officer: Officer
    token: str | None = None


@blueprint.post("/api/v1/session")
@operation(
    request=SignInRequest,
    response=SessionAnswer,
    problems=("wrong_credentials", "wrong_code", "too_many_attempts"),
)
@allow_public
def open_session() -> Response:
    """Sign in."""
    asked = read_body(SignInRequest)
    opened = _sign_in(asked.username, asked.password, asked.code)
    if asked.bearer:
        return reply(SessionAnswer(officer=_officer(opened.user), token=opened.token))
    response = reply(SessionAnswer(officer=_officer(opened.user)))
    _keep_in_browser(response, opened)
    return response


@blueprint.get("/api/v1/session")
@operation(response=SessionAnswer)
@allow_signed_in
def show_session() -> SessionAnswer:
    """Tell who is signed in."""
    return SessionAnswer(officer=_officer(signed_in_user()))


@blueprint.delete("/api/v1/session")
@operation(status=204)
@allow_signed_in
def close_session() -> Response:
    """Sign out."""
    response = Response(status=204)
    _sign_out(response)
    return response


@blueprint.get("/sign-in")
@allow_public
def show_sign_in() -> Response:
    """Ask for user name and password."""
    return _sign_in_page()


@blueprint.post("/sign-in")
@allow_public
def sign_in() -> Response:
    """Sign in and go where the user wanted to go."""
    username = request.form.get("username", "")
    try:
        opened = _sign_in(username, request.form.get("password", ""))
    except Problem as problem:
        page = _sign_in_page(username=username, problem=problem)
        page.status_code = problem.status
        if "seconds" in problem.details:
            page.headers["Retry-After"] = str(problem.details["seconds"])
        return page
    renew_form_token()
    if (chosen := chosen_before()) and chosen != opened.user.language:
        _keep_language(opened.user.id, chosen)
    response = make_response(redirect(own_path(request.form.get("next")), 303))
    _keep_in_browser(response, opened)
    forget_choice(response)
    return response


@blueprint.post("/sign-out")
@allow_signed_in
def sign_out() -> Response:
    """Sign out and forget the pages seen."""
    response = make_response(redirect("/sign-in", 303))
    _sign_out(response)
    renew_form_token()
    # Not "storage": records a tablet has not sent yet lie there.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/account/password")
@allow_signed_in
def show_own_password() -> Response:
    """Ask for the present password and a new one."""
    return _password_page()


@blueprint.post("/account/password")
@allow_signed_in
def change_own_password() -> Response:
    """Change one's own password."""
    try:
        opened = _change_password(signed_in_user())
    except Problem as problem:
        page = _password_page(problem=problem)
        page.status_code = problem.status
        return page
    renew_form_token()
    response = make_response(redirect("/account/password?changed=1", 303))
    _keep_in_browser(response, opened)
    return response


@blueprint.post("/language")
@allow_public
def choose_language() -> Response:
    """Show pages in another language from now on."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        raise Problem("invalid_request", detail="language")
    user = current_user()
    response = make_response(redirect(own_path(request.form.get("next")), 303))
    if user is None:
        remember_choice(response)
    else:
        _keep_language(user.id, language)
        forget_session(presented_token() or "")
    remember_language(response, language)
    return response


@blueprint.get("/")
@allow_public
def home() -> Response:
    """Go where the user's day begins."""
    user = current_user()
    address = first_page(user) if user else "/sign-in"
    if address is None:
        return make_response(render_template("accounts/nothing_here.html"))
    return make_response(redirect(address, 303))


@blueprint.post("/account/mandate")
@allow_signed_in
def choose_mandate() -> Response:
    """Work under another of one's mandates."""
    user, token = signed_in_user(), presented_token() or ""
    chosen = request.form.get("mandate", 0, type=int)
    current_database().write(
        lambda connection: operations.choose_mandate(
            connection, token=token, user=user, chosen=chosen
        )
    )
    forget_session(token)
    return make_response(redirect("/", 303))


def _keep_language(user_id: int, language: str) -> None:
    current_database().write(
        lambda connection: operations.set_language(connection, user_id=user_id, language=language)
    )


def _sign_in(username: str, password: str, code: str | None = None) -> operations.OpenedSession:
    opened = operations.sign_in(
        current_database(),
        username=username,
        password=password,
        origin=_origin(),
        replaces=request.cookies.get(COOKIE),
        factor=(current_desk(), code) if code else None,
    )
    forget_session(request.cookies.get(COOKIE, ""))
    use_language(opened.user.language)
    return opened


def _change_password(user: SignedInUser) -> operations.OpenedSession:
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        raise Problem("passwords_differ")
    opened = operations.change_own_password(
        current_database(),
        user=user,
        present=request.form.get("present", ""),
        new=new,
        origin=_origin(),
    )
    forget_session(presented_token() or "")
    return opened


def _origin() -> Origin:
    return Origin(request.remote_addr or "", request.cookies.get(BROWSER_COOKIE))


def _sign_out(response: Response) -> None:
    token, user = presented_token() or "", signed_in_user()
    current_database().write(
        lambda connection: operations.sign_out(connection, token=token, user_id=user.id)
    )
    forget_session(token)
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict")


def _sign_in_page(*, username: str = "", problem: Problem | None = None) -> Response:
    return make_response(
        render_template(
            "accounts/sign_in.html",
            username=username,
            next=own_path(request.values.get("next")),
            mistake=problem.said(current_language()) if problem else None,
        )
    )


def _password_page(*, problem: Problem | None = None) -> Response:
    return make_response(
        render_template(
            "accounts/own_password.html",
            shortest=SHORTEST,
            has_changed="changed" in request.args and problem is None,
            mistake=problem.said(current_language()) if problem else None,
        )
    )


def _keep_in_browser(response: Response, opened: operations.OpenedSession) -> None:
    response.set_cookie(COOKIE, opened.token, secure=True, httponly=True, samesite="Strict")
    response.set_cookie(
        BROWSER_COOKIE,
        opened.browser,
        max_age=KNOWN_FOR,
        secure=True,
        httponly=True,
        samesite="Strict",
    )
    remember_language(response, opened.user.language)


def _officer(user: SignedInUser) -> Officer:
    return Officer(
        username=user.username, full_name=user.full_name, role=user.role, language=user.language
    )
