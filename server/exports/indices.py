"""The gated index table as rows of text."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from schemas.expressions.values import to_text
from schemas.reference.geography import province, region
from schemas.reference.services import service
from schemas.rules.claims import claims
from schemas.wording import say
from server.accounts.scopes import Scope
from server.exports.dialects import Column
from server.exports.orders import SPLITS, Order
from server.indices.index_rows import IndexRow, IndexTable
from server.indices.queries import index_table

COLUMNS: Final = (
    Column("round"),
    Column("province"),
    Column("region"),
    Column("service"),
    Column("measure"),
    Column("value", "number"),
    Column("low", "number"),
    Column("high", "number"),
    Column("n", "number"),
    Column("bound"),
    Column("rank_low", "number"),
    Column("rank_high", "number"),
    Column("suppressed"),
    Column("precision"),
    Column("model_based"),
    Column("selection_mode"),
    Column("weight_version"),
    Column("form_versions"),
    Column("through_sequence", "number"),
    Column("computed_at", "moment"),
    Column("release"),
)


def table_of(order: Order, scope: Scope) -> IndexTable:
    """Read the table an order is for, without the provinces that lie outside the scope."""
    table = index_table(order.round, by=SPLITS[order.by])
    seen = [
        row
        for row in table.rows
        if row.province is None or scope.provinces is None or row.province in scope.provinces
    ]
    return replace(table, rows=tuple(seen))


def rows_of(table: IndexTable, order: Order) -> Iterator[list[str]]:
    """The rows; each says itself what it rests on, so that a copied line stays honest."""
    basis = table.basis
    mode = basis.selection_mode
    rests_on = [
        say(f"exports.selection_{mode}", order.language) if order.values == "labels" else mode,
        basis.weight_version,
        " ".join(basis.form_versions),
        str(basis.through_sequence),
        basis.computed_at,
        basis.release,
    ]
    for row in table.rows:
        yield [
            basis.round,
            *_names(row, order),
            *_figures(row, mode),
            *_marks(row, order),
            *rests_on,
        ]


def _names(row: IndexRow, order: Order) -> list[str]:
    names = [row.province or "", row.region or "", row.service or "", row.measure]
    if order.values == "codes":
        return names
    language = order.language
    return [
        province(row.province).name if row.province else "",
        region(row.region).name[language] if row.region else "",
        service(row.service).name[language] if row.service else "",
        say(f"indices.measure_{row.measure}", language),
    ]


def _figures(row: IndexRow, mode: str) -> list[str]:
    # Who was chosen on purpose stands for nobody else: there is no error of sampling to state.
    claimed = claims(mode).has_intervals
    numbers = (
        row.value,
        row.low if claimed else None,
        row.high if claimed else None,
        row.n,
    )
    ranks = (row.rank_low, row.rank_high)
    return [*map(to_text, numbers), row.bound or "", *map(to_text, ranks)]


def _marks(row: IndexRow, order: Order) -> list[str]:
    if order.values == "codes":
        return [row.suppressed or "", row.precision or "", str(int(row.model_based))]
    return [
        say(f"indices.{row.suppressed}", order.language) if row.suppressed else "",
        say(f"exports.precision_{row.precision}", order.language) if row.precision else "",
        say("indices.model_based", order.language) if row.model_based else "",
    ]
