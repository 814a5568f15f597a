"""What is shown of a figure: which value, and an interval that is no lottery.

With two or three PSUs a figure's own variance is luck (``benchmarks/coverage.py``): a place shows
the variance that all places share, and where few answered, the mean that a model makes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from analysis.arrays import FloatArray
from analysis.cluster_variance.pooled_variance import PooledVariances
from analysis.cluster_variance.scale_intervals import score_interval, stable_interval
from analysis.estimation.estimate import Estimate
from analysis.small_areas.area_model import AreaModel
from analysis.small_areas.bounded_scale import interval_between
from schemas.rules.thresholds import Thresholds

OWN_FROM_FREEDOM = 30
"""Degrees of freedom from which a figure of several places shows its own variance."""


@dataclass(frozen=True)
class Rule:
    """When a figure is replaced.

    Attributes
    ----------
    below
        Cells of so many answers or more show their own mean.
    least_minority
        Answers expected on the rarer side of a percentage; with fewer no model speaks. 0 for means.
    level
        Confidence level of the interval.
    """

    below: int
    least_minority: float = 0.0
    level: float = 0.95

    @classmethod
    def of(cls, limits: Thresholds, *, share: bool) -> "Rule":
        """Read the rule off the thresholds in force."""
        least = limits.model_needs_minority_answers if share else 0.0
        return cls(limits.model_based_below_answers, least)


def shown_estimate(
    direct: Estimate, model: AreaModel, coefficient: FloatArray, rule: Rule
) -> Estimate:
    r"""What is shown of Σ a·mean.

    - One area, several items: the mean of what is shown of each, :math:`\sum a_s \hat\theta_s`,
      with the model's error (:func:`composite_estimate`).
    - Fewer than ``below`` answers: the model's mean and error (:func:`modelled_estimate`).
    - Else the direct value with :func:`measured_estimate`, by its own variance only if it is of
      several areas.

    Parameters
    ----------
    direct
        The design-based estimate of Σ a·mean.
    model
        See :func:`analysis.small_areas.area_model.area_model`.
    coefficient
        a, areas × items.
    rule
        When to replace.

    Returns
    -------
    Estimate
        ``model_based`` says whether the value, or a part of it, is the model's.
    """
    used = coefficient != 0
    if direct.value is None or not used.any():
        return direct
    alone = int(used.any(axis=1).sum()) == 1
    if model.fit is not None:
        several = alone and int(used.sum()) > 1
        told = ~np.isnan(model.values[used])
        if told.any() if several else direct.n < rule.below and told.all():
            make = composite_estimate if several else modelled_estimate
            made = make(direct, model, coefficient, rule)
            if direct.n >= rule.below or _speaks(made, rule):
                return made
    return measured_estimate(
        direct, model.pooled, coefficient.ravel(), own=not alone, level=rule.level
    )


def modelled_estimate(
    direct: Estimate, model: AreaModel, coefficient: FloatArray, rule: Rule
) -> Estimate:
    r"""The model's mean, with an interval that is symmetric on the logit scale.

    .. math:: \hat\theta = \sum a_{ps}\hat\theta^B_{ps}, \qquad
              SE^2 = \mathrm{MSE}(\sum a\hat\theta) + (\sum a \cdot shift)^2

    Parameters
    ----------
    direct, model, coefficient, rule
        As for :func:`shown_estimate`; the model must have been fitted.

    Returns
    -------
    Estimate
        By t on the areas with answers less one: the variances between them are learned from so
        many.
    """
    used = coefficient != 0
    value = float(coefficient[used] @ model.values[used])
    error, quantile = model.error_of(coefficient), _quantile(model.df, rule.level)
    ends = interval_between(value, error, quantile)
    made = replace(direct, value=value, standard_error=error, df=model.df, model_based=True)
    return _described(made, model.pooled, coefficient.ravel(), ends)


def composite_estimate(
    direct: Estimate, model: AreaModel, coefficient: FloatArray, rule: Rule
) -> Estimate:
    """The mean of what is shown of several items of an area.

    Parameters
    ----------
    direct
        For n, psus; its value does not matter, for a direct mean gives an item with two answers as
        much weight as one with a hundred.
    model, coefficient, rule
        As for :func:`shown_estimate`; the model must have been fitted. Cells that are not shown, or
        have no answers, count with what the model says of them; an item that is shown nowhere has
        no model, and the others are scaled up.

    Returns
    -------
    Estimate
        The error is the model's for the same coefficients, the ends are of
        :func:`analysis.cluster_variance.scale_intervals.stable_interval`.
    """
    coefficient = np.where(np.isnan(model.values), 0.0, coefficient)
    coefficient = coefficient / coefficient.sum()
    used = coefficient != 0
    own = model.shown & (model.cells.n >= rule.below)
    shown = np.where(own, model.cells.direct, model.values)
    value = float(coefficient[used] @ shown[used])
    error, quantile = model.error_of(coefficient), _quantile(model.df, rule.level)
    # A mean of means that are all 100 may be a rounding above it.
    spread = max(value * (100 - value), 0.0) or model.pooled.end_variance_of(coefficient.ravel())
    ends = stable_interval(value, (quantile * error) ** 2 / spread)
    modelled = bool((used & ~own).any())
    made = replace(direct, value=value, standard_error=error, df=model.df, model_based=modelled)
    return _described(made, model.pooled, coefficient.ravel(), ends)


def measured_estimate(
    direct: Estimate,
    pooled: PooledVariances,
    coefficient: FloatArray,
    *,
    own: bool,
    level: float = 0.95,
) -> Estimate:
    """Keep the direct value; give it the pooled variance, or its own where that is known well.

    Parameters
    ----------
    direct
        The design-based estimate of Σ a·mean.
    pooled
        Variances of the cells.
    coefficient
        a, one per cell.
    own
        Whether its own variance may be shown, from :data:`OWN_FROM_FREEDOM` on. Never that of a
        single place: it would tell the mean of its smaller PSU.
    level
        Confidence level.

    Returns
    -------
    Estimate
        With ends of :func:`analysis.cluster_variance.scale_intervals.score_interval`; unchanged if
        it has no value, without an interval if one of its cells has no answers.
    """
    value, error = direct.value, direct.standard_error
    if value is None or np.isnan(pooled.variance[coefficient != 0]).any():
        return replace(direct, standard_error=None, low=None, high=None)
    low, high = pooled.scale
    inside = (value - low) * (high - value)
    if own and error and direct.df >= OWN_FROM_FREEDOM and inside > 0:
        relative = _quantile(direct.df, level) ** 2 * error**2 / inside
        ends = score_interval(value, relative, pooled.scale)
        return _described(direct, pooled, coefficient, ends)
    variance, df = pooled.variance_of(coefficient), pooled.df
    relative = _quantile(df, level) ** 2 * variance / pooled.end_variance_of(coefficient)
    ends = score_interval(value, relative, pooled.scale)
    made = replace(direct, standard_error=variance**0.5, df=df, pooled=True)
    return _described(made, pooled, coefficient, ends)


def measured_cells(
    direct: Sequence[Estimate], pooled: PooledVariances, *, own: bool, level: float = 0.95
) -> tuple[Estimate, ...]:
    """Do the same as :func:`measured_estimate` for every cell by itself.

    Parameters
    ----------
    direct
        The design-based estimate of every cell.
    pooled, own, level
        As for :func:`measured_estimate`.

    Returns
    -------
    tuple of Estimate
        One per cell.
    """
    return tuple(
        measured_estimate(estimate, pooled.only(cell), np.ones(1), own=own, level=level)
        for cell, estimate in enumerate(direct)
    )


def _described(
    made: Estimate, pooled: PooledVariances, coefficient: FloatArray, ends: tuple[float, float]
) -> Estimate:
    """Add the interval and the design effect; n effective is never above n: that would be luck."""
    variance = (made.standard_error or 0.0) ** 2
    if made.model_based:
        answered = np.where(pooled.n > 0, coefficient, 0.0)
        variance = pooled.variance_of(answered)
    simple = pooled.simple_variance_of(np.where(pooled.n > 0, coefficient, 0.0))
    effect = variance / simple if simple > 0 else None
    return replace(
        made,
        low=ends[0],
        high=ends[1],
        design_effect=effect,
        n_effective=made.n / max(effect, 1.0) if effect else None,
    )


def _quantile(df: float, level: float) -> float:
    return float(stdtrit(df, (1 + level) / 2))


def _speaks(made: Estimate, rule: Rule) -> bool:
    value = made.value or 0.0
    return made.n * min(value, 100 - value) / 100 >= rule.least_minority
