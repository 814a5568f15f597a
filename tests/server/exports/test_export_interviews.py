"""GET /exports/interviews.csv: the current interviews, without anything that points at a person."""

import json

import pytest
from flask.testing import FlaskClient

from schemas.forms.definition import Choice, FormDefinition, Node
from server.forms.publishing import publish
from tests.people import ANALYST, GOVERNOR, sign_in
from tests.records import FORM, ROUND, Field, envelope, interview
from tests.server.exports.conftest import records

ADDRESS = f"/exports/interviews.csv?round={ROUND.id}"
PRIVATE = FormDefinition(
    id="gizli",
    version="1",
    title={"tr": "Gizli", "en": "Private"},
    languages=("tr", "en"),
    lists={
        "hizmet": (
            Choice(name="emn", label={"tr": "Emniyet", "en": "Police"}),
            Choice(name="trf", label={"tr": "Trafik", "en": "Traffic"}),
        )
    },
    body=(
        Node(name="cihaz_no", type="deviceid", value_type="text", pii="device"),
        Node(name="gorevli_no", type="hidden", value_type="text", pii="staff"),
        Node(name="oneri", type="text", value_type="text", pii="free_text"),
        Node(name="resim", type="image", value_type="file"),
        Node(name="n_aciklama", type="note", value_type="text"),
        Node(name="kullanilan", type="select_multiple", value_type="choices", list="hizmet"),
        Node(
            name="kadro",
            kind="repeat",
            children=(Node(name="unvan", type="text", value_type="text"),),
        ),
    ),
)


def send_private(field: Field, **answers: object) -> None:
    field.app.extensions["izdes.database"].write(
        lambda connection: publish(connection, PRIVATE, actor=None)
    )
    names = {"form_id": PRIVATE.id, "form_version": PRIVATE.version}
    body = interview(**names)
    body["answers"] = {
        "cihaz_no": "tablet-7",
        "gorevli_no": "gizli-gorevli",
        "oneri": "Adım Ayşe",
        **answers,
    }
    field.send(envelope(body, **names))


def test_an_interview_is_a_row_and_a_question_a_column(field: Field, analyst: FlaskClient) -> None:
    sent = envelope()
    field.send(sent)
    (row,) = records(analyst.get(ADDRESS))
    answers = json.loads(sent["body"])["answers"]
    assert {name: row[name] for name in answers} == answers
    assert row["meta_id"] == sent["instance_id"]
    assert (row["meta_form_version"], row["meta_round"]) == (FORM.version, ROUND.id)
    assert (row["meta_visit"], row["meta_stratum"], row["meta_province"]) == (
        "Z-06-001",
        "06",
        "06",
    )
    assert row["meta_violations"] == "0"


def test_the_names_of_attached_files_stand_in_the_row(field: Field, analyst: FlaskClient) -> None:
    named = [
        {"name": f"{digit * 64}.jpg", "digest": f"sha256:{digit * 64}", "size": 9, "media_type": ""}
        for digit in "ab"
    ]
    field.send(envelope(), envelope(attachments=named))
    rows = {row["meta_attachments"] for row in records(analyst.get(ADDRESS))}
    assert rows == {"", f"{'a' * 64}.jpg; {'b' * 64}.jpg"}


def test_labels_take_the_place_of_codes(field: Field, analyst: FlaskClient) -> None:
    field.send(envelope())
    (row,) = records(analyst.get(f"{ADDRESS}&values=labels&language=tr"))
    assert (row["il"], row["ilce"]) == ("Ankara", "Çankaya")


def test_the_turkish_file_opens_right_in_excel(field: Field, analyst: FlaskClient) -> None:
    field.send(envelope(interview(answers={"oneri": "=1+1"})))
    answer = analyst.get(f"{ADDRESS}&dialect=csv-tr")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert b'"06"' in answer.data
    (row,) = records(answer, delimiter=";")
    assert row["oneri"] == "'=1+1"
    assert row["yas"] == "64"
    assert row["baslangic"][2] == row["baslangic"][5] == "."


def test_the_file_name_says_what_it_holds(field: Field, analyst: FlaskClient) -> None:
    field.send(envelope())
    name = analyst.get(ADDRESS).headers["Content-Disposition"]
    assert name.startswith("attachment; filename=izdes_2026-2_gorusmeler_20")
    assert name.endswith(".csv")


