"""``python -m tests.faults.dying ERRAND OFFICER``: die at every statement of an errand, in turn.

For each number a process of its own does the errand and ends, without a word to anybody, before the
statement of that number in the files that matter. Then a fresh process is what the tablets meet
next, and looks whether all is well: each errand is about another record and file, so one process
looks after a few deaths. Prints how often it died, or fails.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask

import server
from server import create_app
from server.config import Config
from server.forms.publishing import publish, shipped_forms
from server.store.database import Database
from tests.records import Field, envelope, interview
from tests.server.sync.files import PIECE, digest_of, held, missing_of, photo, put, reference

DIED = 137
ROOM = Path(server.__file__).parent
STORE = ("store/database.py", "store/group_commit.py")
FILES_OF = (
    *(f"attachments/{name}.py" for name in ("files", "operations", "pictures", "unfinished")),
    "store/data_folder.py",
    *STORE,
)
RECORDS = (
    "sync/receiving.py",
    *(f"submissions/{name}.py" for name in ("storing", "copies", "derivations")),
    "catalogue/topic_reports.py",
    *("store/postgresql_pipeline.py", "store/audit.py"),
    *STORE,
)
WATCHED = {"upload": FILES_OF, "finishing": FILES_OF, "record": RECORDS, "topics": RECORDS}
OF_RECORDS = {"record", "topics"}
"""Errands without a file."""
assert all((ROOM / name).exists() for name in (*FILES_OF, *RECORDS))
SIZE = PIECE + 1000
UNITS = next(form for form in shipped_forms() if form.id == "B1_birim_ziyaret")
STEP = 1 if os.environ.get("IZDES_SOAK") == "1" else 11
"""`make soak` dies at every statement, `make check` at one of eleven."""
DEATHS_A_LOOK = 12
"""Starting to look costs more than looking."""


@dataclass(frozen=True)
class Errand:
    """What a tablet wants: a record, with a photo of its own or without."""

    name: str
    number: int
    content: bytes
    sent: dict[str, Any]

    @classmethod
    def numbered(cls, name: str, number: int) -> "Errand":
        """Make the errand of that number; each is about another record and file."""
        content = photo(SIZE, seed=number)
        if name == "topics":
            return cls(name, number, content, topics(number))
        named = [] if name == "record" else [reference(content)]
        return cls(name, number, content, envelope(attachments=named))

    def prepare(self, field: Field) -> None:
        """Do what comes before the moment that is looked at."""
        if self.name not in OF_RECORDS:
            field.send(self.sent)
        if self.name == "finishing":
            # As a server leaves it that dies between the last byte and the name of the file.
            put(field, self.content, 0)
            (gathered,) = self.unfinished(field)
            gathered.write_bytes(self.content)

    def run(self, field: Field) -> None:
        """Go to the server once, as a tablet does."""
        if self.name in OF_RECORDS:
            field.send(self.sent)
            return
        start, complete = held(field, self.content)
        while complete != "?1":
            last = len(self.content) - PIECE
            answer = put(field, self.content, start if start < len(self.content) else last)
            start, complete = answer.json["received"], f"?{int(answer.json['complete'])}"

    def look(self, field: Field) -> None:
        """Meet the server again: one contact must be enough."""
        missing = missing_of(field, self.sent)
        if self.name not in OF_RECORDS:
            assert missing in ([], [digest_of(self.content)])
            self.run(field)
            assert missing_of(field, self.sent) == []
            self._look_at_file(field)
        instance = self.sent["instance_id"]
        plain = "replace(CAST(instance_id AS text), '-', '')"
        found = f"SELECT count(*) FROM submissions WHERE {plain} = '{instance.replace('-', '')}'"  # noqa: S608
        assert field.rows(found) == [(1,)]
        events = f"SELECT count(*) FROM audit_entries WHERE object LIKE '{instance}%'"  # noqa: S608
        assert field.rows(events) == [(1,)]
        kept = "SELECT count(*) FROM topic_reports WHERE sequence IN"
        same = f"(SELECT sequence FROM submissions WHERE {plain} = '{instance.replace('-', '')}')"  # noqa: S608
        assert field.rows(f"{kept} {same}") == [(int(self.name == "topics"),)]

    def unfinished(self, field: Field) -> list[Path]:
        """What is half there of its file."""
        digest = digest_of(self.content).removeprefix("sha256:")
        return list((attachments(field) / "unfinished").glob(f"{digest}*"))

    def _look_at_file(self, field: Field) -> None:
        digest = digest_of(self.content).removeprefix("sha256:")
        stored = attachments(field) / digest[:2] / digest
        assert stored.read_bytes() == self.content
        assert self.unfinished(field) == []
        events = f"SELECT count(*) FROM audit_entries WHERE object = 'sha256:{digest}'"  # noqa: S608
        assert field.rows(events) == [(1,)]


def topics(number: int) -> dict[str, Any]:
    """Make a record of a unit in which a topic is reported."""
    unit = {"il": "06", "ilce": "1231", "birim_tur": "emniyet", "birim_adi": f"Birim {number}"}
    said = {**unit, "r_konu": [{"s_baslik": "Araç yok"}], "konu_var": "1"}
    names = {"form_id": UNITS.id, "form_version": UNITS.version}
    return envelope(interview(**names, answers=said), **names)


def attachments(field: Field) -> Path:
    """The folder of files."""
    folder: Path = field.app.extensions["izdes.config"].data_dir / "attachments"
    return folder


def die_before(number: int, watched: tuple[str, ...]) -> None:
    """End this process before its statement of that number, in whatever thread."""
    names = {str(ROOM / name) for name in watched}
    left = [number]

    def count(_frame: FrameType, event: str, _value: object) -> object:
        if event == "line":
            left[0] -= 1
            if left[0] == 0:
                os._exit(DIED)
        return count

    def enter(frame: FrameType, _event: str, _value: object) -> object:
        return count if frame.f_code.co_filename in names else None

    threading.settrace(enter)  # type: ignore[arg-type]
    sys.settrace(enter)  # type: ignore[arg-type]


def main() -> None:
    """Die as often as there are statements."""
    name, officer = sys.argv[1], json.loads(sys.argv[2])
    app = create_app(Config.from_environment())
    app.extensions["izdes.database"].write(
        lambda connection: publish(connection, UNITS, actor=None)
    )
    app.extensions["izdes.database"].close()
    deaths, status = 0, DIED
    while status == DIED:
        errands = []
        while status == DIED and len(errands) < DEATHS_A_LOOK:
            errands.append(Errand.numbered(name, (deaths + len(errands) + 1) * STEP))
            status = forked(partial(dying, app, officer, errands[-1]))
        if status not in {0, DIED}:
            sys.exit(f"failed with {status} instead of dying at {errands[-1].number}")
        if forked(partial(looking, app, officer, errands)):
            sys.exit("not well after a death")
        deaths += len(errands) - (status == 0)
    print(deaths)  # noqa: T201  what the test reads


def dying(app: Flask, officer: dict[str, str], errand: Errand) -> None:
    """Do the errand as far as it comes."""
    before = opened(app, officer)
    errand.prepare(before)
    before.app.extensions["izdes.database"].close()
    # Before the database is opened: the thread that writes to SQLite must be watched as well.
    die_before(errand.number, WATCHED[errand.name])
    errand.run(opened(app, officer))


def looking(app: Flask, officer: dict[str, str], errands: Sequence[Errand]) -> None:
    """Look after them as the next process."""
    after = opened(app, officer)
    for errand in errands:
        try:
            errand.look(after)
        except Exception as error:
            raise RuntimeError(f"after a death before statement {errand.number}") from error


def opened(app: Flask, officer: dict[str, str]) -> Field:
    """The instance as a process finds it that has just started."""
    config = app.extensions["izdes.config"]
    app.extensions["izdes.database"] = Database(config.database_url, connections=2)
    return Field(app, app.test_client(), officer)


def forked(work: Callable[[], None]) -> int:
    """Do it in a process of its own and give how that ended."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001  the parent hears of it by the number
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main()
