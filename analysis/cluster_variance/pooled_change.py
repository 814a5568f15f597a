"""What two rounds share through units visited in both, learned from all cells together."""

from collections.abc import Hashable, Sequence

import numpy as np
from scipy.sparse import coo_array, csr_array

from analysis.arrays import FloatArray, IntArray, sum_by
from analysis.cluster_variance.clustering import LEAST_FREEDOM
from analysis.cluster_variance.pooled_variance import PooledVariances


def pooled_covariances(
    first: PooledVariances,
    second: PooledVariances,
    units: tuple[Sequence[Hashable], Sequence[Hashable]],
    coefficients: tuple[FloatArray, FloatArray],
) -> FloatArray:
    r"""The covariance of Σ a·mean of one round with Σ b·mean of another.

    .. math:: C = \rho_{12} \sum_{i \in common} \Big(\sum_c a_c \sigma_{1c}
              \frac{w_{1ic}}{W_{1c}}\Big) \Big(\sum_c b_c \sigma_{2c} \frac{w_{2ic}}{W_{2c}}\Big)

    .. math:: \rho_{12} = \frac{\sum_i (\sum_c g_1 z_1 l_1)(\sum_c g_2 z_2 l_2)}
              {\sum_i (\sum_c g_1 l_1^2)(\sum_c g_2 l_2^2)}

    with the levers of :func:`analysis.cluster_variance.clustering.levers_of`, between 0 and the
    smaller ρ.

    Parameters
    ----------
    first, second
        Both rounds, over the same cells.
    units
        What each PSU is called in every round, None if it was not visited elsewhere.
    coefficients
        a and b, figures × cells.

    Returns
    -------
    FloatArray
        One per figure, in squared units; 0 where fewer than :data:`LEAST_FREEDOM` units are common:
        too few to learn from, and without it a change is rather called too unsure.
    """
    ours, theirs = common_units(*units)
    if ours.size < LEAST_FREEDOM:
        return np.zeros(len(coefficients[0]))
    sides = ((first, ours), (second, theirs))
    correlation = _correlation(*(_told(held, chosen) for held, chosen in sides))
    at_most = min(first.clustering.within, second.clustering.within)
    shares = [
        _share(held, chosen) @ coefficient.T
        for (held, chosen), coefficient in zip(sides, coefficients, strict=True)
    ]
    together: FloatArray = (shares[0] * shares[1]).sum(axis=0)
    return float(np.clip(correlation, 0, at_most)) * together


def common_units(
    first: Sequence[Hashable], second: Sequence[Hashable]
) -> tuple[IntArray, IntArray]:
    """The codes of the units that both rounds name, in the order of the first."""
    position = {name: code for code, name in enumerate(second) if name is not None}
    both = [(code, position[name]) for code, name in enumerate(first) if name in position]
    codes = np.array(both, dtype=np.int64).reshape(-1, 2)
    return codes[:, 0], codes[:, 1]


def _share(held: PooledVariances, units: IntArray) -> csr_array:
    """Σ·w/W of every unit chosen in every cell."""
    cell = held.rows.domain
    spread = np.sqrt(held.unit_variance[held.item[cell]])
    return _table(held, spread * held.rows.w / held.weight[cell])[units]


def _told(held: PooledVariances, units: IntArray) -> tuple[FloatArray, FloatArray]:
    known = held.levers
    parts = known.precision * known.lever * known.z, known.precision * known.lever**2
    above, below = (sum_by(held.rows.psu, part, held.psus)[units] for part in parts)
    return above, below


def _table(held: PooledVariances, values: FloatArray) -> csr_array:
    shape = held.psus, len(held.item)
    return coo_array((values, (held.rows.psu, held.rows.domain)), shape=shape).tocsr()


def _correlation(
    ours: tuple[FloatArray, FloatArray], theirs: tuple[FloatArray, FloatArray]
) -> float:
    below = float(ours[1] @ theirs[1])
    return float(ours[0] @ theirs[0]) / below if below > 0 else 0.0
