"""What moves satisfaction: each item's share of the explained variance, and where to act first."""

from dataclasses import dataclass
from math import comb
from typing import Literal

import numpy as np

from analysis.arrays import FloatArray, IntArray, sum_by
from analysis.method_errors import MethodError

MOST_ITEMS = 12
Quadrant = Literal["improve", "keep", "low_priority", "possible_overkill"]


@dataclass(frozen=True)
class Drivers:
    """The split of a model's R² among its items.

    Attributes
    ----------
    shares
        LMG share of each item, shape (items,); they sum to ``r_squared``.
    low, high
        Percentile interval of each share over replicates; None without replicates.
    r_squared
        Explained share of the outcome's variance.
    n
        Records that answered the outcome and every item.
    """

    shares: FloatArray
    low: FloatArray | None
    high: FloatArray | None
    r_squared: float
    n: int


@dataclass(frozen=True)
class Priority:
    """One item in the importance–performance grid.

    Attributes
    ----------
    importance
        Its share of R², 0 to 1.
    performance
        Its mean score, 0 to 100.
    quadrant
        ``improve`` where it matters more and scores less than the mean item.
    """

    importance: float
    performance: float
    quadrant: Quadrant


def cross_products(
    outcome: FloatArray, items: FloatArray, weight: FloatArray, *, psu: IntArray, psus: int
) -> FloatArray:
    """Sum the weighted cross-products of (1, outcome, items) by PSU.

    Parameters
    ----------
    outcome
        Shape (records,); NaN is missing.
    items
        Shape (records, items); NaN is missing.
    weight
        Shape (records,).
    psu
        PSU code of each record, 0 to ``psus`` − 1.
    psus
        Number of PSUs.

    Returns
    -------
    FloatArray
        Shape (psus, items + 2, items + 2), over records without a gap: all that the shares and
        their replicates need.
    """
    rows = np.column_stack((np.ones_like(outcome), outcome, items))
    whole = ~np.isnan(rows).any(axis=1)
    rows, weight, psu = rows[whole], weight[whole], psu[whole]
    size = rows.shape[1]
    products = np.zeros((psus, size, size))
    for i in range(size):
        for j in range(i + 1):
            together = sum_by(psu, weight * rows[:, i] * rows[:, j], psus)
            products[:, i, j] = products[:, j, i] = together
    return products


def drivers(
    outcome: FloatArray,
    items: FloatArray,
    weight: FloatArray,
    *,
    psu: IntArray | None = None,
    factors: FloatArray | None = None,
    level: float = 0.95,
) -> Drivers:
    r"""Split R² among the items (LMG, the Shapley value of R²).

    .. math:: R^2(A) = c_A'\Sigma_{AA}^{-1}c_A/\sigma_y^2, \qquad
              \mathrm{share}_j = \sum_{A \not\ni j} \frac{|A|!\,(p-1-|A|)!}{p!}
              \left[R^2(A \cup j) - R^2(A)\right]

    Parameters
    ----------
    outcome
        Overall satisfaction, shape (records,); NaN is missing.
    items
        Shape (records, items); NaN is missing. Records with a gap are left out.
    weight
        Shape (records,), positive.
    psu
        PSU code of each record, numbered as the columns of ``factors``.
    factors
        Replicate factors of the PSUs, shape (replicates, psus), e.g. Rao–Wu; gives the interval.
    level
        Level of the interval.

    Returns
    -------
    Drivers

    Raises
    ------
    ValueError
        With more than 12 items, fewer complete records than items + 2, or an outcome or items
        that do not vary (or repeat one another).

    Notes
    -----
    A share is a description of this population, not the effect of a measure: items are answers of
    the same person at the same moment.

    References
    ----------
    Lindeman, Merenda & Gold (1980); Grömping (2007), The American Statistician 61.
    """
    n = int(np.count_nonzero(~np.isnan(np.column_stack((outcome, items))).any(axis=1)))
    _refuse(items.shape[1], n)
    if psu is None or factors is None:
        psu, psus = np.zeros(outcome.size, dtype=np.int64), 1
    else:
        psus = factors.shape[1]
    products = cross_products(outcome, items, weight, psu=psu, psus=psus)
    shares = lmg(products.sum(axis=0)[None])[0]
    low = high = None
    if factors is not None:
        low, high = _interval(products, factors, level)
    return Drivers(shares, low, high, float(shares.sum()), n)


