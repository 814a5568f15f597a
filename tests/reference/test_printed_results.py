"""Results that R survey prints in its documentation and saved test output are met to their digits.

Sources: help page ``api`` (two stages), ``tests/lonely.psu.Rout.save`` (lonely PSUs).
"""

from typing import Any

import pytest

from analysis.requests import answer
from analysis.requests.given.tables import Table
from tests.reference.run import reader
from tests.reference.survey_data import FOLDER

read = reader(FOLDER)


def asked(table: Table, design: dict[str, Any], **estimate: Any) -> dict[str, Any]:
    request = {"data": "given", "design": design, "estimate": estimate}
    return answer(request, lambda _: table)[0]


TWO_STAGES = {"psu": ["dnum", "snum"], "fpc": ["fpc1", "fpc2"]}
"""Without weights: they follow from the corrections."""
WITH_REPLACEMENT = {"psu": "dnum+snum", "weights": "pw"}


@pytest.mark.parametrize(
    ("design", "kind", "y", "estimate", "error"),
    [
        (TWO_STAGES, "mean", "api00", "670.81", "30.099"),
        (TWO_STAGES, "total", "enroll", "2639273", "799638"),
        (WITH_REPLACEMENT, "mean", "api00", "670.81", "30.712"),
        (WITH_REPLACEMENT, "total", "enroll", "2639273", "820261"),
    ],
)
def test_two_stages_are_corrected_at_both(
    design: dict[str, Any], kind: str, y: str, estimate: str, error: str
) -> None:
    row = asked(read("apiclus2.csv"), design, kind=kind, y=y)
    for got, printed in ((row["est"], estimate), (row["se"], error)):
        assert f"{got:.{len(printed.partition('.')[2])}f}" == printed


@pytest.mark.parametrize(
    ("lonely", "error"),
    [("remove", "5.8058"), ("certainty", "5.8058"), ("adjust", "5.8267"), ("average", "5.8217")],
)
def test_jackknife_replicates_treat_lonely_psus_by_the_rule(lonely: str, error: str) -> None:
    design = {"strata": "dnum", "weights": "pw", "lonely_psu": lonely}
    row = asked(read("apiclus1.csv"), design, kind="create_jkn_then_mean", y="api00")
    assert f"{row['se']:.4f}" == error


@pytest.mark.parametrize("lonely", ["fail", "remove", "adjust", "average"])
def test_a_certain_psu_adds_nothing_under_any_rule(lonely: str) -> None:
    table = read("apiclus1.csv")
    frame = 1000.0 - 999.0 * (table.numbers("dnum") == 413)
    framed = Table({**table.columns, "frame": frame}, table.rows)
    design = {"strata": "dnum", "weights": "pw", "fpc": "frame", "lonely_psu": lonely}
    assert f"{asked(framed, design, kind='mean', y='api00')['se']:.4f}" == "5.7344"


@pytest.mark.parametrize(
    ("lonely", "domains", "error"),
    [
        ("remove", False, "5.8909"),
        ("adjust", False, "5.8909"),
        ("average", False, "5.8909"),
        ("remove", True, "5.8909"),
        ("adjust", True, "5.9119"),
        ("average", True, "6.0914"),
    ],
)
def test_a_stratum_with_one_psu_in_the_domain_counts_by_the_rule_if_so_wished(
    lonely: str, *, domains: bool, error: str
) -> None:
    table = read("apiclus1.csv")
    without_413 = table.kept(table.numbers("dnum") != 413)
    design = {
        "strata": "dnum", "weights": "pw", "lonely_psu": lonely, "lonely_domains": domains,
    }  # fmt: skip
    row = asked(without_413, design, kind="mean", y="api00", where="snum != 2093")
    assert (f"{row['est']:.2f}", f"{row['se']:.4f}") == ("645.14", error)
