"""Estimates in every replicate of a sample, and what their spread says of the variance."""

import numpy as np
from scipy.sparse import csr_array

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.estimation.replicates import Replicates
from analysis.method_errors import MethodError
from analysis.sampling.totals import PsuTotals


def replicated_means(totals: PsuTotals, replicates: Replicates, domains: int) -> FloatArray:
    """The mean of each domain in each replicate, replicates × domains.

    One product of the factors with the sparse matrix of PSU totals. NaN where a replicate leaves a
    domain without weight.
    """
    return _quotient(totals.wy, totals.w, totals, replicates, domains)


def replicated_sums(totals: PsuTotals, replicates: Replicates, domains: int) -> FloatArray:
    """The total of each domain in each replicate, replicates × domains."""
    return _product(totals.wy, totals, replicates, domains)


def replicated_ratios(totals: PsuTotals, replicates: Replicates, domains: int) -> FloatArray:
    """The ratio Σwy / Σwx of each domain in each replicate, replicates × domains.

    Raises
    ------
    ValueError
        If ``totals`` has no denominators.
    """
    if totals.wx is None:
        raise MethodError("no_denominators")
    return _quotient(totals.wy, totals.wx, totals, replicates, domains)


def replicate_variances(
    values: FloatArray, full: FloatArray, replicates: Replicates
) -> tuple[FloatArray, IntArray]:
    r"""The variance of each estimate from its replicates.

    .. math:: v = \sum_r c_r (\theta_r - \tilde\theta)^2

    Parameters
    ----------
    values
        Replicates × estimates; a NaN drops the replicate for that estimate.
    full
        Full-sample estimates, the centre if ``replicates.mse``.
    replicates
        Their scale and centre.

    Returns
    -------
    tuple
        One variance per estimate, NaN if no replicate is left, and how many were dropped.
    """
    known = ~np.isnan(values)
    dropped = (~known).sum(axis=0)
    difference = np.where(known, values - _centre(values, known, full, replicates), 0.0)
    variance = replicates.scale @ difference**2
    return np.where(dropped < len(values), variance, np.nan), dropped


def replicate_covariance(
    values: FloatArray, full: FloatArray, replicates: Replicates
) -> FloatArray:
    """The covariance matrix of estimates from their replicates.

    Parameters
    ----------
    values, full, replicates
        As for :func:`replicate_variances`; a NaN drops the replicate for all estimates.

    Returns
    -------
    FloatArray
        Estimates × estimates; NaN if no replicate is left.
    """
    known: BoolArray = np.asarray(~np.isnan(values).any(axis=1), dtype=bool)
    if not known.any():
        return np.full((values.shape[1], values.shape[1]), np.nan)
    every = np.broadcast_to(known[:, None], values.shape)
    centre = _centre(values, every, full, replicates)
    difference = (values - centre)[known] * np.sqrt(replicates.scale[known])[:, None]
    result: FloatArray = difference.T @ difference
    return result


def _centre(
    values: FloatArray, known: BoolArray, full: FloatArray, replicates: Replicates
) -> FloatArray:
    if replicates.mse:
        return full
    # Replicates that count with 0 (strata drawn completely) do not move the centre.
    weighing: BoolArray = np.asarray(replicates.scale > 0)
    counted = known & weighing[:, None]
    sums = np.where(counted, values, 0.0).sum(axis=0)
    result: FloatArray = sums / np.maximum(counted.sum(axis=0), 1)
    return result


def _quotient(
    above: FloatArray,
    below: FloatArray,
    totals: PsuTotals,
    replicates: Replicates,
    domains: int,
) -> FloatArray:
    weight = _product(below, totals, replicates, domains)
    value = _product(above, totals, replicates, domains)
    return np.divide(value, weight, out=np.full_like(value, np.nan), where=weight != 0)


def _product(
    column: FloatArray, totals: PsuTotals, replicates: Replicates, domains: int
) -> FloatArray:
    shape = domains, replicates.factor.shape[1]
    cells = csr_array((column, (totals.domain, totals.psu)), shape=shape)
    return np.asarray(cells @ replicates.factor.T, dtype=np.float64).T
