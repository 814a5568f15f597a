"""Ranks of the provinces in one service or on average: bands, never bare ranks."""

from dataclasses import dataclass

import numpy as np
from flask import current_app

from analysis.arrays import FloatArray
from analysis.ranks import ranks_of_replicates
from analysis.replicate_variance import replicated_means
from analysis.replicates import rao_wu
from analysis.satisfaction import Scale
from schemas.problems import Problem
from server.database import current_database
from server.indices.areas import PLATES, SERVICES, areas_of, service_weights
from server.indices.queries import IndexRow, IndexTable, Wanted, index_table
from server.indices.tables import RoundTotals, totals_of

ALONE = 0.95
"""Confidence of the rank of a province looked at alone."""
REPLICATES = 1_000
SEED = 81


@dataclass(frozen=True)
class RankRow:
    """A province's figure, the ranks it may have among all together, and looked at alone."""

    row: IndexRow
    alone: tuple[int, int] | None


@dataclass(frozen=True)
class Ranking:
    """The ranked provinces, the best first, and the table they are taken from."""

    rows: tuple[RankRow, ...]
    table: IndexTable


def ranking(round_id: str, *, service: str | None, scale: Scale) -> Ranking:
    """Rank the provinces of a round by one service, or by the average of all."""
    by = ("province", "service") if service else ("province",)
    table = index_table(round_id, by=by, services=(service,) if service else ())
    if table.basis.selection_mode == "purposive":
        raise Problem("no_ranks_of_purposive_rounds", round=round_id)
    measure = scale if service else f"composite_{scale}"
    ranked = [row for row in table.rows if row.measure == measure and row.rank_low is not None]
    data_dir = current_app.extensions["izdes.config"].data_dir
    totals = totals_of(current_database(), data_dir, round_id)
    alone = _ranks_alone(ranked, _replicates(totals, service, scale))
    rows = [RankRow(row, alone.get(row.province)) for row in ranked]
    return Ranking(tuple(sorted(rows, key=_best_first)), table)


def _best_first(each: RankRow) -> tuple[float, str]:
    return -(each.row.value or 0), each.row.province or ""


def _replicates(totals: RoundTotals, service: str | None, scale: Scale) -> FloatArray:
    """Give the bootstrap's means of every province, replicates × provinces."""
    cells = totals.cells
    domains = len(PLATES) * len(SERVICES)
    drawn = rao_wu(cells.design, replicates=REPLICATES, seed=SEED)
    values = replicated_means(cells.of(scale), drawn, domains)
    table = values.reshape(REPLICATES, len(PLATES), len(SERVICES))
    if service:
        return table[:, :, SERVICES.index(service)]
    areas = areas_of(Wanted(by=("province",)))
    weights = service_weights(areas, SERVICES, among=SERVICES)
    there = np.where(np.isnan(table), 0.0, weights)
    with np.errstate(invalid="ignore"):
        result: FloatArray = (np.nan_to_num(table) * there).sum(axis=2) / there.sum(axis=2)
    return result


def _ranks_alone(
    ranked: list[IndexRow], replicates: FloatArray
) -> dict[str | None, tuple[int, int]]:
    """Rank within every replicate; a model-based figure varies by its own error there."""
    random = np.random.default_rng(SEED)
    columns = []
    for row in ranked:
        if row.model_based:
            spread = random.normal(0, row.standard_error or 0, len(replicates))
            columns.append((row.value or 0) + spread)
        else:
            columns.append(replicates[:, PLATES.index(row.province or "")])
    if not columns:
        return {}
    ends = ranks_of_replicates(
        np.column_stack(columns),
        confidence=ALONE,
        highest_first=True,
    )
    pairs = zip(ends[0].tolist(), ends[1].tolist(), strict=True)
    return {row.province: pair for row, pair in zip(ranked, pairs, strict=True)}
