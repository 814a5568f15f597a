"""The one gate: nothing is shown, exported or printed that has not passed here.

Who counts in a figure is decided before, by :mod:`analysis.disclosure.groups`. Here it is decided
whether the figure may be said, and with how many digits.
"""

from dataclasses import dataclass, replace
from typing import Literal

from analysis.cluster_variance.precision import precision_of
from analysis.estimation.estimation import Estimate
from schemas.rules.thresholds import Precision, Thresholds

Suppression = Literal[
    "too_few_answers", "too_few_units", "too_few_services", "all_alike",
    "counts_with_others", "waits_for_others",
]  # fmt: skip
Bound = Literal["at_least", "at_most"]
ALIKE = (0.0, 100.0)
"""Shares that say the same of every single respondent."""
TO_NEAREST = 5
"""Numbers of people are told in steps of so many."""


@dataclass(frozen=True)
class Release:
    """What may be published of an estimate: the estimate, or the reason why not."""

    estimate: Estimate | None
    suppressed: Suppression | None
    precision: Precision | None
    bound: Bound | None = None
    """Whether the value is only the end of where it may lie."""


def released(
    estimate: Estimate,
    limits: Thresholds,
    *,
    share: bool = False,
    coverage: float = 1.0,
    bounded: bool = False,
) -> Release:
    """Decide whether an estimate may be published.

    Parameters
    ----------
    estimate
        The estimate as computed, of whole groups.
    limits
        The thresholds in force.
    share
        Whether the figure is a percentage of people, which needs more answers than a mean; one
        that a model made needs no more.
    coverage
        For a composite, the share of its services (by weight) that have answers.
    bounded
        Whether it is a mean between 0 and 100: near an end, of few answers, it would say nearly the
        same of everybody, and only the bound is told.

    Returns
    -------
    Release
        With the estimate, or without it and with the reason. Without an interval it says
        at most a direction.

    Notes
    -----
    Answers and PSUs: own defaults, stricter than Law 5429 art. 13. The width of the interval
    decides, not the coefficient of variation: on a scale that ends at both sides that would hide
    the dissatisfied places and show the satisfied ones.
    """
    reason = _reason(estimate, limits, share=share, coverage=coverage)
    if reason:
        return Release(None, reason, None)
    shown, bound = _bounded(estimate, limits) if bounded and not share else (estimate, None)
    # By the ends as they are printed: a reader takes one from the other.
    ends = printed_value(shown.low), printed_value(shown.high)
    return Release(shown, None, precision_of(*ends, limits), bound)


def released_count(count: int, limits: Thresholds) -> int | None:
    """A number of people to the nearest five, or None if it is small but not zero."""
    if 0 < count < limits.suppress_below_answers:
        return None
    return TO_NEAREST * ((count + TO_NEAREST // 2) // TO_NEAREST)


def printed_value(value: float | None) -> float | None:
    """A figure with the one decimal that every door prints, never a minus zero."""
    return None if value is None else round(value, 1) + 0.0


def _bounded(estimate: Estimate, limits: Thresholds) -> tuple[Estimate, Bound | None]:
    low, high = limits.bound_from_end, 100 - limits.bound_from_end
    value = estimate.value
    if value is None or estimate.n >= limits.bounds_below_answers or low <= value <= high:
        return estimate, None
    end: Bound = "at_least" if value > high else "at_most"
    told = high if value > high else low
    return (
        replace(
            estimate,
            value=told,
            low=None if estimate.low is None else min(estimate.low, told),
            high=None if estimate.high is None else max(estimate.high, told),
        ),
        end,
    )


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
