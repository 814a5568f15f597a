"""``izdes export``: the same files that the page of exports gives."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.terminal.application import application, print_text, terminal_language

if TYPE_CHECKING:
    from server.exports.operations import Export

FORMATS = ("csv", "csv-tr")
WHAT = ("interviews", "index")
VALUES = ("codes", "labels")
SPLITS = ("province-service", "region-service", "service", "province", "region", "country")


@click.command()
@click.argument("round_id", metavar="ROUND")
@click.option("--format", "dialect", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--what", type=click.Choice(WHAT), default="interviews", show_default=True)
@click.option("--form")
@click.option("--repeat")
@click.option("--by", type=click.Choice(SPLITS), default=SPLITS[0], show_default=True)
@click.option("--values", type=click.Choice(VALUES), default="codes", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(round_id: str, what: str, out: Path, **choice: str | None) -> None:
    """Write the interviews or the index table of a round to a CSV file."""
    from server.accounts.scopes import EVERYTHING
    from server.exports.operations import make_export
    from server.exports.orders import order_from
    from server.store.database import current_database

    given = {name: value for name, value in choice.items() if value is not None}
    with application():
        order = order_from(
            given | {"round": round_id},
            what="index" if what == "index" else "interviews",
            language=terminal_language(),
        )
        _write(make_export(current_database(), order, scope=EVERYTHING, actor=None), out)
    print_text("exports.written", file=out)


def _write(made: "Export", out: Path) -> None:
    # Beside its final place first: a file that bears its name is whole.
    with tempfile.NamedTemporaryFile(dir=out.parent, prefix=".izdes-", delete=False) as file:
        beside = Path(file.name)
        try:
            file.writelines(made.pieces)
        except BaseException:
            beside.unlink()
            raise
    beside.replace(out)


commands = [export]
