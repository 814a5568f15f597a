"""Requests are read as said, refused in a sentence, and answered alike in any order of records."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.requests import answer
from analysis.requests.given.expressions import evaluated, is_true
from analysis.requests.given.formulas import model_of
from analysis.requests.given.tables import Table


def table(**columns: Any) -> Table:
    ready = {}
    for name, values in columns.items():
        texts = any(isinstance(value, str) for value in values)
        ready[name.replace("_", ".")] = np.array(values, dtype=object if texts else np.float64)
    return Table(ready, len(next(iter(columns.values()))))


PEOPLE = table(
    age=[18, 40, 65, None, 30, 51],
    sex=["f", "m", "f", None, "m", "f"],
    api_stu=[1, 2, 3, 4, 5, 6],
    village=[1, 1, 2, 2, 3, 3],
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("age > 30", [0, 1, 1, 0, 0, 1]),
        ("age >= 30 & sex == 'f'", [0, 0, 1, 0, 0, 1]),
        ("sex == 'm' or age == 18", [1, 1, 0, 0, 1, 0]),
        ("not age > 30", [1, 0, 0, 0, 1, 0]),
        ("!(age > 30) and api.stu < 4", [1, 0, 0, 0, 0, 0]),
        ("is.na(age)", [0, 0, 0, 1, 0, 0]),
        ('sex %in% c("f", "x")', [1, 0, 1, 0, 0, 1]),
        ("village in (1, 3)", [1, 1, 0, 0, 1, 1]),
        ("age - 2*api.stu == 36", [0, 1, 0, 0, 0, 0]),
        ("2^api.stu / 4 <= 1", [1, 1, 0, 0, 0, 0]),
        ("village == '2'", [0, 0, 1, 1, 0, 0]),
        ("sqrt(`api.stu`) > 2", [0, 0, 0, 0, 1, 1]),
        ("-api.stu > -2.5", [1, 1, 0, 0, 0, 0]),
    ],
)
def test_conditions_hold_where_they_are_known_to(condition: str, expected: list[int]) -> None:
    assert is_true(condition, PEOPLE).tolist() == [bool(each) for each in expected]


def test_an_unknown_entry_makes_a_truth_value_unknown_unless_it_cannot_matter() -> None:
    both = evaluated("age > 30 and village == 1", PEOPLE)
    either = evaluated("age > 30 or village == 2", PEOPLE)
    assert (both[3], either[3]) == (0, 1)
    assert np.isnan(evaluated("age > 30", PEOPLE)[3])
    assert np.isnan(evaluated("age > 30 or village == 1", PEOPLE)[3])


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("agee > 3", "no column 'agee'. Did you mean 'age'"),
        ("age >", "cannot be read at its end"),
        ("(age > 3", "cannot be read at its end"),
        ("age > 3)", r"cannot be read at \)"),
        ("age ; 3", "cannot be read at  ; 3"),
        ("sex * 2", "calculates with texts"),
        ("__import__('os')", "no column '__import__'"),
    ],
)
def test_an_expression_that_cannot_be_read_is_refused(expression: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        evaluated(expression, PEOPLE)


def test_formulas_make_the_columns_r_makes() -> None:
    model = model_of("age ~ sex + I(api.stu^2) + C(village)", PEOPLE)
    assert model.names == ("(Intercept)", "sexm", "I(api.stu^2)", "C(village)2", "C(village)3")
    assert model.complete.tolist() == [True, True, True, False, True, True]
    assert model.matrix[4].tolist() == [1, 1, 25, 0, 1]
    crossed = model_of("age ~ sex*api.stu", PEOPLE)
    assert crossed.names == ("(Intercept)", "sexm", "api.stu", "sexm:api.stu")
    assert crossed.matrix[1].tolist() == [1, 1, 2, 2]
    assert model_of("age ~ sex - 1", PEOPLE).names == ("sexf", "sexm")
    with pytest.raises(ValueError, match="not of the form"):
        model_of("age", PEOPLE)


def ask(design: Any = None, given: Table = PEOPLE, **estimate: Any) -> list[dict[str, Any]]:
    request = {"data": "given", "design": design or {}, "estimate": estimate}
    return answer(request, lambda _: given)


@pytest.mark.parametrize(
    ("design", "estimate", "sentence"),
    [
        ({}, {}, "does not say its 'kind'"),
        ({}, {"kind": "meen"}, "No estimate of kind 'meen' is known. Did you mean 'mean'"),
        ({}, {"kind": "mean"}, "The entry 'estimate.y' is missing"),
        ({}, {"kind": "mean", "y": "agee"}, "no column 'agee'"),
        ({"strat": "sex"}, {"kind": "mean", "y": "age"}, "unknown entry 'strat'"),
        ({"strata": "sex"}, {"kind": "mean", "y": "age"}, "'sex' has missing entries"),
        (
            {"lonely_psu": "drop"},
            {"kind": "mean", "y": "age"},
            "'drop' is not known. Known are",
        ),
        ({"weights": "sex"}, {"kind": "mean", "y": "age"}, "missing entries"),
        ({"weights": "-api.stu"}, {"kind": "mean", "y": "age"}, "negative entries"),
        ({"fpc": ["age", "age"]}, {"kind": "mean", "y": "age"}, "missing entries"),
        ({"fpc": ["village", "village"]}, {"kind": "mean", "y": "age"}, "more corrections"),
        ({}, {"kind": "mean", "y": "age", "na_rm": False}, "'na_rm' is false"),
        ({}, {"kind": "ratio", "y": "age"}, "'num' and 'den'"),
        ({}, {"kind": "quantile", "y": "sex"}, "holds texts"),
        ({}, {"kind": "proportion_ci", "y": "age"}, "one condition"),
        ({}, {"kind": "proportion_ci", "y": "age > 1", "methods": "x"}, "'x' is not known"),
        ({}, {"kind": "contrast", "y": ["age", "api.stu"], "coef": [1]}, "2 estimates need"),
        (
            {},
            {"kind": "domain_difference", "y": "age", "by": "sex", "plus": "x", "minus": "f"},
            "no domain 'x'; there are f, m",
        ),
        ({}, {"kind": "ttest", "formula": "age ~ C(village)"}, "of two groups"),
        ({}, {"kind": "linear_regression", "formula": "sex ~ age"}, "holds texts"),
        ({}, {"kind": "chisq_rao_scott_F", "vars": ["sex"]}, "two 'vars'"),
        ({}, {"kind": "create_brr_then_mean", "y": "age"}, "two PSUs"),
        ({}, {"kind": "create_magic_then_mean", "y": "age"}, "'magic'"),
        ({"rep_weights": "w1..w3"}, {"kind": "mean", "y": "age"}, "no column 'w1'"),
        (
            {"rep_weights": "village", "method": "magic"},
            {"kind": "mean", "y": "age"},
            "'magic' is not known",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(
    design: Any, estimate: Any, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        ask(design, **estimate)


SURVEY = {"strata": "region", "psu": "psu", "weights": "weight"}


@st.composite
def surveys(draw: st.DrawFn) -> Table:
    size = draw(st.integers(1, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    score = random.integers(0, 41, size) / 4.0
    score[random.random(size) < 0.1] = np.nan
    columns: dict[str, Any] = {
        "region": random.integers(0, 3, size).astype(float),
        "psu": random.integers(0, 4, size).astype(float),
        "weight": random.integers(1, 20, size) / 4.0,
        "score": score,
        "other": random.integers(1, 9, size).astype(float),
        "sex": random.choice(np.array(["f", "m"], dtype=object), size),
    }
    return Table(columns, size)


QUESTIONS: list[dict[str, Any]] = [
    {"kind": "mean", "y": ["score", "other"]},
    {"kind": "total", "y": "score", "by": "sex"},
    {"kind": "ratio", "num": "score", "den": "other", "where": "other > 2"},
    {"kind": "proportion", "y": "sex"},
    {"kind": "proportion_ci", "y": "score > 5", "methods": ["beta", "logit", "asin", "mean"]},
    {"kind": "quantile", "y": "score", "q": [0.25, 0.5], "by": "sex"},
    {"kind": "contrast", "y": ["score", "other"], "coef": [1, -1]},
    {"kind": "chisq_rao_scott_F", "vars": ["sex", "region"]},
    {"kind": "create_jkn_then_mean", "y": "score"},
]


def numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: numbers(each) for key, each in value.items()}
    if isinstance(value, list):
        return [numbers(each) for each in value]
    return pytest.approx(value, rel=1e-6, abs=1e-6) if isinstance(value, float) else value


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question["kind"]))
@settings(max_examples=30)
@given(survey=surveys(), seed=st.integers(0, 99))
def test_the_order_of_records_and_the_names_of_strata_do_not_matter(
    question: dict[str, Any], survey: Table, seed: int
) -> None:
    order = np.random.default_rng(seed).permutation(survey.rows)
    shuffled = Table({name: column[order] for name, column in survey.columns.items()}, survey.rows)
    if question["kind"] != "chisq_rao_scott_F":
        shuffled = Table(
            {**shuffled.columns, "region": 7 - 2 * shuffled.columns["region"]}, survey.rows
        )
    here, there = (ask(SURVEY, each, **question) for each in (survey, shuffled))
    assert there == [numbers(row) for row in here]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question["kind"]))
@settings(max_examples=30)
@given(survey=surveys())
def test_no_number_is_nan_or_infinite(question: dict[str, Any], survey: Table) -> None:
    for row in ask(SURVEY, survey, **question):
        values = [value for value in row.values() if isinstance(value, float)]
        assert np.isfinite(values).all(), row


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question["kind"]))
def test_nobody_and_one_person_are_answered_without_an_interval(question: dict[str, Any]) -> None:
    columns = {
        "region": [1.0], "psu": [1.0], "weight": [2.0], "score": [6.0], "other": [3.0],
    }  # fmt: skip
    one = Table(
        {**{name: np.array(column) for name, column in columns.items()},
         "sex": np.array(["f"], dtype=object)},
        1,
    )  # fmt: skip
    nobody = one.kept(np.array([False]))
    for few in (one, nobody):
        for row in ask(SURVEY, few, **question):
            assert row.get("lci") is None
            assert row.get("uci") is None


def test_domains_come_in_order_the_first_fastest() -> None:
    given = table(a=["y", "x", "y", "x"], b=[2, 2, 1, 1], value=[1, 2, 3, 4])
    rows = ask({}, given, kind="mean", y="value", by=["a", "b"])
    assert [(row["a"], row["b"], row["value"]) for row in rows] == [
        ("x", 1, 4), ("y", 1, 3), ("x", 2, 2), ("y", 2, 1),
    ]  # fmt: skip


def test_variables_in_a_list_share_their_records_and_others_do_not() -> None:
    given = table(a=[1, 2, 3], b=[4, None, 6])
    assert [row["n"] for row in ask({}, given, kind="mean", y=["a", "b"])] == [2, 2]
    assert [row["n"] for row in ask({}, given, kind="mean", y="a; b")] == [3, 2]


def test_a_standard_error_that_is_not_defined_is_marked() -> None:
    given = table(village=[1, 1, 2], value=[1, 3, 9])
    one, other = ask({"psu": "village"}, given, kind="mean", y="value", by="village")
    assert (one["se"], one["defined"], one["lci"]) == (0, False, None)
    assert (other["se"], other["defined"], other["n"]) == (0, False, 1)


def test_where_narrows_the_degrees_of_freedom_and_keeps_the_psus() -> None:
    given = table(village=[1, 1, 2, 2, 3, 4], value=[1, 3, 9, 2, 4, 5], age=[5, 6, 7, 8, 1, 1])
    (part,) = ask({"psu": "village"}, given, kind="mean", y="value", where="age > 4")
    (whole,) = ask({"psu": "village"}, given, kind="mean", y="value")
    assert (part["df"], whole["df"]) == (1, 3)
    z = np.array([-3.5, 3.5]) / 4
    assert part["se"] == pytest.approx((4 / 3 * (z**2).sum()) ** 0.5)


def test_several_kinds_at_once_are_those_one_by_one() -> None:
    given = table(village=[1, 1, 2, 2, 3, 3], a=[1, 3, 9, 2, 4, 5], b=[5, 6, 7, 8, 1, 1])
    rows = ask({"psu": "village"}, given, kind="mean,total,ratio", y="a; b; a/b")
    single = [
        ask({"psu": "village"}, given, kind=kind, y=y)[0]
        for kind, y in (("mean", "a"), ("total", "b"), ("ratio", "a/b"))
    ]
    assert rows == single
    (summary,) = ask({"psu": "village"}, given, kind="mean,total", y="a;b", by="b (mean)")
    assert summary["mean_a_se"] == single[0]["se"]
    assert len(summary["mean_a_se_by_b"]) == 5
    assert "total_b_se_by_b" not in summary


def test_replicate_weights_may_be_factors_or_weights() -> None:
    factors = {"r1": [2, 0, 2, 0], "r2": [0, 2, 0, 2]}
    weight = [1, 2, 3, 4]
    full = {name: np.multiply(factor, weight).tolist() for name, factor in factors.items()}
    value = [1, 5, 2, 9]
    design = {"weights": "w", "method": "BRR"}
    (one,) = ask(
        {**design, "rep_weights": "r1..r2 (multipliers)"},
        table(w=weight, v=value, **factors), kind="mean", y="v",
    )  # fmt: skip
    (other,) = ask(
        {**design, "rep_weights": ["r1", "r2"]},
        table(w=weight, v=value, **full),
        kind="mean",
        y="v",
    )
    assert one == other
    halves = (1 * 1 + 3 * 2) / 4, (2 * 5 + 4 * 9) / 6
    assert one["se"] == pytest.approx((halves[1] - halves[0]) / 2)


def test_a_summary_of_levels_holds_lists() -> None:
    given = table(kind=["x", "y", "z", "x"], part=[1, 1, 2, 2])
    (summary,) = ask({}, given, kind="proportion,mean", y="kind; part", by="part")
    assert summary["prop_kind_est"] == [0.5, 0.25, 0.25]
    assert summary["prop_kind_est_by_part"] == [[0.5, 0.5, 0], [0.5, 0, 0.5]]
    assert summary["mean_part_est"] == 1.5
