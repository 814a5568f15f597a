"""The population table a round is weighted to, where an institution brings its own."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from schemas.problems import Problem
from schemas.reference.margin_files import MarginTable, margin_text, read_margin_table
from schemas.reference.population import EDITIONS, NEWEST, Margins, built_in_margins
from schemas.wording import say
from server import clock
from server.rounds.models import ROUND_MARGINS, ROUNDS
from server.store import audit


@dataclass(frozen=True)
class RoundTable:
    """The table in force for a round, and its name."""

    version: str
    margins: Margins


def set_margins(
    connection: Connection, round_id: str, table: MarginTable, *, actor: int | None
) -> None:
    """Weight a round to a table from now on; earlier tables stay on record."""
    if table.faults:
        raise Problem("margins_refused", faults=len(table.faults))
    _store(connection, round_id, table.version, margin_text(table.margins))
    details = {"version": table.version, "cells": len(table.margins)}
    audit.write(
        connection, actor=actor, action="round.margins_set", object=round_id, details=details
    )


def drop_margins(connection: Connection, round_id: str, *, actor: int | None) -> None:
    """Weight a round to the newest built-in table from now on."""
    _store(connection, round_id, "", "")
    connection.execute(
        update(ROUNDS).where(ROUNDS.c.id == round_id).values(built_in_margins=NEWEST)
    )
    audit.write(
        connection,
        actor=actor,
        action="round.margins_dropped",
        object=round_id,
        details={"version": NEWEST},
    )


def margins_of(connection: Connection, round_id: str) -> RoundTable | None:
    """Read a round's own table; None: it has none."""
    held = connection.execute(
        select(ROUND_MARGINS.c.version, ROUND_MARGINS.c.cells)
        .where(ROUND_MARGINS.c.round_id == round_id)
        .order_by(ROUND_MARGINS.c.id.desc())
        .limit(1)
    ).first()
    if held is None or not held.version:
        return None
    return RoundTable(held.version, read_margin_table(held.cells).margins)


def built_in_of(connection: Connection, round_id: str) -> RoundTable:
    """The built-in table that a round without one of its own is weighted to."""
    edition = connection.scalar(select(ROUNDS.c.built_in_margins).where(ROUNDS.c.id == round_id))
    if edition is None:
        raise Problem("unknown_round", round=round_id)
    return RoundTable(edition, built_in_margins(edition))


def _store(connection: Connection, round_id: str, version: str, cells: str) -> None:
    if connection.scalar(select(ROUNDS.c.id).where(ROUNDS.c.id == round_id)) is None:
        raise Problem("unknown_round", round=round_id)
    row = {"round_id": round_id, "version": version, "cells": cells, "set_at": clock.now()}
    connection.execute(insert(ROUND_MARGINS), row)


def table_name(version: str, language: str) -> str:
    """A population table in words: an edition of the built-in one, or an institution's own."""
    return say(f"margins.{version}", language) if version in EDITIONS else version
