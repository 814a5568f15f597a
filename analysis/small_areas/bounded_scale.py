"""The two-level model for means of scores that end at 0 and 100.

Where most people are satisfied, means pile up below 100: unhappy cells spread more than happy ones
and their answers vary more. On the logit scale both are even.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import expit, logit

from analysis.arrays import BoolArray, FloatArray
from analysis.small_areas.area_cells import AreaCells
from analysis.small_areas.two_level import TwoLevel, two_level

EDGE = 0.5
"""Means are kept so far from the ends while the model is linearised."""
ROUNDS = 6
SETTLED = 0.02
"""Linearising ends when no mean moves more."""


@dataclass(frozen=True)
class BoundedTwoLevel:
    """A two-level model fitted on the logit scale.

    Attributes
    ----------
    linear
        The model on the logit scale; its variances are in squared logits.
    values
        Model-based means, areas × items, between 0 and 100; NaN for an item without a model.
    """

    linear: TwoLevel
    values: FloatArray

    @cached_property
    def slope(self) -> FloatArray:
        """How many points a cell's mean moves per logit, areas × items."""
        result: FloatArray = self.values * (100 - self.values) / 100
        return result

    @property
    def mse(self) -> FloatArray:
        """Estimated mean squared error of every cell, areas × items, in squared points."""
        result: FloatArray = self.linear.mse * self.slope**2
        return result

    def mse_of(self, coefficient: FloatArray) -> float:
        """The mean squared error of Σ coefficient × cell, in squared points."""
        return self.linear.mse_of(np.where(coefficient != 0, coefficient * self.slope, 0.0))


def two_level_between(cells: AreaCells) -> BoundedTwoLevel:
    r"""Fit the two-level model to means between 0 and 100 by penalised quasi-likelihood.

    .. math:: \mathrm{logit}(\theta_{ps}/100) = \mu_s + u_p + v_{ps}, \qquad
              \mathrm{Var}(y_{ps} \mid \theta_{ps}) = \psi_{ps}
              \frac{\theta_{ps}(100 - \theta_{ps})}{\overline{\theta_s(100 - \theta_s)}}

    Around the current means m the model is linear in the working value
    :math:`z = \mathrm{logit}(m/100) + (y - m)\,g'(m)` with variance
    :math:`\mathrm{Var}(y)\,g'(m)^2`, :math:`g'(m) = 100/\{m(100 - m)\}`;
    :func:`analysis.small_areas.two_level.two_level` fits that, until the means settle.

    Parameters
    ----------
    cells
        Direct means between 0 and 100 and their sampling variances.

    Returns
    -------
    BoundedTwoLevel

    Raises
    ------
    ValueError
        If there are hardly more cells with answers than items.

    Notes
    -----
    The direct means enter linearly, so none is lost to ln 0 and none is biased by the curve. Where
    hardly anybody is on one side the normal interval fails:
    :class:`analysis.small_areas.shown_estimates.Rule`.

    References
    ----------
    Breslow & Clayton (1993) JASA 88 for penalised quasi-likelihood; Rao & Molina (2015), Small Area
    Estimation, §4.6 and §9.6 for logistic mixed models of areas.
    """
    seen = ~np.isnan(cells.variance)
    means = np.broadcast_to(_item_means(cells, seen), cells.direct.shape)
    start = None
    for _ in range(ROUNDS):
        centre = np.clip(means, EDGE, 100 - EDGE)
        spread = centre * (100 - centre)
        usual = _average(spread, np.where(seen, cells.n, 0))
        linear = two_level(
            replace(
                cells,
                direct=logit(centre / 100) + (cells.direct - centre) * 100 / spread,
                variance=cells.variance * spread / usual * (100 / spread) ** 2,
            ),
            start=start,
        )
        start = linear.between_areas, linear.between_cells
        before, means = means, 100 * expit(linear.eblup)
        if np.nanmax(np.abs(means - before)) < SETTLED:
            break
    return BoundedTwoLevel(linear, means)


def interval_between(value: float, error: float, quantile: float) -> tuple[float, float]:
    """An interval that is symmetric on the logit scale and ends within 0 and 100.

    Parameters
    ----------
    value, error
        A mean and its standard error, in points.
    quantile
        Of the normal or t distribution.

    Returns
    -------
    tuple
        Both ends; the value itself where it lies at an end of the scale.
    """
    if not 0 < value < 100:
        return value, value
    centre, half = logit(value / 100), quantile * error * 100 / (value * (100 - value))
    return float(100 * expit(centre - half)), float(100 * expit(centre + half))


def _item_means(cells: AreaCells, seen: BoolArray) -> FloatArray:
    return _average(np.nan_to_num(cells.direct), np.where(seen, cells.weight, 0.0))


def _average(values: FloatArray, weights: FloatArray) -> FloatArray:
    whole = weights.sum(axis=0)
    none = np.full(len(whole), 50.0)
    result: FloatArray = np.divide((values * weights).sum(axis=0), whole, out=none, where=whole > 0)
    return result
