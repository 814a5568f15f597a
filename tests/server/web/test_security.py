"""Headers on every answer; proof on every unsafe request."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server import create_app
from server.config import Config
from tests.people import ADMIN, GOVERNOR, SAME_ORIGIN, bearer, sign_in

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def unsafe_routes(app: Flask) -> list[tuple[str, str]]:
    return [
        (method, address(rule))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & UNSAFE)
    ]


def address(rule: Rule) -> str:
    return re.sub(r"<[^>]+>", "x", re.sub(r"<int:[^>]+>", "1", rule.rule))


@pytest.mark.parametrize(
    "where", ["/healthz", "/sign-in", "/nothing", "/api/v1/session", "/dashboards/", "/field/"]
)
def test_every_answer_carries_the_headers(client: FlaskClient, where: str) -> None:
    headers = client.get(where, headers={"Accept": "text/html"}).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Permissions-Policy"].startswith("geolocation=(self), camera=(self), ")
    assert "microphone=()" in headers["Permissions-Policy"]
    assert headers.get("Server", "") == ""
    assert "Set-Cookie" not in headers or "Secure" in headers["Set-Cookie"]


@pytest.mark.parametrize("where", ["/healthz", "/sign-in", "/api/v1/session"])
def test_nothing_personal_is_kept_by_a_cache(client: FlaskClient, where: str) -> None:
    assert client.get(where).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "foreign",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:8080"},
    ],
    ids=str,
)
def test_no_unsafe_route_answers_another_site(
    app: Flask, client: FlaskClient, foreign: dict[str, str]
) -> None:
    sign_in(client, ADMIN)
    routes = unsafe_routes(app)
    assert len(routes) >= 6
    for method, where in routes:
        answer = client.open(where, method=method, headers=foreign | {"X-Izdes": "1"})
        assert (answer.status_code, answer.json["code"]) == (403, "cross_site"), where


def test_no_unsafe_route_answers_without_proof(app: Flask, client: FlaskClient) -> None:
    sign_in(client, ADMIN)
    for method, where in unsafe_routes(app):
        for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}):
            answer = client.open(where, method=method, headers=headers)
            assert answer.status_code == 403, where
            assert answer.json["code"] in {"cross_site", "cookie_missing"}, where


def test_a_browser_that_keeps_no_cookie_is_told_what_to_do(client: FlaskClient) -> None:
    form = {"username": ADMIN.username, "password": ADMIN.password, "form_token": "x"}
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    answer = client.post("/sign-in", data=form, headers=headers)
    assert answer.status_code == 403
    assert "Safari, http://localhost adresinde çerez saklamaz" in answer.text


@pytest.mark.parametrize(
    "own",
    [
        {"Sec-Fetch-Site": "same-origin", "X-Izdes": "1"},
        {"Sec-Fetch-Site": "none", "X-Izdes": "1"},
        {"Origin": "http://localhost", "X-Izdes": "1"},
        {"X-Izdes": "1"},
    ],
    ids=str,
)
def test_our_own_pages_and_programs_come_through(client: FlaskClient, own: dict[str, str]) -> None:
    answer = client.post("/api/v1/session", data=b"{", headers=own)
    assert answer.json["code"] == "malformed_json"


def test_a_bearer_token_is_proof_enough(client: FlaskClient) -> None:
    header = bearer(client, GOVERNOR)
    assert client.delete("/api/v1/session", headers=header).status_code == 204


def test_a_wrong_bearer_token_does_not_borrow_the_cookie(client: FlaskClient) -> None:
    sign_in(client, GOVERNOR)
    answer = client.delete("/api/v1/session", headers={"Authorization": "Bearer wrong"})
    assert answer.json["code"] == "not_signed_in"


def post(client: FlaskClient, size: int, **more: object) -> TestResponse:
    return client.post("/api/v1/session", data=b" " * size, headers=SAME_ORIGIN, **more)


def test_a_body_beyond_a_megabyte_is_refused(client: FlaskClient) -> None:
    assert post(client, 1_000_000).json["code"] == "malformed_json"
    answer = post(client, 1_000_001)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_a_body_of_unknown_length_is_not_cut_off_in_silence(client: FlaskClient) -> None:
    chunked = {
        "environ_overrides": {
            "wsgi.input_terminated": True,
            "HTTP_TRANSFER_ENCODING": "chunked",
        }
    }
    assert post(client, 2_000_000, **chunked).json["code"] == "too_large"
    assert post(client, 1000, **chunked).json["code"] == "malformed_json"


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "10.0.0.9")])
def test_only_a_trusted_proxy_names_the_visitors_address(
    tmp_path: Path, proxies: int, seen: str
) -> None:
    config = Config(
        data_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'proxied.sqlite3'}",
        trusted_proxies=proxies,
    )
    app = create_app(config)
    with app.test_client() as client:
        client.get("/nothing", headers={"X-Forwarded-For": "10.0.0.9"})
        from flask import request  # noqa: PLC0415  bound to the request just made

        assert request.remote_addr == seen
    app.extensions["izdes.database"].close()
