"""The one gate: nothing is shown, exported or printed that has not passed here."""

from dataclasses import dataclass
from typing import Literal

from analysis.estimation import Estimate
from analysis.precision import precision_of
from schemas.thresholds import Precision, Thresholds

Suppression = Literal[
    "too_few_answers", "too_few_units", "too_few_services", "all_alike", "protects_others"
]
ALIKE = (0.0, 100.0)
"""Shares that say the same of every single respondent."""


@dataclass(frozen=True)
class Release:
    """What may be published of an estimate: the estimate, or the reason why not."""

    estimate: Estimate | None
    suppressed: Suppression | None
    precision: Precision | None


def released(
    estimate: Estimate,
    limits: Thresholds,
    *,
    share: bool = False,
    coverage: float = 1.0,
    protects_others: bool = False,
) -> Release:
    """Decide whether an estimate may be published.

    Parameters
    ----------
    estimate
        The estimate as computed.
    limits
        The thresholds in force.
    share
        Whether the figure is a percentage of people, which needs more answers than a mean; one
        that a model made needs no more.
    coverage
        For a composite, the share of its services (by weight) that have answers.
    protects_others
        Whether a smaller figure could be computed from this one, see
        :mod:`analysis.suppression`.

    Returns
    -------
    Release
        With the estimate untouched, or without it and with the reason. Without an interval it says
        at most a direction.

    Notes
    -----
    Answers and PSUs: own defaults, stricter than Law 5429 art. 13. The width of the interval
    decides, not the coefficient of variation: on a scale that ends at both sides that would hide
    the dissatisfied places and show the satisfied ones.
    """
    reason = _reason(estimate, limits, share=share, coverage=coverage)
    if reason is None and protects_others:
        reason = "protects_others"
    if reason:
        return Release(None, reason, None)
    return Release(estimate, None, precision_of(estimate.low, estimate.high, limits))


def released_count(count: int, limits: Thresholds) -> int | None:
    """Give a number of interviews or answers, or None if it is small but not zero."""
    return None if 0 < count < limits.suppress_below_answers else count


def _reason(
    estimate: Estimate, limits: Thresholds, *, share: bool, coverage: float
) -> Suppression | None:
    strict = share and not estimate.model_based
    least = limits.suppress_shares_below_answers if strict else limits.suppress_below_answers
    if estimate.value is None or estimate.n < least:
        return "too_few_answers"
    if estimate.psus < limits.suppress_below_psus:
        return "too_few_units"
    if coverage < limits.composite_needs_share_of_services:
        return "too_few_services"
    if share and estimate.value in ALIKE and estimate.n < limits.suppress_all_alike_below_answers:
        return "all_alike"
    return None
