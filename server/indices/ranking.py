"""The ranks a province may have: a band, since where intervals overlap no order is certain."""

from collections.abc import Sequence
from dataclasses import replace

from analysis.ranks import joint_rank_region
from schemas.thresholds import thresholds
from server.indices.queries import IndexRow


def with_rank_bands(rows: Sequence[IndexRow]) -> tuple[IndexRow, ...]:
    """Give every province's row the band of its rank, among those shown of its service and measure.

    Rank 1 is the best. All bands of a service hold together with the confidence of
    ``rank_confidence``; a figure without a standard error is not ranked.
    """
    families: dict[tuple[str | None, str], list[int]] = {}
    for position, row in enumerate(rows):
        if row.value is not None and row.standard_error is not None and (row.df or 0) > 0:
            families.setdefault((row.service, row.measure), []).append(position)
    banded = list(rows)
    for positions in families.values():
        members = [rows[position] for position in positions]
        region = joint_rank_region(
            [row.value or 0.0 for row in members],
            [row.standard_error or 0.0 for row in members],
            confidence=thresholds().rank_confidence,
            df=[row.df or 1 for row in members],
            highest_first=True,
        )
        for position, low, high in zip(
            positions, region.lo.tolist(), region.hi.tolist(), strict=True
        ):
            banded[position] = replace(rows[position], rank_low=low, rank_high=high)
    return tuple(banded)
