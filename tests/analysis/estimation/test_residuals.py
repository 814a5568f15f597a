"""The variance after calibration equals R, from records and from totals alike."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimation.estimation import Inference, combinations, means, ratios, sums
from analysis.estimation.residuals import adjustment
from analysis.sampling.totals import psu_totals, recoded
from analysis.weighting.calibration import calibrated, dummies
from tests.analysis.samples import DOMAINS, Sample, samples

PLAIN = Inference(lonely="remove")


def prepared(drawn: Sample, seed: int) -> dict[str, Any]:
    """Calibrate a sample on two groups and a quantity."""
    random = np.random.default_rng(seed)
    design, psu = drawn.design()
    n = len(psu)
    x = np.c_[dummies(random.integers(0, 2, n), 2), random.uniform(1, 9, n)]
    totals = x.T @ (drawn.weight * random.uniform(0.8, 1.4, n))
    run = calibrated(drawn.weight, x, totals, distance="raking")
    return {"design": design, "psu": psu, "x": x, "run": run, "over": random.uniform(1, 3, n)}


def slow_error(z: Any, drawn: Sample, its: dict[str, Any]) -> float:
    """Residuals record by record, then the variance of their PSU totals."""
    d, x, run = drawn.weight, its["x"], its["run"]
    slope = np.linalg.pinv((x * d[:, None]).T @ x) @ (x.T @ (d * z))
    values = run.g * d * (z - x @ slope)
    design = its["design"]
    sizes = np.bincount(its["psu"], values, len(design.stratum))
    variance = 0.0
    for stratum in range(len(design.strata)):
        inside = sizes[design.stratum == stratum]
        if len(inside) > 1:
            variance += len(inside) / (len(inside) - 1) * ((inside - inside.mean()) ** 2).sum()
    return float(np.sqrt(variance))


def same(left: float | None, right: float | None) -> bool:
    return left is right or left == pytest.approx(right, rel=1e-6, abs=1e-9)


def adjusted(drawn: Sample, its: dict[str, Any], over: Any = None) -> Any:
    return adjustment(
        psu=its["psu"], psus=len(its["design"].stratum), base=drawn.weight, g=its["run"].g,
        x=its["x"], domain=drawn.domain, value=drawn.value, over=over,
    )  # fmt: skip


@given(samples(), st.integers(0, 2**32 - 1))
def test_means_totals_and_ratios_have_the_error_of_their_residuals(
    drawn: Sample, seed: int
) -> None:
    its = prepared(drawn, seed)
    weight, over = its["run"].weight, its["over"]
    totals = psu_totals(
        domain=drawn.domain, psu=its["psu"], weight=weight, value=drawn.value, over=over
    )
    common: dict[str, Any] = {"domains": DOMAINS, "inference": PLAIN}
    found = {
        "mean": means(totals, its["design"], calibration=adjusted(drawn, its), **common),
        "sum": sums(totals, its["design"], calibration=adjusted(drawn, its), **common),
        "ratio": ratios(totals, its["design"], calibration=adjusted(drawn, its, over), **common),
    }
    for domain in range(DOMAINS):
        inside = (drawn.domain == domain) & ~np.isnan(drawn.value)
        y = np.where(inside, drawn.value, 0.0)
        if not inside.any():
            continue
        mean = weight @ y / weight[inside].sum()
        ratio = weight @ y / (weight * over)[inside].sum()
        z = {
            "mean": inside * (y - mean) / weight[inside].sum(),
            "sum": y,
            "ratio": inside * (y - ratio * over) / (weight * over)[inside].sum(),
        }
        for kind, estimates in found.items():
            expected = slow_error(z[kind], drawn, its)
            got = estimates[domain].standard_error
            scale = abs(estimates[domain].value or 0) + 1e-9
            assert (got or 0.0) == pytest.approx(expected, rel=1e-6, abs=1e-8 * scale)


@given(samples(), st.integers(0, 2**32 - 1))
def test_coarser_domains_and_combinations_agree_with_those_made_at_once(
    drawn: Sample, seed: int
) -> None:
    its = prepared(drawn, seed)
    totals = psu_totals(
        domain=drawn.domain, psu=its["psu"], weight=its["run"].weight, value=drawn.value
    )
    whole = np.zeros(DOMAINS, dtype=np.int64)
    coarse = means(
        recoded(totals, whole), its["design"], domains=1, inference=PLAIN,
        calibration=adjusted(drawn, its).recoded(whole),
    )  # fmt: skip
    at_once = Sample(
        drawn.stratum, drawn.psu, np.minimum(drawn.domain, 0), drawn.weight, drawn.value
    )
    direct = means(
        psu_totals(
            domain=at_once.domain, psu=its["psu"], weight=its["run"].weight, value=drawn.value
        ),
        its["design"], domains=1, inference=PLAIN, calibration=adjusted(at_once, its),
    )  # fmt: skip
    assert same(coarse[0].standard_error, direct[0].standard_error)
    present = totals.per_domain(totals.w, DOMAINS) > 0
    (single,) = combinations(
        totals, its["design"], group=np.where(np.arange(DOMAINS) == 0, 0, -1), inference=PLAIN,
        coefficient=np.where(present, 1.0, 0.0), calibration=adjusted(drawn, its),
    )  # fmt: skip
    (first, *_) = means(
        totals, its["design"], domains=DOMAINS, inference=PLAIN, calibration=adjusted(drawn, its)
    )
    if present[0]:
        assert same(single.standard_error, first.standard_error)
        assert (single.psus, single.df) == (first.psus, first.df)


def test_what_the_calibration_explains_does_not_vary() -> None:
    stratum, psu = ["s"] * 6, [0, 0, 1, 1, 2, 2]
    drawn = Sample(np.array(stratum), np.array(psu), np.zeros(6), np.ones(6), np.arange(6.0))
    design, code = drawn.design()
    group = np.array([0, 0, 0, 1, 1, 1])
    run = calibrated(np.ones(6), dummies(group, 2), [30, 50])
    totals = psu_totals(domain=np.zeros(6), psu=code, weight=run.weight, value=group * 10.0)
    made = adjustment(
        psu=code, psus=3, base=np.ones(6), g=run.g, x=dummies(group, 2), domain=np.zeros(6),
        value=group * 10.0,
    )  # fmt: skip
    (known,) = means(totals, design, domains=1, calibration=made)
    assert known.value == pytest.approx(500 / 80)
    assert known.standard_error is None
    (fixed,) = means(totals, design, domains=1)
    assert fixed.standard_error is not None


def test_results_can_be_written_as_json() -> None:
    drawn = Sample(np.zeros(4), np.arange(4), np.zeros(4), np.ones(4), np.arange(4.0))
    its = prepared(drawn, 3)
    totals = psu_totals(
        domain=drawn.domain, psu=its["psu"], weight=its["run"].weight, value=drawn.value
    )
    (got,) = means(totals, its["design"], domains=1, calibration=adjusted(drawn, its))
    assert json.loads(json.dumps(got.__dict__)) == got.__dict__
