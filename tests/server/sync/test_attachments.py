"""``PUT`` and ``HEAD /api/v1/attachments/<digest>``: files come in pieces, whole or not at all."""

import json
from pathlib import Path
from typing import Any

import pytest

from server import create_app
from tests.people import ANALYST, SAME_ORIGIN, Person, add_person, bearer
from tests.records import Field, envelope
from tests.server.sync.files import (
    PIECE,
    digest_of,
    held,
    missing_of,
    photo,
    put,
    reference,
    send_naming,
)


def stored_file(field: Field, content: bytes) -> Path:
    digest = digest_of(content).removeprefix("sha256:")
    folder: Path = field.app.extensions["izdes.config"].data_dir / "attachments"
    return folder / digest[:2] / digest


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_a_file_that_a_record_names_is_stored_under_its_digest(field: Field) -> None:
    content = photo()
    sent = send_naming(field, content)
    assert put(field, content).json == {
        "digest": digest_of(content),
        "received": len(content),
        "complete": True,
    }
    assert stored_file(field, content).read_bytes() == content
    assert missing_of(field, sent) == []


def test_the_first_receipt_names_what_is_missing_and_a_later_one_does_not(field: Field) -> None:
    contents = [photo(seed=1), photo(seed=2)]
    sent = send_naming(field, *contents)
    assert missing_of(field, sent) == [digest_of(content) for content in contents]
    put(field, contents[0])
    assert missing_of(field, sent) == [digest_of(contents[1])]
    put(field, contents[1])
    assert missing_of(field, sent) == []


def test_pieces_are_joined_in_their_order(field: Field) -> None:
    content = photo(3 * PIECE + 1000)
    send_naming(field, content)
    told = [put(field, content, start).json["received"] for start in range(0, len(content), PIECE)]
    assert told == [PIECE, 2 * PIECE, 3 * PIECE, len(content)]
    assert stored_file(field, content).read_bytes() == content


def test_an_upload_goes_on_where_it_broke_off(field: Field) -> None:
    content = photo()
    send_naming(field, content)
    assert held(field, content) == (0, "?0")
    put(field, content, 0)
    assert held(field, content) == (PIECE, "?0")
    put(field, content, PIECE)
    put(field, content, 2 * PIECE)
    assert held(field, content) == (len(content), "?1")


def test_a_piece_that_comes_too_early_is_not_taken_and_told_what_is_held(field: Field) -> None:
    content = photo()
    send_naming(field, content)
    put(field, content, 0)
    answer = put(field, content, 2 * PIECE)
    assert code(answer) == (409, "attachment_gap")
    assert str(PIECE) in answer.json["title"]
    assert held(field, content) == (PIECE, "?0")


def test_a_repeated_piece_changes_nothing(field: Field) -> None:
    content = photo()
    send_naming(field, content)
    for start in (0, 0, PIECE, 0, PIECE, 2 * PIECE, 0, 2 * PIECE):
        assert put(field, content, start).status_code == 200
    assert stored_file(field, content).read_bytes() == content
    assert put(field, content).json["complete"]
    assert field.rows("SELECT count(*) FROM attachments") == [(1,)]


def test_the_deed_is_written_down_once(field: Field) -> None:
    content = photo()
    send_naming(field, content)
    put(field, content)
    put(field, content)
    ((actor, named, details),) = field.rows(
        "SELECT username, object, CAST(details AS text) FROM audit_entries"
        " JOIN users ON users.id = actor_id WHERE action = 'attachment.stored'"
    )
    assert (actor, named) == ("nevzat.ergun", digest_of(content))
    assert json.loads(details) == {"size": len(content), "media_type": "image/jpeg"}


def test_a_file_that_no_record_names_is_not_taken(field: Field) -> None:
    content = photo()
    assert code(put(field, content)) == (404, "attachment_unknown")
    answer = field.client.head(f"/api/v1/attachments/{digest_of(content)}", headers=field.officer)
    assert answer.status_code == 404
    assert not stored_file(field, content).exists()


