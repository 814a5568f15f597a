"""Every questionnaire can be exported: its records, and each repeat as a file of its own."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from schemas.forms.definition import FormDefinition
from schemas.forms.row_keys import ROW_KEY
from server.forms.publishing import publish, shipped_forms
from tests.records import ROUND, Field, digest, envelope, spelled
from tests.server.exports.conftest import records

FORMS: dict[str, FormDefinition] = {form.id: form for form in shipped_forms()}
B1, B2 = "B1_birim_ziyaret", "B2_personel_gorusme"
ADDRESS = f"/exports/interviews.csv?round={ROUND.id}"
POSTS = [{"k_sinif": "uzman", "k_norm": "10"}, {"k_sinif": "gih", "k_norm": "4"}]


@pytest.fixture
def office(field: Field) -> Field:
    def prepare(connection: Connection) -> None:
        for definition in FORMS.values():
            publish(connection, definition, actor=None)

    field.app.extensions["izdes.database"].write(prepare)
    return field


def send(field: Field, form: str, *answers: dict[str, Any]) -> None:
    field.send(*(record(form, answer) for answer in answers))


def record(form: str, answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    names = {"form_id": form, "form_version": FORMS[form].version}
    now = spelled(datetime.now(UTC))
    times = {"started_at": now, "finished_at": now}
    body = {**names, **times, "visit": "Z-06-001", "language": "tr", "answers": answers}
    text = json.dumps(body, ensure_ascii=False)
    return envelope(text, **names, digest=digest(text), **more)


def test_the_rows_of_a_repeat_are_a_file_that_names_their_record(
    office: Field, analyst: FlaskClient
) -> None:
    unit = {"il": "06", "ilce": "1231", "birim_tur": "emniyet", "birim_adi": "Çankaya"}
    send(office, B1, unit | {"r_kadro": POSTS}, unit)
    visits = records(analyst.get(f"{ADDRESS}&form={B1}"))
    assert [row["birim_adi"] for row in visits] == ["Çankaya"] * 2
    assert "k_norm" not in visits[0]
    rows = records(analyst.get(f"{ADDRESS}&form={B1}&repeat=r_kadro"))
    assert [(row["meta_row"], row["k_sinif"], row["k_norm"]) for row in rows] == [
        ("1", "uzman", "10"),
        ("2", "gih", "4"),
    ]
    assert {row["meta_id"] for row in rows} <= {row["meta_id"] for row in visits}
    assert "k_gerekce" not in rows[0]


@pytest.mark.parametrize("is_keyed", [True, False], ids=["with keys", "without keys"])
def test_a_row_keeps_its_key_from_export_to_export(
    office: Field, analyst: FlaskClient, *, is_keyed: bool
) -> None:
    own = [str(uuid4()) for _ in POSTS]
    posts = [{ROW_KEY: key, **post} for key, post in zip(own, POSTS, strict=True)]
    sent = posts if is_keyed else POSTS
    first = record(B1, {"il": "06", "r_kadro": sent})
    added = {"k_sinif": "sozlesmeli", "k_norm": "1"} | ({ROW_KEY: str(uuid4())} if is_keyed else {})
    corrected = {"il": "06", "r_kadro": [sent[1], added]}
    office.send(first)
    address = f"{ADDRESS}&form={B1}&repeat=r_kadro"
    before = {row["k_sinif"]: row["meta_row_key"] for row in records(analyst.get(address))}
    office.send(record(B1, corrected, instance_id=first["instance_id"], revision=2))
    after = {row["k_sinif"]: row["meta_row_key"] for row in records(analyst.get(address))}
    assert list(after) == ["gih", "sozlesmeli"]
    assert after["gih"] == before["gih"]
    assert after["sozlesmeli"] not in before.values()
    assert not is_keyed or list(before.values()) == own
    assert all(UUID(key) for key in (*before.values(), *after.values()))
    # It is no answer: the file of the records does not hold it.
    assert ROW_KEY not in analyst.get(f"{ADDRESS}&form={B1}").text


@pytest.mark.parametrize("form", FORMS)
def test_every_form_and_every_repeat_has_a_file(
    office: Field, analyst: FlaskClient, form: str
) -> None:
    send(office, form, {"il": "06"})
    page = analyst.get("/exports/", headers={"Accept": "text/html"}).text
    assert f'value="{form}"' in page
    repeats = [node.name for node in FORMS[form].body if node.kind == "repeat"]
    for repeat in ("", *repeats):
        assert repeat == "" or f'value="{repeat}"' in page
        answer = analyst.get(f"{ADDRESS}&form={form}&repeat={repeat}")
        assert answer.status_code == 200
        assert f"{form}_{repeat}".rstrip("_") in answer.headers["Content-Disposition"]


def test_a_repeat_that_is_none_is_not_found(office: Field, analyst: FlaskClient) -> None:
    send(office, B1, {"il": "06"})
    assert analyst.get(f"{ADDRESS}&form={B1}&repeat=g_profil").status_code == 404


def test_odd_rows_are_exported_as_far_as_they_can_be(office: Field, analyst: FlaskClient) -> None:
    send(office, B1, {"r_kadro": ["x", {"k_norm": 4}]}, {"r_kadro": "x"})
    rows = records(analyst.get(f"{ADDRESS}&form={B1}&repeat=r_kadro"))
    assert [row["k_norm"] for row in rows] == ["", "4"]


def staff(number: int) -> list[dict[str, str]]:
    return [
        {
            "il": "06",
            "ilce": ("1231", "1723", "1745")[at % 3],
            "birim_tur": "emniyet",
            "katilim": "1",
            "sinif": "uzman" if at < number - 1 else "yonetici",
            "kidem": "0-2",
            "p_amir": str(at % 5 + 1),
        }
        for at in range(number)
    ]


def test_staff_are_not_told_apart_by_number_visit_time_or_rank(
    office: Field, analyst: FlaskClient
) -> None:
    send(office, B2, *staff(30))
    rows = records(analyst.get(f"{ADDRESS}&form={B2}"))
    assert len(rows) == 30
    assert {name for name in rows[0] if name.startswith("meta_")} == {
        "meta_form_version",
        "meta_round",
    }
    assert "ilce" not in rows[0]
    assert {(row["il"], row["birim_tur"], row["sinif"]) for row in rows} == {("06", "emniyet", "")}
    # Sorted, not in the order they came in.
    assert rows == sorted(rows, key=lambda row: list(row.values()))


def test_too_few_staff_are_not_exported(office: Field, analyst: FlaskClient) -> None:
    send(office, B2, *staff(9))
    assert records(analyst.get(f"{ADDRESS}&form={B2}")) == []
