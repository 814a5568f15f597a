"""``izdes round``: the rounds of measurement."""

import json
from datetime import datetime
from pathlib import Path
from typing import get_args

import click

from schemas.reference.rounds import RoundStatus, SelectionMode
from schemas.wording import say
from server.terminal.application import application, print_text, terminal_language

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("round")
def rounds() -> None:
    """Open rounds of measurement, plan their visits, list them."""


@rounds.command("list")
@click.option("--format", "shape", type=click.Choice(("table", "json")), default="table")
def list_rounds(shape: str) -> None:
    """List the rounds, the latest first."""
    from server.rounds.queries import all_rounds
    from server.store.database import current_database

    language = terminal_language()
    with application(), current_database().read() as connection:
        listed = all_rounds(connection)
    if shape == "json":
        table = [
            {
                "id": summary.id,
                "name": summary.name(language),
                "status": summary.status,
                "selection_mode": summary.selection_mode,
                "starts_on": summary.starts_on.isoformat(),
                "ends_on": summary.ends_on.isoformat(),
            }
            for summary in listed
        ]
        click.echo(json.dumps(table, ensure_ascii=False, indent=2))
        return
    for summary in listed:
        status = say(f"rounds.status_{summary.status}", language)
        mode = say(f"rounds.mode_{summary.selection_mode}", language)
        click.echo(
            f"{summary.id}\t{summary.name(language)}\t{status}\t{mode}\t{summary.starts_on}\t{summary.ends_on}"
        )


@rounds.command("open")
@click.argument("round_id")
@click.option("--name-tr", required=True)
@click.option("--name-en", required=True)
@click.option("--mode", "selection_mode", type=click.Choice(get_args(SelectionMode)), required=True)
@click.option("--from", "starts_on", type=DAY, required=True)
@click.option("--until", "ends_on", type=DAY, required=True)
def open_new_round(
    round_id: str,
    *,
    name_tr: str,
    name_en: str,
    selection_mode: SelectionMode,
    starts_on: datetime,
    ends_on: datetime,
) -> None:
    """Open a round: from now on interviews can belong to it."""
    from server.rounds.operations import NewRound, open_round
    from server.store.database import current_database

    new = NewRound(
        id=round_id,
        name_tr=name_tr,
        name_en=name_en,
        selection_mode=selection_mode,
        starts_on=starts_on.date(),
        ends_on=ends_on.date(),
    )
    with application():
        current_database().write(lambda connection: open_round(connection, new, actor=None))
    print_text("rounds.opened", round=round_id)


@rounds.command("status")
@click.argument("round_id")
@click.argument("status", type=click.Choice(get_args(RoundStatus)))
def change_status(round_id: str, status: RoundStatus) -> None:
    """Close a round, or open it again."""
    from server.rounds.operations import set_round_status
    from server.store.database import current_database

    with application():
        current_database().write(
            lambda connection: set_round_status(connection, round_id, status, actor=None)
        )
    said = say(f"rounds.status_{status}", terminal_language())
    print_text("rounds.status_changed", round=round_id, status=said)


@rounds.command("visits")
@click.argument("round_id")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def plan_visits(round_id: str, file: Path) -> None:
    """Plan the visits of a CSV file in a round; all of them or none."""
    from sqlalchemy import Connection

    from server.rounds.operations import add_visits
    from server.rounds.visit_files import read_visits
    from server.store.database import current_database

    def plan(connection: Connection) -> int:
        visits = read_visits(connection, file)
        add_visits(connection, round_id, visits, actor=None)
        return len(visits)

    with application():
        print_text("rounds.planned", visits=current_database().write(plan), round=round_id)


@rounds.command("margins")
@click.argument("round_id")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--built-in", is_flag=True)
def margins(round_id: str, file: Path | None, *, built_in: bool) -> None:
    """Weight a round to a population table of your own, or tell which one it is weighted to."""
    from schemas.reference.margin_files import read_margin_table
    from schemas.tables.text_files import decoded
    from server.rounds.margins import (
        built_in_of,
        drop_margins,
        margins_of,
        set_margins,
        table_name,
    )
    from server.store.database import current_database

    language = terminal_language()
    with application():
        database = current_database()
        if built_in:
            database.write(lambda connection: drop_margins(connection, round_id, actor=None))
            print_text("margins.returned", round=round_id)
        elif file is None:
            with database.read() as connection:
                held = margins_of(connection, round_id) or built_in_of(connection, round_id)
            version = table_name(held.version, language)
            print_text("margins.current", round=round_id, version=version)
        else:
            text, _ = decoded(file.read_bytes()) or ("", "")
            table = read_margin_table(text)
            for remark in (*table.faults, *table.notes):
                click.echo(remark.said(language))
            database.write(lambda connection: set_margins(connection, round_id, table, actor=None))
            print_text(
                "margins.stored",
                round=round_id,
                version=table.version,
                provinces=len({plate for plate, _, _ in table.margins}),
                people=round(sum(table.margins.values())),
            )


commands = [rounds]
