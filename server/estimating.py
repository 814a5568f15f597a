"""``izdes estimate``: estimates from any table of records, asked for as data."""

from pathlib import Path

import click
import orjson

from analysis.requests import answer
from analysis.requests.tables import read_table
from schemas.wording import say
from server.terminal import terminal_language

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--data", type=FILE)
@click.option("--design", "request_file", type=FILE, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
def estimate(request_file: Path, *, data: Path | None, out: Path | None) -> None:
    """Estimate from a table of records, as the request says."""
    # What else the request names (population means of areas) lies beside the data.
    folder = (data or request_file).parent
    try:
        request = orjson.loads(request_file.read_bytes())
        rows = answer(
            {**request, "data": data and data.name}, lambda name: read_table(folder / name)
        )
    except (ValueError, TypeError, KeyError, FileNotFoundError) as error:
        message = say("estimating.impossible", terminal_language(), error=error)
        raise click.ClickException(message) from error
    written = orjson.dumps(rows, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY)
    if out is None:
        click.echo(written.decode())
    else:
        out.write_bytes(written + b"\n")


commands = [estimate]
