"""Reading records: the list, one record, its corrections; who may, and what nobody sees."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import GOVERNOR, sign_in
from tests.records import ROUND, Field, envelope, interview


def sent(field: Field, *envelopes: dict[str, object]) -> None:
    answer = field.send(*envelopes)
    assert answer.status_code == 200, answer.text
    assert all(result["receipt"] for result in answer.json["results"])


def corrected(first: dict[str, object], body: dict[str, object]) -> dict[str, object]:
    return envelope(body, instance_id=first["instance_id"], revision=2)


def test_a_record_is_listed_and_opened_in_words(field: Field, analyst: FlaskClient) -> None:
    record = envelope()
    sent(field, record)
    listed = analyst.get("/records/").text
    assert f"/records/{record['instance_id']}" in listed
    assert "Z-06-001" in listed
    opened = analyst.get(f"/records/{record['instance_id']}").text
    assert "Çankaya" in opened
    assert "İĞDIR&#39;ı övdüler" in opened
    assert "tablet-7" not in opened
    assert GOVERNOR.full_name not in opened


def test_a_correction_shows_both_answers_and_its_reason(field: Field, analyst: FlaskClient) -> None:
    first = envelope(interview(answers={"yas": "64"}))
    body = interview(answers={"yas": "46"}) | {"edit_reason": "Rakamlar ters yazılmış"}
    sent(field, first, corrected(first, body))
    opened = analyst.get(f"/records/{first['instance_id']}").text
    assert "<del>64</del>" in opened
    assert "<ins>46</ins>" in opened
    assert "Rakamlar ters yazılmış" in opened
    assert "corrected_late" not in opened
    only = analyst.get("/records/?corrected=on").text
    assert str(first["instance_id"]) in only


def test_an_uncorrected_record_is_not_among_the_corrected(
    field: Field, analyst: FlaskClient
) -> None:
    record = envelope()
    sent(field, record)
    assert str(record["instance_id"]) not in analyst.get("/records/?corrected=on").text
    assert str(record["instance_id"]) not in analyst.get("/records/?doubtful=on").text


def test_a_conflicting_copy_is_shown_beside_what_counts(field: Field, analyst: FlaskClient) -> None:
    first = envelope(interview(answers={"yas": "64"}))
    other = envelope(interview(answers={"yas": "30"}), instance_id=first["instance_id"])
    sent(field, first)
    sent(field, other)
    opened = analyst.get(f"/records/{first['instance_id']}").text
    assert "çelişen" in opened
    assert "<ins>30</ins>" in opened


def test_doubts_stand_beside_their_answers(field: Field, analyst: FlaskClient) -> None:
    record = envelope(interview(answers={"yas": "7"}))
    sent(field, record)
    assert "Kurala uymuyor" in analyst.get(f"/records/{record['instance_id']}").text
    assert str(record["instance_id"]) in analyst.get("/records/?doubtful=on").text


def test_doubts_about_the_whole_record_stand_above_its_answers(
    field: Field, analyst: FlaskClient
) -> None:
    finished = "2001-01-01T10:00:00.000+03:00"
    record = envelope(interview(visit="Z-34-001", finished_at=finished, answers={"yok": "1"}))
    sent(field, record)
    opened = analyst.get(f"/records/{record['instance_id']}").text
    for words in ("Bitiş başlangıçtan önce", "Başka görevlinin ziyareti", "Formda olmayan alan"):
        assert words in opened


def test_how_it_was_held_is_shown_per_question(field: Field, analyst: FlaskClient) -> None:
    noted = {
        "questions": {"yas": [30, 41, 55, 2, 63]},
        "circumstances": [{"at": 0, "language": "tr", "offline": True}],
    }
    record = envelope(interview(paradata=noted))
    sent(field, record)
    opened = analyst.get(f"/records/{record['instance_id']}").text
    assert "41 sn" in opened
    assert "63 sn" in opened
    assert "çevrimdışı" in opened


@pytest.mark.parametrize("paradata", [{}, {"questions": 7}, {"yok": []}])
def test_odd_paradata_is_no_obstacle(
    field: Field, analyst: FlaskClient, paradata: dict[str, object]
) -> None:
    record = envelope(interview(paradata=paradata))
    sent(field, record)
    assert analyst.get(f"/records/{record['instance_id']}").status_code == 200


def test_personal_data_in_texts_is_masked(field: Field, analyst: FlaskClient) -> None:
    record = envelope(interview(answers={"oneri": "TC kimlik numaram 10000000146, arayın"}))
    sent(field, record)
    assert "10000000146" not in analyst.get(f"/records/{record['instance_id']}").text


def test_who_opens_a_record_is_written_down(field: Field, analyst: FlaskClient) -> None:
    record = envelope()
    sent(field, record)
    analyst.get(f"/records/{record['instance_id']}")
    (entry,) = field.rows("SELECT object FROM audit_entries WHERE action = 'record.read'")
    assert entry[0] == record["instance_id"]


def test_an_officer_may_not_read_records(app: Flask) -> None:
    officer = app.test_client()
    sign_in(officer, GOVERNOR)
    assert officer.get("/records/").status_code == 403


def test_unknown_records_and_rounds_are_said_to_be_unknown(analyst: FlaskClient) -> None:
    unknown = "019a0000-0000-7000-8000-000000000000"
    assert analyst.get(f"/records/{unknown}").status_code == 404
    assert analyst.get("/records/not-an-id").status_code == 404
    assert analyst.get("/records/?round=yok").status_code == 404


def test_an_instance_without_a_round_says_what_to_do(analyst: FlaskClient) -> None:
    assert "Henüz bir tur yok" in analyst.get("/records/").text


def test_the_list_has_pages(field: Field, analyst: FlaskClient) -> None:
    envelopes = [envelope() for _ in range(60)]
    sent(field, *envelopes)
    first, second = (analyst.get(f"/records/?round={ROUND.id}&page={n}").text for n in (1, 2))
    assert "1. sayfa, toplam 2" in first
    assert "2. sayfa, toplam 2" in second
    for each in envelopes:
        assert (each["instance_id"] in first) != (each["instance_id"] in second)


def test_beyond_the_last_page_stands_the_last_page(field: Field, analyst: FlaskClient) -> None:
    sent(field, *[envelope() for _ in range(60)])
    page = analyst.get(f"/records/?round={ROUND.id}&page=9223372036854775808").text
    assert "2. sayfa, toplam 2" in page
    assert "Bu seçime uyan kayıt yok" not in page
