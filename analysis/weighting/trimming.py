"""Trimming: weights above a limit are cut, and the totals met again without exceeding it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.method_errors import MethodError
from analysis.weighting.calibration import Calibration, checked, named, solved
from analysis.weighting.distances import Truncated


@dataclass(frozen=True)
class Trimming:
    """Weights cut at a largest one, and calibrated again under it.

    Attributes
    ----------
    calibration
        The final weights; g is relative to the weights before trimming.
    largest
        The largest weight allowed, in the unit of the weights.
    cut
        Number of weights that were above it.
    """

    calibration: Calibration
    largest: float
    cut: int


def trimmed(
    weight: ArrayLike,
    x: ArrayLike,
    totals: ArrayLike,
    *,
    times_mean: float,
    names: Sequence[str] | None = None,
    tolerance: float = 1e-10,
) -> Trimming:
    """Cut weights above a multiple of their mean and meet the totals again without exceeding it.

    What is cut off is spread over the others by the truncated linear distance with the bound
    0 ≤ w ≤ largest for every record, so one step both trims and recalibrates.

    Parameters
    ----------
    weight
        Calibrated weights, one per record.
    x, totals, names, tolerance
        As for :func:`calibrated`; the totals the weights met.
    times_mean
        The largest weight allowed, relative to the mean weight; above 1.

    Returns
    -------
    Trimming
        Final weights, the largest one allowed, and how many were cut.

    Raises
    ------
    CalibrationError
        If no weights up to the largest one meet the totals; the limit is never raised silently.

    References
    ----------
    Deville & Särndal (1992), §4; bounded calibration in place of repeated trimming and raking.
    """
    w, matrix, wanted = checked(weight, x, totals)
    if times_mean <= 1:
        raise MethodError("largest_weight")
    largest = times_mean * float(w.mean()) if len(w) else 0.0
    start = np.minimum(w, largest)
    room = np.divide(largest, start, out=np.ones_like(start), where=start > 0)
    found = solved(
        start,
        matrix,
        wanted,
        q=np.ones(len(w)),
        distance=Truncated(0.0, room),
        labels=named(names, len(wanted)),
        tolerance=tolerance,
    )
    g = np.divide(found.weight, w, out=np.ones_like(w), where=w > 0)
    again = Calibration(g, found.weight, found.steps)
    return Trimming(again, largest, int((w > largest * (1 + 1e-12)).sum()))
