"""Whatever is sent, nothing breaks: no answer is a 5xx, and what has a receipt is stored."""

import json
import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records import Field, batch, envelope, interview

SOAK = os.environ.get("IZDES_SOAK") == "1"
CALM = settings(
    max_examples=3000 if SOAK else 60,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# Any code point, also those that no text should hold.
TEXTS = st.text(st.characters(exclude_categories=()), max_size=20)
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**400, -(2**63), 1e308])
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=12
)
QUESTIONS = st.sampled_from(["il", "ilce", "yas", "oneri", "baslangic", "bitis", "giris", "yok"])
ANSWERS = st.dictionaries(QUESTIONS | TEXTS, JSON | st.sampled_from(["06", "34", "1231", "64"]))
STRANGE_FIELDS = st.dictionaries(st.sampled_from([*interview(), "unknown"]), JSON, max_size=3)
BODIES = st.one_of(
    st.builds(lambda answers: json.dumps(interview() | {"answers": answers}), ANSWERS),
    st.builds(lambda changes: json.dumps(interview() | changes), STRANGE_FIELDS),
    st.builds(json.dumps, JSON),
    TEXTS,
)
STRANGE_ENVELOPES = st.dictionaries(
    st.sampled_from([*envelope(), "encoding", "attachments", "unknown"]), JSON, max_size=2
)


def assert_calm(field: Field, data: bytes) -> None:
    answer = field.client.post("/api/v1/submissions", data=data, headers=field.officer)
    if answer.status_code != 200:
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.json["code"] in {"malformed_json", "invalid_request"}
        return
    for result in answer.json["results"]:
        if (receipt := result["receipt"]) is None:
            assert result["status"] == "damaged"
            continue
        table = "quarantine" if receipt["status"] == "quarantined" else "submissions"
        held = field.rows(f"SELECT digest FROM {table} WHERE sequence = {receipt['sequence']}")  # noqa: S608
        assert [f"sha256:{bytes(row.digest).hex()}" for row in held] == [receipt["digest"]]


def sendable(text: str) -> str:
    """The text without what UTF-8 cannot carry."""
    return text.encode(errors="replace").decode()


@CALM
@given(st.lists(BODIES, min_size=1, max_size=4))
def test_any_body_is_stored_or_quarantined(field: Field, bodies: list[str]) -> None:
    envelopes = [envelope(sendable(body)) for body in bodies]
    assert_calm(field, json.dumps(batch(*envelopes)).encode())


@CALM
@given(STRANGE_ENVELOPES)
def test_any_envelope_is_answered(field: Field, changes: dict[str, Any]) -> None:
    sent = batch(envelope(), envelope() | changes)
    assert_calm(field, json.dumps(sent).encode())


@CALM
@given(JSON | st.builds(lambda items: batch(*items), st.lists(JSON, min_size=1, max_size=3)))
def test_any_json_is_answered(field: Field, sent: Any) -> None:
    assert_calm(field, json.dumps(sent).encode())


@CALM
@given(st.binary(max_size=200), st.integers(0, 1000))
def test_any_bytes_are_answered(field: Field, noise: bytes, place: int) -> None:
    whole = json.dumps(batch(envelope())).encode()
    assert_calm(field, whole[:place] + noise + whole[place + len(noise) :])
    assert_calm(field, noise)


@CALM
@given(st.sampled_from(["form_id", "form_version", "visit", "language"]), TEXTS)
def test_any_name_in_the_interview_is_answered(field: Field, name: str, text: str) -> None:
    body = json.dumps(interview() | {name: text})
    changes = {name: text} if name.startswith("form") else {}
    assert_calm(field, json.dumps(batch(envelope(body) | changes)).encode())
