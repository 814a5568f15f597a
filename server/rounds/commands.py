"""``izdes round``: the rounds of measurement."""

import json

import click

from schemas.wording import say
from server.terminal import application, terminal_language


@click.group()
def round() -> None:  # noqa: A001  the command's name
    """Look at the rounds of measurement."""


@round.command("list")
@click.option("--format", "shape", type=click.Choice(("table", "json")), default="table")
def list_rounds(shape: str) -> None:
    """List the rounds, the latest first."""
    from server.database import current_database  # noqa: PLC0415  keeps `izdes --help` fast
    from server.rounds.queries import all_rounds  # noqa: PLC0415

    language = terminal_language()
    with application(), current_database().read() as connection:
        rounds = all_rounds(connection)
    if shape == "json":
        listed = [
            {
                "id": each.id,
                "name": each.name(language),
                "status": each.status,
                "selection_mode": each.selection_mode,
                "starts_on": each.starts_on.isoformat(),
                "ends_on": each.ends_on.isoformat(),
            }
            for each in rounds
        ]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for each in rounds:
        status = say(f"rounds.status_{each.status}", language)
        mode = say(f"rounds.mode_{each.selection_mode}", language)
        click.echo(
            f"{each.id}\t{each.name(language)}\t{status}\t{mode}\t{each.starts_on}\t{each.ends_on}"
        )


commands = [round]
