"""Correlation of answers on ordered scales, as of the normal variables behind them."""

from functools import cache

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtr, ndtri

from analysis.arrays import FloatArray, IntArray
from analysis.method_errors import MethodError

_NODES = 48


def polychoric(first: IntArray, second: IntArray, *, weight: FloatArray | None = None) -> float:
    r"""Estimate the correlation of two normal variables seen only in ordered categories.

    Thresholds are :math:`\Phi^{-1}` of the cumulative margins (step one); then ρ maximises
    :math:`\sum_{ij} n_{ij}\ln P_{ij}(\rho)`.

    Parameters
    ----------
    first, second
        Ordered codes of the same records, shape (records,), none missing.
    weight
        Of each record, shape (records,); all alike without it.

    Returns
    -------
    float
        ρ, between −1 and 1.

    Raises
    ------
    ValueError
        If one of the two does not vary.

    References
    ----------
    Olsson (1979), Psychometrika 44; equals R ``lavaan::lavCor``.
    """
    table = _crossed(first, second, np.ones(len(first)) if weight is None else weight)
    if min(table.shape) < 2:
        raise MethodError("polychoric_items")
    rows, columns = _thresholds(table.sum(axis=1)), _thresholds(table.sum(axis=0))

    def badness(rho: float) -> float:
        chances = np.diff(np.diff(_bivariate_normal(rows, columns, rho), axis=0), axis=1)
        return -float(np.sum(table * np.log(np.maximum(chances, 1e-300))))

    return float(
        minimize_scalar(
            badness, bounds=(-0.9999, 0.9999), method="bounded", options={"xatol": 1e-9}
        ).x
    )


def polychoric_matrix(
    answers: FloatArray, *, pairwise: bool = False, weight: FloatArray | None = None
) -> FloatArray:
    """The polychoric correlations of all pairs of items.

    Parameters
    ----------
    answers
        Ordered codes, shape (records, items); NaN is missing.
    pairwise
        Take each correlation from the records that answered both items; otherwise from those
        that answered all.
    weight
        Of each record, shape (records,); all alike without it.

    Returns
    -------
    FloatArray
        Shape (items, items), ones on the diagonal.

    Raises
    ------
    ValueError
        If an item does not vary.
    """
    share = np.ones(len(answers)) if weight is None else weight
    known = ~np.isnan(answers) & (share > 0)[:, None]
    whole = known.all(axis=1)
    items = answers.shape[1]
    found = np.eye(items)
    for i in range(items):
        for j in range(i):
            rows = known[:, i] & known[:, j] if pairwise else whole
            first, second = (
                np.unique(answers[rows, item], return_inverse=True)[1] for item in (i, j)
            )
            found[i, j] = found[j, i] = polychoric(first, second, weight=share[rows])
    return found


def _crossed(first: IntArray, second: IntArray, weight: FloatArray) -> FloatArray:
    rows, row = np.unique(first, return_inverse=True)
    columns, column = np.unique(second, return_inverse=True)
    table = np.zeros((rows.size, columns.size))
    np.add.at(table, (row, column), weight)
    return table


def _thresholds(margin: FloatArray) -> FloatArray:
    ends: FloatArray = ndtri(np.concatenate(([0.0], np.cumsum(margin) / margin.sum())))
    ends[-1] = np.inf
    return ends


def _bivariate_normal(rows: FloatArray, columns: FloatArray, rho: float) -> FloatArray:
    r"""P(X ≤ row, Y ≤ column) on a grid, by Plackett's integral over the correlation.

    :math:`\Phi_2 = \Phi(h)\Phi(k) + \frac{1}{2\pi}\int_0^{\arcsin\rho}
    \exp\left(-\frac{h^2 - 2hk\sin t + k^2}{2\cos^2 t}\right)dt`
    """
    h, k = np.clip(rows, -40, 40)[:, None, None], np.clip(columns, -40, 40)[None, :, None]
    nodes, weights = _gauss_legendre()
    half = np.arcsin(rho) / 2
    angle = half * (nodes + 1)
    shape = np.exp(-(h**2 - 2 * h * k * np.sin(angle) + k**2) / (2 * np.cos(angle) ** 2))
    result: FloatArray = ndtr(h[..., 0]) * ndtr(k[..., 0]) + half * (shape @ weights) / (2 * np.pi)
    return result


@cache
def _gauss_legendre() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights
