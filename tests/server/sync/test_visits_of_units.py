"""A visit to a unit offers its forms prefilled; what was reported there before is asked again."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from schemas.forms.definition import FormDefinition
from schemas.forms.row_keys import ROW_KEY
from server.accounts.operations import known_user
from server.forms.publishing import publish, shipped_forms
from server.rounds.operations import add_visits
from server.submissions.deriving import derive_owed
from tests.people import GOVERNOR
from tests.records import ROUND, Field, digest, envelope, spelled, visit

UNIT = {"il": "06", "ilce": "1231", "birim_tur": "emniyet", "birim_adi": "Çankaya İlçe Emniyet"}
B1, B2, C = "B1_birim_ziyaret", "B2_personel_gorusme", "C_tekrar_ziyaret"
FORMS: dict[str, FormDefinition] = {form.id: form for form in shipped_forms()}


@pytest.fixture
def units(field: Field) -> Field:
    """The five questionnaires, and visits to one unit: today's, and a re-visit."""

    def prepare(connection: Connection) -> None:
        for definition in FORMS.values():
            publish(connection, definition, actor=None)
        officer = known_user(connection, GOVERNOR.username).user.id
        named = {"unit_type": "emniyet", "unit_name": "ÇANKAYA  ilçe emniyet"}
        planned = [
            to_unit("Z-06-B", officer, forms=(B1, B2), **named),
            to_unit("Z-06-C", officer, forms=(C,), **named),
        ]
        add_visits(connection, ROUND.id, planned, actor=None)

    field.app.extensions["izdes.database"].write(prepare)
    return field


def to_unit(code: str, officer: int, **changes: Any) -> Any:
    planned = visit(code, "06", "1231", officers=(officer,))
    return type(planned)(**{**vars(planned), **changes})


def record(
    form: str, visit_code: str, answers: dict[str, Any], days_ago: int = 0, **more: Any
) -> Any:
    finished = datetime.now(UTC) - timedelta(days=days_ago, minutes=1)
    body = {
        "form_id": form,
        "form_version": FORMS[form].version,
        "visit": visit_code,
        "language": "tr",
        "started_at": spelled(finished - timedelta(minutes=40)),
        "finished_at": spelled(finished),
        "answers": {**UNIT, "tarih": finished.date().isoformat(), **answers},
    }
    text = json.dumps(body, ensure_ascii=False)
    names = {"form_id": form, "form_version": FORMS[form].version}
    return envelope(text, **names, digest=digest(text), **more)


def prefill(field: Field, code: str) -> dict[str, Any]:
    catalogue = field.client.get("/api/v1/catalogue", headers=field.officer).json
    (found,) = [visit for visit in catalogue["visits"] if visit["code"] == code]
    return found["prefill"]


TWO_ISSUES = [
    {"s_baslik": "Araç sayısı yetersiz", "s_oneri": "İki araç tahsis edilsin"},
    {"s_baslik": "Nezarethane dar", "s_oneri": "Yer ayrılsın"},
]


def test_a_visit_names_what_can_be_begun_and_what_is_known(units: Field) -> None:
    catalogue = units.client.get("/api/v1/catalogue", headers=units.officer).json
    forms = {visit["code"]: visit["forms"] for visit in catalogue["visits"]}
    assert forms["Z-06-B"] == [B1, B2]
    assert set(forms["Z-06-001"]) == {*FORMS, "gorusme"}
    known = prefill(units, "Z-06-B")
    assert known[B1] == {
        "ziyaret_no": "Z-06-B",
        "ekip_no": "E-1",
        "gorevli_no": GOVERNOR.username,
        "il": "06",
        "ilce": "1231",
        "birim_tur": "emniyet",
        "birim_adi": "ÇANKAYA  ilçe emniyet",
    }
    assert known[B2] == {"il": "06", "ilce": "1231", "birim_tur": "emniyet"}


def test_a_unit_nobody_wrote_about_has_no_topics(units: Field) -> None:
    known = prefill(units, "Z-06-C")[C]
    assert (known["onceki_konu_sayisi"], known["r_tekrar"]) == ("0", [])
    assert "onceki_ziyaret_no" not in known


