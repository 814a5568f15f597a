"""Make the kept instances and the kept tablet of a past version, by that version's own programs.

Run it inside a checkout of that version that has its own environment:

    .venv/bin/python <this project>/tests/past/make.py <this project>/tests/past/e4bd1e8

``README.md`` beside this file says what comes out.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path.cwd()))  # the past version's programs, and what its tests start them by

from past_field import fill
from past_tablet import use_tablet
from sqlalchemy import create_engine, make_url, text

from server.demo import PASSWORD
from tests.postgresql import binaries, running_postgresql
from tests.serving import SERVE, free_port, serving

INTERVIEWS = 160
SECOND_OFFICER = ("bekir.yalin", "Bekir Yalın", "kayalık tepede rüzgâr")
SURVEY = """No;Yerleşim;Memnuniyet;Bilgi
1;Ankara;4;5
2;Ankara;2;3
3;Konya;5;4
4;İstanbul;1;2
"""
POINTS = [{"code": f"{n}", "label": {"tr": f"{n} puan", "en": f"{n} points"}} for n in range(1, 6)]
RATED: dict[str, Any] = {"scale": "bes", "service": "nuf"}
MAPPING: dict[str, Any] = {
    "form": {"id": "baska_arastirma", "title": {"tr": "Başka araştırma", "en": "Another survey"}},
    "scales": {"bes": POINTS},
    "questions": {
        "memnuniyet": {"column": "Memnuniyet", "dimension": "genel", **RATED},
        "bilgi": {"column": "Bilgi", "dimension": "bilgi", "core": True, **RATED},
    },
    "province": {"column": "Yerleşim"},
}


def main(target: Path) -> None:
    """Make all three into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="izdes-past-") as home:
        embedded, large = Path(home) / "sqlite", Path(home) / "postgresql"
        make(f"sqlite:///{embedded / 'data' / 'izdes.sqlite3'}", embedded, tablet=use_tablet)
        pack(embedded, target / "sqlite.tar.xz")
        with running_postgresql() as url:
            make(url, large)
            dump(url, large / "database.sql")
        pack(large, target / "postgresql.tar.xz")


def make(url: str, folder: Path, *, tablet: Callable[..., None] | None = None) -> None:
    """Fill an instance by its commands and its door; ``tablet`` works with it meanwhile."""
    (folder / "data").mkdir(parents=True)
    settings = {"IZDES_DATABASE_URL": url, "IZDES_DATA_DIR": str(folder / "data")}
    run = commands(settings)
    run("demo", "--fill-only", "--interviews", str(INTERVIEWS), "--seed", "1")
    username, name, password = SECOND_OFFICER
    run("user", "add", username, "--name", name, "--role", "officer", "--password-stdin",
        typed=f"{password}\n")  # fmt: skip
    run("form", "publish", "tests/journeys/forms/her_tur.md")
    round_id = json.loads(run("round", "list", "--format", "json"))[0]["id"]
    bring_in_survey(run, folder)
    with served(settings) as origin:
        sent = fill(origin, password=PASSWORD)
        run("index", round_id, "--format", "json")  # and keeps the segments of all that is there
        if tablet:
            tablet(origin, folder / "tablet.json", password=PASSWORD, second=SECOND_OFFICER)
        sent.send_late()
        receipts = sent.send_all_again(stored_envelopes(url))
    (folder / "receipts.json").write_text(json.dumps(receipts, ensure_ascii=False), "utf-8")
    (folder / "rows.json").write_text(json.dumps(rows(url), ensure_ascii=False, indent=1), "utf-8")
    figures = json.loads(run("index", round_id, "--format", "json"))
    (folder / "figures.json").write_text(json.dumps(figures, ensure_ascii=False), "utf-8")


