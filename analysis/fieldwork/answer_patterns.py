"""Patterns within and between the answers of interviews: flat, repeated, nearly identical."""

from collections.abc import Callable

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray

Shares = Callable[[FloatArray], FloatArray]
"""Gives, for each record and each other one, matches / items both answered; −1 without any."""

NEAR_DUPLICATE = 0.85
ITEMS_FOR_MATCHES = 20
_PAIRS_AT_ONCE = 4_000_000
_ONE_BY_ONE = 16
"""So many records are compared with all others directly; more at once by products of matrices."""


def within_person_sd(answers: FloatArray) -> FloatArray:
    """The spread of each record's own answers (divisor: answers − 1).

    Parameters
    ----------
    answers
        Shape (records, items), items on one scale; NaN is missing.

    Returns
    -------
    FloatArray
        Shape (records,); NaN with fewer than two answers. 0 is a flat battery.
    """
    answered = ~np.isnan(answers)
    n = answered.sum(axis=1)
    values = np.where(answered, answers, 0.0)
    mean = values.sum(axis=1) / np.maximum(n, 1)
    squares = np.where(answered, (answers - mean[:, None]) ** 2, 0.0).sum(axis=1)
    # Exactly equal answers spread by exactly nothing, whatever their mean rounds to.
    flat = np.where(answered, answers, -np.inf).max(axis=1, initial=-np.inf) == np.where(
        answered, answers, np.inf
    ).min(axis=1, initial=np.inf)
    spread = np.sqrt(np.where(flat, 0.0, squares) / np.maximum(n - 1, 1))
    return np.where(n >= 2, spread, np.nan)


def long_strings(answers: FloatArray) -> IntArray:
    """The longest run of equal consecutive answers of each record.

    Parameters
    ----------
    answers
        Shape (records, items) in the order asked; NaN is missing and breaks a run.

    Returns
    -------
    IntArray
        Shape (records,); 0 without any answer.
    """
    longest = np.zeros(answers.shape[0], dtype=np.int64)
    run = np.zeros(answers.shape[0], dtype=np.int64)
    for item in range(answers.shape[1]):
        now = answers[:, item]
        same = now == answers[:, item - 1] if item else np.zeros(now.size, dtype=np.bool_)
        run = np.where(np.isnan(now), 0, np.where(same, run + 1, 1))
        longest = np.maximum(longest, run)
    return longest


def repeats(answers: FloatArray, interviewer: IntArray, order: FloatArray) -> BoolArray:
    """Flag records whose answers all equal those of the same interviewer's record before.

    Parameters
    ----------
    answers
        Shape (records, items); NaN is missing, and equals NaN.
    interviewer
        Shape (records,).
    order
        Start times, any unit, shape (records,).

    Returns
    -------
    BoolArray
        Shape (records,). A record without an answer is never a repeat.
    """
    flagged = np.zeros(interviewer.size, dtype=np.bool_)
    row = np.lexsort((order, interviewer))
    now, before = answers[row[1:]], answers[row[:-1]]
    equal = ((now == before) | (np.isnan(now) & np.isnan(before))).all(axis=1)
    same_hand = interviewer[row[1:]] == interviewer[row[:-1]]
    flagged[row[1:]] = equal & same_hand & ~np.isnan(now).all(axis=1)
    return flagged


