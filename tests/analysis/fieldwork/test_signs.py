"""Signs in times, places and rates; each flagged where it should be, and nowhere else."""

import numpy as np
import pytest

from analysis.fieldwork.signs import (
    impossible_moves,
    interviewer_rates,
    night_work,
    overlaps,
    speeders,
)

NAN = np.nan


def test_a_speeder_is_fast_for_its_own_variant() -> None:
    duration = np.array([100.0, 100, 100, 39, 1000, 1000, 390, NAN])
    variant = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    assert np.flatnonzero(speeders(duration, variant)).tolist() == [3, 6]


def test_an_interview_inside_a_longer_one_overlaps_even_if_not_its_neighbour() -> None:
    start = np.array([0.0, 10, 50, 120, 20])
    end = np.array([100.0, 20, 60, 130, NAN])
    hand = np.array([1, 1, 1, 1, 1])
    assert overlaps(hand, start, end).tolist() == [False, True, True, False, False]
    assert not overlaps(np.arange(5), start, end).any()


def test_nobody_is_in_ankara_and_van_within_the_hour() -> None:
    start = np.array([0.0, 3600, 3600 * 30, NAN])
    latitude, longitude = np.array([39.93, 38.50, 39.93, 0]), np.array([32.86, 43.38, 32.86, 0])
    hand = np.zeros(4, dtype=np.int64)
    found = impossible_moves(hand, start, latitude, longitude)
    assert found.tolist() == [False, True, False, False]
    assert not impossible_moves(np.arange(4), start, latitude, longitude).any()


def test_the_night_passes_midnight() -> None:
    hours = np.array([21.9, 22.0, 0.5, 6.9, 7.0, NAN])
    assert night_work(hours).tolist() == [False, True, True, True, False, False]
    assert night_work(hours, from_hour=0, to_hour=6).tolist() == [False, False, True] + [False] * 3


def test_one_interviewer_with_many_flags_stands_out() -> None:
    random = np.random.default_rng(1)
    interviewer = np.repeat(np.arange(20), 50)
    flagged = random.random(1000) < 0.02
    flagged[interviewer == 13] = random.random(50) < 0.4
    worst, *others = interviewer_rates(flagged, interviewer)
    assert worst.interviewer == 13
    assert worst.q_value < 1e-6
    assert worst.others == pytest.approx(flagged[interviewer != 13].mean())
    assert all(other.q_value > 0.05 for other in others)


def test_rates_of_nobody_and_of_one_alone() -> None:
    none = np.array([], dtype=np.int64)
    assert interviewer_rates(none.astype(bool), none) == ()
    (alone,) = interviewer_rates(np.array([True, False]), np.array([3, 3]))
    assert (alone.share, alone.others, alone.p_value) == (0.5, None, 1.0)
