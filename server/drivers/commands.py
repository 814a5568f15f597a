"""``izdes drivers``."""

import click

from server.terminal.application import application, terminal_language


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--format", "layout", type=click.Choice(["table", "csv", "json"]), default="table")
def drivers(round_id: str, *, layout: str) -> None:
    """Print what moves satisfaction with each service, and where to act first."""
    from server.drivers import printing
    from server.drivers.queries import drivers_of

    with application():
        found = drivers_of(round_id)
    write = {"table": printing.as_text, "csv": printing.as_csv, "json": printing.as_json}[layout]
    for line in write(found, terminal_language()):
        click.echo(line)


commands = [drivers]
