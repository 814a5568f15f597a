"""Many tests at once: p-values adjusted so that few of the findings are false."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import BoolArray, FloatArray
from analysis.method_errors import MethodError


@dataclass(frozen=True)
class Adjusted:
    """P-values of a family of tests, adjusted.

    Attributes
    ----------
    false_discovery
        Benjamini–Hochberg; rejecting those below q keeps the expected share of false findings
        at or below q.
    family_wise
        Holm; rejecting those below α keeps the chance of any false finding at or below α.
    """

    false_discovery: FloatArray
    family_wise: FloatArray


def adjusted(p_values: ArrayLike) -> Adjusted:
    r"""Adjust the p-values of one family of tests.

    .. math:: q_{(i)} = \min_{j \ge i} \min(1, p_{(j)}\, m/j), \qquad
              h_{(i)} = \max_{j \le i} \min(1, (m - j + 1)\, p_{(j)})

    Parameters
    ----------
    p_values
        P-values; NaN where a test could not be made. Such tests do not count in m.

    Returns
    -------
    Adjusted
        In the order given, NaN where the p-value is.

    Raises
    ------
    ValueError
        If a p-value lies outside 0 to 1.

    References
    ----------
    Benjamini & Hochberg (1995) JRSS B 57; Holm (1979) Scand. J. Statist. 6. The adjustment is
    statsmodels' ``multipletests``; equals R ``p.adjust``.
    """
    p = np.asarray(p_values, dtype=np.float64)
    known = ~np.isnan(p)
    if ((p[known] < 0) | (p[known] > 1)).any():
        raise MethodError("p_range")
    return Adjusted(_filled(p, known, "fdr_bh"), _filled(p, known, "holm"))


def _filled(p: FloatArray, known: BoolArray, method: str) -> FloatArray:
    # Only now: it takes a second to load, and most estimates test nothing.
    from statsmodels.stats.multitest import multipletests  # noqa: PLC0415

    result = np.full(len(p), np.nan)
    if known.any():
        result[known] = multipletests(p[known], method=method)[1]
    return result
