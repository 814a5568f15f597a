"""Signs that interviews were not held as they should be; signs, never verdicts.

Nothing here removes a record: every table can be made with and without flagged ones.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, false_discovery_control

from analysis.arrays import BoolArray, FloatArray, IntArray, count_by

SPEEDER_SHARE = 0.4
EARTH_KM = 6371.0


@dataclass(frozen=True)
class InterviewerRate:
    """How often one interviewer's records carry a flag, tested against all others.

    Attributes
    ----------
    interviewer
        Code.
    flagged, n
        Flagged records of all of this interviewer's.
    share
        flagged / n.
    others
        Share flagged among everybody else's records; None without others.
    p_value, q_value
        One-sided binomial test of a higher rate, and Benjamini–Hochberg over interviewers.
    """

    interviewer: int
    flagged: int
    n: int
    share: float
    others: float | None
    p_value: float
    q_value: float


def speeders(duration: FloatArray, variant: IntArray, *, share: float = SPEEDER_SHARE) -> BoolArray:
    """Flag interviews shorter than a share of the median of their form variant.

    Parameters
    ----------
    duration
        Seconds, shape (records,); NaN is unknown and never flagged.
    variant
        Code of what was asked (form version, number of services), shape (records,).
    share
        Of the median.

    Returns
    -------
    BoolArray
        Shape (records,).
    """
    flagged = np.zeros(duration.size, dtype=np.bool_)
    for code in np.unique(variant):
        own = variant == code
        known = own & ~np.isnan(duration)
        if known.any():
            flagged |= known & (duration < share * np.median(duration[known]))
    return flagged


def overlaps(interviewer: IntArray, start: FloatArray, end: FloatArray) -> BoolArray:
    """Flag interviews that began before an earlier one of the same interviewer had ended.

    Parameters
    ----------
    interviewer
        Shape (records,).
    start, end
        Seconds, shape (records,); NaN is unknown and never flagged.

    Returns
    -------
    BoolArray
        Shape (records,).
    """
    flagged = np.zeros(start.size, dtype=np.bool_)
    for rows in _by_hand(interviewer, start, known=~np.isnan(start) & ~np.isnan(end)):
        latest_end = np.maximum.accumulate(end[rows])
        flagged[rows[1:]] = start[rows[1:]] < latest_end[:-1]
    return flagged


def impossible_moves(
    interviewer: IntArray,
    start: FloatArray,
    latitude: FloatArray,
    longitude: FloatArray,
    *,
    fastest_km_h: float = 150.0,
    slack_km: float = 1.0,
) -> BoolArray:
    """Flag interviews too far from the same interviewer's last place for the time between.

    Parameters
    ----------
    interviewer
        Shape (records,).
    start
        Seconds, shape (records,).
    latitude, longitude
        Degrees, shape (records,); NaN is unknown, and the record is passed over.
    fastest_km_h
        Speed that nobody keeps up on the road.
    slack_km
        Distance that position errors can explain.

    Returns
    -------
    BoolArray
        Shape (records,).
    """
    flagged = np.zeros(start.size, dtype=np.bool_)
    known = ~(np.isnan(start) | np.isnan(latitude) | np.isnan(longitude))
    for rows in _by_hand(interviewer, start, known=known):
        there, here = rows[:-1], rows[1:]
        distance = _great_circle_km(
            latitude[there], longitude[there], latitude[here], longitude[here]
        )
        hours = (start[here] - start[there]) / 3600
        flagged[here] = distance > slack_km + fastest_km_h * hours
    return flagged


def night_work(
    local_hour: FloatArray, *, from_hour: float = 22.0, to_hour: float = 7.0
) -> BoolArray:
    """Flag interviews begun at night.

    Parameters
    ----------
    local_hour
        Local hour of the start, 0 to 24, shape (records,); NaN is never flagged.
    from_hour, to_hour
        The night; it may pass midnight.

    Returns
    -------
    BoolArray
        Shape (records,).
    """
    if from_hour <= to_hour:
        return (local_hour >= from_hour) & (local_hour < to_hour)
    return (local_hour >= from_hour) | (local_hour < to_hour)


def interviewer_rates(flagged: BoolArray, interviewer: IntArray) -> tuple[InterviewerRate, ...]:
    """Test each interviewer's rate of flags against everybody else's.

    Parameters
    ----------
    flagged
        Shape (records,).
    interviewer
        Codes, shape (records,).

    Returns
    -------
    tuple of InterviewerRate
        One per code that occurs, smallest q value first.

    Notes
    -----
    One-sided binomial test with the others' rate as given; Benjamini–Hochberg over interviewers.
    If nobody else has a flag, the others' rate is taken as half a flag.
    """
    size = int(interviewer.max(initial=-1)) + 1
    n, hits = count_by(interviewer, size), count_by(interviewer[flagged], size)
    seen = np.flatnonzero(n)
    rest, rest_hits = n.sum() - n[seen], hits.sum() - hits[seen]
    rate = np.maximum(rest_hits, 0.5) / np.maximum(rest, 1)
    p_values = np.where(rest > 0, binom.sf(hits[seen] - 1, n[seen], np.minimum(rate, 1.0)), 1.0)
    q_values = false_discovery_control(p_values) if seen.size else p_values
    rates = (
        InterviewerRate(
            interviewer=int(code),
            flagged=int(hits[code]),
            n=int(n[code]),
            share=float(hits[code] / n[code]),
            others=float(rest_hits[i] / rest[i]) if rest[i] else None,
            p_value=float(p_values[i]),
            q_value=float(q_values[i]),
        )
        for i, code in enumerate(seen)
    )
    return tuple(sorted(rates, key=lambda rate: (rate.q_value, rate.p_value, rate.interviewer)))


def _by_hand(interviewer: IntArray, start: FloatArray, *, known: BoolArray) -> list[IntArray]:
    """Rows of each interviewer in the order of their start."""
    rows = np.flatnonzero(known)
    rows = rows[np.lexsort((start[rows], interviewer[rows]))]
    changes = np.flatnonzero(np.diff(interviewer[rows])) + 1
    return np.split(rows, changes) if rows.size else []


def _great_circle_km(
    from_latitude: FloatArray,
    from_longitude: FloatArray,
    to_latitude: FloatArray,
    to_longitude: FloatArray,
) -> FloatArray:
    """Distance on a sphere (haversine)."""
    first, second = np.radians(from_latitude), np.radians(to_latitude)
    across = np.radians(to_longitude - from_longitude)
    chord = (
        np.sin((second - first) / 2) ** 2 + np.cos(first) * np.cos(second) * np.sin(across / 2) ** 2
    )
    result: FloatArray = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return result
