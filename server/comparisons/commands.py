"""``izdes compare``, ``izdes ranks``, ``izdes peers`` and ``izdes sensitivity``."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

import click

from server.terminal.application import application, terminal_language

if TYPE_CHECKING:
    from analysis.figures.satisfaction import Scale

COUNTRY = "country"
LAYOUT = click.option(
    "--format", "layout", type=click.Choice(["table", "csv", "json"]), default="table"
)


@click.command()
@click.argument("first_round", metavar="[ROUND1]", required=False)
@click.argument("second_round", metavar="[ROUND2]", required=False)
@click.option("--by", default="province,service", show_default=True)
@click.option("--service", "services", multiple=True)
@click.option("--province", "provinces", multiple=True)
@click.option("--region", "regions", multiple=True)
@LAYOUT
def compare(
    first_round: str | None,
    second_round: str | None,
    *,
    by: str,
    layout: str,
    **places: tuple[str, ...],
) -> None:
    """Print what changed from one round to another, with tests; none named: the last two."""
    from server.comparisons import printing
    from server.comparisons.rounds import comparison, rounds_to_compare

    split = tuple(part for part in by.split(",") if part and part != COUNTRY)
    with application():
        earlier, later = rounds_to_compare(first_round, second_round)
        compared = comparison(earlier, later, by=split, **places)
    text = printing.changes_as_text(compared, terminal_language())
    _print(layout, text, printing.changes_as_records(compared))


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--service", default=None)
@click.option("--measure", type=click.Choice(["index", "satisfied"]), default="index")
@LAYOUT
def ranks(round_id: str, *, service: str | None, measure: str, layout: str) -> None:
    """Print the ranks each province may have, by a service or on average."""
    from server.comparisons import printing
    from server.comparisons.ranks import ranking

    with application():
        ranked = ranking(round_id, service=service, scale=cast("Scale", measure))
    text = printing.ranks_as_text(ranked, terminal_language())
    _print(layout, text, printing.ranks_as_records(ranked))


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.argument("province")
@click.option("--service", default=None)
@LAYOUT
def peers(round_id: str, province: str, *, service: str | None, layout: str) -> None:
    """Print a province beside the provinces most like it."""
    from server.comparisons import printing
    from server.comparisons.similar import beside_peers

    with application():
        similar = beside_peers(round_id, province, service=service)
    text = printing.peers_as_text(similar, terminal_language())
    _print(layout, text, printing.peers_as_records(similar))


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--service", "services", multiple=True)
@LAYOUT
def sensitivity(round_id: str, *, layout: str, services: tuple[str, ...]) -> None:
    """Print what the composites would be with other weights and another mean."""
    from server.comparisons import printing
    from server.comparisons.sensitivity import sensitivity_of

    with application():
        view = sensitivity_of(round_id, services=services)
    text = printing.sensitivity_as_text(view, terminal_language())
    _print(layout, text, printing.sensitivity_as_records(view))


def _print(layout: str, text: Iterable[str], records: Sequence[Mapping[str, Any]]) -> None:
    from server.terminal.tables import as_json, comma_separated

    if layout == "json":
        text = [as_json(records)]
    if layout == "csv":
        text = [comma_separated(list(dict.fromkeys(chain.from_iterable(records))), records)]
    for line in text:
        click.echo(line)


commands = [compare, ranks, peers, sensitivity]
