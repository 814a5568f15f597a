"""What an estimate is, the choices it is made under, and its interval and design effect."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from analysis.arrays import FloatArray, IntArray
from analysis.estimation.variance import LonelyPsu, LonelyRule
from analysis.sampling.totals import PsuTotals

# Below this share of the values' own size a standard error is rounding noise, not precision.
_NOTHING = 1e-10


@dataclass(frozen=True)
class Estimate:
    """One figure and how well it is known; None where a thing is not defined.

    Attributes
    ----------
    value
        The estimate; None for a domain without weight.
    standard_error
        None if a mean's domain lies in one PSU or its values do not vary: ±0 would be a lie.
    low, high
        Ends of the t interval; None without a standard error or with fewer than 1 df.
    n, psus
        Records with a value, and PSUs they come from.
    df
        Degrees of freedom of the interval.
    design_effect
        Variance relative to a simple random sample of n records.
    n_effective
        n / design effect; of a figure that is shown, never above n.
    model_based
        Whether a model made it, with answers from elsewhere; always shown with the estimate.
    pooled
        Whether its variance is what all figures of the table share, not its own.
    """

    value: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    n: int
    psus: int
    df: int
    n_effective: float | None
    design_effect: float | None
    model_based: bool = False
    pooled: bool = False

    @property
    def cv(self) -> float | None:
        """Coefficient of variation, standard error / |estimate|; None where it is not defined."""
        if self.standard_error is None or not self.value:
            return None
        return self.standard_error / abs(self.value)


@dataclass(frozen=True)
class Inference:
    """Choices every estimate is made under.

    Attributes
    ----------
    lonely
        What a stratum with one PSU contributes, see
        :class:`analysis.estimation.variance.LonelyRule`.
    lonely_domains
        Whether it also holds for strata where one PSU of several sampled has members of the domain.
    df
        ``domain``: PSUs with members less strata with members; ``design``: all PSUs less strata; or
        a number.
    level
        Confidence level of the interval.
    replacement
        Whether the design effect compares with a simple random sample drawn with replacement.
    """

    lonely: LonelyPsu = "adjust"
    df: Literal["domain", "design"] | float = "domain"
    level: float = 0.95
    replacement: bool = True
    lonely_domains: bool = False

    @property
    def lonely_rule(self) -> LonelyRule:
        """The rule for lonely PSUs as one value."""
        return LonelyRule(self.lonely, self.lonely_domains)


STANDARD = Inference()


@dataclass(frozen=True)
class Compared:
    """What the design effect compares with, per estimate.

    Attributes
    ----------
    n
        Records with a value.
    size
        Root mean square of the values, in the unit of the estimate.
    srs_variance
        Variance of the estimate under simple random sampling of n records; NaN if not defined.
    """

    n: IntArray
    size: FloatArray
    srs_variance: FloatArray

    @classmethod
    def of(
        cls, totals: PsuTotals, domains: int, mean: FloatArray, inference: Inference
    ) -> "Compared":
        r"""Compare means with simple random samples.

        .. math:: s^2 = \frac{n}{n-1} \frac{\sum w (y-\bar y)^2}{\sum w}, \qquad
                  v = \frac{s^2}{n} \Big(1 - \frac{n}{\sum w}\Big)

        the last factor only if the comparison is with sampling without replacement.
        """
        n = totals.per_domain(totals.n, domains)
        weight = totals.per_domain(totals.w, domains)
        with np.errstate(divide="ignore", invalid="ignore"):
            square = totals.per_domain(totals.wyy, domains) / weight
            spread = np.maximum(square - mean**2, 0) * n / (n - 1)
            srs = spread / n
            if not inference.replacement:
                srs *= (weight - n) / weight
        return cls(np.rint(n).astype(np.int64), np.sqrt(square), srs)

    @classmethod
    def without_effect(cls, totals: PsuTotals, value: FloatArray) -> "Compared":
        """Compare with nothing: the design effect of a ratio is not given."""
        n = np.rint(totals.per_domain(totals.n, len(value))).astype(np.int64)
        return cls(n, np.abs(value), np.full(len(value), np.nan))

    def times(self, factor: FloatArray) -> "Compared":
        """Compare estimates multiplied by a factor."""
        return Compared(self.n, self.size * factor, self.srs_variance * factor**2)


def described(
    value: FloatArray,
    error: FloatArray,
    compared: Compared,
    *,
    psus: IntArray,
    df: FloatArray | IntArray,
    level: float,
) -> tuple[Estimate, ...]:
    r"""Estimates with their intervals and design effects.

    .. math:: R \pm t_{df} \cdot SE, \qquad deff = SE^2 / v_{SRS}, \qquad n_{eff} = n / deff

    Parameters
    ----------
    value, error
        Estimates and standard errors; NaN where not defined.
    compared
        The simple random samples they are compared with.
    psus, df
        PSUs with members, and degrees of freedom, per estimate.
    level
        Confidence level.

    Returns
    -------
    tuple of Estimate
        One per value. An error of 0, or of rounding noise, is not defined: no spread between PSUs
        is no knowledge, not certainty.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        known = error > _NOTHING * compared.size
        effect = np.where(known, error**2 / compared.srs_variance, np.nan)
        tiny = compared.srs_variance <= (_NOTHING * compared.size) ** 2
        effect[~np.isfinite(effect) | tiny] = np.nan
        half = np.where(known & (df >= 1), stdtrit(df, (1 + level) / 2) * error, np.nan)
        columns = (
            value,
            np.where(known, error, np.nan),
            value - half,
            value + half,
            compared.n / effect,
            effect,
        )
    floats = [
        [None if value != value else value for value in column.tolist()]  # noqa: PLR0124  NaN is the one value unequal to itself
        for column in columns
    ]
    counts = zip(compared.n.tolist(), psus.tolist(), df.tolist(), strict=True)
    return tuple(
        Estimate(mean, se, low, high, n, units, freedom, effective, deff)
        for (mean, se, low, high, effective, deff), (n, units, freedom) in zip(
            zip(*floats, strict=True), counts, strict=True
        )
    )
