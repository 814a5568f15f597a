"""Which parts moved the whole: the change of a mean, split into its parts' shares exactly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import FloatArray
from analysis.method_errors import MethodError


@dataclass(frozen=True)
class Contributions:
    """What each part adds to the change of the whole, in the unit of the means.

    Attributes
    ----------
    within
        By its own mean having moved.
    composition
        By its weight in the whole having grown or shrunk, away from or towards the average.
    """

    within: FloatArray
    composition: FloatArray

    @property
    def total(self) -> FloatArray:
        """Both together; they add up to the change of the whole."""
        result: FloatArray = self.within + self.composition
        return result


def contributions(
    first: ArrayLike, second: ArrayLike, *, first_weight: ArrayLike, second_weight: ArrayLike
) -> Contributions:
    r"""Split the change of a weighted mean into contributions of its parts.

    .. math:: R_2 - R_1 = \sum_p \bar\omega_p (R_{p2} - R_{p1})
              + \sum_p (\omega_{p2} - \omega_{p1})(\bar R_p - \bar R)

    with :math:`\omega_p = W_p/\sum W` and bars the averages of both rounds. Measuring composition
    from :math:`\bar R` changes no sum, since the shares add up to 1 in both rounds.

    Parameters
    ----------
    first, second
        Means of the parts in both rounds, m; anything where the weight is 0.
    first_weight, second_weight
        Weights of the parts in both rounds, m, not negative. A part of weight 0 in one round adds
        through composition only.

    Returns
    -------
    Contributions
        0 for a part of weight 0 in both rounds.

    Raises
    ------
    ValueError
        If a round has no weight at all.

    References
    ----------
    The symmetric (Marshall–Edgeworth) form of Kitagawa's (1955) JASA 50 decomposition.
    """
    weights = [np.asarray(weight, dtype=np.float64) for weight in (first_weight, second_weight)]
    if not all(weight.sum() > 0 for weight in weights):
        raise MethodError("nothing_to_split")
    share = [weight / weight.sum() for weight in weights]
    means = [
        np.where(weight > 0, np.asarray(mean, dtype=np.float64), np.nan)
        for weight, mean in zip(weights, (first, second), strict=True)
    ]
    # A part seen once has the mean it was seen with; it has not moved, it has come or gone.
    ours = np.nan_to_num(np.where(np.isnan(means[0]), means[1], means[0]))
    theirs = np.nan_to_num(np.where(np.isnan(means[1]), means[0], means[1]))
    whole = (share[0] @ ours + share[1] @ theirs) / 2
    return Contributions(
        within=(share[0] + share[1]) / 2 * (theirs - ours),
        composition=(share[1] - share[0]) * ((ours + theirs) / 2 - whole),
    )
