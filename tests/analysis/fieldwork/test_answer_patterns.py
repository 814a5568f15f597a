"""Patterns of answers against plain loops."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.fieldwork.answer_patterns import (
    long_strings,
    near_duplicates,
    percent_match,
    repeats,
    within_person_sd,
)

NAN = np.nan
ANSWERS = arrays(np.float64, (6, 5), elements=st.sampled_from([1.0, 2.0, 3.0, NAN]))


@given(ANSWERS)
def test_percent_match_is_the_best_of_all_pairs(answers: np.ndarray) -> None:
    found = percent_match(answers)
    for i, own in enumerate(answers):
        shares = []
        for j, other in enumerate(answers):
            both = ~np.isnan(own) & ~np.isnan(other)
            if i != j and both.any():
                shares.append(np.mean(own[both] == other[both]))
        if shares:
            assert found[i] == max(shares)
        else:
            assert np.isnan(found[i])


@given(ANSWERS)
def test_a_long_string_is_the_longest_run(answers: np.ndarray) -> None:
    for own, found in zip(answers, long_strings(answers), strict=True):
        best = run = 0
        before = NAN
        for now in own:
            run = 0 if np.isnan(now) else run + 1 if now == before else 1
            best, before = max(best, run), now
        assert found == best


@given(ANSWERS)
def test_the_spread_is_the_standard_deviation_of_the_answers_given(answers: np.ndarray) -> None:
    for own, found in zip(answers, within_person_sd(answers), strict=True):
        given_ = own[~np.isnan(own)]
        if given_.size < 2:
            assert np.isnan(found)
        else:
            np.testing.assert_allclose(found, given_.std(ddof=1), atol=1e-12)
            assert (found == 0) == (len(set(given_)) == 1)


def test_a_repeat_follows_its_model_by_the_same_hand() -> None:
    answers = np.array([[1.0, NAN], [1.0, NAN], [1.0, NAN], [2.0, 3.0], [NAN, NAN], [NAN, NAN]])
    interviewer = np.array([7, 8, 7, 7, 8, 8])
    order = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert np.flatnonzero(repeats(answers, interviewer, order)).tolist() == [2]


def test_few_items_make_no_near_duplicates() -> None:
    same = np.ones((3, 20))
    assert near_duplicates(same).all()
    assert not near_duplicates(same[:, :19]).any()
    assert not near_duplicates(same[:1]).any()
