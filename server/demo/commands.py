"""``izdes demo``: fill a demonstration round once, then serve it."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemas.wording import say
from server.demo import PASSWORD
from server.terminal.application import application, print_text, terminal_language
from server.terminal.progress import stage

if TYPE_CHECKING:
    from flask import Flask

    from server.demo.filling import Demonstration

COMPLETE = "complete"
"""Beside the truth files once every interview was sent."""


@click.command("demo")
@click.option("--interviews", default=20_000, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--fill-only", is_flag=True)
def demo(interviews: int, seed: int, host: str, port: int, *, fill_only: bool) -> None:
    """Fill a demonstration round through the real ingest path, then serve it."""
    if fill_only:
        with application() as app:
            _fill_once(app, interviews, seed)
        return
    folder = _truth_folder()
    if (folder / COMPLETE).exists():
        print_text("demo.present", folder=folder.parent)
    else:
        _fill_apart(interviews, seed)
    _serve(host, port)


def _fill_apart(interviews: int, seed: int) -> None:
    """Fill in a process of its own: what computing needs would stay in the server's memory."""
    options = ["--fill-only", "--interviews", str(interviews), "--seed", str(seed)]
    progress = ["--progress"] if click.get_current_context().find_root().params["progress"] else []
    main = "from server.shell.commands import main; main()"
    fill = [sys.executable, "-c", main, *progress, "demo", *options]
    filled = subprocess.run(fill, env=os.environ | {"IZDES_LANGUAGE": terminal_language()})  # noqa: S603, PLW1510
    if filled.returncode:
        sys.exit(filled.returncode)


def _serve(host: str, port: int) -> None:
    from server.shell.serving import serve

    serve(
        host,
        port,
        language=terminal_language(),
        welcome="demo.welcome",
        password=PASSWORD,
        truth=_truth_folder(),
    )


def _truth_folder() -> Path:
    from server.config import Config

    return Config.from_environment().data_dir / "demo"


def _fill_once(app: "Flask", interviews: int, seed: int) -> None:
    """Fill an empty database, or go on where a filling was interrupted."""
    from server.demo.filling import Demonstration, prepare, visits_of
    from server.rounds.queries import all_rounds

    folder = _truth_folder()
    database = app.extensions["izdes.database"]
    with database.read() as connection:
        begun = bool(all_rounds(connection))
    demo = Demonstration.written_down(folder) if begun else None
    if begun and demo is None:
        raise click.ClickException(say("demo.not_empty", terminal_language()))
    if demo is None:
        demo = Demonstration.of_today(interviews, seed, folder)
        demo.write_down()
        prepare(database, demo, visits_of(demo))
    _send(app, demo)
    (folder / COMPLETE).touch()


def _send(app: "Flask", demo: "Demonstration") -> None:
    from server.demo.filling import (
        close_earlier_round,
        earlier_visits_of,
        offices_of,
        send_interviews,
        visits_of,
    )
    from server.demo.office_work import OfficeWork, send_office_records
    from server.forms.publishing import publish_shipped_forms
    from server.indices.queries import index_table
    from server.units.organisations import fill_organisations

    app.extensions["izdes.database"].write(fill_organisations)
    forms = publish_shipped_forms(app.extensions["izdes.database"])
    visits = visits_of(demo)
    both_rounds = [*earlier_visits_of(demo), *visits]
    total = sum(visit.target for visit in both_rounds)
    started = time.monotonic()
    print_text("demo.sending", interviews=total, visits=len(both_rounds))
    with stage("progress.interviews", total) as advance:
        for sent in send_interviews(app, forms[0], demo, both_rounds):
            advance(sent)
    seconds = time.monotonic() - started
    print_text("demo.sent", interviews=total, seconds=seconds, rate=total / seconds)
    work = OfficeWork(forms, demo.round_id, demo.seed)
    with stage("progress.office_records"):
        records = sum(send_office_records(app, work, offices_of(demo, visits)))
    print_text("demo.offices", records=records)
    close_earlier_round(app.extensions["izdes.database"], demo)
    print_text("demo.counting")
    with app.app_context():
        for name in filter(None, (demo.earlier_round, demo.round_id)):
            index_table(name)


commands = [demo]
