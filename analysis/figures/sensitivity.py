"""What a composite owes to how it was put together: other weights, another mean."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.figures.ranks import ranks_of_replicates

DRAWS = 1_000
SPREAD = 0.5
"""Every weight is drawn anew between half of it and one and a half times it."""


@dataclass(frozen=True)
class Sensitivity:
    """A composite of several areas, and what it would be otherwise; NaN where nothing is known.

    Attributes
    ----------
    published
        Arithmetic mean with the weights given, shape (areas,).
    by_users
        Arithmetic mean with the services' shares of users as weights.
    geometric
        Geometric mean with the weights given: a bad service is made up for less easily.
    low, high
        Ends of what the arithmetic mean was with 95 % of the weights drawn.
    rank_low, rank_high
        Best and worst rank, 1 the highest, with 95 % of the weights drawn, by users, and with the
        geometric mean; 0 where there is none.
    shift
        Mean distance of the drawn ranks from those of ``published``, in ranks.
    """

    published: FloatArray
    by_users: FloatArray
    geometric: FloatArray
    low: FloatArray
    high: FloatArray
    rank_low: IntArray
    rank_high: IntArray
    shift: float


def sensitivity(
    cells: FloatArray,
    weights: FloatArray,
    users: FloatArray,
    *,
    draws: int = DRAWS,
    spread: float = SPREAD,
    seed: int = 0,
) -> Sensitivity:
    r"""Put a composite together in other ways.

    .. math:: A_p = \frac{\sum_s a_s R_{ps}}{\sum_s a_s}, \qquad
              G_p = \exp\frac{\sum_s a_s \ln R_{ps}}{\sum_s a_s}, \qquad
              \bar R = \frac{1}{BK}\sum_{b,p} |rank_p - rank_p^b|

    over the services an area has a figure of; :math:`a_s^b = a_s u_s`, u uniform on
    1 ± ``spread``, the same for all areas.

    Parameters
    ----------
    cells
        Scores R from 0 to 100, shape (areas, services); NaN is missing.
    weights
        a, not negative, shape (areas, services).
    users
        Users of each service, shape (services,): the other set of weights.
    draws
        How often weights are drawn.
    spread
        How far they are drawn from those given, 0 to 1.
    seed
        Of the draws.

    Returns
    -------
    Sensitivity

    Notes
    -----
    This is no error of the survey: it would be there if everybody had been asked. Areas are
    compared on the services each has a figure of.

    References
    ----------
    OECD/JRC (2008) Handbook on Constructing Composite Indicators, step 7; Saisana, Saltelli &
    Tarantola (2005) JRSS A 168 for the mean shift in ranks.
    """
    published = _arithmetic(cells, weights)
    by_users = _arithmetic(cells, (weights > 0) * users)
    geometric = _geometric(cells, weights)
    random = np.random.default_rng(seed)
    factors = random.uniform(1 - spread, 1 + spread, size=(draws, cells.shape[1]))
    drawn = np.stack([_arithmetic(cells, weights * factor) for factor in factors])
    known = ~np.isnan(published)
    low, high = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
    if known.any():
        low[known], high[known] = np.quantile(drawn[:, known], [0.025, 0.975], axis=0)
    best, worst = ranks_of_replicates(drawn, highest_first=True)
    others = [_ranks(figures) for figures in (published, by_users, geometric)]
    shifts = (
        [np.abs(_ranks(figures) - others[0])[known] for figures in drawn] if known.any() else [0.0]
    )
    return Sensitivity(
        published=published,
        by_users=by_users,
        geometric=geometric,
        low=low,
        high=high,
        rank_low=np.min([best, *others], axis=0),
        rank_high=np.max([worst, *others], axis=0),
        shift=float(np.mean(shifts)),
    )


def _arithmetic(cells: FloatArray, weights: FloatArray) -> FloatArray:
    held = np.where(np.isnan(cells), 0.0, weights)
    with np.errstate(invalid="ignore"):
        result: FloatArray = (np.nan_to_num(cells) * held).sum(axis=1) / held.sum(axis=1)
    return result


def _geometric(cells: FloatArray, weights: FloatArray) -> FloatArray:
    # What has no weight must not count, and a score of 0 makes the mean 0.
    with np.errstate(divide="ignore"):
        logarithms = np.where(weights > 0, np.log(cells), np.nan)
    held = np.where(np.isnan(logarithms), 0.0, weights)
    products = np.where(held > 0, logarithms * held, 0.0)
    with np.errstate(invalid="ignore"):
        result: FloatArray = np.exp(products.sum(axis=1) / held.sum(axis=1))
    return result


def _ranks(composite: FloatArray) -> IntArray:
    """Rank from the highest; equal ones share the better rank."""
    known = np.sort(-composite[~np.isnan(composite)])
    rank = 1 + np.searchsorted(known, -composite, side="left")
    return np.where(np.isnan(composite), 0, rank).astype(np.int64)
