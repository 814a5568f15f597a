"""The ranks a province may have: a band, since where intervals overlap no order is certain."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from analysis.cluster_variance.precision import is_finding
from analysis.figures.ranks import RankRegion, critical_values, ranks_of_intervals
from schemas.rules.thresholds import thresholds
from server.indices.index_rows import IndexRow

LEVEL = 0.95
"""Confidence of the intervals of a table."""


def with_rank_bands(rows: Sequence[IndexRow]) -> tuple[IndexRow, ...]:
    """Every province's row the band of its rank, among those shown of its service and measure.

    Rank 1 is the best. All bands of a service hold together with the confidence of
    ``rank_confidence``. What is no finding has no rank: its interval would make those of all
    others wider and say nothing.
    """
    families: dict[tuple[str | None, str], list[int]] = {}
    for position, row in enumerate(rows):
        if row.value is not None and is_finding(row.low, row.high, thresholds()):
            families.setdefault((row.service, row.measure), []).append(position)
    banded = list(rows)
    for positions in families.values():
        region = joint_region([rows[position] for position in positions])
        for position, low, high in zip(
            positions, region.lo.tolist(), region.hi.tolist(), strict=True
        ):
            banded[position] = replace(rows[position], rank_low=low, rank_high=high)
    return tuple(banded)


def joint_region(rows: Sequence[IndexRow]) -> RankRegion:
    """Stretch the intervals shown until all hold together, each side as far as it reaches."""
    value, low, high = (
        np.array([getattr(row, name) for row in rows], dtype=np.float64)
        for name in ("value", "low", "high")
    )
    confidence = thresholds().rank_confidence
    wider = critical_values(len(rows), confidence, "bonferroni") / ndtri((1 + LEVEL) / 2)
    return ranks_of_intervals(
        value - wider * (value - low),
        value + wider * (high - value),
        estimates=value,
        highest_first=True,
    )
