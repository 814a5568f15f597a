"""The interviewer effect: found where there is one, nothing where there is none."""

import numpy as np
import pytest

from analysis.fieldwork.interviewers import interviewer_effect


def test_it_finds_the_share_it_was_drawn_with() -> None:
    random = np.random.default_rng(1)
    interviewer = np.repeat(np.arange(400), 50)
    answers = random.normal(size=400)[interviewer] * 0.5 + random.normal(size=20_000)
    found = interviewer_effect(answers, interviewer)
    assert found.icc == pytest.approx(0.2, abs=0.04)
    assert found.design_effect == pytest.approx(1 + 49 * found.icc)
    assert (found.interviewers, found.n) == (400, 20_000)


def test_balanced_groups_give_the_analysis_of_variance() -> None:
    random = np.random.default_rng(2)
    answers = random.normal(size=(12, 1)) + random.normal(size=(12, 7))
    between = 7 * answers.mean(axis=1).var(ddof=1)
    within = ((answers - answers.mean(axis=1, keepdims=True)) ** 2).sum() / (12 * 6)
    found = interviewer_effect(answers.ravel(), np.repeat(np.arange(12), 7))
    assert found.within == pytest.approx(within, rel=1e-5)
    assert found.between == pytest.approx((between - within) / 7, rel=1e-4)


def test_interviewers_who_agree_have_no_effect() -> None:
    answers = np.tile([1.0, 2.0, 3.0], 5)
    found = interviewer_effect(answers, np.repeat(np.arange(5), 3))
    assert found.between == pytest.approx(0, abs=1e-5)
    assert found.design_effect == pytest.approx(1, abs=1e-5)


def test_gaps_are_left_out_and_too_little_is_refused_in_words() -> None:
    answers = np.array([1.0, np.nan, 2.0, 4.0])
    assert interviewer_effect(answers, np.array([0, 0, 1, 1])).n == 3
    with pytest.raises(ValueError, match="two interviewers"):
        interviewer_effect(answers, np.zeros(4, dtype=np.int64))
    with pytest.raises(ValueError, match="two interviewers"):
        interviewer_effect(np.array([]), np.array([], dtype=np.int64))