@pytest.mark.parametrize("odd", ["form_unknown", "envelope_unknown"])
def test_a_quarantined_record_names_its_files_too(field: Field, odd: str) -> None:
    content = photo()
    changes: dict[str, Any] = {"form_unknown": {"form_version": "0"}, "envelope_unknown": {"x": 1}}
    sent = envelope(attachments=[reference(content)]) | changes[odd]
    assert missing_of(field, sent) == [digest_of(content)]
    assert put(field, content).json["complete"]
    assert missing_of(field, sent) == []


def test_two_records_may_name_one_file_which_is_stored_once(field: Field) -> None:
    content = photo()
    first, second = send_naming(field, content), send_naming(field, content)
    put(field, content)
    assert missing_of(field, first) == missing_of(field, second) == []
    assert field.rows("SELECT count(*) FROM named_attachments") == [(2,)]


def test_what_arrives_must_be_what_the_digest_says(field: Field) -> None:
    content, other = photo(seed=1), photo(seed=2)
    send_naming(field, content)
    assert code(put(field, other, digest=digest_of(content))) == (422, "attachment_damaged")
    assert held(field, content) == (0, "?0")
    assert not stored_file(field, content).exists()
    assert put(field, content).json["complete"]


def test_a_piece_damaged_on_the_way_is_discarded_and_what_was_held_stays(field: Field) -> None:
    content = photo()
    send_naming(field, content)
    put(field, content, 0)
    answer = put(field, content, PIECE, data=b"\0" * PIECE)
    assert code(answer) == (422, "attachment_damaged")
    assert held(field, content) == (PIECE, "?0")


def test_a_file_may_have_ten_megabytes_and_not_a_byte_more(field: Field) -> None:
    largest, larger = photo(10_000_000), photo(10_000_001)
    send_naming(field, largest, larger)
    assert put(field, largest).json["complete"]
    assert put(field, larger).status_code == 413
    assert code(put(field, larger, 0)) == (413, "attachment_too_large")
    assert held(field, larger) == (0, "?0")


