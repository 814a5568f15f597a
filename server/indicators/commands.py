"""``izdes indicator``."""

import click

from server.terminal.application import application, terminal_language

COUNTRY = "country"


@click.command()
@click.argument("name", required=False)
@click.argument("round_id", metavar="ROUND", required=False)
@click.option("--by", default=None)
@click.option("--format", "layout", type=click.Choice(["table", "csv", "json"]), default="table")
def indicator(name: str | None, round_id: str | None, *, by: str | None, layout: str) -> None:
    """Print an indicator of a round by its name; without a name, list the indicators."""
    from server.indicators import printing

    language = terminal_language()
    if name is None or round_id is None:
        lines = printing.listing(language)
    else:
        from server.indicators.queries import indicator_figures

        split = None if by is None else tuple(x for x in by.split(",") if x and x != COUNTRY)
        with application():
            figures = indicator_figures(name, round_id, by=split)
        shape = {
            "table": printing.as_text,
            "csv": printing.as_csv,
            "json": printing.as_json,
        }[layout]
        lines = shape(figures, language)
    for line in lines:
        click.echo(line)


commands = [indicator]
