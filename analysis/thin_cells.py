"""What is shown where few answered: a model-based mean, or the mean with a smoothed variance.

The Taylor interval of a cell with fewer than thirty answers covers far below its level
(``benchmarks/coverage.py``), so it is never the one shown where something better can be had.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from analysis.arrays import FloatArray, IntArray
from analysis.benchmarking import benchmarked
from analysis.bounded_scale import BoundedTwoLevel, interval_between, two_level_between
from analysis.design import Design
from analysis.estimation import Estimate
from analysis.residuals import Adjustment
from analysis.smoothing import Smoothed, smoothed
from analysis.totals import PsuTotals
from schemas.thresholds import Thresholds

LEARNED_FROM = 5
"""Large cells that smoothing needs before its variance replaces the cell's own."""


@dataclass(frozen=True)
class AreaModel:
    """Everything a table area × item knows about its thin cells.

    Attributes
    ----------
    cells
        Direct means and smoothed variances.
    fit
        The two-level model; None if there are too few areas for one.
    values
        Benchmarked model-based means, areas × items; NaN where there is none.
    shift
        What benchmarking added, areas × items.
    """

    cells: Smoothed
    fit: BoundedTwoLevel | None
    values: FloatArray
    shift: FloatArray

    @cached_property
    def df(self) -> int:
        """Degrees of freedom of model-based intervals: areas with answers less one."""
        return int((self.cells.n > 0).any(axis=1).sum()) - 1

    @property
    def largest_shift(self) -> float:
        """Largest shift relative to the root of the cell's MSE: near 1 the model is doubtful."""
        if self.fit is None:
            return 0.0
        relative = np.abs(self.shift) / np.sqrt(self.fit.mse)
        return float(np.nanmax(np.where(self.cells.n > 0, relative, 0)))


