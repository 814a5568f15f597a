"""Many senders at once: every record has one effect, and readers miss nothing."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from server import create_app
from tests.records import Field, envelope, interview
from tests.server.sync.files import PIECE, held, missing_of, photo, put, send_naming

PROCESSES = 8
SENDING = """
import json, multiprocessing, sys
from pathlib import Path
import server.sync.routes
from server import create_app
from server.config import Config

folder, url, headers = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
processes = multiprocessing.get_context("fork")
ready = processes.Barrier(int(sys.argv[4]))
requests = json.loads((folder / "requests.json").read_text())

def send(number):
    client = create_app(Config(data_dir=folder, database_url=url, threads=2)).test_client()
    client.get("/healthz")
    ready.wait()
    answers = [client.post("/api/v1/submissions", data=each, headers=headers) for each in requests]
    told = [[answer.status_code, answer.json] for answer in answers]
    (folder / f"answers-{number}.json").write_text(json.dumps(told))

senders = [processes.Process(target=send, args=(number,)) for number in range(ready.parties)]
for sender in senders:
    sender.start()
for sender in senders:
    sender.join()
"""


def send_from_processes(field: Field, requests: list[str]) -> list[list[dict[str, Any]]]:
    """Let eight processes, each an instance of its own, take the same requests at one moment."""
    config = field.app.extensions["izdes.config"]
    (config.data_dir / "requests.json").write_text(json.dumps(requests))
    arguments = [config.data_dir, config.database_url, json.dumps(field.officer), str(PROCESSES)]
    subprocess.run([sys.executable, "-c", SENDING, *arguments], check=True)
    senders = [
        json.loads((config.data_dir / f"answers-{number}.json").read_text())
        for number in range(PROCESSES)
    ]
    assert {status for answers in senders for status, _ in answers} == {200}, senders
    return [[body for _, body in answers] for answers in senders]


def request_of(*envelopes: dict[str, Any]) -> str:
    return json.dumps({"device_id": "t", "sent_at": "", "submissions": envelopes})


@pytest.mark.slow
def test_identical_posts_from_eight_processes_store_one_row_and_give_one_receipt(
    field: Field,
) -> None:
    singles = [request_of(envelope()) for _ in range(10)]
    batches = [request_of(*(envelope() for _ in range(10))) for _ in range(3)]
    answers = send_from_processes(field, singles + batches)
    receipts = {
        json.dumps([result["receipt"] for answer in sender for result in answer["results"]])
        for sender in answers
    }
    assert len(receipts) == 1
    statuses = [
        result["status"] for sender in answers for answer in sender for result in answer["results"]
    ]
    assert (statuses.count("accepted"), statuses.count("duplicate")) == (40, 7 * 40)
    assert field.rows("SELECT count(*) FROM submissions") == [(40,)]
    assert field.rows(
        "SELECT count(*) FROM audit_entries WHERE action = 'submission.accepted'"
    ) == [(40,)]


@pytest.mark.slow
def test_revisions_and_conflicts_from_eight_processes_leave_one_current_row_each(
    field: Field,
) -> None:
    requests = []
    for _ in range(6):
        first = envelope()
        texts = [interview(answers={"yas": str(age)}) for age in (60, 61, 62)]
        requests.append(
            [
                envelope(texts[0], instance_id=first["instance_id"], revision=1),
                envelope(texts[1], instance_id=first["instance_id"], revision=1),
                envelope(texts[2], instance_id=first["instance_id"], revision=2),
            ]
        )
    send_from_processes(
        field, [request_of(each) for same in requests for each in same] + [request_of(*requests[0])]
    )
    rows = field.rows("SELECT instance_id, revision, copy_number, is_current FROM submissions")
    assert len(rows) == 18
    assert [row.revision for row in rows if row.is_current] == [2] * 6
    assert sorted((row.revision, row.copy_number) for row in rows) == (
        [(1, 0)] * 6 + [(1, 1)] * 6 + [(2, 0)] * 6
    )


def test_one_file_sent_from_all_sides_at_once_is_stored_once_and_whole(field: Field) -> None:
    content = photo(20 * PIECE)
    sent = send_naming(field, content)
    apps = [create_app(field.app.extensions["izdes.config"]) for _ in range(2)]

    def send(number: int) -> set[int]:
        app = apps[number % len(apps)]
        sender = Field(app, app.test_client(), field.officer)
        starts = [place * PIECE for place in range(20)]
        # Some run ahead, some repeat: whoever is told of a gap goes on from what is held.
        Random(number).shuffle(starts)
        told = {put(sender, content, start).status_code for start in [*starts, *sorted(starts)]}
        while (state := held(sender, content))[1] != "?1":
            told.add(put(sender, content, state[0]).status_code)
        return told

    try:
        with ThreadPoolExecutor(PROCESSES) as senders:
            assert set().union(*senders.map(send, range(PROCESSES))) <= {200, 409}
    finally:
        for app in apps:
            app.extensions["izdes.database"].close()
    assert missing_of(field, sent) == []
    data_dir = field.app.extensions["izdes.config"].data_dir
    files = [file for file in (data_dir / "attachments").rglob("*") if file.is_file()]
    assert [file.read_bytes() for file in files] == [content]
    assert field.rows("SELECT count(*) FROM audit_entries WHERE action = 'attachment.stored'") == [
        (1,)
    ]
