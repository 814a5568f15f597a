"""How well the items of a battery hang together: alpha, item-rest, eigenvalues."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray
from analysis.method_errors import MethodError


@dataclass(frozen=True)
class Alpha:
    r"""Internal consistency of a battery.

    Attributes
    ----------
    raw
        Cronbach's alpha from covariances.
    standardised
        Alpha from correlations, :math:`k \bar r / (1 + (k - 1) \bar r)`.
    average_r
        Mean correlation between two items.
    item_rest
        Correlation of each item with the mean of the others, shape (items,).
    n
        Records that answered every item.
    """

    raw: float
    standardised: float
    average_r: float
    item_rest: FloatArray
    n: int


def complete(answers: FloatArray) -> FloatArray:
    """The records that answered every item (listwise deletion).

    Parameters
    ----------
    answers
        Shape (records, items); NaN is missing.

    Returns
    -------
    FloatArray
        Shape (complete records, items).
    """
    whole: FloatArray = answers[~np.isnan(answers).any(axis=1)]
    return whole


def keyed(
    answers: FloatArray, *, weight: FloatArray | None = None
) -> tuple[FloatArray, tuple[int, ...]]:
    """Reverse the items that run against the battery's first principal component.

    Parameters
    ----------
    answers
        Shape (records, items); NaN is missing.
    weight
        Of each record, shape (records,); all alike without it.

    Returns
    -------
    answers : FloatArray
        The same shape; a reversed item is min + max − x, over the whole battery's range.
    reversed : tuple of int
        Positions of the reversed items; never more than half of them.

    Notes
    -----
    The rule of R ``psych::alpha(check.keys = TRUE)``.
    """
    _, vectors = np.linalg.eigh(pairwise_correlations(answers, weight=weight))
    first = vectors[:, -1]
    # A component has no direction of its own: most items are meant to run with it.
    against = first * (1 if np.sum(first > 0) * 2 >= first.size else -1) < 0
    low, high = np.nanmin(answers), np.nanmax(answers)
    return np.where(against, low + high - answers, answers), tuple(np.flatnonzero(against).tolist())


def alpha(
    answers: FloatArray, *, pairwise: bool = False, weight: FloatArray | None = None
) -> Alpha:
    r"""Estimate Cronbach's alpha.

    .. math:: \alpha = \frac{k}{k-1}\left(1 - \frac{\sum_j s_{jj}}{\sum_i\sum_j s_{ij}}\right)

    Parameters
    ----------
    answers
        Shape (records, items ≥ 2), every item running the same way; NaN is missing.
    pairwise
        Take each covariance from the records that answered both items; otherwise from those
        that answered all.
    weight
        Of each record, shape (records,); all alike without it.

    Returns
    -------
    Alpha

    Raises
    ------
    ValueError
        With fewer than two items, or a matrix that no two records answered.

    References
    ----------
    Cronbach (1951), Psychometrika 16; equals R ``psych::alpha``, and with weights
    ``survey::svycralpha``.
    """
    whole = ~np.isnan(answers).any(axis=1)
    used, weighing = answers, weight
    if not pairwise:
        used, weighing = answers[whole], None if weight is None else weight[whole]
    covariances = pairwise_covariances(used, weight=weighing)
    items = covariances.shape[0]
    if items < 2:
        raise MethodError("alpha_items")
    total = covariances.sum()
    correlations = _scaled(covariances)
    return Alpha(
        raw=float(items / (items - 1) * (1 - np.trace(covariances) / total)),
        standardised=standardised_alpha(correlations),
        average_r=_off_diagonal_mean(correlations),
        item_rest=_item_rest(covariances),
        n=int(whole.sum()),
    )


def standardised_alpha(correlations: FloatArray) -> float:
    r"""Alpha of items of equal variance, :math:`k \bar r / (1 + (k - 1) \bar r)`.

    Parameters
    ----------
    correlations
        Shape (items, items); polychoric ones give the ordinal alpha.

    Returns
    -------
    float

    References
    ----------
    Zumbo, Gadermann & Zeisser (2007), Journal of Modern Applied Statistical Methods 6.
    """
    items, average = correlations.shape[0], _off_diagonal_mean(correlations)
    return float(items * average / (1 + (items - 1) * average))


def eigenvalues(answers: FloatArray, *, weight: FloatArray | None = None) -> FloatArray:
    """The eigenvalues of the correlation matrix, largest first; complete records only.

    Parameters
    ----------
    answers
        Shape (records, items); NaN is missing.
    weight
        Of each record, shape (records,); all alike without it.

    Returns
    -------
    FloatArray
        Shape (items,); they sum to the number of items.
    """
    whole = ~np.isnan(answers).any(axis=1)
    weighing = None if weight is None else weight[whole]
    found = np.linalg.eigvalsh(pairwise_correlations(answers[whole], weight=weighing))
    return np.asarray(found[::-1], dtype=np.float64)


def pairwise_covariances(answers: FloatArray, *, weight: FloatArray | None = None) -> FloatArray:
    r"""Covariances (divisor n − 1), each from the records that answered both items.

    .. math:: s_{xy} = \frac{n}{n-1} \frac{\sum w (x-\bar x)(y-\bar y)}{\sum w}

    Parameters
    ----------
    answers
        Shape (records, items); NaN is missing.
    weight
        Of each record, shape (records,); all alike without it.

    Returns
    -------
    FloatArray
        Shape (items, items).

    Raises
    ------
    ValueError
        If two items have fewer than two records in common.
    """
    n, total, products, _ = _together(answers, weight)
    if np.any(n < 2):
        raise MethodError("items_apart")
    covariances: FloatArray = products / total * (n / (n - 1))
    return covariances


def pairwise_correlations(answers: FloatArray, *, weight: FloatArray | None = None) -> FloatArray:
    """Correlations, each from the records that answered both items.

    Parameters
    ----------
    answers
        Shape (records, items); NaN is missing.
    weight
        Of each record, shape (records,); all alike without it.

    Returns
    -------
    FloatArray
        Shape (items, items), ones on the diagonal.
    """
    _, _, products, own = _together(answers, weight)
    correlations: FloatArray = products / np.sqrt(own * own.T)
    return correlations


def _together(
    answers: FloatArray, weight: FloatArray | None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """For each pair of items, where both are answered: n, Σw, Σw(x−x̄)(y−ȳ), Σw(x−x̄)²."""
    share = np.ones(len(answers)) if weight is None else weight
    answered = (~np.isnan(answers) & (share > 0)[:, None]).astype(np.float64)
    values = np.nan_to_num(answers)
    weighed = answered * share[:, None]
    n, total = answered.T @ answered, weighed.T @ answered
    sums = (values * weighed).T @ answered
    with np.errstate(divide="ignore", invalid="ignore"):
        products = (values * weighed).T @ (values * answered) - sums * sums.T / total
        own = (values**2 * weighed).T @ answered - sums**2 / total
    return n, total, products, own


def _scaled(covariances: FloatArray) -> FloatArray:
    spread = np.sqrt(np.diag(covariances))
    result: FloatArray = covariances / np.outer(spread, spread)
    return result


def _off_diagonal_mean(matrix: FloatArray) -> float:
    items = matrix.shape[0]
    return float((matrix.sum() - np.trace(matrix)) / (items * (items - 1)))


def _item_rest(covariances: FloatArray) -> FloatArray:
    own = np.diag(covariances)
    with_rest = covariances.sum(axis=1) - own
    rest = covariances.sum() - 2 * covariances.sum(axis=1) + own
    result: FloatArray = with_rest / np.sqrt(own * rest)
    return result
