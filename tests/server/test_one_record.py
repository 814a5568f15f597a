"""One hostile record: it gets a receipt, and every page, export and table still answers."""

import csv
import io
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from schemas.forms.definition import FormDefinition, Node
from schemas.rules.indicators import indicators
from server.forms.publishing import publish, shipped_forms
from server.shell.commands import izdes
from tests.records import ROUND, Field, digest, envelope, interview, spelled

SOAK = os.environ.get("IZDES_SOAK") == "1"
FORMS: dict[str, FormDefinition] = {form.id: form for form in shipped_forms()}
WRITTEN = (
    "1e400", "-1e400", "NaN", "Infinity", "-Infinity", "1" * 400, "-" + "9" * 5000, "1e-400",
    str(2**63), str(2**64), "1e308", "null", "true", "-0", "0.1e1",
    '"\\ud83d"', '"\\udc00x"', '"\\u0000"', '"1e400"', '"1e308"', '"nan"', '"99999-01-01"',
    '"0000-00-00"', '"0001-01-01"', '"9999-12-31"', '"٣"', '"1_000"', '"' + "9" * 300 + '"',
    '"' + "x" * 20_000 + '"', "[]", "{}", "[[]]", '["06"]', '[{"a": 1}]', '[1, {"k_norm": 1e400}]',
    "[" * 150 + "]" * 150, '{"a": {"b": NaN}}', '"=1+1"', '"<b>"', '"  "', '"\\n"',
)  # fmt: skip
"""Values as a tablet gone wrong might write them; no JSON library need agree with them."""
TURNS = 6
KEYS = ("a\\u0000b", "\\ud800", "k" * 100_000, "", "__proto__", "answers")
GOOD = {
    "il": "06", "ilce": "1231", "birim_tur": "emniyet", "birim_adi": "Çankaya", "katilim": "1",
    "on8": "1", "degerlendirilen": "emn", "emn_hiz": "4", "emn_genel": "5",
}  # fmt: skip
TABLES = (
    ("index", ROUND.id), ("index", ROUND.id, "--by", "service"), ("weights", ROUND.id),
    ("quality", ROUND.id), ("observations", "rebuild", ROUND.id),
    *(("indicator", indicator.code, ROUND.id) for indicator in indicators()),
)  # fmt: skip
ADDRESSES = (
    "/dashboards/", f"/dashboards/data?round={ROUND.id}", "/exports/", "/records/",
    "/records/?doubtful=on", f"/exports/index.csv?round={ROUND.id}",
    *(f"/exports/interviews.csv?round={ROUND.id}&form={form}" for form in FORMS),
    *(f"/exports/interviews.csv?round={ROUND.id}&form={form}&values=labels" for form in FORMS),
)  # fmt: skip


def names_of(form: str) -> list[str]:
    """Name everything a form asks: questions, repeats, and questions in repeats."""

    def walk(nodes: tuple[Node, ...]) -> list[str]:
        return [name for node in nodes for name in (node.name, *walk(node.children))]

    return walk(FORMS[form].body)


@st.composite
def hostile(draw: st.DrawFn) -> tuple[str, str]:
    """Write a record by hand: form, and the text of its answers."""
    form = draw(st.sampled_from(sorted(FORMS)))
    pairs = {name: json.dumps(text) for name, text in GOOD.items()}
    names = draw(st.lists(st.sampled_from(names_of(form)), max_size=40, unique=True))
    pairs |= {name: draw(st.sampled_from(WRITTEN)) for name in names}
    written = [f'"{name}": {value}' for name, value in pairs.items()]
    if draw(st.booleans()):
        written.append(f'"{draw(st.sampled_from(KEYS))}": {draw(st.sampled_from(WRITTEN))}')
        written.append(written[0])  # a key twice
    return form, "{" + ", ".join(written) + "}"


def record_of(form: str, answers: str) -> dict[str, Any]:
    """Put answers into a record of today."""
    names = {"form_id": form, "form_version": FORMS[form].version}
    now = datetime.now(UTC)
    times = {"started_at": spelled(now - timedelta(minutes=9)), "finished_at": spelled(now)}
    head = json.dumps({**names, **times, "visit": "Z-06-001", "language": "tr"})
    text = f'{head[:-1]}, "answers": {answers}}}'
    return envelope(text, **names, digest=digest(text))


