"""``izdes unit``: the units that are visited, each known for good by its number."""

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from schemas.problems import Problem
from schemas.wording import say
from server.clock import today
from server.terminal.application import application, print_text, terminal_language
from server.terminal.progress import step_aside
from server.terminal.tables import aligned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from server.units.queries import FieldUnit
    from server.units.unit_files import UnitPlan

MOST_FAULTS = 200


@click.group()
def unit() -> None:
    """Import, list, merge and close units."""


@unit.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True)
@click.option("--alike-are-new", is_flag=True)
def import_file(file: Path, *, dry_run: bool, alike_are_new: bool) -> None:
    """Register the units of a CSV file: all of them or none."""
    from sqlalchemy import Connection

    from schemas.tables.text_tables import Unreadable
    from server.store.database import current_database
    from server.units.unit_files import import_units, plan_units

    def register(connection: Connection) -> "tuple[UnitPlan, dict[int, str]]":
        plan = plan_units(connection, data, alike_are_new=alike_are_new)
        if dry_run or plan.faults:
            return plan, {}
        return plan, import_units(connection, plan, on=today(), actor=None)

    data, language = file.read_bytes(), terminal_language()
    with application():
        try:
            plan, ids = current_database().write(register)
        except Unreadable as unreadable:
            _refuse([fault.said(language) for fault in unreadable.faults])
        for line in _told(plan, ids, language):
            click.echo(line)
        if plan.faults:
            _refuse([fault.said(language) for fault in plan.faults])
        said = "units.would_register" if dry_run else "units.registered"
        print_text(said, number=len(plan.new), same=len(plan.known))


@unit.command("list")
@click.option("--province")
@click.option("--search", "searched", default="")
def list_units(province: str | None, searched: str) -> None:
    """List the units with their numbers."""
    from schemas.reference.geography import find_province
    from server.store.database import current_database
    from server.units.queries import units_found

    with application(), current_database().read() as connection:
        place = find_province(province) if province else None
        if province and place is None:
            raise Problem("unknown_province", text=province)
        plate = place.plate if place else None
        found = units_found(connection, province=plate, searched=searched)
    for line in aligned(_cells(each, terminal_language()) for each in found):
        click.echo(line)
    print_text("units.listed", number=len(found))


@unit.command()
@click.argument("merged")
@click.argument("into")
def merge(merged: str, into: str) -> None:
    """Merge a unit into another: the second one stays."""
    from server.store.database import current_database
    from server.units.operations import merge_unit

    with application():
        current_database().write(
            lambda connection: merge_unit(connection, merged, into, on=today(), actor=None)
        )
    print_text("units.merged", merged=merged, into=into)


@unit.command()
@click.argument("unit_id")
def close(unit_id: str) -> None:
    """Write down that a unit is closed."""
    from server.store.database import current_database
    from server.units.operations import close_unit

    with application():
        current_database().write(
            lambda connection: close_unit(connection, unit_id, on=today(), actor=None)
        )
    print_text("units.closed", unit=unit_id)


def _told(plan: "UnitPlan", ids: dict[int, str], language: str) -> "Iterator[str]":
    """Say of each row which unit it is."""
    for number, unit_id in ((number, ids[number]) for number, _ in plan.new if ids):
        yield say("units.row_registered", language, row=number, unit=unit_id)
    for number, named, _ in plan.known:
        known = ids.get(number, named)
        if known.startswith("#"):
            known = say("units.row_in_file", language, row=known[1:])
        yield say("units.row_is_known", language, row=number, unit=known)


def _cells(found: "FieldUnit", language: str) -> tuple[str, ...]:
    from schemas.reference.geography import district, province

    state = say(f"units.state_{found.state}", language, into=found.merged_into or "")
    place = district(found.district).name if found.district else ""
    names = "; ".join((found.name, *found.aliases))
    return (found.id, province(found.province).name, place, found.type, state, names)


def _refuse(faults: "Sequence[str]") -> NoReturn:
    step_aside()
    for fault in faults[:MOST_FAULTS]:
        click.echo(fault, err=True)
    raise Problem("unit_file_refused", faults=len(faults)) from None


commands = [unit]
