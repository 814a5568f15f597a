"""``kill -9`` while files arrive: each goes on where it stood and ends as the bytes sent."""

import http.client
import json
import threading
from random import Random
from typing import Any

import pytest

from tests.faults.conftest import Centre
from tests.records import batch, envelope
from tests.server.sync.files import PIECE, digest_of, photo, reference
from tests.serving import kill_server, start_server
from tests.waiting import PATIENCE, wait_until

PIECES = 24
"""Six megabytes a file."""


class Upload(threading.Thread):
    """Sends a file piece by piece until it is there, or until nobody answers any more."""

    def __init__(self, centre: Centre, content: bytes) -> None:
        super().__init__()
        self._centre = centre
        self._content = content
        self.is_complete = False
        self.begun_at = 0
        self.sent = 0

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._centre.port, timeout=PATIENCE)
        path = f"/api/v1/attachments/{digest_of(self._content)}"
        try:
            connection.request("HEAD", path, headers=self._centre.officer)
            answer = connection.getresponse()
            answer.read()
            received = self.begun_at = int(answer.headers["Upload-Offset"])
            self.is_complete = answer.headers["Upload-Complete"] == "?1"
            while not self.is_complete:
                connection.request("PUT", path, *self._piece(received))
                state = json.loads(connection.getresponse().read())
                received, self.is_complete = state["received"], state["complete"]
                self.sent += 1
        except (OSError, http.client.HTTPException, ValueError):
            return

    def _piece(self, start: int) -> tuple[bytes, dict[str, str]]:
        data = self._content[start : start + PIECE]
        spelled = f"bytes {start}-{start + len(data) - 1}/{len(self._content)}"
        return data, {**self._centre.officer, "Content-Range": spelled}


def post(centre: Centre, sent: dict[str, Any]) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=PATIENCE)
    connection.request("POST", "/api/v1/submissions", json.dumps(batch(sent)), centre.officer)
    (result,) = json.loads(connection.getresponse().read())["results"]
    receipt: dict[str, Any] = result["receipt"]
    return receipt


@pytest.mark.slow
def test_files_whose_server_was_killed_go_on_and_arrive_whole(centre: Centre, kills: int) -> None:
    moments = Random(7)
    contents = [photo(PIECES * PIECE + 7, seed=seed) for seed in range(3)]
    sent = envelope(attachments=[reference(content) for content in contents])
    server = start_server(centre.port, centre.settings)
    assert len(post(centre, sent)["missing_attachments"]) == 3
    went_on = False
    for _ in range(kills):
        uploads = [Upload(centre, content) for content in contents]
        for upload in uploads:
            upload.start()
        pieces = moments.randint(1, 8)
        wait_until(
            lambda: uploads[0].sent >= pieces or not uploads[0].is_alive(),  # noqa: B023
            "some pieces have arrived",
        )
        kill_server(server)
        for upload in uploads:
            upload.join(PATIENCE)
        server = start_server(centre.port, centre.settings)
    try:
        for content in contents:
            upload = Upload(centre, content)
            upload.run()
            assert upload.is_complete
            went_on |= upload.begun_at > 0
        assert post(centre, sent)["missing_attachments"] == []
    finally:
        kill_server(server)
    assert went_on
    files = [file for file in (centre.data_dir / "attachments").rglob("*") if file.is_file()]
    assert sorted(file.read_bytes() for file in files) == sorted(contents)
    assert centre.rows("SELECT count(*) FROM attachments") == [(3,)]
    events = "SELECT count(*) FROM audit_entries WHERE action = 'attachment.stored'"
    assert centre.rows(events) == [(3,)]
