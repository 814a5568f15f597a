"""How sure a figure is, by the width of its interval alone."""

from schemas.rules.thresholds import Precision, Thresholds

NO_FINDING: Precision = "direction_only"
"""Wider than every class: it says at most which way things lie, and has no rank."""


def precision_of(low: float | None, high: float | None, limits: Thresholds) -> Precision:
    """The class of precision of an interval.

    Parameters
    ----------
    low, high
        Ends of the interval on a scale of 100 points; None if there is none.
    limits
        The thresholds in force: the widest interval of each class.

    Returns
    -------
    str
        ``good``, ``fair``, ``wide``, or ``direction_only``.

    Notes
    -----
    The width already holds the number of answers, their clustering and their spread: a limit on
    answers beside it would call figures unsure that are not.
    """
    if low is None or high is None:
        return NO_FINDING
    width = high - low
    for name, widest in limits.precision_classes.items():
        if width <= widest:
            return name
    return NO_FINDING


def is_finding(low: float | None, high: float | None, limits: Thresholds) -> bool:
    """Tell whether an interval is narrow enough to be read as a figure, and to be ranked."""
    return precision_of(low, high, limits) != NO_FINDING
