"""What every answer carries and every unsafe request must prove, against the browser's dangers."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from schemas.problems import Problem
from server.config import Config

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
REFUSED_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "display-capture",
    "encrypted-media", "fullscreen", "gyroscope", "hid", "idle-detection", "magnetometer",
    "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": Safari below 16.4 would send our own forms with "Origin: null".
    "Referrer-Policy": "same-origin",
    # Granian would write its own name here.
    "Server": "",
    "Permissions-Policy": ", ".join(
        ["geolocation=(self)", "camera=(self)", *(f"{name}=()" for name in REFUSED_FEATURES)]
    ),
    "Cache-Control": "no-store",
}
LARGEST_BODY = 1_000_000
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_COOKIE = "__Host-form"
FORM_FIELD = "form_token"
API_HEADER = "X-Izdes"


def register_security(app: Flask, config: Config) -> None:
    """Put the guards before every view and the headers on every answer."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    if proxies := config.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    app.before_request(_refuse_nul)
    app.before_request(_refuse_cross_site)
    app.after_request(_add_headers)
    app.jinja_env.globals["form_token"] = form_token


def bearer_token() -> str | None:
    """The token of an ``Authorization: Bearer`` header."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def form_token() -> str:
    """The token every HTML form sends back; the browser keeps its twin in a cookie."""
    if "form_token" not in g:
        g.form_token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    token: str = g.form_token
    return token


def renew_form_token() -> None:
    """Make forms drawn before this request worthless."""
    g.form_token = secrets.token_urlsafe(32)


def _refuse_nul() -> None:
    # No text of ours holds one, PostgreSQL takes none, and C libraries stop reading at it.
    given = (request.path, *request.args, *request.args.values(), *request.cookies.values())
    if any("\0" in part for part in given):
        raise Problem("bad_request")
    # Only forms are read here: bodies of other kinds are large, and each has its own reader.
    if request.mimetype in FORM_TYPES:
        pairs = request.form.items(multi=True)
        if any("\0" in name or "\0" in value for name, value in pairs):
            raise Problem("bad_request")


def _refuse_cross_site() -> None:
    # Another site cannot set Authorization without a preflight, and no preflight is ever answered.
    if request.method in SAFE_METHODS or request.routing_exception or bearer_token():
        return
    if not _came_from_here():
        raise Problem("cross_site")
    if not _carries_proof():
        # Safari keeps no cookie of ours on http://localhost: its own form is no attack, only lost.
        is_kept = _is_api() or FORM_COOKIE in request.cookies
        raise Problem("cross_site" if is_kept else "cookie_missing")


def _came_from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.host
    # Every browser sends one of the two on an unsafe request; a program shows itself by the header.
    return _is_api() and API_HEADER in request.headers


def _carries_proof() -> bool:
    if _is_api():
        return request.headers.get(API_HEADER) == "1"
    expected = request.cookies.get(FORM_COOKIE, "")
    given = request.form.get(FORM_FIELD, "")
    return bool(expected) and secrets.compare_digest(expected.encode(), given.encode())


def _is_api() -> bool:
    return request.path.startswith("/api/")


def _add_headers(response: Response) -> Response:
    # Every answer passes here: Headers.setdefault would search the list anew for each name.
    present = {name.lower() for name, _ in response.headers}
    response.headers.extend(
        [(name, value) for name, value in HEADERS.items() if name.lower() not in present]
    )
    token = g.get("form_token")
    if token and token != request.cookies.get(FORM_COOKIE):
        response.set_cookie(FORM_COOKIE, token, secure=True, httponly=True, samesite="Strict")
    return response
