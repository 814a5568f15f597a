"""``izdes index`` and ``izdes observations``."""

from typing import TYPE_CHECKING

import click

from schemas.wording import say
from server.terminal.application import application, print_text, terminal_language

if TYPE_CHECKING:
    from collections.abc import Iterable

COUNTRY = "country"


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--by", default="province,service", show_default=True)
@click.option("--service", "services", multiple=True)
@click.option("--province", "provinces", multiple=True)
@click.option("--region", "regions", multiple=True)
@click.option("--format", "layout", type=click.Choice(["table", "csv", "json"]), default="table")
def index(round_id: str, *, by: str, layout: str, **places: tuple[str, ...]) -> None:
    """Print the index table of a round, with intervals."""
    from server.indices import printing
    from server.indices.queries import index_table

    split = tuple(part for part in by.split(",") if part and part != COUNTRY)
    with application():
        table = index_table(round_id, by=split, **places)
    lines: Iterable[str] = {
        "table": printing.as_text,
        "csv": printing.as_csv,
        "json": printing.as_json,
    }[layout](table, terminal_language())
    for line in lines:
        click.echo(line)


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table")
def weights(round_id: str, *, layout: str) -> None:
    """Print the weighting report of a round: margins before and after, spread, merged cells."""
    from server.indices import weights as report

    language = terminal_language()
    with application():
        described = report.round_weights(round_id)
    lines = report.as_json(described) if layout == "json" else report.as_text(described, language)
    for line in lines:
        click.echo(line)


@click.group()
def observations() -> None:
    """Work on the observations made from submissions."""


@observations.command()
@click.argument("round_id", metavar="ROUND", required=False)
@click.option("--all", "everything", is_flag=True)
def rebuild(round_id: str | None, *, everything: bool) -> None:
    """Make the observations of a round (or, with --all, of all) again from the submissions."""
    if (round_id is None) != everything:
        raise click.UsageError(say("indices.rebuild_what", terminal_language()))
    from server.indices.tables import rebuild_observations

    with application() as app:
        manifest = rebuild_observations(
            app.extensions["izdes.database"], app.extensions["izdes.config"].data_dir, round_id
        )
    rounds = [round_id] if round_id else list(manifest.rounds)
    people = sum(segment.people for name in rounds for segment in manifest.rounds.get(name, []))
    print_text("indices.rebuilt", people=people, through=manifest.through)


commands = [index, weights, observations]
