"""Requests that weight first: equal to R, general in what they estimate, clear in what is wrong."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.requests import answer
from analysis.requests.given.files import read_table
from analysis.requests.given.request import RequestError
from analysis.requests.given.tables import Table
from analysis.requests.kinds.calibration import KINDS
from analysis.weighting.calibration import CalibrationError
from analysis.weighting.raking import MarginError

FOLDER = Path(__file__).parents[2] / "reference" / "data"
CASES = {
    case["id"]: case
    for case in json.loads((FOLDER / "cases.json").read_text("utf-8"))
    if case["estimate"].get("kind") in KINDS
}
SCHOOLS = read_table(FOLDER / "apiclus1.csv")
DESIGN = {"psu": "dnum", "weights": "pw", "fpc": "fpc"}
TYPES = {"E": 4421, "H": 755, "M": 1018}


def rows(estimate: dict[str, Any], table: Table = SCHOOLS) -> list[dict[str, Any]]:
    request = {"data": "given", "design": DESIGN, "estimate": estimate}
    return answer(request, lambda _: table)


@pytest.mark.parametrize("name", sorted(CASES))
def test_figures_errors_and_weights_equal_r(name: str) -> None:
    case = CASES[name]
    got = {row["key"]: row for row in rows(case["estimate"])}
    for expected in case["expected"]:
        for key in expected.keys() - {"key"}:
            np.testing.assert_allclose(
                got[expected["key"]][key], expected[key], rtol=case["rel_tol"], err_msg=key
            )


def test_what_is_estimated_then_is_read_as_it_is_written() -> None:
    then = "mean api00 + api99; ratio api.stu / enroll; proportion sch.wide; total enroll by stype"
    got = rows({"kind": "poststratify", "margins": {"stype": TYPES}, "then": then})
    keys = ["api00", "api99", "api.stu / enroll", "sch.wideNo", "sch.wideYes"]
    assert [row["key"] for row in got] == [*keys, *["enroll"] * 3, "weights_first6", "g_range"]
    by_type = [row for row in got if "stype" in row]
    assert [row["stype"] for row in by_type] == ["E", "H", "M"]
    whole = rows({"kind": "poststratify", "margins": {"stype": TYPES}, "then": "total enroll"})
    assert sum(row["est"] for row in by_type) == pytest.approx(whole[0]["est"])
    assert got[3]["est"] + got[4]["est"] == pytest.approx(1)
    assert got[3]["se"] == pytest.approx(got[4]["se"])


def test_equal_weights_have_equal_errors_whichever_distance_made_them() -> None:
    """R leaves the model variance out of the residuals of every distance but the linear one."""
    wanted = {"totals": {"enroll": 3811472}, "variance": 1, "then": "total api.stu"}
    linear, raking = (
        rows({"kind": "calibrate", "calfun": each, **wanted}) for each in ("linear", "raking")
    )
    assert linear[1]["key"] == "weights_first6"
    assert raking[1]["est"] == pytest.approx(linear[1]["est"], rel=1e-9)
    assert raking[0]["se"] == pytest.approx(linear[0]["se"], rel=1e-9)


def test_raking_one_margin_is_post_stratification() -> None:
    estimate = {"margins": {"stype": TYPES}, "then": "mean api00"}
    one, other = (rows({"kind": kind, **estimate}) for kind in ("rake", "poststratify"))
    assert one[0] == pytest.approx(other[0])


def test_crossed_categories_are_written_with_a_colon() -> None:
    crossed = {
        f"{kind}:{wide}": 300 + 10 * number
        for number, (kind, wide) in enumerate((k, w) for k in "EHM" for w in ("No", "Yes"))
    }
    got = rows({"kind": "poststratify", "margins": {"stype:sch.wide": crossed}, "then": "total pw"})
    assert got[0]["est"] > 0
    whole = rows(
        {"kind": "calibrate", "totals": {"intercept": sum(crossed.values())}, "then": "mean api00"}
    )
    assert whole[0]["se"] is not None


def test_calibrating_on_categories_is_post_stratification() -> None:
    totals = {"intercept": sum(TYPES.values()), "stypeH": TYPES["H"], "stypeM": TYPES["M"]}
    one = rows({"kind": "calibrate", "totals": totals, "then": "mean api00"})
    other = rows({"kind": "poststratify", "margins": {"stype": TYPES}, "then": "mean api00"})
    assert one[0] == pytest.approx(other[0])


def test_bounds_keep_g_within_them() -> None:
    totals = {"intercept": 6194, "stypeH": 755, "stypeM": 1018, "api99": 3914069}
    estimate = {"kind": "calibrate", "totals": totals, "bounds": [0.4, 1.6], "then": "mean api00"}
    for name in ("linear", "logit", "raking", "sinh"):
        (mean, weights, span) = rows({**estimate, "calfun": name})
        assert mean["se"] is not None
        g = np.array(weights["est"]) / SCHOOLS.numbers("pw")[:6]
        assert (g >= 0.4 - 1e-12).all()
        assert (g <= 1.6 + 1e-12).all()
        assert 0.4 <= span["est"][0] <= g.min() <= g.max() <= span["est"][1] <= 1.6


@pytest.mark.parametrize(
    ("estimate", "error", "message"),
    [
        (
            {"kind": "poststratify", "margins": {"stype": {"E": 1, "H": 2}}},
            RequestError,
            "Margin 'stype' has no population for category 'M'",
        ),
        (
            {"kind": "poststratify", "margins": {"stype": {**TYPES, "X": 5}}},
            MarginError,
            "no respondent in category X",
        ),
        (
            {"kind": "poststratify", "margins": {"a": {}, "b": {}}},
            RequestError,
            "takes one variable",
        ),
        (
            {"kind": "rake", "margins": {"stype": TYPES, "sch.wide": {"No": 1, "Yes": 2}}},
            MarginError,
            "'sch.wide' does not add up",
        ),
        (
            {
                "kind": "calibrate",
                "totals": {"intercept": 6194, "stypeH": 7550},
                "bounds": [0.9, 1.1],
            },
            CalibrationError,
            "no weights with g from 0.9 to 1.1 meet the totals of",
        ),
        ({"kind": "calibrate", "totals": {"nothing": 1}}, ValueError, "nothing"),
        ({"kind": "calibrate", "totals": {"one": 6194}, "calfun": "x"}, RequestError, "'x'"),
        (
            {"kind": "calibrate", "totals": {"one": 6194}, "then": "median api00"},
            RequestError,
            "'median api00' is not understood",
        ),
    ],
)
def test_what_is_wrong_is_named(
    estimate: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        rows(estimate)


def test_margins_of_different_sums_can_be_rescaled() -> None:
    margins = {"stype": TYPES, "sch.wide": {"No": 10, "Yes": 40}}
    got = rows({"kind": "rake", "margins": margins, "rescale": True, "then": "proportion sch.wide"})
    assert got[0]["est"] == pytest.approx(0.2)
