"""What an attacker can do with everything that is printed: the proof that groups of ten hold.

He knows every printed figure, all rules and weights, and how many people stand in every cell; he
knows no answer. An atom is a cell nothing printed looks into: people who always count together.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack

from analysis.arrays import FloatArray, IntArray
from analysis.method_errors import MethodError


def least_people(queries: csr_array, people: IntArray, atoms: IntArray) -> FloatArray:
    r"""The fewest people anything computed from printed figures can speak of, per atom.

    .. math:: least(a) = \min \sum_b n_b |v_b| \quad\text{over } v = Q'\lambda,\ v_a = 1

    Parameters
    ----------
    queries
        Q, printed figures × atoms: 1 where the people of an atom count in the figure.
    people
        n, people per atom.
    atoms
        The atoms asked about.

    Returns
    -------
    FloatArray
        One per atom asked about; infinite where no figure holds it. At least ten everywhere is
        what makes a family of tables safe.

    Notes
    -----
    Of two crossed partitions this is the minimum cut of their bipartite graph, and exact; of more
    it errs on the safe side.
    """
    used = queries[np.unique(queries.nonzero()[0])]
    figures, cells = used.shape
    # v = plus − minus, both ≥ 0; λ is free.
    same = hstack([used.T, -eye_array(cells), eye_array(cells)], format="csr")
    cost = np.concatenate([np.zeros(figures), people, people]).astype(np.float64)
    bounds = [(None, None)] * figures + [(0, None)] * (2 * cells)
    held = np.asarray(used.sum(axis=0)).ravel() > 0
    result = np.full(len(atoms), np.inf)
    for row, atom in enumerate(atoms.tolist()):
        if held[atom]:
            wanted = csr_array(([1.0, -1.0], ([0, 0], [figures + atom, figures + cells + atom])),
                               shape=(1, figures + 2 * cells))  # fmt: skip
            found = linprog(
                cost,
                A_eq=vstack([same, wanted], format="csr"),
                b_eq=np.append(np.zeros(cells), 1.0),
                bounds=bounds,
                method="highs",
            )
            result[row] = found.fun if found.status == 0 else np.inf
    return result


@dataclass(frozen=True)
class Printed:
    """Printed means as an attacker holds them: what he knows of weights is all of it.

    Attributes
    ----------
    share
        Figures × cells: the share of a cell's weight in the figure; rows add up to 1.
    value
        The figures as printed.
    reach
        How far the true figure may lie from the printed one: half its last digit.
    """

    share: csr_array
    value: FloatArray
    reach: float


def narrowest(
    printed: Printed, target: FloatArray, *, ends: tuple[float, float] = (0.0, 100.0)
) -> float:
    """The width of what an attacker can prove about a weighted mean of hidden cells.

    Parameters
    ----------
    printed
        Everything printed.
    target
        Share of every cell in the mean he wants; adds up to 1.
    ends
        Ends of the scale of the answers.

    Returns
    -------
    float
        Largest less smallest value of the mean that agrees with everything printed.
    """
    above = vstack([printed.share, -printed.share], format="csr")
    limit = np.concatenate([printed.value + printed.reach, printed.reach - printed.value])
    least, most = (
        linprog(sign * target, A_ub=above, b_ub=limit, bounds=ends, method="highs")
        for sign in (1.0, -1.0)
    )
    if least.fun is None or most.fun is None:
        raise MethodError("printed_contradicts")
    return float(-most.fun - least.fun)
