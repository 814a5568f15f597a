"""Limits: too much of something waits or is refused with a word what to do, and nothing is lost."""

import os
import struct
import time
import zlib
from pathlib import Path

import pytest

from schemas.problems import Problem
from schemas.rules.attachments import attachment_rules
from server.attachments.unfinished import sweep
from server.sync.pace import Pace
from tests.people import ANALYST, bearer
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

HOUR = 3600


def bomb(width: int, height: int) -> bytes:
    """Make a PNG of a few hundred bytes that says it is this large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def folder_of(field: Field) -> Path:
    folder: Path = field.app.extensions["izdes.config"].data_dir / "attachments"
    return folder


@pytest.mark.parametrize("content", [bomb(30_000, 30_000), photo(pixels=(60_000, 60_000))])
def test_a_picture_of_too_many_pixels_is_not_taken(field: Field, content: bytes) -> None:
    send_naming(field, content)
    answer = put(field, content)
    assert (answer.status_code, answer.json["code"]) == (413, "attachment_too_many_pixels")
    assert "50" in answer.json["title"]
    assert held(field, content) == (0, "?0")


def test_a_large_picture_within_the_limit_is_taken(field: Field) -> None:
    content = bomb(8_000, 6_000)
    sent = send_naming(field, content)
    assert put(field, content).json["complete"]
    assert missing_of(field, sent) == []


@pytest.mark.parametrize(
    "found", [bomb(30_000, 30_000), b"\xff\xd8\xff\xe0" + b"no head that anybody can read" * 9]
)
def test_what_is_stored_and_of_no_known_size_is_downloaded_not_shown(
    field: Field, found: bytes
) -> None:
    content = photo()
    send_naming(field, content)
    put(field, content)
    digest = digest_of(content).removeprefix("sha256:")
    # As files lie there that came before their size was looked at.
    (folder_of(field) / digest[:2] / digest).write_bytes(found)
    answer = field.client.get(
        f"/api/v1/attachments/{digest_of(content)}", headers=bearer(field.client, ANALYST)
    )
    assert (answer.status_code, answer.data) == (200, found)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")


def test_a_picture_whose_head_cannot_be_read_holds_up_no_record(field: Field) -> None:
    content = b"\xff\xd8\xff\xe0" + bytes(1000)
    sent = send_naming(field, content)
    assert put(field, content).json["complete"]
    assert missing_of(field, sent) == []


def test_a_record_with_too_many_files_is_kept_in_quarantine_and_asks_for_so_many(
    field: Field,
) -> None:
    most = attachment_rules().files_per_record
    names = [reference(number.to_bytes(2, "big")) for number in range(most + 1)]
    (result,) = field.send(envelope(attachments=names)).json["results"]
    assert (result["status"], result["problem"]) == ("quarantined", "too_many_files")
    assert len(result["receipt"]["missing_attachments"]) == most
    assert field.rows("SELECT count(*) FROM named_attachments") == [(most,)]


def begin(field: Field, count: int, *, hours_ago: float = 0) -> None:
    """Let the governor have begun so many files."""
    ((owner,),) = field.rows("SELECT id FROM users WHERE username = 'nevzat.ergun'")
    folder = folder_of(field) / "unfinished"
    folder.mkdir(parents=True, exist_ok=True)
    at = time.time() - hours_ago * HOUR
    for number in range(count):
        path = folder / f"{number:064x}-{owner}"
        path.write_bytes(b"half")
        os.utime(path, (at, at))


def test_who_has_begun_too_many_files_waits_with_the_next_and_goes_on_with_the_others(
    field: Field,
) -> None:
    content, further = photo(seed=1), photo(seed=2)
    send_naming(field, content, further)
    put(field, content, 0)
    begin(field, attachment_rules().unfinished.files)
    answer = put(field, further, 0)
    assert (answer.status_code, answer.json["code"]) == (429, "too_many_unfinished")
    assert int(answer.headers["Retry-After"]) > 0
    assert put(field, content, PIECE).json["received"] == 2 * PIECE


def test_files_that_have_not_gone_on_for_a_day_make_room(field: Field) -> None:
    rules = attachment_rules().unfinished
    content = photo()
    send_naming(field, content)
    begin(field, rules.files, hours_ago=rules.idle_hours + 1)
    assert put(field, content, 0).json["received"] == PIECE
    assert len(list((folder_of(field) / "unfinished").iterdir())) == 1


def test_files_that_are_few_stay_until_nobody_can_want_them_any_more(field: Field) -> None:
    begin(field, 3, hours_ago=attachment_rules().unfinished.days * 24 - 1)
    sweep(folder_of(field))
    assert len(list((folder_of(field) / "unfinished").iterdir())) == 3
    begin(field, 3, hours_ago=attachment_rules().unfinished.days * 24 + 1)
    sweep(folder_of(field))
    assert list((folder_of(field) / "unfinished").iterdir()) == []


def test_a_tablet_that_sends_too_much_in_a_minute_waits_and_others_do_not(field: Field) -> None:
    field.app.extensions["izdes.pace"] = Pace(2)
    first, second, third = envelope(), envelope(), envelope()
    assert field.send(first, second).status_code == 200
    answer = field.send(third)
    assert (answer.status_code, answer.json["code"]) == (429, "too_many_records")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert field.rows("SELECT count(*) FROM submissions") == [(2,)]
    field.app.extensions["izdes.pace"] = Pace(2)
    assert field.send(third).status_code == 200


def test_a_minute_is_counted_per_tablet_and_a_large_batch_is_taken_alone() -> None:
    pace = Pace(10)
    pace.take("one", 50)
    with pytest.raises(Problem, match="too_many_records"):
        pace.take("one", 1)
    pace.take("another", 10)
    Pace(0).take("one", 1_000_000)
