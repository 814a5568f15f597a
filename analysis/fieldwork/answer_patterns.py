"""Patterns within and between the answers of interviews: flat, repeated, nearly identical."""

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray

NEAR_DUPLICATE = 0.85
ITEMS_FOR_MATCHES = 20
_PAIRS_AT_ONCE = 4_000_000


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
    answered = (~np.isnan(answers)).astype(np.float32)
    codes = np.unique(answers[~np.isnan(answers)])
    if codes.size == 0:
        return np.full(answers.shape[0], np.nan)
    hot = np.concatenate([answers == code for code in codes], axis=1).astype(np.float32)
    best = np.full(answers.shape[0], np.nan)
    size = max(1, _PAIRS_AT_ONCE // answers.shape[0])
    for first in range(0, answers.shape[0], size):
        rows = slice(first, first + size)
        both = (answered[rows] @ answered.T).astype(np.float64)
        matches = (hot[rows] @ hot.T).astype(np.float64)
        own = np.arange(both.shape[0])
        both[own, first + own] = 0
        share = np.divide(matches, both, out=np.full_like(both, -1.0), where=both > 0)
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
