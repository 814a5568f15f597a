"""The weighting report says what a person would work out by hand."""

import pytest

from analysis.weighting.design_weights import Respondents, poststratified
from analysis.weighting.weighting_report import weighting_report

MARGINS = {
    ("06", "erkek", "x"): 300.0, ("06", "kadin", "x"): 100.0,
    ("34", "erkek", "x"): 200.0, ("34", "kadin", "x"): 400.0, ("61", "kadin", "x"): 50.0,
}  # fmt: skip
PEOPLE = {
    ("06", "erkek", "x"): Respondents(10, 10.0, 10.0),
    ("06", "kadin", "x"): Respondents(10, 10.0, 10.0),
    ("34", "erkek", "x"): Respondents(10, 20.0, 40.0),
    ("34", "kadin", "x"): Respondents(10, 20.0, 40.0),
    ("99", "kadin", "x"): Respondents(3, 3.0, 3.0),
}


def test_margins_before_and_after_stand_beside_the_population() -> None:
    report = weighting_report(poststratified(PEOPLE, MARGINS, least=5), PEOPLE, MARGINS)
    lines = {(margin.variable, margin.category): margin for margin in report.margins}
    ankara, women = lines["province", "06"], lines["sex", "kadin"]
    assert (ankara.n, ankara.before, ankara.after) == (20, pytest.approx(1 / 3), pytest.approx(0.4))
    assert (women.n, women.before, women.after) == (20, pytest.approx(0.5), pytest.approx(0.5))
    assert women.target == pytest.approx(0.5)
    for line in report.margins:
        assert line.after == pytest.approx(line.target)
    assert (report.uncovered, report.unmatched) == (("61",), ("99",))


def test_the_spread_of_the_weights_is_that_of_the_persons() -> None:
    report = weighting_report(poststratified(PEOPLE, MARGINS, least=5), PEOPLE, MARGINS)
    weights = [30.0] * 10 + [10.0] * 10 + [20.0] * 10 + [40.0] * 10 + [1.0] * 3
    n, total, square = len(weights), sum(weights), sum(w * w for w in weights)
    assert report.kish_effect == pytest.approx(n * square / total**2)
    assert report.cv == pytest.approx((report.kish_effect - 1) ** 0.5)
    assert report.n_effective == pytest.approx(total**2 / square)
    first = report.provinces[0]
    assert (first.province, first.n, first.population) == ("06", 20, 400.0)
    assert (first.g_low, first.g_high) == (pytest.approx(0.5), pytest.approx(1.5))
    assert first.kish_effect == pytest.approx(20 * (10 * 900 + 10 * 100) / 400**2)


def test_people_of_unknown_sex_have_no_target() -> None:
    some = {**PEOPLE, ("06", "", "x"): Respondents(5, 5.0, 5.0)}
    report = weighting_report(poststratified(some, MARGINS, least=5), some, MARGINS)
    (unknown,) = [
        margin for margin in report.margins if (margin.variable, margin.category) == ("sex", "")
    ]
    assert (unknown.n, unknown.target) == (5, None)


def test_nobody_is_no_error() -> None:
    report = weighting_report(poststratified({}, MARGINS, least=5), {}, MARGINS)
    assert (report.respondents, report.margins, report.provinces) == (0, (), ())
