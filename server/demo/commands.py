"""``izdes demo``: fill a demonstration round once, then serve it."""

import os
import subprocess
import sys
import time
from datetime import date
from typing import TYPE_CHECKING

import click

from schemas.wording import say
from server.demo import PASSWORD
from server.terminal import application, print_text, terminal_language

if TYPE_CHECKING:
    from flask import Flask

    from server.demo.filling import Demonstration


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
    # Filled in a process of its own: what computing needs would stay in the server's memory.
    options = ["--fill-only", "--interviews", str(interviews), "--seed", str(seed)]
    fill = [sys.executable, "-c", "from server.commands import main; main()", "demo", *options]
    filled = subprocess.run(fill, env=os.environ | {"IZDES_LANGUAGE": terminal_language()})  # noqa: S603, PLW1510
    if filled.returncode:
        sys.exit(filled.returncode)
    _serve(host, port)


def _serve(host: str, port: int) -> None:
    from server.config import Config
    from server.serving import serve

    serve(
        host,
        port,
        language=terminal_language(),
        welcome="demo.welcome",
        password=PASSWORD,
        truth=Config.from_environment().data_dir / "demo",
    )


def _fill_once(app: "Flask", interviews: int, seed: int) -> None:
    from server.demo.filling import Demonstration
    from server.rounds.queries import all_rounds

    config = app.extensions["izdes.config"]
    today = date.today()  # noqa: DTZ011  a demonstration is held on the day of this machine
    wanted = Demonstration(
        round_id=f"{today.year}-{1 if today.month < 7 else 2}",
        interviews=interviews,
        seed=seed,
        today=today,
        truth_folder=config.data_dir / "demo",
    )
    with app.extensions["izdes.database"].read() as connection:
        rounds = all_rounds(connection)
    if (wanted.truth_folder / "complete").exists():
        print_text("demo.present", round=rounds[0].id, folder=config.data_dir)
    elif rounds:
        raise click.ClickException(say("demo.not_empty", terminal_language()))
    else:
        _fill(app, wanted)


def _fill(app: "Flask", wanted: "Demonstration") -> None:
    from server.demo.filling import prepare, send_interviews
    from server.forms.publishing import publish_shipped_forms
    from server.indices.queries import index_table

    database = app.extensions["izdes.database"]
    definition = publish_shipped_forms(database)[0]
    started = time.monotonic()
    visits = prepare(database, wanted)
    total = sum(visit.target for visit in visits)
    print_text("demo.preparing", visits=len(visits))
    label = say("demo.sending", terminal_language(), interviews=total)
    with click.progressbar(length=total, label=label) as progress:
        for sent in send_interviews(app, definition, wanted, visits):
            progress.update(sent)
    seconds = time.monotonic() - started
    print_text("demo.sent", interviews=total, seconds=seconds, rate=total / seconds)
    print_text("demo.counting")
    with app.app_context():
        index_table(wanted.round_id)
    (wanted.truth_folder / "complete").touch()


commands = [demo]
