"""``izdes round``: the rounds of measurement."""

import json

import click

from schemas.wording import say
from server.terminal import application, terminal_language


@click.group("round")
def rounds() -> None:
    """Look at the rounds of measurement."""


@rounds.command("list")
@click.option("--format", "shape", type=click.Choice(("table", "json")), default="table")
def list_rounds(shape: str) -> None:
    """List the rounds, the latest first."""
    from server.database import current_database
    from server.rounds.queries import all_rounds

    language = terminal_language()
    with application(), current_database().read() as connection:
        listed = all_rounds(connection)
    if shape == "json":
        table = [
            {
                "id": each.id,
                "name": each.name(language),
                "status": each.status,
                "selection_mode": each.selection_mode,
                "starts_on": each.starts_on.isoformat(),
                "ends_on": each.ends_on.isoformat(),
            }
            for each in listed
        ]
        click.echo(json.dumps(table, ensure_ascii=False, indent=2))
        return
    for each in listed:
        status = say(f"rounds.status_{each.status}", language)
        mode = say(f"rounds.mode_{each.selection_mode}", language)
        click.echo(
            f"{each.id}\t{each.name(language)}\t{status}\t{mode}\t{each.starts_on}\t{each.ends_on}"
        )


commands = [rounds]