def percent_match(answers: FloatArray) -> FloatArray:
    """Each record's largest share of equal answers with any other record.

    Parameters
    ----------
    answers
        Codes, shape (records ≥ 2, items); NaN is missing.

    Returns
    -------
    FloatArray
        Matches / items both answered, maximum over all other records, shape (records,); NaN if no
        other record answered any of the same items.

    Notes
    -----
    Of use only with 20 items or more (see :func:`near_duplicates`), and then as a reason to ask
    again: honest interviews reach 85 % too.

    References
    ----------
    Kuriakose & Robbins (2016), Statistical Journal of the IAOS 32; Simmons et al. (2016), Pew
    Research Center, on false alarms.
    """
    best = np.full(answers.shape[0], np.nan)
    if np.isnan(answers).all():
        return best
    shares_of = _by_products(answers)
    size = max(1, _PAIRS_AT_ONCE // answers.shape[0])
    for first in range(0, answers.shape[0], size):
        rows = slice(first, first + size)
        share = shares_of(answers[rows])
        own = np.arange(share.shape[0])
        share[own, first + own] = -1.0
        found = share.max(axis=1)
        best[rows] = np.where(found < 0, np.nan, found)
    return best


def near_duplicates(
    answers: FloatArray, *, limit: float = NEAR_DUPLICATE, least_items: int = ITEMS_FOR_MATCHES
) -> BoolArray:
    """Flag records that match some other one almost completely.

    Parameters
    ----------
    answers
        Codes, shape (records, items); NaN is missing.
    limit
        Share of equal answers from which a record is flagged.
    least_items
        With fewer items nothing is flagged, and no record that answered fewer.

    Returns
    -------
    BoolArray
        Shape (records,). With few items chance alone matches.
    """
    flagged = np.zeros(answers.shape[0], dtype=np.bool_)
    enough = (~np.isnan(answers)).sum(axis=1) >= least_items
    if enough.sum() >= 2:
        flagged[enough] = percent_match(answers[enough]) >= limit
    return flagged


def twins(
    answers: FloatArray, others: FloatArray, *, limit: float, least_items: int
) -> tuple[IntArray, IntArray]:
    """Count how many records of another set each record matches almost completely, and back.

    Parameters
    ----------
    answers, others
        Codes, shapes (records, items) and (others, items); NaN is missing.
    limit
        Share of equal answers from which two records are twins.
    least_items
        No record that answered fewer has one.

    Returns
    -------
    tuple of IntArray
        Shapes (records,) and (others,). A record that stands in both sets is its own twin.
    """
    forth = np.zeros(answers.shape[0], dtype=np.int64)
    back = np.zeros(others.shape[0], dtype=np.int64)
    long = _long(answers, least_items)
    others_long = _long(others, least_items) if long.size else long
    if others_long.size:
        compared = _directly if long.size <= _ONE_BY_ONE else _by_products
        shares_of = compared(others[others_long])
        size = max(1, _PAIRS_AT_ONCE // others_long.size)
        for first in range(0, long.size, size):
            rows = long[first : first + size]
            agree = shares_of(answers[rows]) >= limit
            forth[rows] = agree.sum(axis=1)
            back[others_long] += agree.sum(axis=0)
    return forth, back


def _long(answers: FloatArray, least_items: int) -> IntArray:
    """Give the rows of the records that answered enough to be compared."""
    return np.flatnonzero((~np.isnan(answers)).sum(axis=1) >= least_items)


def _directly(others: FloatArray) -> Shares:
    """Compare with ``others`` one record at a time."""
    answered = ~np.isnan(others)

    def shares(answers: FloatArray) -> FloatArray:
        both = np.stack([answered[:, ~np.isnan(row)].sum(axis=1) for row in answers])
        matches = np.stack([(others == row).sum(axis=1) for row in answers])
        return _divided(matches, both)

    return shares


def _by_products(others: FloatArray) -> Shares:
    """Compare with ``others`` many records at once: a column for each item and code."""
    codes = np.unique(others[~np.isnan(others)])

    def laid_out(answers: FloatArray) -> tuple[FloatArray, FloatArray]:
        hot = np.concatenate([answers == code for code in codes], axis=1)
        return (~np.isnan(answers)).astype(np.float32), hot.astype(np.float32)

    answered, hot = laid_out(others)

    def shares(answers: FloatArray) -> FloatArray:
        own_answered, own_hot = laid_out(answers)
        return _divided(own_hot @ hot.T, own_answered @ answered.T)

    return shares


def _divided(matches: FloatArray | IntArray, both: FloatArray | IntArray) -> FloatArray:
    """Divide where both answered something, else give −1."""
    whole = np.asarray(both, dtype=np.float64)
    return np.divide(matches, whole, out=np.full_like(whole, -1.0), where=whole > 0)