def lmg(products: FloatArray) -> FloatArray:
    """LMG shares from sums of cross-products.

    Parameters
    ----------
    products
        Sums over records, shape (replicates, items + 2, items + 2), order (1, outcome, items).

    Returns
    -------
    FloatArray
        Shape (replicates, items).

    Raises
    ------
    ValueError
        If the outcome does not vary, or an item is a combination of others.
    """
    explained = _explained(_covariances(products))
    items = products.shape[1] - 2
    shares = np.zeros((products.shape[0], items))
    for subset in range(1 << items):
        size = subset.bit_count()
        for item in range(items):
            if not subset >> item & 1:
                gain = explained[:, subset | 1 << item] - explained[:, subset]
                shares[:, item] += gain / (items * comb(items - 1, size))
    return shares


def priorities(importance: FloatArray, performance: FloatArray) -> tuple[Priority, ...]:
    """Place items in the importance–performance grid, split at the means of both.

    Parameters
    ----------
    importance
        Shares of R², shape (items,).
    performance
        Mean scores 0–100, shape (items,).

    Returns
    -------
    tuple of Priority
        In the order of the items.

    References
    ----------
    Martilla & James (1977), Journal of Marketing 41.
    """
    matters, does_well = importance >= importance.mean(), performance >= performance.mean()
    names: dict[tuple[bool, bool], Quadrant] = {
        (True, False): "improve",
        (True, True): "keep",
        (False, False): "low_priority",
        (False, True): "possible_overkill",
    }
    return tuple(
        Priority(
            float(importance[i]), float(performance[i]), names[bool(matters[i]), bool(does_well[i])]
        )
        for i in range(importance.size)
    )


def _refuse(items: int, n: int) -> None:
    if not 1 <= items <= MOST_ITEMS:
        raise MethodError("drivers_items", most=MOST_ITEMS, items=items)
    if n < items + 2:
        raise MethodError("records_few", n=n, items=items)


def _interval(
    products: FloatArray, factors: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Percentiles of the shares over replicates of the PSUs."""
    resampled = factors @ products.reshape(products.shape[0], -1)
    tail = (1 - level) / 2
    low, high = np.quantile(
        lmg(resampled.reshape(-1, *products.shape[1:])), [tail, 1 - tail], axis=0
    )
    return low, high


def _covariances(products: FloatArray) -> FloatArray:
    """Weighted covariances of (outcome, items) from cross-products; the divisor cancels in R²."""
    total = products[:, 0, 0][:, None, None]
    sums = products[:, 0, 1:]
    matrix: FloatArray = (
        products[:, 1:, 1:] / total - sums[:, :, None] * sums[:, None, :] / total**2
    )
    return matrix


def _explained(covariances: FloatArray) -> FloatArray:
    """R² of every subset of items, shape (replicates, 2^items)."""
    items = covariances.shape[1] - 1
    spread = np.sqrt(np.maximum(np.diagonal(covariances, axis1=1, axis2=2), 0.0))
    if np.any(spread <= 1e-7 * spread.max()):
        raise MethodError("must_vary")
    correlations = covariances / (spread[:, :, None] * spread[:, None, :])
    if np.linalg.cond(correlations[0, 1:, 1:]) > 1e12:
        raise MethodError("item_repeats")
    found = np.zeros((covariances.shape[0], 1 << items))
    for subset in range(1, 1 << items):
        chosen = [item + 1 for item in range(items) if subset >> item & 1]
        with_outcome = correlations[:, chosen, 0]
        among = correlations[:, chosen][:, :, chosen]
        solved = np.linalg.solve(among, with_outcome[..., None])[..., 0]
        found[:, subset] = np.sum(with_outcome * solved, axis=1)
    return found
