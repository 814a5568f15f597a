"""``kill -9`` in the middle of it: what was acknowledged is there, and nothing is half there."""

import http.client
import json
import os
import signal
import threading
import time
import zlib
from contextlib import suppress
from hashlib import sha256
from typing import Any

import psycopg
import pytest

from tests.faults.conftest import Centre
from tests.records import batch, envelope
from tests.serving import kill_server, start_server

TABLETS = 6
SECONDS_OF_LOAD = 1.0


class Tablet(threading.Thread):
    """Sends records, one or some at a time, until nobody answers any more."""

    def __init__(self, centre: Centre, size: int) -> None:
        super().__init__()
        self._centre = centre
        self._size = size
        self.acknowledged: list[dict[str, Any]] = []
        self.unanswered: list[dict[str, Any]] = []
        self.busy = 0

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._centre.port, timeout=60)
        while True:
            envelopes = [envelope() for _ in range(self._size)]
            try:
                status, body = post(connection, self._centre, envelopes)
            except (OSError, http.client.HTTPException, ValueError):
                self.unanswered += envelopes
                return
            if status == 503:
                self.busy += 1
                time.sleep(0.05)
                self.unanswered += envelopes
                continue
            assert status == 200, body
            self.acknowledged += [result["receipt"] for result in body["results"]]


def post(
    connection: http.client.HTTPConnection, centre: Centre, envelopes: list[dict[str, Any]]
) -> tuple[int, Any]:
    connection.request(
        "POST", "/api/v1/submissions", json.dumps(batch(*envelopes)), headers=centre.officer
    )
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def start_tablets(centre: Centre) -> list[Tablet]:
    tablets = [Tablet(centre, size=1 + 4 * (number % 2)) for number in range(TABLETS)]
    for tablet in tablets:
        tablet.start()
    return tablets


def assert_nothing_is_missing(centre: Centre, tablets: list[Tablet]) -> None:
    stored = {
        str(row.instance_id).replace("-", ""): row
        for row in centre.rows("SELECT sequence, instance_id, digest, body FROM submissions")
    }
    for tablet in tablets:
        for receipt in tablet.acknowledged:
            row = stored[receipt["instance_id"].replace("-", "")]
            assert row.sequence == receipt["sequence"]
            assert f"sha256:{bytes(row.digest).hex()}" == receipt["digest"]
    for row in stored.values():
        assert sha256(zlib.decompress(row.body)).digest() == bytes(row.digest)
    ((audited,),) = centre.rows(
        "SELECT count(DISTINCT object) FROM audit_entries WHERE action = 'submission.accepted'"
    )
    assert audited == len(stored)


def assert_unanswered_records_can_be_sent_again(centre: Centre, tablets: list[Tablet]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=60)
    for tablet in tablets:
        for each in tablet.unanswered:
            status, body = post(connection, centre, [each])
            assert status == 200
            assert body["results"][0]["status"] in {"accepted", "duplicate"}
            tablet.acknowledged.append(body["results"][0]["receipt"])


@pytest.mark.slow
def test_a_killed_server_has_lost_nothing_it_acknowledged(centre: Centre, kills: int) -> None:
    tablets: list[Tablet] = []
    for _ in range(kills):
        server = start_server(centre.port, centre.settings)
        started = start_tablets(centre)
        time.sleep(SECONDS_OF_LOAD)
        kill_server(server)
        for tablet in started:
            tablet.join(60)
        tablets += started
        assert any(tablet.acknowledged for tablet in started)
    assert_nothing_is_missing(centre, tablets)
    server = start_server(centre.port, centre.settings)
    try:
        assert_unanswered_records_can_be_sent_again(centre, tablets)
    finally:
        kill_server(server)
    assert_nothing_is_missing(centre, tablets)


@pytest.mark.slow
def test_a_crash_of_the_database_loses_nothing_and_the_server_goes_on(
    centre: Centre, kills: int
) -> None:
    if centre.url.startswith("sqlite"):
        pytest.skip("SQLite has no process of its own")
    server = start_server(centre.port, centre.settings)
    tablets = start_tablets(centre)
    try:
        for _ in range(kills):
            time.sleep(SECONDS_OF_LOAD)
            crash_database(centre)
            wait_until_accepted(centre)
        time.sleep(SECONDS_OF_LOAD)
    finally:
        kill_server(server)
    for tablet in tablets:
        tablet.join(60)
    assert sum(tablet.busy for tablet in tablets) > 0
    assert_nothing_is_missing(centre, tablets)


def crash_database(centre: Centre) -> None:
    """Kill a busy backend, and wait until PostgreSQL has dropped everybody and recovered."""
    address = centre.url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as witness:
        found = witness.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND pid <> pg_backend_pid() ORDER BY state_change DESC LIMIT 1"
        ).fetchone()
        assert found is not None
        os.kill(found[0], signal.SIGKILL)
        with suppress(psycopg.OperationalError):
            while witness.execute("SELECT 1"):
                time.sleep(0.01)
    for _ in range(600):
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("PostgreSQL did not recover")


def wait_until_accepted(centre: Centre) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=60)
    for _ in range(300):
        status, _ = post(connection, centre, [envelope()])
        if status == 200:
            return
        time.sleep(0.1)
    raise TimeoutError("the server did not find the database again")