def test_what_was_reported_is_asked_again_at_the_next_visit(units: Field) -> None:
    sent = record(B1, "Z-06-B", {"konu_var": "1", "r_konu": TWO_ISSUES}, days_ago=2)
    units.send(sent)
    known = prefill(units, "Z-06-C")[C]
    assert (known["onceki_ziyaret_no"], known["onceki_konu_sayisi"]) == ("Z-06-B", "2")
    number = sent["instance_id"][-8:].upper()
    assert UUID(known["r_tekrar"][0].pop(ROW_KEY))
    assert known["r_tekrar"][0] == {
        "t_konu_no": f"{number}-1",
        "t_baslik": "Araç sayısı yetersiz",
        "t_onceki_oneri": "İki araç tahsis edilsin",
        "t_rapor_tarihi": json.loads(sent["body"])["answers"]["tarih"],
    }


def test_a_closed_topic_is_not_asked_a_third_time_and_a_new_one_is(units: Field) -> None:
    units.send(record(B1, "Z-06-B", {"konu_var": "1", "r_konu": TWO_ISSUES}, days_ago=9))
    first, second = prefill(units, "Z-06-C")[C]["r_tekrar"]
    again = [
        first | {"t_durum": "cozuldu"},
        second | {"t_durum": "suruyor", "t_oneri": "Ek bina kiralansın"},
    ]
    new = [{"y_baslik": "Telsiz yok", "y_oneri": "Telsiz verilsin"}]
    answers = {"r_tekrar": again, "yeni_var": "1", "r_yeni": new}
    units.send(record(C, "Z-06-C", answers, days_ago=3))
    rows = prefill(units, "Z-06-C")[C]["r_tekrar"]
    assert [(row["t_baslik"], row["t_onceki_oneri"]) for row in rows] == [
        ("Nezarethane dar", "Ek bina kiralansın"),
        ("Telsiz yok", "Telsiz verilsin"),
    ]


def test_another_units_topics_stay_its_own(units: Field) -> None:
    elsewhere = {"birim_adi": "Mamak İlçe Emniyet", "r_konu": TWO_ISSUES}
    units.send(record(B1, "Z-06-B", elsewhere))
    assert prefill(units, "Z-06-C")[C]["r_tekrar"] == []


@pytest.mark.parametrize(
    "odd", ["x", {"s_baslik": "x"}, [1, "x", {"s_baslik": 4}], None, [["x"] * 3, {}], {"\0": "\0"}]
)
def test_odd_topics_are_no_topics(units: Field, odd: Any) -> None:
    units.send(record(B1, "Z-06-B", {"r_konu": odd}))
    assert prefill(units, "Z-06-C")[C]["r_tekrar"] == []
    assert units.rows("SELECT * FROM owed_derivations") == []


THREE_ISSUES = [*TWO_ISSUES, {"s_baslik": "Telsizler eski", "s_oneri": "Yenilensin"}]


