"""Raking meets every margin, and names the category it cannot meet."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.weighting.calibration import calibrated, dummies
from analysis.weighting.raking import Margin, MarginError, raked
from tests.reference.survey_data import CASES, numbers, sample


def margin(code: Any, target: Any, name: str = "sex") -> Margin:
    categories = tuple("abcdef"[: len(target)])
    return Margin(name, categories, np.array(code), np.array(target, dtype=float))


def test_raked_weights_equal_r() -> None:
    case = CASES["D02"]
    data, _, _, weight = sample(case)
    margins = []
    for variable, targets in case["estimate"]["margins"].items():
        levels = list(targets)
        codes = [levels.index(each) for each in data[variable]]
        margins.append(margin(codes, [targets[level] for level in levels], variable))
    run = raked(weight, margins)
    expected = {each["key"]: each["est"] for each in case["expected"]}
    np.testing.assert_allclose(run.weight[:6], expected["weights_first6"], rtol=1e-8)
    assert np.dot(run.weight, numbers(data["enroll"])) == pytest.approx(expected["enroll"], 1e-8)
    np.testing.assert_allclose(run.g * weight, run.weight, rtol=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_it_equals_calibration_with_the_raking_distance(seed: int) -> None:
    random = np.random.default_rng(seed)
    code = random.integers(0, 3, 80), random.integers(0, 2, 80)
    code[0][:3], code[1][:2] = [0, 1, 2], [0, 1]
    weight = random.uniform(0.5, 3, 80)
    true = weight * np.exp(0.4 * code[0] - 0.3 * code[1])
    targets = [np.bincount(each, true) for each in code]
    run = raked(weight, [margin(c, t, n) for c, t, n in zip(code, targets, "xy", strict=True)])
    x = np.hstack([dummies(code[0], 3), dummies(code[1], 2)])
    other = calibrated(weight, x, np.concatenate(targets), distance="raking")
    np.testing.assert_allclose(run.weight, other.weight, rtol=1e-7)


def test_it_names_a_category_without_respondents() -> None:
    empty = [margin([0, 1], [1, 1], "sex"), margin([0, 0], [1, 1], "age")]
    with pytest.raises(MarginError, match="margin 'age': no respondent in category b") as caught:
        raked([1, 1], empty)
    assert (caught.value.margin, caught.value.categories) == ("age", ("b",))


def test_it_names_a_category_without_population() -> None:
    with pytest.raises(MarginError, match="no population in category b"):
        raked([1, 1], [margin([0, 1], [2, 0])])


def test_a_record_without_a_category_is_an_error() -> None:
    with pytest.raises(MarginError, match="a record has no category"):
        raked([1, 1], [margin([0, -1], [2, 0])])


def test_margins_of_different_sums_are_refused_or_rescaled_and_told() -> None:
    apart = [margin([0, 1], [1, 1], "sex"), margin([0, 1], [1, 3], "age")]
    with pytest.raises(MarginError, match="'age' does not add up to what margin 'sex' does"):
        raked([1, 1], apart)
    code = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    apart = [margin(code[0], [10, 30], "sex"), margin(code[1], [40, 40], "age")]
    run = raked(np.ones(4), apart, rescale=True)
    assert [(each.name, each.sum, each.factor) for each in run.rescaled] == [("age", 80, 0.5)]
    np.testing.assert_allclose(np.bincount(code[0], run.weight), [10, 30], rtol=1e-9)
    np.testing.assert_allclose(np.bincount(code[1], run.weight), [20, 20], rtol=1e-9)


def test_contradicting_margins_do_not_settle_and_the_worst_is_named() -> None:
    impossible = [margin([0, 1], [1, 3], "sex"), margin([0, 1], [3, 1], "age")]
    with pytest.raises(MarginError, match="did not settle in 50 rounds: margin 'sex'"):
        raked([1, 1], impossible, sweeps=50)


def test_nobody_and_no_margins_are_no_error() -> None:
    assert raked([], []).weight.tolist() == []
    assert raked([2.0], []).weight.tolist() == [2.0]
