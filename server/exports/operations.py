"""Making an export: it is written down who takes what before the first byte leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from schemas.problems import Problem
from server import clock
from server.accounts.scopes import Scope
from server.exports import indices
from server.exports.dialects import encoded
from server.exports.interviews import layout, repeats
from server.exports.orders import Order
from server.exports.queries import (
    Count,
    FormOfRound,
    columns_known,
    count_of,
    forms_of_round,
    interview_rows,
)
from server.rounds.queries import all_rounds
from server.store import audit
from server.store.database import Database
from server.terminal.progress import Advance, stage


@dataclass(frozen=True)
class Export:
    """A file on its way out."""

    file_name: str
    pieces: Iterator[bytes]


def make_export(database: Database, order: Order, *, scope: Scope, actor: int | None) -> Export:
    """Export what was ordered, as far as the scope goes; the pieces are made while taken."""
    with database.read() as connection:
        if order.round not in {summary.id for summary in all_rounds(connection)}:
            raise Problem("unknown_round", round=order.round)
    file_name = order.file_name(clock.today())
    if order.what == "index":
        return Export(file_name, _index(database, order, scope, actor))
    return Export(file_name, _interviews(database, order, scope, actor))


def _index(database: Database, order: Order, scope: Scope, actor: int | None) -> Iterator[bytes]:
    table = indices.table_of(order, scope)
    facts = {"by": order.by, "rows": len(table.rows)}
    _write_down(database, order, facts, actor)
    return encoded(indices.COLUMNS, indices.rows_of(table, order), order.dialect)


def _interviews(
    database: Database, order: Order, scope: Scope, actor: int | None
) -> Iterator[bytes]:
    form, count = _form_and_count(database, order, scope)
    if order.repeat is not None and order.repeat not in repeats(form.definitions, order.language):
        raise Problem("nothing_to_export", round=order.round)
    chosen = layout(
        form.definitions, values=order.values, language=order.language, repeat=order.repeat
    )
    known = columns_known(form, order.repeat)
    columns = [*known, *(question.column for question in chosen.questions)]
    facts = {"form": form.form_id, "rows": count.exported, "columns": len(columns)}
    _write_down(database, order, facts | ({"repeat": order.repeat} if order.repeat else {}), actor)

    def pieces() -> Iterator[bytes]:
        rows_known = 0 if order.repeat else count.exported
        with database.read() as connection, stage("progress.writing", rows_known) as advance:
            rows = interview_rows(
                connection, order.round, form, chosen, scope=scope, repeat=order.repeat
            )
            yield from encoded(columns, _counted(rows, advance), order.dialect)

    return pieces()


def _counted(rows: Iterator[list[str]], advance: Advance) -> Iterator[list[str]]:
    for row in rows:
        yield row
        advance(1)


def _form_and_count(database: Database, order: Order, scope: Scope) -> tuple[FormOfRound, Count]:
    with database.read() as connection:
        for form in forms_of_round(connection, order.round, scope):
            if order.form in (None, form.form_id):
                return form, count_of(connection, order.round, form, scope)
    raise Problem("nothing_to_export", round=order.round)


def _write_down(database: Database, order: Order, facts: dict[str, Any], actor: int | None) -> None:
    details = {
        "dialect": order.dialect.name,
        "values": order.values,
        "language": order.language,
        **facts,
    }
    database.write(
        lambda connection: audit.write(
            connection,
            actor=actor,
            action=f"{order.what}.exported",
            object=order.round,
            details=details,
        )
    )
