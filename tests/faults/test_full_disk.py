"""A disk that runs full under the running server: every receipt is true, and room heals all."""

import http.client
import json
import os
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest

from tests.faults.conftest import Centre, prepared
from tests.postgresql import running_postgresql
from tests.records import batch, envelope, interview
from tests.server.sync.files import digest_of, photo, reference
from tests.serving import serving
from tests.waiting import PATIENCE

SIZE = "32m"
SMALL, LARGE = (300, 1), (650_000, 5)
"""Bytes of a record, and records of a batch. What SQLite must write before the commit is large."""
BALLAST = 16_000_000
"""More than the log of SQLite holds by then: what is in it needs that room to move on."""
WHY_NOT = "a small file system could not be mounted (that needs root): the disk cannot be filled"
REFUSED_ENOUGH = 25
MOST_ROUNDS = 400


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system that fills quickly."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "izdes-test", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode != 0:
        if os.environ.get("CI") == "true":
            pytest.fail(WHY_NOT)
        pytest.skip(WHY_NOT)
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def full_centre(request: pytest.FixtureRequest, small_disk: Path) -> Iterator[Centre]:
    """An instance whose data folder lies on the small disk, beside something one can delete."""
    (small_disk / "ballast").write_bytes(bytes(BALLAST))
    data = small_disk / "data"
    data.mkdir(mode=0o700)
    if request.param == "sqlite":
        yield prepared(f"sqlite:///{data / 'izdes.sqlite3'}", data)
        return
    with running_postgresql() as url:
        yield prepared(url, data)


class Sender(threading.Thread):
    """Sends records of its size until the disk has been full often enough."""

    def __init__(self, centre: Centre, size: int, count: int, full: threading.Event) -> None:
        super().__init__()
        self._centre, self._size, self._count, self._full = centre, size, count, full
        self.receipts: list[dict[str, Any]] = []
        self.refused: list[list[dict[str, Any]]] = []
        self.odd: list[tuple[int, str]] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._centre.port, timeout=PATIENCE)
        for _ in range(MOST_ROUNDS):
            if self._full.is_set() and self.refused:
                return
            self.send(connection, [large_record(self._size) for _ in range(self._count)])
            if len(self.refused) >= REFUSED_ENOUGH:
                self._full.set()

    def send(self, connection: http.client.HTTPConnection, records: list[dict[str, Any]]) -> None:
        path = "/api/v1/submissions"
        connection.request("POST", path, json.dumps(batch(*records)), headers=self._centre.officer)
        answer = connection.getresponse()
        told = answer.read().decode()
        if answer.status == 200:
            self.receipts += [result["receipt"] for result in json.loads(told)["results"]]
        else:
            self.refused.append(records)
            if (answer.status, json.loads(told)["code"]) != (507, "storage_full"):
                self.odd.append((answer.status, told))


def large_record(size: int) -> dict[str, Any]:
    """Make a record that cannot be packed."""
    return envelope(interview(answers={"oneri": token_urlsafe(size)}))


@pytest.mark.slow
@pytest.mark.parametrize("full_centre", ["sqlite"], indirect=True)
def test_on_a_full_disk_no_receipt_is_of_a_row_that_is_not_there(full_centre: Centre) -> None:
    centre = full_centre
    with serving(centre.port, centre.settings | {"IZDES_THREADS": "16"}):
        full = threading.Event()
        senders = [Sender(centre, *of, full) for of in (*[SMALL] * 10, *[LARGE] * 3)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(PATIENCE)
        assert full.is_set()
        assert_rows_exist(centre, senders)
        assert [sender.odd for sender in senders] == [[]] * len(senders)
        # Nobody restarts anything: room is made, and what was refused comes again.
        (centre.data_dir.parent / "ballast").unlink()
        connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=PATIENCE)
        for sender in senders[:10]:
            waiting, sender.refused = sender.refused, []
            for records in waiting:
                sender.send(connection, records)
            assert sender.refused == []
        assert_rows_exist(centre, senders)


@pytest.mark.slow
def test_on_a_full_disk_the_pieces_of_a_file_are_507_and_go_on_once_there_is_room(
    full_centre: Centre,
) -> None:
    centre, content = full_centre, photo(4_000_000)
    piece = content[:262_144]
    with serving(centre.port, centre.settings):
        record = envelope(attachments=[reference(content)])
        assert ask(centre, "POST", "/api/v1/submissions", json.dumps(batch(record)))[0] == 200
        filled = fill(centre.data_dir.parent)
        status, told = put(centre, content, 0, piece)
        assert (status, told["code"]) == (507, "storage_full")
        filled.unlink()
        (centre.data_dir.parent / "ballast").unlink()
        assert put(centre, content, 0, content) == (
            200,
            {"digest": digest_of(content), "received": len(content), "complete": True},
        )


def assert_rows_exist(centre: Centre, senders: list[Sender]) -> None:
    rows = centre.rows("SELECT instance_id, sequence, digest FROM submissions")
    stored = {(str(r[0]).replace("-", ""), r[1], f"sha256:{bytes(r[2]).hex()}") for r in rows}
    signed = [
        (receipt["instance_id"].replace("-", ""), receipt["sequence"], receipt["digest"])
        for sender in senders
        for receipt in sender.receipts
    ]
    assert [each for each in signed if each not in stored] == []
    assert len(signed) > REFUSED_ENOUGH


def fill(disk: Path) -> Path:
    """Write a file until nothing fits any more."""
    file = disk / "filling"
    with file.open("wb", buffering=0) as writing:
        try:
            while True:
                writing.write(bytes(4096))
        except OSError:
            return file


def put(centre: Centre, content: bytes, start: int, piece: bytes) -> tuple[int, Any]:
    digest = b64encode(sha256(piece).digest()).decode()
    headers = {
        "Content-Range": f"bytes {start}-{start + len(piece) - 1}/{len(content)}",
        "Content-Digest": f"sha-256=:{digest}:",
    }
    return ask(centre, "PUT", f"/api/v1/attachments/{digest_of(content)}", piece, headers)


def ask(
    centre: Centre, method: str, path: str, body: str | bytes, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=PATIENCE)
    connection.request(method, path, body, headers=centre.officer | (headers or {}))
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())
