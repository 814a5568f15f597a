"""A record's page compares the rows of repeats with themselves, wherever a correction put them."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from schemas.forms.row_keys import ROW_KEY
from server.forms.publishing import publish, shipped_forms
from tests.records import Field, digest, envelope, spelled

UNIT = {form.id: form for form in shipped_forms()}["B1_birim_ziyaret"]
PLACE = {"il": "06", "ilce": "1231", "birim_tur": "emniyet", "birim_adi": "Çankaya"}
POSTS = [
    {"k_sinif": "uzman", "k_norm": "10", "k_mevcut": "7"},
    {"k_sinif": "gih", "k_norm": "4", "k_mevcut": "4"},
    {"k_sinif": "sozlesmeli", "k_norm": "2", "k_mevcut": "1"},
]


@pytest.fixture
def office(field: Field) -> Field:
    """The field, with the visit to a unit published."""
    field.app.extensions["izdes.database"].write(
        lambda connection: publish(connection, UNIT, actor=None)
    )
    return field


@pytest.fixture(params=["with keys", "without keys"])
def posts(request: pytest.FixtureRequest) -> list[dict[str, str]]:
    if request.param == "without keys":
        return POSTS
    return [{ROW_KEY: str(uuid4()), **post} for post in POSTS]


def record(posts: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    names = {"form_id": UNIT.id, "form_version": UNIT.version}
    now = spelled(datetime.now(UTC))
    answers = {**PLACE, "r_kadro": posts}
    body = {**names, "visit": "Z-06-001", "language": "tr", "started_at": now, "finished_at": now}
    text = json.dumps({**body, "answers": answers}, ensure_ascii=False)
    return envelope(text, **names, digest=digest(text), **more)


def changes(page: str) -> list[tuple[str, str, str]]:
    """Each changed answer as it stands there: what it is, and both answers."""
    found = re.findall(
        r'<tr><th scope="row">(.*?)</th><td><del>(.*?)</del></td><td><ins>(.*?)</ins>', page
    )
    return [(re.sub(r"<.*?>", "", what).strip(), before, after) for what, before, after in found]


def test_a_row_taken_out_is_the_only_thing_that_changed(
    office: Field, analyst: FlaskClient, posts: list[dict[str, str]]
) -> None:
    first = record(posts)
    office.send(first, record(posts[1:], instance_id=first["instance_id"], revision=2))
    found = changes(analyst.get(f"/records/{first['instance_id']}").text)
    assert found
    assert all(what.endswith("silinen satır") and after == "–" for what, _, after in found)
    assert "10" in {before for _, before, _ in found}
    assert not {"4", "2"} & {before for _, before, _ in found}


def test_rows_that_moved_did_not_change_and_one_that_came_is_told(
    office: Field, analyst: FlaskClient, posts: list[dict[str, str]]
) -> None:
    first = record(posts)
    edited = {**posts[1], "k_mevcut": "3"}
    added = {ROW_KEY: str(uuid4()), "k_sinif": "memur", "k_norm": "9"}
    new = added if ROW_KEY in posts[0] else {"k_sinif": "memur", "k_norm": "9"}
    moved = [posts[2], edited, new, posts[0]]
    office.send(first, record(moved, instance_id=first["instance_id"], revision=2))
    found = changes(analyst.get(f"/records/{first['instance_id']}").text)
    ((what, before, after),) = [change for change in found if not change[0].endswith("satır")]
    assert (before, after) == ("4", "3")
    assert " 2 · " in what
    came = [change for change in found if change[0].endswith("eklenen satır")]
    assert [(before, after) for _, before, after in came if after == "9"] == [("–", "9")]
    assert all(" 3 · " in what for what, _, _ in came)
    assert len(came) == len(found) - 1


def test_a_text_in_conflict_is_compared_row_by_row(
    office: Field, analyst: FlaskClient, posts: list[dict[str, str]]
) -> None:
    first = record(posts)
    office.send(first)
    office.send(record([posts[0], posts[2]], instance_id=first["instance_id"]))
    found = changes(analyst.get(f"/records/{first['instance_id']}").text)
    assert found
    assert all(what.endswith("silinen satır") for what, _, _ in found)
