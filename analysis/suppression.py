"""Complementary suppression: small counts stay unknown to those who can subtract.

A hidden count can be found again from published totals. So further cells are hidden until a linear
programme shows that every small count could be several numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from analysis.arrays import BoolArray, FloatArray, IntArray

WIDTH = 5.0
WORTH_THINNING = 60
"""With more small cells than that, showing a few others again is not worth the seconds."""


@dataclass(frozen=True)
class Suppressed:
    """Which cells of a table must not be shown.

    Attributes
    ----------
    primary
        Cells with a small count themselves, shape (cells,).
    secondary
        Cells hidden so that the former cannot be computed, shape (cells,).
    """

    primary: BoolArray
    secondary: BoolArray

    @property
    def hidden(self) -> BoolArray:
        """All cells that must not be shown."""
        return self.primary | self.secondary


def crossed_relations(rows: int, columns: int) -> list[IntArray]:
    """Give the sums of a table that has row totals and column totals.

    Parameters
    ----------
    rows, columns
        Size of the table; cells are numbered row by row.

    Returns
    -------
    list of IntArray
        The cells of each row, then of each column.
    """
    cells = np.arange(rows * columns, dtype=np.int64).reshape(rows, columns)
    return [*cells, *cells.T]


def protected(
    counts: IntArray,
    relations: Sequence[IntArray],
    *,
    least: int,
    width: float = WIDTH,
    sensitive: BoolArray | None = None,
) -> Suppressed:
    """Hide small counts, and as many others as it takes to keep them unknown.

    Parameters
    ----------
    counts
        Number of answers per cell, shape (cells,). Zeros are shown: they protect nothing.
    relations
        Cells whose sum is published, one array of cell numbers per published total.
    least
        The smallest count that is shown.
    width
        How far apart the smallest and the largest possible value of a hidden small count must be.
    sensitive
        Cells to hide for another reason, whatever their count, shape (cells,).

    Returns
    -------
    Suppressed

    Notes
    -----
    First, a relation with one hidden cell, or whose hidden cells sum to less than ``least``, hides
    its smallest remaining positive cell. Then each small cell's range is found by linear
    programmes, for a reader who knows all totals and the rule itself (1 ≤ n < least); while one is
    narrower than ``width``, the cheapest cell that shares a total with it is hidden too. Last, if
    few cells are small, others are shown again where that leaves every range wide enough. A range
    can be narrower than asked only where every cell of its totals is hidden already.

    References
    ----------
    Fischetti & Salazar (2000), JASA 95; Hundepool et al. (2012), Statistical Disclosure Control,
    ch. 4.
    """
    primary = (counts > 0) & (counts < least)
    if sensitive is not None:
        primary |= sensitive & (counts > 0)
    table = _Table(counts, [each[counts[each] > 0] for each in relations], primary, least, width)
    hidden = table.completed(primary)
    unsafe, at_once = table.unsafe(hidden, primary), 1
    while (more := table.cheapest_neighbours(unsafe, hidden, at_once)).size:
        # Hiding more leaves more tables possible: what was wide stays wide, and who has nobody
        # left to hide with cannot be helped.
        helped = table.has_shown_neighbour(unsafe, hidden)
        hidden[more] = True
        unsafe = table.unsafe(hidden, np.isin(np.arange(counts.size), unsafe[helped]))
        at_once *= 2
    if primary.sum() <= WORTH_THINNING:
        hidden = table.thinned(hidden, table.unsafe(hidden, primary))
    return Suppressed(primary, hidden & ~primary)


def completed(
    counts: IntArray, relations: Sequence[IntArray], hidden: BoolArray, *, least: int
) -> BoolArray:
    """Hide more until no total has one hidden cell alone, or hidden cells that sum to few.

    Parameters
    ----------
    counts
        Number of answers per cell, shape (cells,).
    relations
        Cells whose sum is published.
    hidden
        Cells hidden so far, shape (cells,).
    least
        The smallest count that is shown.

    Returns
    -------
    BoolArray
        Shape (cells,); quick, but no proof: :func:`protected` has that.
    """
    shown = [each[counts[each] > 0] for each in relations]
    return _Table(counts, shown, hidden, least, WIDTH).completed(hidden)


def possible_range(
    counts: IntArray, relations: Sequence[IntArray], hidden: BoolArray, cell: int, *, least: int
) -> tuple[float, float]:
    """Give the smallest and largest value that a hidden cell could have.

    Parameters
    ----------
    counts
        The true counts, shape (cells,).
    relations
        Cells whose sum is published.
    hidden
        Cells not shown, shape (cells,).
    cell
        The hidden cell asked for.
    least
        Smallest count shown; a hidden cell below it is known to be between 1 and ``least`` − 1.

    Returns
    -------
    tuple of float
    """
    small = (counts > 0) & (counts < least)
    table = _Table(counts, [each[counts[each] > 0] for each in relations], small, least, WIDTH)
    (part,) = (each for each in table.parts(hidden) if cell in each)
    return table.range_of(cell, part)


@dataclass(frozen=True)
class _Table:
    counts: IntArray
    relations: list[IntArray]
    primary: BoolArray
    least: int
    width: float

    def completed(self, primary: BoolArray) -> BoolArray:
        """Let no relation hide one cell alone, or cells that sum to a small count."""
        hidden = primary.copy()
        is_new = True
        while is_new:
            is_new = False
            for cells in self.relations:
                gone, left = cells[hidden[cells]], cells[~hidden[cells]]
                total = self.counts[gone].sum()
                if gone.size and left.size and (gone.size == 1 or total < self.least):
                    hidden[left[np.argmin(self.counts[left])]] = True
                    is_new = True
        return hidden

    def unsafe(self, hidden: BoolArray, among: BoolArray) -> IntArray:
        """Find the cells among some whose range is too narrow."""
        parts = (part for part in self.parts(hidden) if among[part].any())
        found = [cell for part in parts for cell in self._unsafe_in(part, among[part])]
        return np.array(found, dtype=np.int64)

    def _unsafe_in(self, part: IntArray, small: BoolArray) -> Iterator[int]:
        """Find narrow cells; one that any possible table shows to be wide needs no programme."""
        program, seen = self._program(part), _Seen.of(self.counts[part], self.width)
        chance = np.random.default_rng(part.size)
        open_cells = seen.narrow(small)
        # A programme about many cells at once, each pulled up or down, settles most of them.
        while open_cells.size > 1:
            target = np.zeros(part.size)
            target[open_cells] = chance.choice((-1.0, 1.0), open_cells.size)
            seen.add(program.extreme(target), program.extreme(-target))
            before, open_cells = open_cells.size, seen.narrow(small)
            if open_cells.size > 0.8 * before:
                break
        for cell in open_cells:
            target = (np.arange(part.size) == cell).astype(np.float64)
            seen.add(program.extreme(target), program.extreme(-target))
            if cell in seen.narrow(small):
                yield int(part[cell])

    def cheapest_neighbours(self, unsafe: IntArray, hidden: BoolArray, number: int) -> IntArray:
        """Choose for each unsafe cell the smallest shown cells that share a total with it."""
        chosen: set[int] = set()
        for cell in unsafe:
            shown = self._shown_beside(cell, hidden)
            cheapest = np.argsort(self.counts[shown], kind="stable")[:number]
            chosen.update(shown[cheapest].tolist())
        return np.array(sorted(chosen), dtype=np.int64)

    def has_shown_neighbour(self, cells: IntArray, hidden: BoolArray) -> BoolArray:
        """Tell which cells share a total with one that is shown."""
        return np.array([self._shown_beside(each, hidden).size > 0 for each in cells], np.bool_)

    def _shown_beside(self, cell: int, hidden: BoolArray) -> IntArray:
        near = [each[~hidden[each]] for each in self.relations if cell in each]
        return np.unique(np.concatenate(near)) if near else np.zeros(0, dtype=np.int64)

    def thinned(self, hidden: BoolArray, narrow: IntArray) -> BoolArray:
        """Show cells again, largest first, where every range stays wide enough."""
        # A cell that is too narrow whatever is hidden keeps all that is hidden around it.
        needed = np.zeros_like(hidden)
        for each in self.relations:
            needed[each] |= np.isin(narrow, each).any()
        secondary = np.flatnonzero(hidden & ~self.primary & ~needed)
        for cell in secondary[np.argsort(-self.counts[secondary], kind="stable")]:
            trial = hidden.copy()
            trial[cell] = False
            if self._is_complete(trial) and self._is_no_narrower(trial, hidden, int(cell)):
                hidden = trial
        return hidden

    def _is_complete(self, hidden: BoolArray) -> bool:
        return bool((self.completed(hidden) == hidden).all())

    def _is_no_narrower(self, trial: BoolArray, hidden: BoolArray, cell: int) -> bool:
        """Audit what was connected to the cell; nothing else changes."""
        (part,) = (each for each in self.parts(hidden) if cell in each)
        left = part[trial[part]]
        pieces = [piece for piece in self.parts(trial) if np.isin(piece, left).any()]
        return not any(
            True for piece in pieces for _ in self._unsafe_in(piece, self.primary[piece])
        )

    def parts(self, hidden: BoolArray) -> list[IntArray]:
        """Split the hidden cells into groups that share no total with one another."""
        cells = np.flatnonzero(hidden)
        if not cells.size:
            return []
        matrix = self._matrix(cells)
        count, label = connected_components(csr_array(matrix.T @ matrix), directed=False)
        return [cells[label == number] for number in range(count)]

    def range_of(self, cell: int, part: IntArray) -> tuple[float, float]:
        """Solve for the ends of a cell's range."""
        program, position = self._program(part), int(np.flatnonzero(part == cell)[0])
        target = (part == cell).astype(np.float64)
        low, high = (program.extreme(sign * target)[position] for sign in (1.0, -1.0))
        return float(low), float(high)

    def _program(self, part: IntArray) -> "_Program":
        matrix = self._matrix(part)
        # Whoever knows the rule knows that a small cell has at least one answer.
        small = self.counts[part] < self.least
        bounds = np.column_stack((small * 1.0, np.where(small, self.least - 1.0, np.inf)))
        return _Program(matrix, matrix @ self.counts[part], bounds)

    def _matrix(self, cells: IntArray) -> FloatArray:
        """Totals by cells: 1 where the cell belongs to the total."""
        place = np.full(self.counts.size, -1, dtype=np.int64)
        place[cells] = np.arange(cells.size)
        matrix = np.zeros((len(self.relations), cells.size))
        for row, each in enumerate(self.relations):
            matrix[row, place[each][place[each] >= 0]] = 1.0
        return matrix[matrix.any(axis=1)]


@dataclass(frozen=True)
class _Program:
    """All that a reader of the published totals knows of some hidden cells."""

    matrix: FloatArray
    known: FloatArray
    bounds: FloatArray

    def extreme(self, target: FloatArray) -> FloatArray:
        """Give a possible table that makes the sum of target times cells as small as can be."""
        solved = linprog(
            target, A_eq=self.matrix, b_eq=self.known, bounds=self.bounds.tolist(), method="highs"
        )
        return np.asarray(solved.x, dtype=np.float64)


@dataclass
class _Seen:
    """The smallest and largest value of each hidden cell in the possible tables seen so far."""

    low: FloatArray
    high: FloatArray
    width: float

    @classmethod
    def of(cls, counts: IntArray, width: float) -> "_Seen":
        return cls(counts.astype(np.float64), counts.astype(np.float64), width)

    def add(self, *tables: FloatArray) -> None:
        for table in tables:
            self.low, self.high = np.minimum(self.low, table), np.maximum(self.high, table)

    def narrow(self, small: BoolArray) -> IntArray:
        """Give the small cells not yet seen to be wide."""
        return np.flatnonzero(small & (self.high - self.low < self.width - 1e-6))
