"""``izdes quality`` and ``izdes reliability``."""

from collections.abc import Callable, Iterable
from typing import Any

import click

from server.terminal.application import application, terminal_language

LAYOUT = click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table")


@click.command()
@click.argument("round_id", metavar="ROUND")
@LAYOUT
def quality(round_id: str, *, layout: str) -> None:
    """Print signs of poor fieldwork, and the index with and without flagged records."""
    from server.quality import printing
    from server.quality.queries import quality_report

    found = _of_round(quality_report, round_id, with_waits=True)
    _print(found, {"table": printing.as_text, "json": printing.as_json}[layout])


@click.command()
@click.argument("round_id", metavar="ROUND")
@LAYOUT
def reliability(round_id: str, *, layout: str) -> None:
    """Print how well the items of each service hang together, and the interviewers' share."""
    from server.quality import reliability_printing as printing
    from server.quality.reliability import reliability_of

    found = _of_round(reliability_of, round_id)
    _print(found, {"table": printing.as_text, "json": printing.as_json}[layout])


def _of_round(measure: Callable[..., Any], round_id: str, *, with_waits: bool = False) -> Any:
    with application() as app:
        config = app.extensions["izdes.config"]
        told = {"waits": config.releases_wait} if with_waits else {}
        return measure(app.extensions["izdes.database"], config.data_dir, round_id, **told)


def _print(found: Any, write: Callable[[Any, str], Iterable[str]]) -> None:
    for line in write(found, terminal_language()):
        click.echo(line)


commands = [quality, reliability]
