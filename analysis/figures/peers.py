"""Similar areas, by what is known of them from outside the survey."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import FloatArray, IntArray
from analysis.method_errors import MethodError


@dataclass(frozen=True)
class Peers:
    """The most similar areas of each area.

    Attributes
    ----------
    nearest
        Their positions, m × count, the most similar first.
    distance
        How far they are, m × count; 0 means alike in every respect.
    """

    nearest: IntArray
    distance: FloatArray


def peers(features: ArrayLike, *, weights: ArrayLike, count: int) -> Peers:
    r"""Find the most similar areas.

    .. math:: d_{pq} = \sqrt{\sum_k w_k \left(\frac{x_{pk} - x_{qk}}{s_k}\right)^2 \Big/ \sum_k w_k}

    with s the standard deviation of a feature over all areas, so that no unit counts more than
    another.

    Parameters
    ----------
    features
        Areas × features, from outside the sample: similar by what the survey itself measured would
        explain differences away. A category is a column of 0 and 1 per value.
    weights
        How much each feature counts, not negative.
    count
        Similar areas wanted per area, fewer than areas.

    Returns
    -------
    Peers
        Ties go to the area that stands first.

    Raises
    ------
    ValueError
        If there are not more areas than ``count``.
    """
    x = np.asarray(features, dtype=np.float64)
    if not 0 < count < len(x):
        raise MethodError("peers_too_many")
    spread = x.std(axis=0)
    # A feature in which all are alike tells nothing.
    w = np.where(spread > 0, np.asarray(weights, dtype=np.float64), 0.0)
    scaled = x / np.where(spread > 0, spread, 1.0) * np.sqrt(w / max(float(w.sum()), 1e-300))
    distance = np.sqrt(((scaled[:, None, :] - scaled[None, :, :]) ** 2).sum(axis=2))
    np.fill_diagonal(distance, np.inf)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :count]
    return Peers(nearest.astype(np.int64), np.take_along_axis(distance, nearest, axis=1))
