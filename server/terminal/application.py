"""What the commands of ``izdes`` share: the language, and an application to work in."""

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from schemas.wording import LANGUAGES, say
from server.terminal.progress import stage, step_aside, watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


def terminal_language() -> str:
    """The language of ``--language``, else of IZDES_LANGUAGE, else Turkish."""
    context = click.get_current_context(silent=True)
    chosen = context.find_root().params.get("language") if context else None
    chosen = chosen or os.environ.get("IZDES_LANGUAGE")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def print_text(key: str, **values: object) -> None:
    """Print a text of the catalogue."""
    step_aside()
    click.echo(say(key, terminal_language(), **values))


@contextmanager
def application() -> "Iterator[Flask]":
    """The configured application on a migrated database, for a command to work in."""
    # Imported late: `izdes --help` needs neither Flask nor a database.
    from server import create_app  # noqa: PLC0415
    from server.config import Config  # noqa: PLC0415
    from server.migrations import migrate  # noqa: PLC0415
    from server.store.data_folder import keep_private, make_folder  # noqa: PLC0415

    config = Config.from_environment()
    keep_private()
    make_folder(config.data_dir)
    app = create_app(config)
    database = app.extensions["izdes.database"]
    try:
        with watched(terminal_language()):
            with stage("progress.database"):
                migrate(database)
            with app.app_context():
                yield app
    finally:
        database.close()
