"""``kill -9`` in the middle of it: what was acknowledged is there, and nothing is half there."""

import http.client
import json
import os
import signal
import threading
import zlib
from collections.abc import Callable
from hashlib import sha256
from random import Random
from typing import Any

import psycopg
import pytest

from tests.faults.conftest import Centre
from tests.records import batch, envelope
from tests.serving import kill_server, start_server
from tests.waiting import PATIENCE, wait_until

TABLETS = 6


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
        connection = http.client.HTTPConnection("127.0.0.1", self._centre.port, timeout=PATIENCE)
        while True:
            envelopes = [envelope() for _ in range(self._size)]
            try:
                status, body = post(connection, self._centre, envelopes)
            except (OSError, http.client.HTTPException, ValueError):
                self.unanswered += envelopes
                return
            if status == 503:
                self.busy += 1
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


def wait_for_receipts(tablets: list[Tablet], number: int) -> None:
    """Wait until so many records more are acknowledged: the server is at work then."""
    before = sum(len(tablet.acknowledged) for tablet in tablets)

    def have_come() -> bool:
        return sum(len(tablet.acknowledged) for tablet in tablets) >= before + number

    wait_until(have_come, f"{number} more receipts")


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
    connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=PATIENCE)
    for tablet in tablets:
        for each in tablet.unanswered:
            status, body = post(connection, centre, [each])
            assert status == 200
            assert body["results"][0]["status"] in {"accepted", "duplicate"}
            tablet.acknowledged.append(body["results"][0]["receipt"])


@pytest.mark.slow
def test_a_killed_server_has_lost_nothing_it_acknowledged(centre: Centre, kills: int) -> None:
    tablets: list[Tablet] = []
    moments = Random(11)
    for _ in range(kills):
        server = start_server(centre.port, centre.settings)
        started = start_tablets(centre)
        wait_for_receipts(started, moments.randint(20, 200))
        kill_server(server)
        for tablet in started:
            tablet.join(PATIENCE)
        tablets += started
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
            wait_for_receipts(tablets, 50)
            turned_away = sum(tablet.busy for tablet in tablets)
            crash_database(centre)
            wait_until(lambda: sum(tablet.busy for tablet in tablets) > turned_away, "503 is told")  # noqa: B023
            wait_until_accepted(centre)
        wait_for_receipts(tablets, 50)
    finally:
        kill_server(server)
    for tablet in tablets:
        tablet.join(PATIENCE)
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
        wait_until(lambda: not answers(lambda: witness.execute("SELECT 1")), "everybody is dropped")
    wait_until(lambda: answers(lambda: psycopg.connect(address).close()), "PostgreSQL recovered")


def answers(ask: Callable[[], object]) -> bool:
    """Ask the database anything."""
    try:
        ask()
    except psycopg.OperationalError:
        return False
    return True


def wait_until_accepted(centre: Centre) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=PATIENCE)
    wait_until(
        lambda: post(connection, centre, [envelope()])[0] == 200,
        "the server has found the database again",
    )
