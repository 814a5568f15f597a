"""Ranks of the provinces in one service or on average: bands, never bare ranks."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from analysis.figures.ranks import ranks_of_replicates
from analysis.figures.satisfaction import Scale
from schemas.problems import Problem
from schemas.rules.claims import claims
from server.indices.index_rows import IndexRow, IndexTable
from server.indices.queries import index_table
from server.indices.ranking import LEVEL

ALONE = 0.95
"""Confidence of the rank of a province looked at alone."""
DRAWS = 1_000
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
    if not claims(table.basis.selection_mode).has_intervals:
        raise Problem("no_ranks_of_purposive_rounds", round=round_id)
    measure = scale if service else f"composite_{scale}"
    ranked = [row for row in table.rows if row.measure == measure and row.rank_low is not None]
    alone = _ranks_alone(ranked)
    rows = [RankRow(row, alone.get(row.province)) for row in ranked]
    return Ranking(tuple(sorted(rows, key=_best_first)), table)


def _best_first(ranked: RankRow) -> tuple[float, str]:
    return -(ranked.row.value or 0), ranked.row.province or ""


def _ranks_alone(ranked: list[IndexRow]) -> dict[str | None, tuple[int, int]]:
    """Rank draws of all provinces from what is shown of them, each on the side it falls to."""
    if not ranked:
        return {}
    random = np.random.default_rng(SEED)
    deviate = random.standard_normal((DRAWS, len(ranked)))
    value, low, high = (
        np.array([getattr(row, name) for row in ranked], dtype=np.float64)
        for name in ("value", "low", "high")
    )
    error = np.where(deviate < 0, value - low, high - value) / ndtri((1 + LEVEL) / 2)
    ends = ranks_of_replicates(value + deviate * error, confidence=ALONE, highest_first=True)
    pairs = zip(ends[0].tolist(), ends[1].tolist(), strict=True)
    return {row.province: pair for row, pair in zip(ranked, pairs, strict=True)}
