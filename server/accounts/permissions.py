"""The guard that asks before every view, and what pages know of who is signed in."""

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, redirect, request

from schemas.problems import Problem
from server.accounts.mandates import Mandate
from server.accounts.queries import SignedInUser
from server.accounts.scopes import Scope, mandate_for, may, scope_of
from server.accounts.sessions import COOKIE, register_sessions, session_user
from server.accounts.spelled_mandates import spelled, spelled_time
from server.store import audit
from server.web.access import PUBLIC, SIGNED_IN, permissions_of
from server.web.errors import wants_page
from server.web.languages import current_language, use_language
from server.web.security import bearer_token

NAVIGATION: Final = (
    ("/dashboards/", ("dashboard.read",), "layout.dashboards"),
    ("/exports/", ("export.read",), "layout.exports"),
    ("/records/", ("record.read", "record.read_masked"), "layout.records"),
    ("/people/", ("users.read",), "layout.people"),
    ("/field/", ("record.write",), "layout.field"),
)

SIGNING_IN: Final = frozenset({"accounts.sign_in", "accounts.open_session"})


def register_permissions(app: Flask) -> None:
    """Ask for permission before every view, and tell templates who is signed in."""
    register_sessions(app)
    app.before_request(_guard)
    app.context_processor(_people_of_templates)
    app.jinja_env.globals["has_page"] = has_page
    app.jinja_env.globals["spelled_mandate"] = lambda mandate: spelled(mandate, current_language())
    app.jinja_env.globals["mandate_time"] = lambda mandate: spelled_time(
        mandate, current_language()
    )


def current_user() -> SignedInUser | None:
    """Who is signed in, or nobody."""
    if "user" not in g:
        g.user = None
        token = presented_token()
        if token:
            g.user = session_user(token)
        if g.user:
            use_language(g.user.language)
    user: SignedInUser | None = g.user
    return user


def signed_in_user() -> SignedInUser:
    """Who is signed in; nobody is a problem."""
    user = current_user()
    if user is None:
        raise Problem("not_signed_in")
    return user


def current_scope() -> Scope:
    """How far the person may look who asks for this view, by the permissions it is marked with."""
    return scope_of(current_user(), *_permissions_asked())


def presented_token() -> str | None:
    """The session token of this request; a bearer token goes before the cookie."""
    return bearer_token() or request.cookies.get(COOKIE)


def has_page(url: str) -> bool:
    """Tell whether this instance serves ``url``: no menu names what does not exist."""
    return any(rule.rule == url for rule in current_app.url_map.iter_rules())


def first_page(user: SignedInUser) -> str | None:
    """The page a person's day begins on; None if no page is for the person."""
    whole = _with_factor(user)
    return next(
        (url for url, needed, _ in NAVIGATION if has_page(url) and may(whole, *needed)), None
    )


def _permissions_asked() -> tuple[str, ...]:
    return permissions_of(current_app.view_functions[request.endpoint or ""])


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # no such address: answered as such, to anybody
    asked, user = _permissions_asked(), current_user()
    # Set at every request: a thread answers many, each for somebody else.
    mandate = _mandate_at_work(user, asked)
    audit.stand_in_for(mandate.acting_for_id if mandate else None)
    if asked == (PUBLIC,):
        return None
    if user is None:
        return _to_sign_in()
    if asked == (SIGNED_IN,) or may(user, *asked):
        return None
    if not may(_with_factor(user), *asked):
        raise Problem("not_allowed")
    return _to_code()


def _with_factor(user: SignedInUser | None) -> SignedInUser | None:
    """The person as after a code: what menus name, and what a code is asked for."""
    return replace(user, lacks="") if user else None


def _to_code() -> Response:
    if not wants_page():
        raise Problem("second_factor_needed")
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(f"/account/code?{urlencode({'next': here})}", 303)  # type: ignore[return-value]


def _mandate_at_work(user: SignedInUser | None, asked: tuple[str, ...]) -> Mandate | None:
    """The mandate by which this is done: of a tablet's own records another than the chosen one."""
    if user is None or request.endpoint in SIGNING_IN:
        return None  # Whoever signs in is perhaps another than whose session the browser still has.
    if asked in ((PUBLIC,), (SIGNED_IN,)):
        return user.mandate
    return mandate_for(user, *asked)


def _to_sign_in() -> Response:
    if request.method != "GET" or not wants_page():
        raise Problem("not_signed_in")
    here = request.full_path.rstrip("?")
    return redirect(f"/sign-in?{urlencode({'next': here})}", 303)  # type: ignore[return-value]


def _people_of_templates() -> dict[str, Any]:
    user = current_user()
    whole = _with_factor(user)
    return {
        "user": user,
        "administers": may(user, "setting.write"),
        "navigation": [
            {"url": url, "label": label, "current": request.path.startswith(url)}
            for url, needed, label in NAVIGATION
            if has_page(url) and may(whole, *needed)
        ],
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
    }