@pytest.fixture
def centre(field: Field, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Field:
    """A round with our own forms, and a good record of each."""

    def prepare(connection: Connection) -> None:
        for definition in FORMS.values():
            publish(connection, definition, actor=None)

    field.app.extensions["izdes.database"].write(prepare)
    monkeypatch.setenv("IZDES_DATABASE_URL", database_url)
    monkeypatch.setenv("IZDES_DATA_DIR", str(field.app.extensions["izdes.config"].data_dir))
    assert field.send(*(record_of(form, json.dumps(GOOD)) for form in FORMS)).status_code == 200
    return field


def every_value() -> list[tuple[str, str]]:
    """Put the written values into the questions of a form by turns, and odd keys beside them."""
    records = []
    for form in FORMS:
        names = [name for name in names_of(form) if name not in GOOD]
        for turn in range(len(WRITTEN) if SOAK else TURNS):
            pairs = {name: json.dumps(text) for name, text in GOOD.items()}
            pairs |= {
                name: WRITTEN[(place * TURNS + turn) % len(WRITTEN)]
                for place, name in enumerate(names)
            }
            key = f'"{KEYS[turn % len(KEYS)]}": 1e400'
            written = [key, *(f'"{name}": {text}' for name, text in pairs.items())]
            records.append((form, "{" + ", ".join(written) + "}"))
    return records


def test_no_value_of_any_question_breaks_what_reads_them_all(
    centre: Field, analyst: FlaskClient
) -> None:
    sent = [record_of(form, answers) for form, answers in every_value()]
    for start in range(0, len(sent), 20):
        assert_received(centre, sent[start : start + 20])
    assert_everything_answers(centre, analyst)
    for each in sent[:: 1 if SOAK else 7]:
        assert_record_page(analyst, each)


@settings(
    max_examples=60 if SOAK else 1,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(records=st.lists(hostile(), min_size=8, max_size=12))
def test_any_record_has_a_receipt_and_everything_still_answers(
    centre: Field, analyst: FlaskClient, records: list[tuple[str, str]]
) -> None:
    sent = [record_of(form, answers) for form, answers in records]
    assert_received(centre, sent)
    assert_everything_answers(centre, analyst)
    for each in sent:
        assert_record_page(analyst, each)


def test_half_an_emoji_is_flagged_and_the_rest_can_be_read(
    field: Field, analyst: FlaskClient
) -> None:
    text = json.dumps(interview(answers={"oneri": "iyiydi YARIM"})).replace("YARIM", "\\ud83d")
    sent = envelope(text)
    (result,) = field.send(sent).json["results"]
    assert (result["status"], result["receipt"]["status"]) == ("accepted", "accepted")
    page = analyst.get(f"/records/{sent['instance_id']}").text
    assert "iyiydi \N{REPLACEMENT CHARACTER}" in page
    assert "Cihaz kaydı olağan dışı yazmış" in page


def assert_received(centre: Field, records: list[dict[str, Any]]) -> None:
    results = centre.send(*records).json["results"]
    assert [result["receipt"]["digest"] for result in results] == [
        record["digest"] for record in records
    ]
    assert {result["status"] for result in results} <= {"accepted", "quarantined"}


def assert_everything_answers(centre: Field, analyst: FlaskClient) -> None:
    assert centre.client.get("/api/v1/catalogue", headers=centre.officer).status_code == 200
    for address in ADDRESSES:
        assert_page(analyst, address)
    for arguments in TABLES:
        result = CliRunner().invoke(izdes, ["--language", "en", *arguments])
        assert result.exit_code == 0, (arguments, result.output[-300:], result.exception)


def assert_record_page(analyst: FlaskClient, sent: dict[str, Any]) -> None:
    # Records of staff lie in a table of their own and have no page: see ADR 0030.
    answer = analyst.get(f"/records/{sent['instance_id']}")
    expected = 404 if FORMS[sent["form_id"]].anonymous else 200
    assert answer.status_code == expected, (sent["form_id"], answer.text[:300])


def assert_page(analyst: FlaskClient, address: str) -> None:
    # Staff are never read one by one: that is an answer as well.
    answer = analyst.get(address)
    assert answer.status_code in {200, 403}, (address, answer.text[:300])
    if ".csv" in address:
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
        assert len({len(row) for row in rows}) == 1, address
