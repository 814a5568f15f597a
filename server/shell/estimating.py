"""``izdes estimate``: estimates from any table of records, asked for as data."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson
from numpy.linalg import LinAlgError

from analysis.method_errors import MethodError
from analysis.requests import RequestError, answer, request_schema
from analysis.requests.given.files import read_table
from schemas.tables.text_tables import Unreadable
from schemas.wording import say
from server.terminal.application import terminal_language
from server.terminal.progress import stage, watched
from server.terminal.tables import as_json

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _print_schema(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001  click calls it
    if wanted:
        click.echo(as_json(request_schema()))
        context.exit()


@click.command()
@click.option("--data", type=FILE)
@click.option("--design", "request_file", type=FILE, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--schema", is_flag=True, is_eager=True, expose_value=False, callback=_print_schema)
def estimate(request_file: Path, *, data: Path | None, out: Path | None) -> None:
    """Estimate from a table of records, as the request says."""
    try:
        rows = _answered(orjson.loads(request_file.read_bytes()), data, request_file.parent)
    except Unreadable as error:
        said = " ".join(fault.said(terminal_language()) for fault in error.faults)
        raise click.ClickException(_impossible(said)) from error
    except (ValueError, TypeError, KeyError, ArithmeticError, OSError) as error:
        coded = error if isinstance(error, MethodError) else _foreign(error)
        language = terminal_language()
        code = say("estimating.code", language, code=coded.code)
        raise click.ClickException(f"{_impossible(coded.said(language))} {code}") from error
    written = orjson.dumps(rows, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY)
    if out is None:
        click.echo(written.decode())
    else:
        out.write_bytes(written + b"\n")


def _answered(request: Any, data: Path | None, beside: Path) -> list[dict[str, Any]]:
    if not isinstance(request, Mapping):
        raise RequestError("not_entries", place="--design")
    # What else the request names (population means of areas) lies beside the data.
    folder = data.parent if data else beside
    asked = {**request, "data": data and data.name}

    def table(name: str) -> Any:
        with stage("progress.reading_file"):
            return read_table(folder / name, request.get("decimal"))

    with watched(terminal_language()), stage("progress.estimating"):
        return answer(asked, table)


def _foreign(error: Exception) -> MethodError:
    """Name what a file or a library had to say; of a library in its own words."""
    if isinstance(error, orjson.JSONDecodeError):
        return RequestError("no_json", error=error.msg, row=error.lineno, column=error.colno)
    if isinstance(error, OSError):
        return RequestError("no_file", file=error.filename)
    if isinstance(error, LinAlgError):
        return MethodError("not_solvable")
    return RequestError("unforeseen", error=error)


def _impossible(error: object) -> str:
    return say("estimating.impossible", terminal_language(), error=error)


commands = [estimate]
