"""Which cells of a round's tables stay hidden so that no small count can be computed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import BoolArray, IntArray, count_by
from analysis.satisfaction import CellTotals
from analysis.suppression import completed, crossed_relations, protected
from analysis.totals import PsuTotals
from schemas.geography import provinces, regions
from schemas.thresholds import Thresholds
from server.indices.areas import PLATES, SERVICES, Area

KEPT_SECONDS = 60.0
"""How long a proof is good enough while interviews go on arriving: it takes up to seconds."""

REGIONS = tuple(each.code for each in regions())
REGION_OF = np.array([REGIONS.index(each.region) for each in provinces()], dtype=np.int64)

_proved: dict[tuple[object, ...], tuple[float, "Hidden"]] = {}


@dataclass(frozen=True)
class Hidden:
    """What must not be shown: of provinces × services, regions × services, and provinces alone."""

    cells: BoolArray
    regions: BoolArray
    provinces: BoolArray

    def holds(self, area: Area, service: str | None) -> bool:
        """Tell whether a line of a table must stay empty to protect others."""
        rows = [number for number, plate in enumerate(PLATES) if plate in area.plates]
        column = None if service is None else SERVICES.index(service)
        parts = self.provinces[rows] if column is None else self.cells[rows, column]
        if area.province is not None:
            return bool(parts.any())
        if len(rows) == len(PLATES):
            return False
        if area.region is not None and rows == _provinces_beside(rows[0]):
            return column is not None and bool(self.regions[REGION_OF[rows[0]], column])
        # A choice of provinces that is no region would give away what it holds besides the others.
        return bool(parts.any())

    def holds_count(self, plates: frozenset[str]) -> bool:
        """Tell whether the number of answers in these provinces must not be said."""
        rows = [number for number, plate in enumerate(PLATES) if plate in plates]
        if len(rows) == len(PLATES) or not rows:
            return False
        if len(rows) > 1 and rows == _provinces_beside(rows[0]):
            return False
        return bool(self.provinces[rows].any())


def hidden_cells(key: tuple[object, ...], cells: CellTotals, limits: Thresholds) -> Hidden:
    """Prove which cells to hide, or for a minute add what is small by now to the last proof."""
    proof = _proved.get(key)
    if proof is None or time.monotonic() - proof[0] > KEPT_SECONDS:
        proof = time.monotonic(), _decided(cells, limits, None)
        _proved[key] = proof
        return proof[1]
    return _decided(cells, limits, proof[1])


def _decided(cells: CellTotals, limits: Thresholds, before: Hidden | None) -> Hidden:
    """Decide on the coarse tables first: only totals that are shown give others away."""
    least, shape = limits.suppress_below_answers, (len(PLATES), len(SERVICES))
    n = _answers(cells.index).reshape(shape)
    by_region, by_province = _summed(n), n.sum(axis=1)
    whole = np.arange(len(PLATES), dtype=np.int64)
    alone = _hidden(
        by_province,
        [whole, *_parts_of_regions()],
        before.provinces if before else None,
        least=least,
    )
    regional = _hidden(
        by_region.ravel(),
        crossed_relations(*by_region.shape),
        before.regions if before else None,
        least=least,
    ).reshape(by_region.shape)
    inner = _hidden(
        n.ravel(),
        _cell_relations(shape, rows=~alone, regions=~regional),
        before.cells if before else None,
        least=least,
        sensitive=_sensitive(cells, limits),
    )
    return Hidden(inner.reshape(shape), regional, alone)


def _sensitive(cells: CellTotals, limits: Thresholds) -> BoolArray:
    """Find cells that rest on too few units, or whose other measure rests on too few answers."""
    index = cells.index
    units = count_by(index.domain[index.n > 0], len(PLATES) * len(SERVICES))
    satisfied = _answers(cells.satisfied)
    few = (satisfied > 0) & (satisfied < limits.suppress_below_answers)
    return (units < limits.suppress_below_psus) | few


def _answers(totals: PsuTotals) -> IntArray:
    return totals.per_domain(totals.n, len(PLATES) * len(SERVICES)).astype(np.int64)


def _hidden(
    counts: IntArray,
    relations: Sequence[IntArray],
    before: BoolArray | None,
    *,
    least: int,
    sensitive: BoolArray | None = None,
) -> BoolArray:
    known = [each for each in relations if counts[each].sum() >= least]
    if before is None:
        return protected(counts, known, least=least, sensitive=sensitive).hidden
    small = counts < least if sensitive is None else (counts < least) | sensitive
    return completed(counts, known, (before.ravel() | small) & (counts > 0), least=least)


def _cell_relations(
    shape: tuple[int, int], *, rows: BoolArray, regions: BoolArray
) -> list[IntArray]:
    """Give the totals that are shown: of provinces, of services, and of services in regions."""
    cell = np.arange(shape[0] * shape[1], dtype=np.int64).reshape(shape)
    within = [
        cell[part, service]
        for part, is_shown in zip(_parts_of_regions(), regions, strict=True)
        for service in np.flatnonzero(is_shown)
    ]
    return [*cell[rows], *cell.T, *within]


def _parts_of_regions() -> list[IntArray]:
    return [np.flatnonzero(number == REGION_OF) for number in range(len(REGIONS))]


def _summed(table: IntArray) -> IntArray:
    summed = np.zeros((len(REGIONS), table.shape[1]), dtype=np.int64)
    np.add.at(summed, REGION_OF, table)
    return summed


def _provinces_beside(row: int) -> list[int]:
    """Give the provinces of a province's region, itself included."""
    return np.flatnonzero(REGION_OF[row] == REGION_OF).tolist()
