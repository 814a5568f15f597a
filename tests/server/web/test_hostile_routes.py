"""Every route with hostile parameters: whatever is sent, on no database is the answer a 5xx."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.people import GOVERNOR, SAME_ORIGIN
from tests.records import ROUND, Field, batch, envelope
from tests.server.sync.files import digest_of, photo, reference
from tests.server.test_permissions import allowed_role, fresh_session

SOAK = os.environ.get("IZDES_SOAK") == "1"
BIG = str(2**63)
PAGE = {"Accept": "text/html"}
TEXTS = ("a\0b", BIG, "\ud83d", "İı🙂\r\n", "x" * 5000)
NEW_LINE = "İı🙂\r\n"
PARAMETERS = (
    "round", "form", "page", "repeat", "values", "language", "format", "by", "service", "province",
    "region", "next", "username", "password",
)  # fmt: skip
JSONS: tuple[Any, ...] = (None, -1, 10**400, "a\0b", "\ud83d", [[]], {"": None}, "x" * 5000)
HEADERS = (
    "Accept", "Authorization", "Content-Digest", "Content-Range", "Content-Type", "Cookie", "Host",
    "If-Modified-Since", "If-None-Match", "Origin", "Range", "Sec-Fetch-Site",
)  # fmt: skip
HEADER_VALUES = (
    "", "9" * 400, "bytes 0-18446744073709551615/18446744073709551616", "sha-256=:====:",
    "Bearer \xff\xfe", "lang=\xff; __Host-sid=\xff", "multipart/form-data", "[::",
)  # fmt: skip
MODELS: dict[str, dict[str, Any]] = {
    "/api/v1/session": {"username": GOVERNOR.username, "password": "x", "bearer": True},
    "/api/v1/submissions": {},
}


@pytest.fixture
def attacked(field: Field) -> Field:
    """A field that holds a record with a photo."""
    assert field.send(envelope(attachments=[reference(photo())])).status_code == 200
    database = field.app.extensions["izdes.database"]
    # fresh_session opens one where nobody is signed in.
    database.write(lambda connection: connection.execute(text("DELETE FROM user_sessions")))
    return field


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            yield method, rule


def filled(rule: Rule, value: str) -> str:
    """Put a value into every place of an address."""
    address = rule.rule
    for name in rule.arguments:
        for converter in ("", "path:"):
            address = address.replace(f"<{converter}{name}>", quote(value, errors="surrogatepass"))
    return address


class Attack:
    """Sends one request after another as somebody who may, and never sees the server fall."""

    def __init__(self, field: Field) -> None:
        self.app = field.app
        self.client = field.app.test_client()
        self.sent = 0
        self.fallen: list[tuple[Any, ...]] = []
        self.inside = 0

    def __call__(self, method: str, address: str, **more: Any) -> TestResponse:
        session = fresh_session(self.app, allowed_role(self.app, method, address))
        headers = {**SAME_ORIGIN, **session, **more.pop("headers", {})}
        answer = self.client.open(address, method=method, headers=headers, **more)
        if answer.status_code >= 500:
            self.fallen.append((answer.status_code, method, address[:200], str(more)[:200]))
        answer.get_data()
        self.sent += 1
        self.inside += answer.status_code not in {401, 403}
        return answer


def test_no_address_and_no_query_makes_a_5xx(attacked: Field) -> None:
    attack = Attack(attacked)
    known = (digest_of(photo()), BIG, *TEXTS)
    for method, rule in routes(attacked.app):
        for value in known if rule.arguments else ("x",):
            attack(method, filled(rule, value))
        for turn, name in enumerate(PARAMETERS if method == "GET" else ()):
            for value in TEXTS if SOAK else (TEXTS[turn % len(TEXTS)], NEW_LINE):
                query = {"round": ROUND.id} | {name: value}
                spelled = urlencode(query, encoding="utf-8", errors="surrogatepass")
                attack(method, f"{filled(rule, 'x')}?{spelled}", headers=PAGE)
    assert attack.fallen == []
    assert attack.inside > 0.8 * attack.sent > 400, (attack.inside, attack.sent)


def test_no_form_and_no_json_makes_a_5xx(attacked: Field) -> None:
    attack = Attack(attacked)
    for method, rule in routes(attacked.app):
        if method in {"GET", "HEAD"}:
            continue
        address = filled(rule, digest_of(photo()))
        for name in PARAMETERS:
            for value in ("a\0b", "x" * 5000, "//evil"):
                attack(method, address, data={name: value})
        model = MODELS.get(rule.rule, {}) or batch(envelope())
        for sent in json_texts(model):
            attack(method, address, data=sent, headers={"Content-Type": "application/json"})
    assert attack.fallen == []


def json_texts(model: Mapping[str, Any]) -> Iterator[bytes]:
    yield from (b"", b"\0", b"[" * 100_000, b"\xff\xfe", b'{"a":', b"1" * 5000)
    for value in JSONS:
        yield json.dumps(value).encode()
        for name in model:
            yield json.dumps({**model, name: value}).encode()
        for name in envelope():
            yield json.dumps(batch({**envelope(), name: value})).encode()


def test_no_header_makes_a_5xx(attacked: Field) -> None:
    attack = Attack(attacked)
    for method, rule in routes(attacked.app):
        address = filled(rule, digest_of(photo()))
        for name in HEADERS:
            for value in HEADER_VALUES:
                attack(method, address, headers={name: value}, data=None)
    assert attack.fallen == []


def test_a_wrong_user_name_with_nul_is_just_a_wrong_user_name(attacked: Field) -> None:
    answer = attacked.client.post(
        "/api/v1/session",
        json={"username": "a\0b", "password": "x"},
        headers=SAME_ORIGIN,
    )
    assert answer.status_code == 401
    assert (answer.json or {})["code"] == "wrong_credentials"


def test_a_page_nobody_can_reach_is_an_answer(attacked: Field) -> None:
    attack = Attack(attacked)
    for page in (BIG, "9" * 400, "-1", "x"):
        assert attack("GET", f"/records/?page={page}").status_code == 200
