"""All signs at once: each planted fault is found, and by its own sign."""

import numpy as np
import pytest

from analysis.fieldwork.assessment import SIGNS, Assessment, Fieldwork, assessed
from schemas.rules.quality import quality_rules

RECORDS, ITEMS = 400, 24
ANKARA, VAN = (39.93, 32.86), (38.49, 43.38)


def honest(seed: int = 1) -> Fieldwork:
    """Twenty interviewers, twenty interviews each, one an hour from nine o'clock on."""
    random = np.random.default_rng(seed)
    number = np.arange(RECORDS)
    return Fieldwork(
        sequence=number + 1,
        interviewer=number % 20,
        start=number // 20 * 3600.0,
        duration=random.normal(900, 60, RECORDS),
        local_hour=9 + number // 20 % 8 * 1.0,
        variant=np.zeros(RECORDS, dtype=np.int64),
        answers=random.integers(1, 6, (RECORDS, ITEMS)) * 1.0,
        latitude=np.full(RECORDS, ANKARA[0]),
        longitude=np.full(RECORDS, ANKARA[1]),
    )


def found(fieldwork: Fieldwork) -> Assessment:
    return assessed(fieldwork, quality_rules())


def test_honest_work_carries_no_sign() -> None:
    assessment = found(honest())
    assert tuple(assessment.signs) == SIGNS
    assert not assessment.flagged.any()


@pytest.mark.parametrize("sign", ["speeder", "flat", "night", "overlap", "move", "repeat"])
def test_a_planted_fault_is_found_by_its_sign(sign: str) -> None:
    fieldwork = honest()
    guilty = np.flatnonzero(fieldwork.interviewer == 3)
    match sign:
        case "speeder":
            fieldwork.duration[guilty] = 200
        case "flat":
            fieldwork.answers[guilty, :] = np.arange(guilty.size)[:, None] % 5 + 1
        case "night":
            fieldwork.local_hour[guilty] = 2
        case "overlap":
            fieldwork.start[guilty] = 10.0 * np.arange(guilty.size)
        case "move":
            fieldwork.latitude[guilty[::2]], fieldwork.longitude[guilty[::2]] = VAN
        case "repeat":
            fieldwork.answers[guilty[1:]] = fieldwork.answers[guilty[0]]
    assessment = found(fieldwork)
    assert assessment.signs[sign][guilty].sum() >= guilty.size - 1
    assert not assessment.signs[sign][fieldwork.interviewer != 3].any()
    worst = assessment.rates[sign][0]
    assert worst.interviewer == 3
    assert worst.q_value < 0.001


def test_interviewers_with_few_interviews_are_not_tested() -> None:
    fieldwork = honest()
    fieldwork.interviewer[:3] = 99
    rates = found(fieldwork).rates["speeder"]
    assert 99 not in {rate.interviewer for rate in rates}


def test_no_records_give_no_signs() -> None:
    none = np.zeros(0)
    number = none.astype(np.int64)
    empty = Fieldwork(number, number, none, none, none, number, np.zeros((0, ITEMS)), none, none)
    assessment = found(empty)
    assert assessment.flagged.size == 0
    assert all(rates == () for rates in assessment.rates.values())
