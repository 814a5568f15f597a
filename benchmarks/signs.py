"""CPU time of the list of records, which names signs of poor fieldwork, with 20,000 interviews.

Read right after one record arrived, read again, and what storing that record costs; each the
median of fifteen. The number of interviews may be given as an argument.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from itertools import count
from pathlib import Path
from statistics import median
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from schemas.protocol.sync import Envelope
from server import create_app
from server.config import Config
from server.demo import PASSWORD
from server.demo.sending import Tokens, post
from server.forms.models import FORM_VERSIONS
from server.quality import signs
from server.submissions.models import SUBMISSIONS
from server.submissions.texts import unpacked
from tests.forgetting import forget

INTERVIEWS = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
OFFICER, FORM = "vali", "A_vatandas_gorusme"
TIMES = 15
_numbers = count(1)


def main() -> None:
    """Print milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", "from server.shell.commands import main; main()", "demo"]
        subprocess.run(
            [*command, "--fill-only", "--interviews", str(INTERVIEWS)],
            env=os.environ | {"IZDES_DATA_DIR": folder, "IZDES_LANGUAGE": "en"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        data = Path(folder)
        app = create_app(Config(data_dir=data, database_url=f"sqlite:///{data / 'izdes.sqlite3'}"))
        _measure(app)
        app.extensions["izdes.database"].close()


def _measure(app: Flask) -> None:
    analyst = app.test_client()
    signed_in = analyst.post(
        "/api/v1/session",
        json={"username": "analist", "password": PASSWORD},
        headers={"X-Izdes": "1", "Sec-Fetch-Site": "same-origin"},
    )
    if signed_in.status_code != 200:
        raise RuntimeError(signed_in.text)
    send = _sending(app)
    first = _cost(lambda: _read(analyst))
    stored, after, again = [], [], []
    for _ in range(TIMES):
        stored.append(_cost(send))
        after.append(_cost(lambda: _read(analyst)))
        again.append(_cost(lambda: _read(analyst)))
    anew = [_cost(lambda: (forget(vars(signs)["_recent"]), _read(analyst))) for _ in range(3)]
    print(f"{INTERVIEWS} interviews, CPU time of a request:")
    for what, times in (
        ("the list, the first time in a process", [first]),
        ("the list, all signs assessed anew", anew),
        ("the list right after one new record", after),
        ("the list again", again),
        ("storing one record", stored),
    ):
        print(f"{what:40} {1000 * median(times):7.1f} ms")


def _read(analyst: FlaskClient) -> None:
    answer = analyst.get("/records/")
    if answer.status_code != 200:
        raise RuntimeError(answer.text)


def _sending(app: Flask) -> Callable[[], None]:
    """Give what sends one more interview: a text that is there already, under a new number."""
    database = app.extensions["izdes.database"]
    with database.read() as connection:
        row = connection.execute(
            select(SUBMISSIONS.c.body, FORM_VERSIONS.c.version)
            .join(FORM_VERSIONS, FORM_VERSIONS.c.id == SUBMISSIONS.c.form_version_id)
            .where(FORM_VERSIONS.c.form_id == FORM)
            .order_by(SUBMISSIONS.c.sequence.desc())
        ).first()
    body, tokens = unpacked(row.body).decode(), Tokens(database)

    def send() -> None:
        number = UUID(int=7 << 76 | 2 << 62 | next(_numbers))
        envelope = Envelope(
            instance_id=str(number),
            revision=1,
            form_id=FORM,
            form_version=row.version,
            digest=f"sha256:{sha256(body.encode()).hexdigest()}",
            body=body,
        )
        post(app, tokens[OFFICER], OFFICER, [envelope])

    return send


def _cost(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


if __name__ == "__main__":
    main()
