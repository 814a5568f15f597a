"""Non-response: the respondents of a cell stand for those of it who did not answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import FloatArray, count_by, sum_by
from analysis.method_errors import MethodError
from analysis.weighting.sparse_cells import neighbours_joined


@dataclass(frozen=True)
class ResponseGroup:
    """Cells adjusted together.

    Attributes
    ----------
    cells
        Names of the cells; more than one if sparse cells were merged.
    eligible, responding
        Sums of base weights.
    respondents
        Number of respondents.
    factor
        eligible / responding.
    """

    cells: tuple[str, ...]
    eligible: float
    responding: float
    respondents: int

    @property
    def factor(self) -> float:
        """What the base weights of the respondents are multiplied by."""
        return self.eligible / self.responding


@dataclass(frozen=True)
class ResponseAdjustment:
    """Base weights adjusted for non-response.

    Attributes
    ----------
    weight
        Per record; 0 for those who did not respond. The sum is that of the base weights.
    groups
        What was adjusted together, merges included.
    """

    weight: FloatArray
    groups: tuple[ResponseGroup, ...]

    @property
    def merges(self) -> tuple[tuple[str, ...], ...]:
        """The cells that were too sparse to be adjusted alone, as they were put together."""
        return tuple(group.cells for group in self.groups if len(group.cells) > 1)


def response_adjusted(
    base: ArrayLike,
    responded: ArrayLike,
    cell: ArrayLike,
    names: Sequence[str],
    *,
    least: int = 20,
) -> ResponseAdjustment:
    r"""Weight the respondents of each cell up to all eligible persons of it.

    .. math:: w_r = d_r \frac{\sum_{c} d}{\sum_{c,\,\mathrm{resp}} d}

    Parameters
    ----------
    base
        Base weights d of all eligible sampled persons.
    responded
        Whether each of them responded.
    cell
        Cell code per person, from 0; cells next to each other should be alike, for a cell with
        fewer than ``least`` respondents joins its neighbour.
    names
        Names of the cells.
    least
        Fewest respondents a cell may have alone.

    Returns
    -------
    ResponseAdjustment
        Weights, and the groups they were made in.

    Raises
    ------
    ValueError
        If nobody responded although there are eligible persons with weight; it names the cells.

    References
    ----------
    Little (1986), Int. Stat. Rev. 54, 139-157: weighting-class adjustment.
    """
    d, answered = np.asarray(base, dtype=np.float64), np.asarray(responded, dtype=bool)
    code, size = np.asarray(cell, dtype=np.int64), len(names)
    group_of = np.empty(size, dtype=np.int64)
    joined = neighbours_joined(count_by(code[answered], size).tolist(), least) if size else []
    for number, members in enumerate(joined):
        group_of[members] = number
    group = group_of[code] if size else code
    sums = (
        sum_by(group, d, len(joined)).tolist(),
        sum_by(group[answered], d[answered], len(joined)).tolist(),
        count_by(group[answered], len(joined)).tolist(),
    )
    found = [
        ResponseGroup(tuple(names[member] for member in members), eligible, responding, respondents)
        for members, eligible, responding, respondents in zip(joined, *sums, strict=True)
    ]
    empty = [
        name for group in found if group.eligible > 0 >= group.responding for name in group.cells
    ]
    if empty:
        raise MethodError("nobody_responded", cells=", ".join(empty))
    factor = np.array([group.factor if group.responding > 0 else 0.0 for group in found])
    weight = np.where(answered, d * factor[group], 0.0) if len(d) else d
    return ResponseAdjustment(weight, tuple(found))
