"""The variance of estimates with the weights of a weighting run, from sums by PSU and cell."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array

from analysis.arrays import FloatArray, IntArray
from analysis.estimation.residuals import Calibrators
from analysis.weighting.design_weights import Cell, Respondents, Weighting


def calibrators_of(
    weighting: Weighting,
    respondents: Mapping[Cell, Respondents],
    *,
    cells: Sequence[Cell],
    psu: ArrayLike,
    cell: ArrayLike,
    base: ArrayLike,
    psus: int,
) -> Calibrators:
    r"""What a post-stratified sample was calibrated on.

    With :math:`B_k = \sum_k d z/\sum_k d` in group k of a province, :math:`B_u` among persons of
    unknown sex or age, their shares K/T and U/T of the base weights, and
    :math:`B_K = \sum_k N_k B_k / \sum_k N_k`, a person's linearised value is

    .. math:: g_k d\,(z - B_k) + \bar g d\,\tfrac{U}{T}(B_K - B_u)
              \quad\text{or}\quad \bar g d\,(z - \tfrac{K}{T}B_K - \tfrac{U}{T}B_u)

    for known and for unknown persons: besides the groups' means, the split into known and unknown
    is estimated too. Without unknown persons this is post-stratification as R has it.

    Parameters
    ----------
    weighting
        The weighting run.
    respondents
        Persons per cell the run was made from.
    cells
        Cells in the order of their codes.
    psu, cell, base
        Codes and sum of base weights per pair of PSU and cell; pairs may repeat.
    psus
        Number of PSUs.

    Returns
    -------
    Calibrators
        The variables are the cells; to be used with
        :class:`analysis.estimation.residuals.CrossSums` by cell. Provinces without margins are not
        calibrated, and nothing is taken out there.

    References
    ----------
    Särndal, Swensson & Wretman (1992), §7.6; equals R survey ``postStratify`` where sex and age are
    known.
    """
    place = (np.asarray(psu, dtype=np.int64), np.asarray(cell, dtype=np.int64))
    sums = coo_array((np.asarray(base, dtype=np.float64), place), shape=(psus, len(cells))).tocsr()
    code = {cell: number for number, cell in enumerate(cells)}
    parts = [
        _province(weighting, respondents, known, unknown, code)
        for known, unknown in _provinces(weighting, respondents)
    ]
    row, column, value = (
        np.concatenate([part[measure] for part in parts]) if parts else np.zeros(0)
        for measure in range(3)
    )
    solve = csr_array((value, (row, column)), shape=(len(cells), len(cells)))
    return Calibrators(sums, solve)


def _provinces(
    weighting: Weighting, respondents: Mapping[Cell, Respondents]
) -> list[tuple[list[list[Cell]], list[Cell]]]:
    """Per weighted province its groups, and its cells of unknown sex or age."""
    groups: dict[str, list[list[Cell]]] = {}
    for group in weighting.groups:
        present = [cell for cell in group if cell in respondents and respondents[cell].base > 0]
        if present:
            groups.setdefault(group[0][0], []).append(present)
    grouped = {cell for group in weighting.groups for cell in group}
    unknown: dict[str, list[Cell]] = {}
    for cell, respondent in respondents.items():
        if cell not in grouped and cell[0] not in weighting.unmatched and respondent.base > 0:
            unknown.setdefault(cell[0], []).append(cell)
    return [
        (groups.get(province, []), unknown.get(province, []))
        for province in sorted(groups.keys() | unknown.keys())
    ]


def _province(
    weighting: Weighting,
    respondents: Mapping[Cell, Respondents],
    known: list[list[Cell]],
    unknown: list[Cell],
    code: Mapping[Cell, int],
) -> tuple[IntArray, IntArray, FloatArray]:
    """The entries of ``solve`` among the cells of a province."""
    cells = [cell for group in known for cell in group] + unknown
    base = np.array([sum(respondents[cell].base for cell in group) for group in known])
    factor = np.array([weighting.factors[group[0]] for group in known])
    apart = sum(respondents[cell].base for cell in unknown)
    total = float(base.sum()) + apart
    average = (float(factor @ base) + sum(_weight(weighting, respondents, unknown))) / total
    sizes = [len(group) for group in known]
    group_of = np.repeat(np.arange(len(known)), sizes)
    inside = len(group_of)
    # Rows: coefficients of B of the groups, then of the unknown; columns: cells.
    block = np.zeros((len(cells), len(cells)))
    if inside:
        share = (factor * base / (factor @ base) / base)[group_of]
        own = group_of[:, None] == group_of[None, :]
        block[:inside, :inside] = own * (factor / base)[group_of] - average * apart / total * share
        block[inside:, :inside] = average * (1 - apart / total) * share
    block[:, inside:] = average / total
    codes = np.array([code[cell] for cell in cells], dtype=np.int64)
    return np.repeat(codes, len(cells)), np.tile(codes, len(cells)), block.ravel()


def _weight(
    weighting: Weighting, respondents: Mapping[Cell, Respondents], cells: list[Cell]
) -> list[float]:
    return [respondents[cell].base * weighting.factors[cell] for cell in cells]
