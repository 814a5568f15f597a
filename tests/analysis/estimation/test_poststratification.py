"""The variance after post-stratification is that of the weights' own influence."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation.estimation import Inference, means
from analysis.estimation.poststratification import calibrators_of
from analysis.estimation.residuals import Adjustment, CrossSums
from analysis.sampling.design import Design
from analysis.sampling.totals import psu_totals
from analysis.weighting.design_weights import Cell, Respondents, poststratified
from tests.reference.survey_data import CASES, numbers, sample

PLAIN = Inference(lonely="remove")


def respondents_of(cells: list[Cell], weight: Any) -> dict[Cell, Respondents]:
    found: dict[Cell, Respondents] = {}
    for cell, d in zip(cells, weight, strict=True):
        held = found.get(cell, Respondents(0, 0.0, 0.0))
        found[cell] = Respondents(held.n + 1, held.base + d, held.base_squared + d * d)
    return found


def cross_sums(code: Any, base: Any, value: Any) -> CrossSums:
    """Add all records with a value up as one domain."""
    known = ~np.isnan(value)
    size = int(code.max()) + 1
    return CrossSums(
        domain=np.zeros(size, dtype=np.int64),
        variable=np.arange(size),
        x=np.bincount(code[known], base[known], size),
        xy=np.bincount(code[known], (base * value)[known], size),
    )


def error_of(
    cells: list[Cell], margins: Any, base: Any, value: Any, *, psu: Any, least: int
) -> Any:
    """Estimate a mean as the index table does."""
    respondents = respondents_of(cells, base)
    run = poststratified(respondents, margins, least=least)
    order = list(respondents)
    code = np.array([order.index(cell) for cell in cells])
    g = np.array([run.factors[cell] for cell in cells])
    psus = int(psu.max()) + 1
    design = Design(("s",), np.zeros(psus, dtype=np.int64), np.zeros(1))
    calibrators = calibrators_of(
        run, respondents, cells=order, psu=psu, cell=code, base=base, psus=psus
    )
    totals = psu_totals(domain=np.zeros(len(psu)), psu=psu, weight=g * base, value=value)
    made = Adjustment(calibrators, cross_sums(code, base, value))
    (got,) = means(totals, design, domains=1, inference=PLAIN, calibration=made)
    return got, design


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.sampled_from(["ab", "ab-"]))
def test_a_change_of_a_base_weight_has_the_influence_the_variance_counts(
    seed: int, least: int, sexes: str
) -> None:
    random = np.random.default_rng(seed)
    n = 30
    provinces = ["06", "34", "99"]
    cells: list[Cell] = [
        (provinces[p], sexes[s].strip("-"), "xyz"[a])
        for p, s, a in zip(
            random.integers(0, 3, n),
            random.integers(0, len(sexes), n),
            random.integers(0, 3, n),
            strict=True,
        )
    ]
    margins = {
        (p, s, a): float(random.integers(50, 500))
        for p in ("06", "34")
        for s in "ab"
        for a in "xyz"
    }
    base, value = random.uniform(0.5, 3, n), random.normal(50, 20, n)
    value[random.random(n) < 0.3] = np.nan
    value[0] = 50.0
    psu = random.integers(0, 8, n)
    psu[:8] = np.arange(8)

    def mean(d: Any) -> float:
        # Counts decide what is merged, so only the weights change.
        run = poststratified(respondents_of(cells, d), margins, least=least)
        w = d * np.array([run.factors[cell] for cell in cells])
        known = ~np.isnan(value)
        return float(w[known] @ value[known] / w[known].sum())

    influence = np.zeros(n)
    for record in range(n):
        step = np.zeros(n)
        step[record] = 1e-5 * base[record]
        influence[record] = (mean(base + step) - mean(base - step)) / 2e-5
    got, _ = error_of(cells, margins, base, value, psu=psu, least=least)
    by_psu = np.bincount(psu, influence, 8)
    expected = float(np.sqrt(8 / 7 * ((by_psu - by_psu.mean()) ** 2).sum()))
    assert (got.standard_error or 0.0) == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_it_equals_r_where_all_categories_are_known() -> None:
    case = CASES["D01"]
    data, design, psu, weight = sample(case)
    cells: list[Cell] = [("", level, "") for level in data["stype"]]
    respondents = respondents_of(cells, weight)
    margins = {("", k, ""): float(v) for k, v in case["estimate"]["margins"]["stype"].items()}
    run = poststratified(respondents, margins, least=1)
    order = list(respondents)
    code = np.array([order.index(cell) for cell in cells])
    value = numbers(data["api00"])
    g = np.array([run.factors[cell] for cell in cells])
    made = Adjustment(
        calibrators_of(
            run, respondents, cells=order, psu=psu, cell=code, base=weight,
            psus=len(design.stratum),
        ),
        cross_sums(code, weight, value),
    )  # fmt: skip
    totals = psu_totals(domain=np.zeros(len(psu)), psu=psu, weight=g * weight, value=value)
    (got,) = means(totals, design, domains=1, calibration=made)
    expected = case["expected"][1]
    assert got.value == pytest.approx(expected["est"], rel=1e-9)
    assert got.standard_error == pytest.approx(expected["se"], rel=1e-7)


def test_a_province_without_margins_keeps_its_whole_variance() -> None:
    cells: list[Cell] = [("99", "a", "x")] * 4 + [("99", "b", "y")] * 4
    base, value, psu = np.ones(8), np.arange(8.0), np.arange(8) // 2
    got, design = error_of(cells, {}, base, value, psu=psu, least=1)
    totals = psu_totals(domain=np.zeros(8), psu=psu, weight=base, value=value)
    (plain,) = means(totals, design, domains=1, inference=PLAIN)
    assert got.standard_error == pytest.approx(plain.standard_error)