@dataclass(frozen=True)
class Rule:
    """When a figure is replaced.

    Attributes
    ----------
    below
        Estimates of so many answers or more stay as they are.
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


def area_model(
    totals: PsuTotals,
    design: Design,
    *,
    areas: int,
    items: int,
    least_areas: int,
    calibration: Adjustment | None = None,
) -> AreaModel:
    """Smooth the variances of a table, fit the two-level model and benchmark it item by item.

    Parameters
    ----------
    totals, design, areas, items, calibration
        As for :func:`analysis.smoothing.smoothed`; values lie between 0 and 100.
    least_areas
        Areas with answers that a model needs.

    Returns
    -------
    AreaModel
        Without a fit if fewer areas have answers, or hardly more cells than items.
    """
    cells = smoothed(totals, design, areas=areas, items=items, calibration=calibration)
    fit = _fitted(cells, least_areas)
    if fit is None:
        return AreaModel(cells, None, np.full((areas, items), np.nan), np.zeros((areas, items)))
    values, held = fit.values.copy(), cells.weight > 0
    mse = fit.mse
    for item in np.flatnonzero(held.any(axis=0)):
        weight, inside = cells.weight[:, item], held[:, item]
        whole = weight[inside] @ cells.direct[inside, item] / weight[inside].sum()
        values[:, item] = benchmarked(values[:, item], mse[:, item], weight, float(whole))
    return AreaModel(cells, fit, values, values - fit.values)


def shown_estimate(
    direct: Estimate, model: AreaModel, coefficient: FloatArray, rule: Rule
) -> Estimate:
    r"""Replace a direct estimate that rests on too few answers.

    .. math:: \hat\theta = \sum a_{ps}\hat\theta^B_{ps}, \qquad
              SE^2 = \mathrm{MSE}(\sum a\hat\theta) + (\sum a \cdot shift)^2

    with the interval symmetric on the logit scale, by t on the areas with answers less one: the
    variances between them are learned from so many. Without a model the value stays and its
    variance is the smoothed one, :math:`\sum_p a_p' E_p a_p`, with t on the cells it was learned
    from less one.

    Parameters
    ----------
    direct
        The design-based estimate of Σ a·mean.
    model
        See :func:`area_model`.
    coefficient
        a, areas × items; 0 for cells without answers.
    rule
        When to replace.

    Returns
    -------
    Estimate
        ``model_based`` says whether the value is the model's; ``n_effective`` and
        ``design_effect`` are those of the smoothed variance.
    """
    used = coefficient != 0
    if direct.n >= rule.below or direct.value is None or np.isnan(model.cells.variance[used]).any():
        return direct
    if model.fit is None:
        return _with_smoothed_variance(direct, model.cells, coefficient, rule)
    value = float(coefficient[used] @ model.values[used])
    if direct.n * min(value, 100 - value) / 100 < rule.least_minority:
        return direct
    shift = float(coefficient[used] @ model.shift[used])
    error = float((model.fit.mse_of(coefficient) + shift**2) ** 0.5)
    quantile = float(stdtrit(model.df, (1 + rule.level) / 2))
    low, high = interval_between(value, error, quantile)
    effect = _design_effect(model.cells, coefficient, _sampling_variance(model.cells, coefficient))
    return replace(
        direct,
        value=value,
        standard_error=error,
        low=low,
        high=high,
        df=model.df,
        n_effective=direct.n / effect,
        design_effect=effect,
        model_based=True,
    )


def _with_smoothed_variance(
    direct: Estimate, cells: Smoothed, coefficient: FloatArray, rule: Rule
) -> Estimate:
    if cells.large < LEARNED_FROM or direct.value is None:
        return direct
    variance, df = _sampling_variance(cells, coefficient), cells.large - 1
    effect = _design_effect(cells, coefficient, variance)
    half = float(stdtrit(df, (1 + rule.level) / 2)) * variance**0.5
    return replace(
        direct,
        standard_error=variance**0.5,
        low=direct.value - half,
        high=direct.value + half,
        df=df,
        n_effective=direct.n / effect,
        design_effect=effect,
    )


def _design_effect(cells: Smoothed, coefficient: FloatArray, variance: float) -> float:
    """Compare with simple random samples of the same sizes in every cell."""
    simple = coefficient**2 * cells.unit_variance / np.maximum(cells.n, 1)
    return variance / float(simple[cells.n > 0].sum())


def coefficients(
    model: AreaModel, area_of: IntArray, area: int, item_weights: FloatArray
) -> FloatArray:
    r"""Give a of one larger area: each item the mean of its cells by weight, items by theirs.

    .. math:: a_{ps} = \frac{a_s}{\sum_{s'} a_{s'}} \frac{W_{ps}}{\sum_{q \in area} W_{qs}}

    Parameters
    ----------
    model
        See :func:`area_model`.
    area_of
        Number of the larger area per row of the model, negative: in none.
    area
        The larger area wanted.
    item_weights
        a_s; items without answers in the area are left out and the others scaled up.

    Returns
    -------
    FloatArray
        Rows of the model × items; they add up to 1, or are all 0.
    """
    weight = np.where((area_of == area)[:, None], model.cells.weight, 0.0)
    whole = weight.sum(axis=0)
    planned = np.where(whole > 0, item_weights, 0.0)
    each = np.divide(planned, whole, out=np.zeros_like(whole), where=whole > 0)
    total = planned.sum()
    result: FloatArray = weight * (each / total if total > 0 else each)
    return result


def _fitted(cells: Smoothed, least_areas: int) -> BoundedTwoLevel | None:
    if int((cells.n > 0).any(axis=1).sum()) < least_areas:
        return None
    try:
        return two_level_between(cells)
    except ValueError:
        return None


def _sampling_variance(cells: Smoothed, coefficient: FloatArray) -> float:
    spread = np.abs(coefficient) * np.sqrt(np.where(coefficient != 0, cells.variance, 0))
    signed = np.sign(coefficient) * spread
    own = (spread**2).sum()
    together = (signed.sum(axis=1) ** 2).sum()
    return float((1 - cells.correlation) * own + cells.correlation * together)
