"""All signs of a round at once: which records carry which, and whose records carry many."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import false_discovery_control

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.fieldwork.answer_patterns import (
    long_strings,
    near_duplicates,
    repeats,
    within_person_sd,
)
from analysis.fieldwork.signs import (
    InterviewerRate,
    impossible_moves,
    interviewer_rates,
    night_work,
    overlaps,
    speeders,
)
from schemas.rules.quality import QualityRules

SIGNS = ("speeder", "flat", "long_string", "repeat", "near_duplicate", "overlap", "move", "night")
"""Every sign, in the order in which reports list them."""


@dataclass(frozen=True)
class Fieldwork:
    """The interviews of a round, as quality looks at them; one entry per interview.

    Attributes
    ----------
    sequence
        Number of the record.
    interviewer
        Code of who held it.
    start
        Seconds since 1970 UTC; NaN is unknown.
    duration
        Seconds; NaN is unknown.
    local_hour
        Hour of the day at the start, 0–24; NaN is unknown.
    variant
        Code of what was asked: form version and number of services.
    answers
        Rating items in the order asked, shape (records, items); NaN is missing.
    latitude, longitude
        Where it was held, in degrees, as far as is known: the capital of its province. NaN is
        unknown.
    """

    sequence: IntArray
    interviewer: IntArray
    start: FloatArray
    duration: FloatArray
    local_hour: FloatArray
    variant: IntArray
    answers: FloatArray
    latitude: FloatArray
    longitude: FloatArray


@dataclass(frozen=True)
class Assessment:
    """Signs found, and what they say of interviewers.

    Attributes
    ----------
    signs
        For each sign, whether a record carries it, shape (records,).
    rates
        For each sign, the interviewers' rates, see
        :func:`analysis.fieldwork.signs.interviewer_rates`; their q values are those of one family,
        over all signs and interviewers.
    """

    signs: Mapping[str, BoolArray]
    rates: Mapping[str, tuple[InterviewerRate, ...]]

    @property
    def flagged(self) -> BoolArray:
        """Records with at least one sign."""
        return np.asarray(np.any(list(self.signs.values()), axis=0), dtype=np.bool_)


def assessed(fieldwork: Fieldwork, rules: QualityRules) -> Assessment:
    """Look for every sign in every record.

    Parameters
    ----------
    fieldwork
        The interviews.
    rules
        From when on something is a sign.

    Returns
    -------
    Assessment
        Interviewers with fewer interviews than the rules ask for are not tested.

    Notes
    -----
    A sign is no proof: of honest batteries of seven items some 7 % are flat, and most flat ones are
    honest. Nothing is left out of any table because of one.
    """
    hand = fieldwork.interviewer
    found = of_records(fieldwork, rules) | of_interviewers(fieldwork, rules)
    found["speeder"] = too_fast(fieldwork, rules)
    found["near_duplicate"] = near_duplicates(
        fieldwork.answers, limit=rules.near_duplicate_from, least_items=rules.items_for_matches
    )
    signs = {name: found[name] for name in SIGNS}
    busy = np.bincount(hand, minlength=1)[hand] >= rules.least_interviews
    rates = {name: interviewer_rates(sign[busy], hand[busy]) for name, sign in signs.items()}
    return Assessment(signs, _adjusted_together(rates))


def of_records(fieldwork: Fieldwork, rules: QualityRules) -> dict[str, BoolArray]:
    """Look for the signs that a record carries by itself.

    Parameters
    ----------
    fieldwork
        The interviews.
    rules
        From when on something is a sign.

    Returns
    -------
    dict of str to BoolArray
        By the name of the sign, shape (records,).
    """
    answers = fieldwork.answers
    answered = (~np.isnan(answers)).sum(axis=1)
    return {
        "flat": (within_person_sd(answers) == 0) & (answered >= rules.flat_least_answers),
        "long_string": long_strings(answers) >= rules.long_string_from,
        "night": night_work(
            fieldwork.local_hour, from_hour=rules.night_from_hour, to_hour=rules.night_to_hour
        ),
    }


def of_interviewers(fieldwork: Fieldwork, rules: QualityRules) -> dict[str, BoolArray]:
    """Look for the signs that a record carries beside others of the same interviewer.

    Parameters
    ----------
    fieldwork
        Interviews, all of each interviewer's.
    rules
        From when on something is a sign.

    Returns
    -------
    dict of str to BoolArray
        By the name of the sign, shape (records,).
    """
    hand, start = fieldwork.interviewer, fieldwork.start
    return {
        "repeat": repeats(fieldwork.answers, hand, start),
        "overlap": overlaps(hand, start, start + fieldwork.duration),
        "move": impossible_moves(
            hand,
            start,
            fieldwork.latitude,
            fieldwork.longitude,
            fastest_km_h=rules.fastest_km_h,
            slack_km=rules.move_slack_km,
        ),
    }


def too_fast(fieldwork: Fieldwork, rules: QualityRules) -> BoolArray:
    """Look for interviews far shorter than others in which as much was asked.

    Parameters
    ----------
    fieldwork
        All interviews.
    rules
        From when on something is a sign.

    Returns
    -------
    BoolArray
        Shape (records,).
    """
    return speeders(fieldwork.duration, fieldwork.variant, share=rules.speeder_share)


def _adjusted_together(
    rates: Mapping[str, tuple[InterviewerRate, ...]],
) -> dict[str, tuple[InterviewerRate, ...]]:
    """Adjust over all signs at once: an interviewer is looked at for each of them."""
    p_values = np.array([rate.p_value for found in rates.values() for rate in found])
    q_values = iter(false_discovery_control(p_values).tolist() if p_values.size else [])
    return {
        name: tuple(replace(rate, q_value=next(q_values)) for rate in found)
        for name, found in rates.items()
    }
