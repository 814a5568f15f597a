"""What each role may do, and the guard that asks before every view."""

from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, redirect, request

from schemas.problems import Problem
from server.accounts.queries import SignedInUser
from server.accounts.sessions import COOKIE, register_sessions, session_user
from server.web.access import PUBLIC, ROLES, permission_of
from server.web.errors import wants_page
from server.web.languages import use_language
from server.web.security import bearer_token

PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "account.own": frozenset(ROLES),
    "submissions.send": frozenset({"officer", "admin"}),
    "attachments.read": frozenset({"analyst", "admin"}),
    "dashboards.read": frozenset({"analyst", "admin"}),
    "exports.read": frozenset({"analyst", "admin"}),
    "records.read": frozenset({"analyst", "admin"}),
    "records.settle": frozenset({"analyst", "admin"}),
    "forms.publish": frozenset({"admin"}),
    "users.manage": frozenset({"admin"}),
}
"""Roles that hold each permission; a view names one by ``@allow("…")`` or is ``@allow_public``."""

NAVIGATION: Final = (
    ("/dashboards/", "dashboards.read", "layout.dashboards"),
    ("/exports/", "exports.read", "layout.exports"),
    ("/records/", "records.read", "layout.records"),
    ("/field/", "submissions.send", "layout.field"),
)


def register_permissions(app: Flask) -> None:
    """Ask for permission before every view, and tell templates who is signed in."""
    register_sessions(app)
    app.before_request(_guard)
    app.context_processor(_people_of_templates)
    app.jinja_env.globals["has_page"] = has_page


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


def presented_token() -> str | None:
    """The session token of this request; a bearer token goes before the cookie."""
    return bearer_token() or request.cookies.get(COOKIE)


def may(user: SignedInUser | None, permission: str) -> bool:
    """Tell whether ``user`` holds ``permission``."""
    return user is not None and user.role in PERMISSIONS[permission]


def has_page(url: str) -> bool:
    """Tell whether this instance serves ``url``: no menu names what does not exist."""
    return any(rule.rule == url for rule in current_app.url_map.iter_rules())


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # no such address: answered as such, to anybody
    permission = permission_of(current_app.view_functions[request.endpoint])
    user = current_user()
    if permission == PUBLIC:
        return None
    if user is None:
        return _to_sign_in()
    if permission is None or not may(user, permission):
        raise Problem("not_allowed")
    return None


def _to_sign_in() -> Response:
    if request.method != "GET" or not wants_page():
        raise Problem("not_signed_in")
    here = request.full_path.rstrip("?")
    return redirect(f"/sign-in?{urlencode({'next': here})}", 303)  # type: ignore[return-value]


def _people_of_templates() -> dict[str, Any]:
    user = current_user()
    return {
        "user": user,
        "administers": may(user, "users.manage"),
        "navigation": [
            {"url": url, "label": label, "current": request.path.startswith(url)}
            for url, permission, label in NAVIGATION
            if has_page(url) and may(user, permission)
        ],
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
    }