def commands(settings: dict[str, str]) -> Callable[..., str]:
    """What runs ``izdes`` for an instance, and gives what it printed."""

    def run(*words: str, typed: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-c", SERVE, *words],
            env=os.environ | settings,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"izdes {' '.join(words)}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    return run


@contextmanager
def served(settings: dict[str, str]) -> Iterator[str]:
    port = free_port()
    with serving(port, settings):
        yield f"http://localhost:{port}"


def bring_in_survey(run: Callable[..., str], folder: Path) -> None:
    """Bring a small survey of others into a round of its own, which is closed afterwards."""
    survey, mapping = folder / "survey.csv", folder / "mapping.json"
    survey.write_text(SURVEY, "utf-8")
    mapping.write_text(json.dumps(MAPPING, ensure_ascii=False), "utf-8")
    run("round", "open", "2025-9", "--name-tr", "Başka araştırma", "--name-en", "Another survey",
        "--mode", "quota", "--from", "2025-09-01", "--until", "2025-12-31")  # fmt: skip
    run("import", "2025-9", str(survey), "--mapping", str(mapping))
    run("round", "status", "2025-9", "closed")


def stored_envelopes(url: str) -> list[dict[str, Any]]:
    """Every understood record as it was sent."""
    statement = (
        "SELECT instance_id, revision, form_id, version AS form_version, encoding,"
        " submissions.digest, body, attachments FROM submissions"
        " JOIN form_versions ON form_versions.id = form_version_id ORDER BY sequence"
    )
    return [
        row
        | {
            "instance_id": spelled(row["instance_id"]),
            "digest": f"sha256:{bytes(row['digest']).hex()}",
            "body": zlib.decompress(row["body"]).decode(),
            "attachments": unspelled(row["attachments"]) or [],
        }
        for row in ask(url, statement)
    ]


def rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """Say of every row that counts which one it is, in words that no later table has to keep."""
    told = {
        "submissions": "SELECT sequence, instance_id, revision, copy_number, is_current,"
        " submissions.digest, round_id, form_id, username"
        " FROM submissions JOIN users ON users.id = officer_id"
        " JOIN form_versions ON form_versions.id = form_version_id ORDER BY sequence",
        "quarantine": "SELECT sequence, instance_id, revision, digest, reason FROM quarantine"
        " ORDER BY sequence",
        "attachments": "SELECT digest, size, media_type FROM attachments ORDER BY digest",
        "named_attachments": "SELECT digest, instance_id FROM named_attachments"
        " ORDER BY digest, instance_id",
        "audit_entries": "SELECT action, object, count(*) AS times FROM audit_entries"
        " GROUP BY action, object ORDER BY action, object",
        "users": "SELECT username, full_name, role FROM users ORDER BY username",
        "rounds": "SELECT id, status FROM rounds ORDER BY id",
        "visits": "SELECT code, round_id FROM visits ORDER BY code",
        "form_versions": "SELECT form_id, version FROM form_versions ORDER BY form_id, version",
    }
    return {name: [plain(row) for row in ask(url, each)] for name, each in told.items()}


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Spell what JSON has no word for."""
    known = dict(row)
    for name, value in row.items():
        if name == "instance_id":
            known[name] = spelled(value)
        elif isinstance(value, bytes | memoryview):
            known[name] = bytes(value).hex()
    return known | ({"is_current": bool(row["is_current"])} if "is_current" in row else {})


def ask(url: str, statement: str) -> list[dict[str, Any]]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(statement)).mappings()]
    finally:
        engine.dispose()


def spelled(instance_id: Any) -> str:
    """Spell an id as tablets do; SQLite keeps it without strokes."""
    return str(UUID(str(instance_id)))


def unspelled(value: Any) -> Any:
    """Read JSON, where the database has not done so."""
    return json.loads(value) if isinstance(value, str) else value


def dump(url: str, file: Path) -> None:
    """Write a database down as SQL that every later PostgreSQL reads."""
    folder, place = binaries(), make_url(url)
    assert folder
    subprocess.run(
        [folder / "pg_dump", "--no-owner", "--no-privileges", "-h", place.host, "-p",
         str(place.port), "-U", place.username, "-d", place.database, "-f", file],
        check=True,
    )  # fmt: skip
    # What newer programs write against hostile names, and older ones do not read.
    kept = [line for line in file.read_text("utf-8").splitlines(keepends=True)
            if not line.startswith((r"\restrict", r"\unrestrict"))]  # fmt: skip
    file.write_text("".join(kept), "utf-8")


def pack(folder: Path, archive: Path) -> None:
    """Pack a folder as small as it gets."""
    for aside in ("survey.csv", "mapping.json", "data/demo"):
        place = folder / aside
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    with tarfile.open(archive, "w:xz", preset=9) as tar:
        for file in sorted(folder.iterdir()):
            tar.add(file, file.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