def test_what_points_at_a_person_a_tablet_or_an_officer_never_leaves(
    field: Field, analyst: FlaskClient
) -> None:
    send_private(field)
    answer = analyst.get(f"{ADDRESS}&form={PRIVATE.id}")
    columns = set(records(answer)[0])
    assert columns.isdisjoint({"cihaz_no", "gorevli_no", "oneri", "resim"})
    for secret in ("tablet-7", "gizli-gorevli", "Ayşe", GOVERNOR.username, GOVERNOR.full_name):
        assert secret not in answer.text


def test_several_answers_are_also_split_into_columns(field: Field, analyst: FlaskClient) -> None:
    send_private(field, kullanilan="trf")
    (row,) = records(analyst.get(f"{ADDRESS}&form={PRIVATE.id}"))
    given = {name: value for name, value in row.items() if name.startswith("kullanilan")}
    assert given == {"kullanilan": "trf", "kullanilan/emn": "0", "kullanilan/trf": "1"}


def test_a_question_that_was_not_answered_stays_blank(field: Field, analyst: FlaskClient) -> None:
    send_private(field)
    (row,) = records(analyst.get(f"{ADDRESS}&form={PRIVATE.id}"))
    assert row["kullanilan"] == row["kullanilan/emn"] == row["kullanilan/trf"] == ""


def test_only_the_last_version_of_an_interview_is_given(field: Field, analyst: FlaskClient) -> None:
    first = envelope(interview(answers={"yas": "40"}))
    field.send(first)
    corrected = interview(answers={"yas": "41"})
    field.send(envelope(corrected, instance_id=first["instance_id"], revision=2))
    (row,) = records(analyst.get(ADDRESS))
    assert (row["yas"], row["meta_revision"]) == ("41", "2")


def test_a_record_in_conflict_stays_out(field: Field, analyst: FlaskClient) -> None:
    first = envelope(interview(answers={"yas": "40"}))
    field.send(first)
    other = interview(answers={"yas": "41"})
    field.send(envelope(other, instance_id=first["instance_id"]))
    assert [row["yas"] for row in records(analyst.get(ADDRESS))] == ["40"]


def test_an_odd_answer_is_given_as_it_is(field: Field, analyst: FlaskClient) -> None:
    field.send(envelope(interview(answers={"yas": {"tuhaf": ["ç"]}})))
    (row,) = records(analyst.get(ADDRESS))
    assert row["yas"] == '{"tuhaf": ["ç"]}'
    assert int(row["meta_violations"]) > 0


def test_an_export_is_written_into_the_audit_trail(field: Field, analyst: FlaskClient) -> None:
    field.send(envelope(), envelope())
    analyst.get(f"{ADDRESS}&dialect=csv-tr")
    ((username, details),) = field.rows(
        "SELECT users.username, audit_entries.details FROM audit_entries"
        " JOIN users ON users.id = actor_id WHERE action = 'interviews.exported'"
    )
    written = json.loads(details) if isinstance(details, str) else details
    assert username == ANALYST.username
    assert written["rows"] == 2
    assert (written["form"], written["dialect"]) == (FORM.id, "csv-tr")


def test_a_round_without_interviews_has_nothing_to_give(field: Field, analyst: FlaskClient) -> None:
    assert analyst.get(ADDRESS).json["code"] == "nothing_to_export"
    assert field.rows("SELECT 1 FROM audit_entries WHERE action LIKE '%.exported'") == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("round=yok", 404),
        ("", 404),
        (f"round={ROUND.id}&form=yok", 404),
        (f"round={ROUND.id}&dialect=xls", 422),
        (f"round={ROUND.id}&values=both", 422),
        (f"round={ROUND.id}&language=de", 422),
    ],
)
def test_what_does_not_exist_is_said(
    field: Field, analyst: FlaskClient, query: str, status: int
) -> None:
    field.send(envelope())
    assert analyst.get(f"/exports/interviews.csv?{query}").status_code == status


def test_an_officer_may_not_export(field: Field) -> None:
    assert field.client.get(ADDRESS, headers=field.officer).json["code"] == "not_allowed"


def test_who_is_not_signed_in_gets_nothing(client: FlaskClient) -> None:
    assert client.get(ADDRESS).json["code"] == "not_signed_in"


def test_a_session_of_an_officer_gets_nothing_from_the_page(
    field: Field, client: FlaskClient
) -> None:
    sign_in(client, GOVERNOR)
    assert client.get("/exports/", headers={"Accept": "text/html"}).status_code == 403
    assert field.rows("SELECT 1 FROM audit_entries WHERE action LIKE '%.exported'") == []