KINDS = {
    "a web page": b"<!doctype html><script>alert(1)</script>",
    "a drawing with script": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "a program": b"MZ" + bytes(100),
    "an archive": b"PK\x03\x04" + bytes(100),
    "one letter": b"a",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_another_kind_is_not_kept_whatever_it_is_called(field: Field, kind: str) -> None:
    content = KINDS[kind]
    send_naming(field, content)
    assert code(put(field, content)) == (415, "attachment_kind")
    assert held(field, content) == (0, "?0")
    assert not stored_file(field, content).exists()


NONSENSE = [
    "bytes 0-9/",
    "bytes 5-4/10",
    "bytes 0-3/3",
    "bytes 0-262143/262143",
    "bytes 0-8/100",
    "bytes */100",
    "0-9/10",
    "bytes 0-9999999999999/99999999999999",
]


@pytest.mark.parametrize("spelled", NONSENSE)
def test_a_range_that_says_something_else_than_the_piece_is_refused(
    field: Field, spelled: str
) -> None:
    content = photo(10)
    send_naming(field, content)
    answer = put(field, content, also={"Content-Range": spelled})
    assert code(answer) == (422, "invalid_request")


@pytest.mark.parametrize("digest", ["x", "sha256:12", "sha512:" + "a" * 64, "a" * 65, "A" * 64])
def test_what_is_no_digest_leads_nowhere(field: Field, digest: str) -> None:
    assert code(put(field, photo(10), digest=digest)) == (404, "not_found")


def test_nobody_sends_or_asks_without_being_an_officer(field: Field) -> None:
    content = photo(100)
    send_naming(field, content)
    for headers, expected in (
        (SAME_ORIGIN, (401, "not_signed_in")),
        ({"Authorization": "Bearer stolen"}, (401, "not_signed_in")),
        (bearer(field.client, ANALYST), (403, "not_allowed")),
    ):
        # An analyst's cookie must not speak for somebody without one.
        field.client.delete_cookie("__Host-sid")
        assert code(put(field, content, headers=headers)) == expected
        answer = field.client.head(f"/api/v1/attachments/{digest_of(content)}", headers=headers)
        assert answer.status_code == expected[0]
    assert held(field, content) == (0, "?0")


def test_another_site_cannot_send_with_the_officers_cookie(field: Field) -> None:
    content = photo(100)
    send_naming(field, content)
    answer = put(field, content, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code in {401, 403}
    assert held(field, content) == (0, "?0")


def test_an_officer_cannot_spoil_what_another_is_sending(field: Field) -> None:
    content = photo()
    send_naming(field, content)
    put(field, content, 0)
    other = Person("ali.kara", "Ali Kara", "officer", "baska bir uzun parola")
    add_person(field.app, other)
    spoiled = photo(seed=9)
    put(field, spoiled, 0, digest=digest_of(content), headers=bearer(field.client, other))
    for start in (PIECE, 2 * PIECE):
        put(field, content, start)
    assert stored_file(field, content).read_bytes() == content


def test_half_an_upload_goes_on_after_the_server_starts_anew(field: Field) -> None:
    content = photo()
    sent = send_naming(field, content)
    put(field, content, 0)
    app = create_app(field.app.extensions["izdes.config"])
    later = Field(app, app.test_client(), field.officer)
    try:
        assert held(later, content) == (PIECE, "?0")
        put(later, content, PIECE)
        put(later, content, 2 * PIECE)
        assert missing_of(later, sent) == []
    finally:
        app.extensions["izdes.database"].close()


def test_a_file_that_has_left_the_disk_is_missing_again(field: Field) -> None:
    content = photo()
    sent = send_naming(field, content)
    put(field, content)
    stored_file(field, content).unlink()
    assert missing_of(field, sent) == [digest_of(content)]
    assert put(field, content).json["complete"]
    assert missing_of(field, sent) == []


def left_by_a_server_that_died(field: Field, content: bytes) -> Path:
    """All bytes are held, but the file is not in place: so a death at the end leaves it."""
    put(field, content, 0)
    (gathered,) = (stored_file(field, content).parent.parent / "unfinished").iterdir()
    gathered.write_bytes(content)
    return gathered


def test_a_file_whose_server_died_after_the_last_byte_is_finished_when_asked_for(
    field: Field,
) -> None:
    content = photo()
    sent = send_naming(field, content)
    gathered = left_by_a_server_that_died(field, content)
    assert held(field, content) == (len(content), "?1")
    assert missing_of(field, sent) == []
    assert stored_file(field, content).read_bytes() == content
    assert not gathered.exists()
    assert field.rows("SELECT count(*) FROM attachments") == [(1,)]


def test_a_file_in_place_that_nobody_wrote_down_is_finished_when_asked_for(field: Field) -> None:
    content = photo()
    sent = send_naming(field, content)
    gathered = left_by_a_server_that_died(field, content)
    stored_file(field, content).parent.mkdir(exist_ok=True)
    gathered.rename(stored_file(field, content))
    assert held(field, content) == (len(content), "?1")
    assert missing_of(field, sent) == []


@pytest.mark.parametrize("state", ["whole", "damaged"])
def test_a_piece_of_nothing_behind_the_last_byte_asks_for_the_end(field: Field, state: str) -> None:
    content = photo()
    send_naming(field, content)
    gathered = left_by_a_server_that_died(field, content)
    if state == "damaged":
        gathered.write_bytes(photo(seed=2))
    size = len(content)
    spelled = f"bytes {size}-{size - 1}/{size}"
    answer = put(field, content, data=b"", also={"Content-Range": spelled})
    if state == "whole":
        assert answer.json["complete"]
    else:
        # Damaged: it is begun anew, as tablets do that hear so.
        assert code(answer) == (422, "attachment_damaged")
        assert held(field, content) == (0, "?0")
        assert put(field, content).json["complete"]


def test_what_another_officer_had_gathered_of_a_file_goes_once_it_is_whole(field: Field) -> None:
    content = photo()
    send_naming(field, content)
    other = Person("ali.kara", "Ali Kara", "officer", "baska bir uzun parola")
    add_person(field.app, other)
    put(field, content, 0, headers=bearer(field.client, other))
    put(field, content)
    address = f"/api/v1/attachments/{digest_of(content)}"
    answer = field.client.head(address, headers=bearer(field.client, other))
    assert answer.headers["Upload-Complete"] == "?1"
    assert list((stored_file(field, content).parent.parent / "unfinished").iterdir()) == []
