"""``izdes quality`` and ``izdes reliability``."""

import click

from server.terminal import application, terminal_language


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table")
def quality(round_id: str, *, layout: str) -> None:
    """Print signs of poor fieldwork, and the index with and without flagged records."""
    from server.quality import printing
    from server.quality.queries import quality_report

    with application() as app:
        config = app.extensions["izdes.config"]
        report = quality_report(app.extensions["izdes.database"], config.data_dir, round_id)
    write = printing.as_json if layout == "json" else printing.as_text
    for line in write(report, terminal_language()):
        click.echo(line)


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table")
def reliability(round_id: str, *, layout: str) -> None:
    """Print how well the items of each service hang together, and the interviewers' share."""
    from server.quality import reliability_printing as printing
    from server.quality.reliability import reliability_of

    with application() as app:
        config = app.extensions["izdes.config"]
        found = reliability_of(app.extensions["izdes.database"], config.data_dir, round_id)
    write = printing.as_json if layout == "json" else printing.as_text
    for line in write(found, terminal_language()):
        click.echo(line)


commands = [quality, reliability]
