"""From the sums of segments to PSU totals with weights: array arithmetic, no record is read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.arrays import FloatArray, IntArray
from analysis.columns import one_piece
from analysis.observations import CELL_SEPARATOR
from analysis.residuals import CrossSums
from analysis.totals import PsuTotals
from analysis.weighting import Cell

BATCH = 1_000_000
"""Rows looked at together; what they need beside the result is some hundred bytes each."""


@dataclass(frozen=True)
class Sampled:
    """The sampled PSUs: the code and the base weight of each, by its name."""

    code: Mapping[str, int]
    base: FloatArray


@dataclass(frozen=True)
class Tables:
    """What figures are split by, and the weighting cells in the order of their codes."""

    provinces: Sequence[str]
    services: Sequence[str]
    cells: Sequence[Cell]
    factor: FloatArray


@dataclass(frozen=True)
class WeightedSums:
    """PSU totals and sums by weighting cell of each value, and the number of ratings per cell."""

    totals: tuple[PsuTotals, ...]
    cross: tuple[CrossSums, ...]
    ratings: IntArray


@dataclass(frozen=True)
class _Rows:
    """Rows of a few segments: places, cells, and both crossed with the service, as codes."""

    place: IntArray
    cell: IntArray
    by_place: IntArray
    by_cell: IntArray
    columns: dict[str, FloatArray]


def weighted_sums(
    parts: Sequence[pa.Table], sampled: Sampled, asked: Tables, *, values: int
) -> WeightedSums:
    r"""Weight the sums of segments and add them up by domain and PSU.

    A rating of cell c in PSU i with the selection factor f weighs :math:`w = d_i\,g_c\,f`, so that
    :math:`\sum wy = d_i \sum_c g_c \sum_f f \sum y`, and likewise for the other sums of
    :class:`analysis.totals.PsuTotals`.

    Parameters
    ----------
    parts
        Ratings of :class:`analysis.segment_sums.SegmentSums`.
    sampled
        PSUs; all that occur must be among them.
    asked
        Provinces, services and cells. Rows of others count nowhere.
    values
        How many values the parts hold.

    Returns
    -------
    WeightedSums
        The domain is province × number of services + service; variables of cross sums are cells,
        :math:`\sum d_i f` and :math:`\sum d_i f y` before weighting.
    """
    places = list(dict.fromkeys(name for part in parts for name in _names(part, "place")))
    width = len(asked.services)
    split = [name.partition(CELL_SEPARATOR) for name in places]
    province_of = _numbered((plate for plate, _, _ in split), asked.provinces)
    unit_of = np.array([sampled.code[psu] for _, _, psu in split], dtype=np.int64)
    by_place, by_cell = _added(
        _batches(parts, places, asked),
        base_of=sampled.base[unit_of],
        factor=asked.factor,
        shape=(len(places) * width, len(asked.cells) * width),
        values=values,
    )
    service, province = np.tile(np.arange(width), len(places)), np.repeat(province_of, width)
    held = (by_place[0] > 0) & (province >= 0)
    domain, unit = (province * width + service)[held], np.repeat(unit_of, width)[held]
    size = len(asked.provinces) * width
    cell_province = _numbered((cell[0] for cell in asked.cells), asked.provinces)
    return WeightedSums(
        totals=tuple(_totals(sums[:, held], domain, unit) for sums in _valued(by_place, values)),
        cross=tuple(_cross(by_cell[2 * k : 2 * k + 2], cell_province) for k in range(values)),
        ratings=np.bincount(domain, by_place[0, held], size).astype(np.int64),
    )


def _added(
    batches: Iterator[_Rows],
    *,
    base_of: FloatArray,
    factor: FloatArray,
    shape: tuple[int, int],
    values: int,
) -> tuple[FloatArray, FloatArray]:
    """Add rows up by place and by weighting cell, each with service: ratings, then every value."""
    by_place, by_cell = np.zeros((1 + 5 * values, shape[0])), np.zeros((2 * values, shape[1]))
    for rows in batches:
        placed = base_of[rows.place] * rows.columns["factor"]
        weight = placed * factor[rows.cell]
        by_place[0] += np.bincount(rows.by_place, rows.columns["ratings"], shape[0])
        for k in range(values):
            n, y, yy = (rows.columns[f"{name}{k}"] for name in ("n", "y", "yy"))
            weighted = weight * n
            summed = (n, weighted, weight * y, weight * yy, weight * weighted)
            for row, column in enumerate(summed, 1 + 5 * k):
                by_place[row] += np.bincount(rows.by_place, column, shape[0])
            for row, column in enumerate((placed * n, placed * y), 2 * k):
                by_cell[row] += np.bincount(rows.by_cell, column, shape[1])
    return by_place, by_cell


def _batches(parts: Sequence[pa.Table], places: Sequence[str], asked: Tables) -> Iterator[_Rows]:
    waiting: list[_Rows] = []
    cells = [CELL_SEPARATOR.join(cell) for cell in asked.cells]
    known = [
        {name: number for number, name in enumerate(names)}
        for names in (places, cells, asked.services)
    ]
    for part in parts:
        waiting.append(_rows(part, known, len(asked.services)))
        if sum(len(each.place) for each in waiting) >= BATCH:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _rows(part: pa.Table, known: Sequence[Mapping[str, int]], width: int) -> _Rows:
    codes = []
    for name, code in zip(("place", "cell", "service"), known, strict=True):
        own = np.array([code.get(each, -1) for each in _names(part, name)], dtype=np.int64)
        codes.append(own[_column(part, name).indices.to_numpy()])
    columns = {
        name: _column(part, name).to_numpy()
        for name in part.column_names
        if name not in {"place", "cell", "service"}
    }
    place, cell, service = codes
    if (cell < 0).any() or (service < 0).any():
        kept = (cell >= 0) & (service >= 0)
        place, cell, service = place[kept], cell[kept], service[kept]
        columns = {name: column[kept] for name, column in columns.items()}
    return _Rows(place, cell, place * width + service, cell * width + service, columns)


def _joined(rows: Sequence[_Rows]) -> _Rows:
    if len(rows) == 1:
        return rows[0]
    return _Rows(
        place=np.concatenate([each.place for each in rows]),
        cell=np.concatenate([each.cell for each in rows]),
        by_place=np.concatenate([each.by_place for each in rows]),
        by_cell=np.concatenate([each.by_cell for each in rows]),
        columns={
            name: np.concatenate([each.columns[name] for each in rows]) for name in rows[0].columns
        },
    )


def _column(part: pa.Table, name: str) -> Any:
    """Give a column in one piece."""
    return one_piece(part[name])


def _names(part: pa.Table, name: str) -> list[str]:
    names: list[str] = _column(part, name).dictionary.to_pylist()
    return names


def _numbered(names: Iterable[str], order: Sequence[str]) -> IntArray:
    code = {name: number for number, name in enumerate(order)}
    return np.array([code.get(name, -1) for name in names], dtype=np.int64)


def _valued(by_place: FloatArray, values: int) -> list[FloatArray]:
    return [by_place[1 + 5 * k : 6 + 5 * k] for k in range(values)]


def _totals(sums: FloatArray, domain: IntArray, unit: IntArray) -> PsuTotals:
    n, w, wy, wyy, ww = sums
    return PsuTotals(domain, unit, n=n.astype(np.int64), w=w, wy=wy, wyy=wyy, ww=ww)


def _cross(sums: FloatArray, province: IntArray) -> CrossSums:
    width = sums.shape[1] // max(len(province), 1)
    held = (sums[0] != 0) & (np.repeat(province, width) >= 0)
    cell, service = np.divmod(np.flatnonzero(held), max(width, 1))
    return CrossSums(province[cell] * width + service, cell, sums[0, held], sums[1, held])
