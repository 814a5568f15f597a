"""The population table a round is weighted to, where an institution brings its own."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from schemas.problems import Problem
from schemas.reference.margin_files import MarginTable, margin_text, read_margin_table
from schemas.reference.population import Margins
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
    """Weight a round to the built-in table again."""
    _store(connection, round_id, "", "")
    audit.write(connection, actor=actor, action="round.margins_dropped", object=round_id)


def margins_of(connection: Connection, round_id: str) -> RoundTable | None:
    """Read the table in force for a round; None: the built-in one."""
    held = connection.execute(
        select(ROUND_MARGINS.c.version, ROUND_MARGINS.c.cells)
        .where(ROUND_MARGINS.c.round_id == round_id)
        .order_by(ROUND_MARGINS.c.id.desc())
        .limit(1)
    ).first()
    if held is None or not held.version:
        return None
    return RoundTable(held.version, read_margin_table(held.cells).margins)


def _store(connection: Connection, round_id: str, version: str, cells: str) -> None:
    if connection.scalar(select(ROUNDS.c.id).where(ROUNDS.c.id == round_id)) is None:
        raise Problem("unknown_round", round=round_id)
    row = {"round_id": round_id, "version": version, "cells": cells, "set_at": clock.now()}
    connection.execute(insert(ROUND_MARGINS), row)
