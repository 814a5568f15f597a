"""Many senders at once: every record has one effect, and readers miss nothing."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.records import Field, envelope, interview

PROCESSES = 8
SENDING = """
import json, sys
from pathlib import Path
from server import create_app
from server.config import Config

app = create_app(Config(data_dir=Path(sys.argv[1]), database_url=sys.argv[2], threads=2))
requests = json.load(open(sys.argv[3]))
client = app.test_client()
client.get("/healthz")
print("ready", flush=True)
sys.stdin.readline()
for request in requests:
    answer = client.post("/api/v1/submissions", data=request, headers=json.loads(sys.argv[4]))
    print(answer.status_code, json.dumps(answer.json), flush=True)
"""


def send_from_processes(field: Field, requests: list[str]) -> list[list[dict[str, Any]]]:
    """Let eight processes send the same requests at the same moment."""
    config = field.app.extensions["izdes.config"]
    file = Path(config.data_dir) / "requests.json"
    file.write_text(json.dumps(requests))
    command = [sys.executable, "-c", SENDING, str(config.data_dir), config.database_url]
    senders = [
        subprocess.Popen(
            [*command, str(file), json.dumps(field.officer)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for sender in senders:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "ready\n"
    outputs = []
    with ThreadPoolExecutor(PROCESSES) as pool:
        outputs = list(pool.map(lambda sender: sender.communicate("go\n")[0], senders))
    answers = [output.splitlines() for output in outputs]
    assert all(line.startswith("200 ") for lines in answers for line in lines), answers
    return [[json.loads(line[4:]) for line in lines] for lines in answers]


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
