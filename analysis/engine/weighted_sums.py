"""From the sums of segments to PSU totals with weights: array arithmetic, no record is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from analysis.arrays import FloatArray, IntArray
from analysis.estimation.residuals import CrossSums
from analysis.records.columns import one_piece
from analysis.records.observations import CELL_SEPARATOR
from analysis.sampling.totals import PsuTotals
from analysis.weighting.design_weights import Cell


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
    """Rows of a segment in codes of the round, and where each run of a place × service begins."""

    start: IntArray
    place: IntArray
    service: IntArray
    cell: IntArray
    columns: dict[str, FloatArray]


def weighted_sums(
    parts: Sequence[pa.Table], sampled: Sampled, asked: Tables, *, values: int
) -> WeightedSums:
    r"""Weight the sums of segments and add them up by domain and PSU.

    A rating of cell c in PSU i with the selection factor f weighs :math:`w = d_i\,g_c\,f`, so that
    :math:`\sum wy = d_i \sum_c g_c \sum f y`, and likewise for the other sums of
    :class:`analysis.sampling.totals.PsuTotals`.

    Parameters
    ----------
    parts
        Answers of :func:`analysis.engine.segment_sums.rating_sums`.
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
    cells = [CELL_SEPARATOR.join(cell) for cell in asked.cells]
    known = [_codes(names) for names in (places, cells, asked.services)]
    by_place = np.zeros((1 + 5 * values, len(places) * width))
    by_cell = np.zeros((2 * values, len(cells) * width))
    for part in parts:
        rows = _rows(part, *known)
        if len(rows.start):
            key = rows.place * width + rows.service
            by_place[:, key] += _by_place(rows, sampled.base[unit_of][rows.place], asked, values)
            by_cell += _by_cell(rows, sampled.base[unit_of][rows.place], by_cell.shape, width)
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


def _by_place(rows: _Rows, base: FloatArray, asked: Tables, values: int) -> FloatArray:
    """Add each run up: its ratings, then n, w, wy, wyy and ww of every value."""
    ends = np.append(rows.start, len(rows.cell)).astype(np.int32)

    def run(column: FloatArray, factor: FloatArray) -> FloatArray:
        # Rows of a run × cells: a product of matrices is the quickest sum by run.
        shape = len(rows.start), len(asked.cells)
        return np.asarray(csr_array((column, rows.cell, ends), shape=shape) @ factor)

    one, g, f = np.ones(len(asked.cells)), asked.factor, rows.columns["factor"]
    sums = [run(rows.columns["ratings"], one)]
    for k in range(values):
        columns = [rows.columns[f"{name}{k}"] for name in ("n", "y", "yy")]
        sums.append(run(columns[0], one))
        sums += [base * run(f * column, g) for column in columns]
        sums.append(base * base * run(f * f * columns[0], g * g))
    return np.array(sums)


def _by_cell(rows: _Rows, base: FloatArray, shape: tuple[int, int], width: int) -> FloatArray:
    """Add rows up by weighting cell × service: n and y of every value, before weighting."""
    sizes = np.diff(np.append(rows.start, len(rows.cell)))
    key = rows.cell * width + np.repeat(rows.service.astype(np.int32), sizes)
    placed = np.repeat(base, sizes) * rows.columns["factor"]
    names = [f"{name}{k}" for k in range(shape[0] // 2) for name in ("n", "y")]
    return np.array([np.bincount(key, placed * rows.columns[name], shape[1]) for name in names])


def _rows(
    part: pa.Table,
    places: Mapping[str, int],
    cells: Mapping[str, int],
    services: Mapping[str, int],
) -> _Rows:
    own = {
        name: np.array([code.get(word, -1) for word in _names(part, name)], dtype=np.int64)
        for name, code in (("place", places), ("cell", cells), ("service", services))
    }
    columns = {
        name: np.asarray(one_piece(part[name]).indices if name in own else one_piece(part[name]))
        for name in part.column_names
    }
    if any((code < 0).any() for code in own.values()):
        kept = (own["cell"][columns["cell"]] >= 0) & (own["service"][columns["service"]] >= 0)
        columns = {name: column[kept] for name, column in columns.items()}
    place, service = columns.pop("place"), columns.pop("service")
    begins = np.ones(len(place), dtype=bool)
    begins[1:] = (place[1:] != place[:-1]) | (service[1:] != service[:-1])
    start = np.flatnonzero(begins)
    cell = own["cell"].astype(np.int32)[columns.pop("cell")]
    place, service = own["place"][place[start]], own["service"][service[start]]
    return _Rows(start, place, service, cell, columns)


def _names(part: pa.Table, name: str) -> list[str]:
    names: list[str] = one_piece(part[name]).dictionary.to_pylist()
    return names


def _codes(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def _numbered(names: Iterable[str], order: Sequence[str]) -> IntArray:
    code = _codes(order)
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
