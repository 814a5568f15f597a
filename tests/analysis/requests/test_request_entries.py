"""Every kind takes what is written down for it, refuses anything else, and holds to ``where``."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.requests import KINDS, RequestError, answer, request_schema
from analysis.requests.given.entries import read_entries
from analysis.requests.given.tables import Table
from schemas.protocol.estimate_designs import Undesigned
from schemas.wording import LANGUAGES

SIZE = 240
RANDOM = np.random.default_rng(5)
BASE = RANDOM.normal(0, 1, SIZE)


def item(slope: float) -> Any:
    return np.clip(np.round(3 + slope * BASE + RANDOM.normal(0, 0.8, SIZE)), 1, 5)


RECORDS = Table(
    {
        "part": np.repeat(["a", "b"], SIZE // 2).astype(object),
        "stratum": np.repeat(np.arange(8.0), SIZE // 8),
        "village": np.repeat(np.arange(48.0), 5),
        "w": RANDOM.uniform(1, 4, SIZE),
        "r1": RANDOM.uniform(1, 4, SIZE),
        "r2": RANDOM.uniform(1, 4, SIZE),
        "r3": RANDOM.uniform(1, 4, SIZE),
        "q1": item(1.0),
        "q2": item(0.8),
        "q3": item(0.9),
        "q4": item(0.7),
        "x": RANDOM.normal(0, 1, SIZE),
        "p": RANDOM.uniform(0, 1, SIZE),
        "sex": np.where(RANDOM.random(SIZE) < 0.5, "f", "m").astype(object),
        "yes": (BASE + RANDOM.normal(0, 1, SIZE) > 0).astype(float),
        "officer": RANDOM.integers(0, 12, SIZE).astype(float),
        "se": RANDOM.uniform(0.5, 1.5, SIZE),
        "area": np.arange(float(SIZE)),
    },
    SIZE,
)
MEANS = Table({"village": np.arange(48.0), "x": RANDOM.normal(0, 1, 48)}, 48)
SIZES = Table({"sex": np.array(["f", "m"], dtype=object), "N": np.array([900.0, 1100.0])}, 2)
TABLES = {"records.csv": RECORDS, "means.csv": MEANS, "sizes.csv": SIZES}

DESIGN = {"strata": "stratum", "psu": "village", "weights": "w"}
ASKED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "mean": (DESIGN, {"y": "q1"}),
    "total": (DESIGN, {"y": "q1"}),
    "proportion": (DESIGN, {"y": "sex"}),
    "ratio": (DESIGN, {"num": "q1", "den": "q2"}),
    "contrast": (DESIGN, {"y": ["q1", "q2"], "coef": [1, -1]}),
    "domain_difference": (DESIGN, {"y": "q1", "by": "sex", "plus": "f", "minus": "m"}),
    "proportion_ci": (DESIGN, {"y": "yes", "methods": "logit"}),
    "quantile": (DESIGN, {"y": "x"}),
    "linear_regression": (DESIGN, {"formula": "x ~ q1"}),
    "logistic_regression": (DESIGN, {"formula": "yes ~ x"}),
    "ttest": (DESIGN, {"formula": "q1 ~ sex"}),
    "chisq_rao_scott_F": (DESIGN, {"vars": ["sex", "yes"]}),
    "ordinal_logit": (DESIGN, {"formula": "q1 ~ x + q2"}),
    "poststratify": (DESIGN, {"margins": {"sex": {"f": 900, "m": 1100}}, "then": "mean q1"}),
    "rake": (DESIGN, {"margins": {"sex": {"f": 900, "m": 1100}}, "then": "mean q1"}),
    "calibrate": (DESIGN, {"totals": {"intercept": 2000, "x": 40}, "then": "mean q1"}),
    "calibrate_domain": (DESIGN, {"totals": {"intercept": 2000, "x": 40}, "then": "mean q1"}),
    "fay_herriot": ({"area": "area", "vardir": "se^2"}, {"formula": "q1 ~ x"}),
    "BHF_unit_level": ({"area": "village"}, {"formula": "q1 ~ x", "means": "means.csv"}),
    "direct": ({"domain": "sex", "domsize": "sizes.csv", "weights": "w"}, {"y": "q1"}),
    "joint_rank_region": ({}, {"y": "x", "se": "se"}),
    "benjamini_hochberg": ({}, {"p": "p"}),
    "holm": ({}, {"p": "p"}),
    "cronbach_alpha": ({"weights": "w"}, {"items": "q1-q4"}),
    "omega_one_factor_ML": ({"weights": "w"}, {"items": "q1-q4"}),
    "polychoric": ({"weights": "w"}, {"items": ["q1", "q2"]}),
    "lmg_shapley_R2": ({"weights": "w"}, {"y": "q1", "x": ["q2", "q3"]}),
    "percent_match": ({}, {"items": "q1-q4"}),
    "longstring_and_within_sd": ({}, {"items": "q1-q4"}),
    "random_intercepts_REML": ({}, {"formula": "x ~ q1 + (1|officer) + (1|village)"}),
    "random_intercepts_ML": ({}, {"formula": "x ~ q1 + (1|officer)"}),
    "icc_random_intercept_REML": ({}, {"y": "x", "group": "officer"}),
    "icc_random_intercept_ML": ({}, {"y": "x", "group": "officer"}),
    "pls_path": (
        {"weights": "w"},
        {"blocks": {"One": ["q1", "q2", "A"], "Two": ["q3", "q4", "B"]}, "paths": [["One", "Two"]]},
    ),
    "mean,total": (DESIGN, {"y": "q1; q2"}),
    "create_jkn_then_mean": (DESIGN, {"y": "q1"}),
    "create_jkn_then_linear_regression": (DESIGN, {"formula": "x ~ q1"}),
}


def ask(kind: str, *, table: Table = RECORDS, design: Any = None, **more: Any) -> Any:
    wanted, entries = ASKED[kind]
    request = {
        "data": "records.csv",
        "design": {**wanted, **(design or {})},
        "estimate": {"kind": kind, **entries, **more},
    }
    return answer(request, {**TABLES, "records.csv": table}.__getitem__)


def refused(kind: str, *, design: Any = None, **more: Any) -> RequestError:
    with pytest.raises(RequestError) as caught:
        ask(kind, design=design, **more)
    return caught.value


def close(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: close(each) for key, each in value.items()}
    if isinstance(value, list):
        return [close(each) for each in value]
    return pytest.approx(value, rel=1e-5, abs=1e-7) if isinstance(value, float) else value


def test_every_kind_is_asked_for_here() -> None:
    assert set(KINDS) <= set(ASKED)


@pytest.mark.parametrize("kind", ASKED)
def test_where_leaves_others_out_of_every_kind(kind: str) -> None:
    """The answer is that of the records inside alone, unless the design needs the others."""
    rows = ask(kind, where="part == 'a'")
    alone = ask(kind, table=RECORDS.kept(RECORDS.column("part") == "a"))
    if "g_range" in {row.get("key") for row in rows}:
        # All records are weighted, also those that are not estimated from.
        assert rows[0]["est"] != ask(kind)[0]["est"]
    else:
        # Strata lie within parts here, so the sample of a part is a sample of its own.
        assert rows == [close(row) for row in alone]


@pytest.mark.parametrize("kind", [each for each in ASKED if each != "domain_difference"])
def test_by_gives_each_domain_what_where_gives_for_it(kind: str) -> None:
    if kind == "contrast":
        rows = [ask(kind, y="q1", by="part", coef={"a": 1})]
        assert rows[0][0]["est"] == pytest.approx(ask("mean", where="part == 'a'")[0]["est"])
        return
    rows = ask(kind, by="part")
    if kind == "mean,total":
        assert rows[0]["mean_q1_se_by_part"][0] > 0
        return
    first = [row for row in rows if row.get("part") == "a"]
    labels = {row["part"] for row in rows if "part" in row}
    assert labels == {"a", "b"}
    alone = [row for row in ask(kind, where="part == 'a'") if row.get("key") not in UNDIVIDED]
    if kind == "proportion":
        assert first[0]["sexf"] == pytest.approx(alone[0]["est"])
        return
    assert len(first) == len(alone)
    for divided, single in zip(first, alone, strict=True):
        shared = (divided.keys() & single.keys()) - {"df", "lci", "uci", "key"}
        assert shared
        assert {name: divided[name] for name in shared} == close(
            {name: single[name] for name in shared}
        )


UNDIVIDED = {"weights_first6", "g_range"}


@pytest.mark.parametrize("kind", ASKED)
def test_an_entry_that_is_not_known_is_refused_with_its_place_and_the_nearest_one(
    kind: str,
) -> None:
    error = refused(kind, whre="part == 'a'")
    assert (error.code, error.near) == ("unknown_entry", "where")
    assert error.details == {"place": "estimate", "entry": "whre"}
    assert refused(kind, subset="part == 'a'").near == "where"
    assert refused(kind, design={"wieghts": "w"}).code in {"unknown_entry", "no_design"}
    for language in LANGUAGES:
        assert "whre" in error.said(language)
        assert "where" in error.said(language)


@pytest.mark.parametrize(
    ("kind", "entries", "code", "place"),
    [
        ("mean", {"level": 95}, "out_of_range", "estimate.level"),
        ("mean", {"level": "0.9"}, "wrong_value", "estimate.level"),
        ("mean", {"rows": "first 10"}, "unknown_entry", "estimate"),
        ("mean", {"scaled": False}, "unknown_entry", "estimate"),
        ("mean", {"by": 3}, "wrong_value", "estimate.by"),
        ("percent_match", {"level": 0.9}, "unknown_entry", "estimate"),
        ("percent_match", {"rows": "the first 10"}, "rows_unread", None),
        ("percent_match", {"missing": "listwise"}, "not_one_of", "estimate.missing"),
        ("polychoric", {"items": "q1; q9"}, "unknown_column", None),
        ("calibrate", {"calfun": "cubic"}, "not_one_of", "estimate.calfun"),
        ("calibrate", {"variance": [1.0, 2.0, 3.0]}, "variance_count", None),
        ("calibrate", {"variance": {"y": 1.0}}, "no_total", None),
        ("calibrate", {"variance": "x"}, "variance_not_positive", None),
        ("BHF_unit_level", {"method": "EM"}, "not_one_of", "estimate.method"),
        ("pls_path", {"scheme": "star"}, "not_one_of", "estimate.scheme"),
        ("random_intercepts_REML", {"formula": "x ~ (q1|officer)"}, "random_slopes", None),
        ("random_intercepts_REML", {"formula": "x ~ q1"}, "no_random_intercept", None),
        ("ordinal_logit", {"order": [1, 2, 3]}, "order_lacks", None),
        ("create_jkn_then_percent_match", {}, "no_replicates_of", None),
    ],
)
def test_a_value_an_entry_cannot_have_is_refused(
    kind: str, entries: dict[str, Any], code: str, place: str | None
) -> None:
    ASKED.setdefault(kind, ASKED["percent_match"])
    error = refused(kind, **entries)
    assert error.code == code
    if place:
        assert error.details["place"] == place


@pytest.mark.parametrize(
    ("kind", "design", "code"),
    [
        ("mean", {"method": "JK1"}, "without_replicates"),
        ("mean", {"mse": True}, "without_replicates"),
        ("mean", {"strata": "stratum + sex"}, "strata_twice"),
        ("mean", {"ids": "village"}, "unknown_entry"),
        ("random_intercepts_REML", {"weights": "w"}, "no_design"),
        ("percent_match", {"weights": "w"}, "no_design"),
        ("ordinal_logit", {"freq": "w"}, "frequencies_of_a_design"),
    ],
)
def test_a_design_that_would_not_be_used_is_refused(
    kind: str, design: dict[str, Any], code: str
) -> None:
    assert refused(kind, design=design).code == code


def test_a_misspelt_part_of_a_request_is_refused() -> None:
    request = {"desing": DESIGN, "estimate": {"kind": "mean", "y": "q1"}}
    with pytest.raises(RequestError, match=r"'desing'\. .* Did you mean 'design'"):
        answer(request, TABLES.__getitem__)


def test_what_fails_in_a_domain_names_the_domain() -> None:
    table = Table({**RECORDS.columns, "x": np.where(RECORDS.column("part") == "a", 1.0, 2.0)}, SIZE)
    with pytest.raises(RequestError, match="part a: "):
        ask("linear_regression", table=table, by="part", formula="q1 ~ x")


WEIGHTED = [kind for kind, (design, _) in ASKED.items() if "weights" in design]


@pytest.mark.parametrize("kind", WEIGHTED)
def test_weights_move_every_kind_that_takes_them(kind: str) -> None:
    flat = Table({**RECORDS.columns, "w": np.ones(SIZE)}, SIZE)
    assert ask(kind) != [close(row) for row in ask(kind, table=flat)]


@pytest.mark.parametrize(
    "kind", [kind for kind, spec in KINDS.items() if spec.samples and kind != "proportion"]
)
def test_strata_and_psus_move_every_standard_error(kind: str) -> None:
    alone = ask(kind, design={"strata": None, "psu": None})
    assert ask(kind) != [close(row) for row in alone]


@pytest.mark.parametrize("kind", [kind for kind, spec in KINDS.items() if spec.samples])
def test_replicate_weights_give_every_standard_error(kind: str) -> None:
    given = {"weights": "w", "rep_weights": ["r1", "r2", "r3"]}
    plain = {"strata": None, "psu": None}
    rows = ask(kind, design={**plain, **given})
    assert rows != [close(row) for row in ask(kind, design={**plain, "weights": "w"})]


def test_every_example_of_the_documentation_is_taken_and_every_kind_has_one() -> None:
    page = Path(__file__).parents[3].joinpath("docs", "estimate.md").read_text("utf-8")
    examples = [
        json.loads(line)
        for line in page.splitlines()
        if line.endswith("}}") and line.startswith('{"')
    ]
    shown = set()
    for example in examples:
        kind = KINDS.get(example["estimate"]["kind"])
        shown.add(example["estimate"]["kind"])
        if kind is not None:
            read_entries(kind.design, example.get("design"), "design")
            read_entries(kind.entries, example["estimate"], "estimate")
    assert len(examples) > 20
    for kind_name in KINDS:
        assert f"`{kind_name}`" in page or kind_name in shown or kind_name.endswith("_ML"), (
            kind_name
        )


def test_the_schema_of_every_kind_takes_nothing_else() -> None:
    schema = request_schema()
    assert set(schema) == set(KINDS)
    for kind, parts in schema.items():
        assert parts["estimate"]["additionalProperties"] is False, kind
        assert {"where", "by", "kind"} <= set(parts["estimate"]["properties"])
        if KINDS[kind].design is Undesigned:
            assert parts["design"].get("properties", {}) == {}
