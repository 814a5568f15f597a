"""Means, totals, ratios, domains and lonely PSUs equal R survey."""

from typing import Any

import numpy as np
import pytest

from analysis.estimation import (
    Estimate,
    Inference,
    combinations,
    means,
    ratios,
    sums,
)
from analysis.totals import psu_totals
from analysis.variance import LonelyPsuError, covariance, linearised_means
from tests.reference.survey_data import CASES, numbers, sample

R_CHOICES = Inference(df="design", replacement=False)


def same(got: float | None, expected: float, case: dict[str, Any]) -> bool:
    # R writes the standard error of a domain within one PSU as 0; it is not defined.
    if got is None:
        return abs(expected) < 1e-9
    return got == pytest.approx(expected, rel=case["rel_tol"])


def check(case: dict[str, Any], expected: dict[str, Any], got: Estimate) -> None:
    named = {
        "est": got.value,
        "se": got.standard_error,
        "lci": got.low,
        "uci": got.high,
        "deff": got.design_effect,
        "df": got.df,
    }
    compared = [key for key in named if key in expected]
    assert {"est", "se"} <= set(compared)
    for key in compared:
        assert same(named[key], expected[key], case), (key, named[key], expected[key])


@pytest.mark.parametrize("name", ["A01", "A02", "A04", "A05", "A07", "A08", "A09"])
def test_means_and_totals_equal_r(name: str) -> None:
    case = CASES[name]
    data, design, psu, weight = sample(case)
    estimator = sums if case["estimate"]["kind"] == "total" else means
    for expected in case["expected"]:
        value = numbers(data[expected["key"]])
        totals = psu_totals(domain=np.zeros(len(psu)), psu=psu, weight=weight, value=value)
        (got,) = estimator(totals, design, domains=1, inference=R_CHOICES)
        check(case, expected, got)


def test_a_ratio_of_two_variables_equals_r() -> None:
    case = CASES["A03"]
    data, design, psu, weight = sample(case)
    totals = psu_totals(
        domain=np.zeros(len(psu)),
        psu=psu,
        weight=weight,
        value=numbers(data["api.stu"]),
        over=numbers(data["enroll"]),
    )
    (got,) = ratios(totals, design, domains=1, inference=R_CHOICES)
    check(case, case["expected"][0], got)


def test_proportions_equal_r() -> None:
    case = CASES["A06"]
    data, design, psu, weight = sample(case)
    for expected in case["expected"]:
        level = expected["key"].removeprefix("stype")
        value = np.array([float(each == level) for each in data["stype"]])
        totals = psu_totals(domain=np.zeros(len(psu)), psu=psu, weight=weight, value=value)
        (got,) = means(totals, design, domains=1, inference=R_CHOICES)
        check(case, expected, got)


def test_a_contrast_of_two_variables_equals_r() -> None:
    case = CASES["A10"]
    data, design, psu, weight = sample(case)
    totals = psu_totals(
        domain=np.repeat([0, 1], len(psu)),
        psu=np.tile(psu, 2),
        weight=np.tile(weight, 2),
        value=np.concatenate([numbers(data["api00"]), numbers(data["api99"])]),
    )
    (got,) = combinations(totals, design, group=np.array([0, 0]), coefficient=np.array([1.0, -1.0]))
    check(case, case["expected"][0], got)


@pytest.mark.parametrize("name", ["B01", "B02", "B03"])
def test_domains_equal_r(name: str) -> None:
    case = CASES[name]
    data, design, psu, weight = sample(case)
    by, variable = case["estimate"]["by"], case["estimate"]["y"]
    by = [by] if isinstance(by, str) else by
    keys = [tuple(str(row[each]) for each in by) for row in case["expected"]]
    code = {key: position for position, key in enumerate(keys)}
    domain = [code[key] for key in zip(*(data[each] for each in by), strict=True)]
    totals = psu_totals(domain=domain, psu=psu, weight=weight, value=numbers(data[variable]))
    estimator = sums if case["estimate"]["kind"] == "total" else means
    got = estimator(totals, design, domains=len(keys))
    for expected, estimate in zip(case["expected"], got, strict=True):
        check(case, {"est": expected[variable], "se": expected["se"]}, estimate)


def test_a_subpopulation_keeps_the_psus_outside_it() -> None:
    case = CASES["B04"]
    data, design, psu, weight = sample(case)
    x = numbers(data["x"])
    totals = psu_totals(domain=np.where(x > 4, 0, -1), psu=psu, weight=weight, value=x)
    (got,) = means(totals, design, domains=1)
    check(case, case["expected"][0], got)


def test_the_difference_of_two_domains_uses_their_covariance() -> None:
    case = CASES["B05"]
    expected = case["expected"][0]
    data, design, psu, weight = sample(case)
    domain = np.array(["EHM".index(each) for each in data["stype"]])
    totals = psu_totals(domain=domain, psu=psu, weight=weight, value=numbers(data["api00"]))
    (got,) = combinations(
        totals, design, group=np.zeros(3, dtype=np.int64), coefficient=np.array([1.0, -1.0, 0.0])
    )
    check(case, expected, got)
    _, linearised = linearised_means(totals, 3)
    matrix = covariance(linearised, design, domains=3)
    np.testing.assert_allclose(matrix, expected["vcov"], rtol=case["rel_tol"])


@pytest.mark.parametrize("name", ["C01", "C02", "C03", "C04"])
def test_lonely_psus_are_treated_as_r_does(name: str) -> None:
    case = CASES[name]
    data, design, psu, weight = sample(case)
    choice = case["design"]["lonely_psu"].replace("certainty", "remove")
    totals = psu_totals(
        domain=np.zeros(len(psu)), psu=psu, weight=weight, value=numbers(data["api00"])
    )
    (got,) = means(totals, design, domains=1, inference=Inference(lonely=choice))
    check(case, case["expected"][0], got)


def test_a_lonely_psu_is_named_where_it_must_not_occur() -> None:
    data, design, psu, weight = sample(CASES["C01"])
    totals = psu_totals(
        domain=np.zeros(len(psu)), psu=psu, weight=weight, value=numbers(data["api00"])
    )
    with pytest.raises(LonelyPsuError) as caught:
        means(totals, design, domains=1, inference=Inference(lonely="fail"))
    alone = {name for name in data["dnum"] if data["dnum"].count(name) == 1}
    assert set(caught.value.strata) == alone