def keyed(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows as a tablet sends them that gives each a key."""
    return [{ROW_KEY: str(uuid4()), **row} for row in rows]


def titles(field: Field) -> list[str]:
    return [row["t_baslik"] for row in prefill(field, "Z-06-C")[C]["r_tekrar"]]


@pytest.fixture(params=["with keys", "without keys"])
def issues(request: pytest.FixtureRequest) -> list[dict[str, str]]:
    """Three issues as a tablet of today reports them, and as one of before there were keys."""
    return keyed(THREE_ISSUES) if request.param == "with keys" else THREE_ISSUES


@pytest.mark.parametrize("reads_keys", [True, False], ids=["by key", "by number and title"])
@pytest.mark.parametrize("asked", ["before the correction", "after the correction"])
def test_a_verdict_is_about_its_topic_though_a_correction_took_the_first_out(
    units: Field, issues: list[dict[str, str]], *, reads_keys: bool, asked: str
) -> None:
    first = record(B1, "Z-06-B", {"konu_var": "1", "r_konu": issues}, days_ago=9)
    answers = {"konu_var": "1", "r_konu": issues[1:]}
    follows = {"instance_id": first["instance_id"], "revision": 2}
    corrected = record(B1, "Z-06-B", answers, days_ago=9, **follows)
    units.send(first)
    rows = prefill(units, "Z-06-C")[C]["r_tekrar"]
    units.send(corrected)
    assert titles(units) == ["Nezarethane dar", "Telsizler eski"]
    if asked == "after the correction":
        rows = prefill(units, "Z-06-C")[C]["r_tekrar"]
    solved = [
        {**row, "t_durum": "cozuldu" if row["t_baslik"] == "Nezarethane dar" else "suruyor"}
        for row in rows
    ]
    if not reads_keys:
        for row in solved:
            del row[ROW_KEY]
    units.send(record(C, "Z-06-C", {"r_tekrar": solved}, days_ago=3))
    assert titles(units) == ["Telsizler eski"]


def test_a_verdict_on_a_position_of_before_there_were_keys_is_about_what_stood_there(
    units: Field,
) -> None:
    """The second topic once stood first after a correction: it was asked as number 1."""
    first = record(B1, "Z-06-B", {"konu_var": "1", "r_konu": TWO_ISSUES}, days_ago=9)
    answers = {"konu_var": "1", "r_konu": THREE_ISSUES[1:]}
    follows = {"instance_id": first["instance_id"], "revision": 2}
    units.send(first, record(B1, "Z-06-B", answers, days_ago=9, **follows))
    number = f"{first['instance_id'][-8:].upper()}-1"
    said = {"t_konu_no": number, "t_baslik": "Nezarethane dar", "t_durum": "gecersiz"}
    units.send(record(C, "Z-06-C", {"r_tekrar": [said]}, days_ago=3))
    assert titles(units) == ["Telsizler eski"]


def test_a_topic_keeps_its_key_and_number_when_its_record_is_corrected_by_a_newer_tablet(
    units: Field,
) -> None:
    first = record(B1, "Z-06-B", {"konu_var": "1", "r_konu": THREE_ISSUES}, days_ago=9)
    units.send(first)
    before = prefill(units, "Z-06-C")[C]["r_tekrar"]
    edited = {**THREE_ISSUES[2], "s_baslik": "Telsizler çok eski"}
    rows = keyed([{"s_baslik": "Yeni konu"}, edited, THREE_ISSUES[0]])
    follows = {"instance_id": first["instance_id"], "revision": 2}
    answers = {"konu_var": "1", "r_konu": rows}
    units.send(record(B1, "Z-06-B", answers, days_ago=9, **follows))
    after = {row["t_baslik"]: row for row in prefill(units, "Z-06-C")[C]["r_tekrar"]}
    for row, title in ((before[0], "Araç sayısı yetersiz"), (before[2], "Telsizler çok eski")):
        assert [after[title][name] for name in (ROW_KEY, "t_konu_no")] == [
            row[name] for name in (ROW_KEY, "t_konu_no")
        ]
    assert after["Yeni konu"][ROW_KEY] == rows[0][ROW_KEY]
    assert after["Yeni konu"]["t_konu_no"].endswith("-4")


def test_a_record_that_repeats_anothers_keys_reports_topics_of_its_own(units: Field) -> None:
    rows = keyed(TWO_ISSUES)
    units.send(record(B1, "Z-06-B", {"konu_var": "1", "r_konu": rows}, days_ago=9))
    copied = [{**row, "s_baslik": "Başka konu"} for row in rows]
    units.send(record(B1, "Z-06-B", {"konu_var": "1", "r_konu": copied}, days_ago=8))
    asked = prefill(units, "Z-06-C")[C]["r_tekrar"]
    assert len({row[ROW_KEY] for row in asked}) == len(asked) == 4


@pytest.mark.parametrize("key", ["x", 7, None, ["a"], "0199d2a0-0000-7000-8000-00000000000a"])
def test_odd_keys_are_no_obstacle(units: Field, key: Any) -> None:
    """Said twice or no UUID: the topics are asked again all the same, and no flag says so."""
    rows = [{ROW_KEY: key, **row} for row in THREE_ISSUES]
    units.send(record(B1, "Z-06-B", {"konu_var": "1", "r_konu": rows}, days_ago=9))
    assert titles(units) == [row["s_baslik"] for row in THREE_ISSUES]
    ((flags,),) = units.rows("SELECT flags FROM submissions")
    assert ROW_KEY not in str(flags)


def test_topics_of_records_stored_before_they_were_derived_are_asked_again(units: Field) -> None:
    units.send(record(B1, "Z-06-B", {"konu_var": "1", "r_konu": TWO_ISSUES}, days_ago=2))
    asked = prefill(units, "Z-06-C")[C]["r_tekrar"]
    database = units.app.extensions["izdes.database"]
    database.write(lambda connection: connection.exec_driver_sql("DELETE FROM topic_reports"))
    # As an upgrade finds them; the server does this before it starts.
    derive_owed(database, units.app.extensions["izdes.derivations"])
    assert prefill(units, "Z-06-C")[C]["r_tekrar"] == asked
    assert len(asked) == 2
