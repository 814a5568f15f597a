"""Makes model-based estimates of parts add up to the direct estimate of the whole."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import FloatArray


def benchmarked(
    estimates: ArrayLike, mse: ArrayLike, weights: ArrayLike, whole: float
) -> FloatArray:
    r"""Shift estimates so that their weighted mean is the direct estimate of the whole.

    .. math:: \hat\theta^B_p = \hat\theta_p + \frac{\omega_p}{\phi_p}
              \frac{B - \sum_q \omega_q\hat\theta_q}{\sum_q \omega_q^2/\phi_q}, \qquad
              \omega_p = W_p/\sum W, \quad \phi_p = \omega_p/\mathrm{MSE}_p

    so precise cells move least.

    Parameters
    ----------
    estimates, mse
        Model-based estimates and their mean squared errors, m.
    weights
        Sums of weights W, m; a cell of weight 0 (or without an estimate) stays as it is.
    whole
        B, the direct estimate of the mean over all cells with weight.

    Returns
    -------
    FloatArray
        Shifted estimates, m. :math:`\sum\omega\hat\theta^B = B` holds to rounding.

    Notes
    -----
    Report the shift: if it exceeds one √MSE in many cells, the model is wrong.

    References
    ----------
    Datta, Ghosh, Steorts & Maples (2011) Test 20: the constrained Bayes estimate for these
    weights; Wang, Fuller & Qu (2008) Survey Methodology 34.
    """
    values = np.array(estimates, dtype=np.float64)
    errors, given = np.asarray(mse, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    held = (given > 0) & ~np.isnan(values)
    if not held.any():
        return values
    share = given[held] / given[held].sum()
    # ω/φ = MSE and ω²/φ = ω·MSE. Where no cell has an error, all move alike.
    pull = errors[held] if (errors[held] > 0).any() else np.ones(int(held.sum()))
    values[held] += pull * (whole - share @ values[held]) / (share @ pull)
    return values
