"""Requests about areas, ranks and many tests: read as data, wrong ones refused in a sentence."""

from typing import Any

import numpy as np
import pytest

from analysis.requests import RequestError, answer
from analysis.requests.given.tables import Table
from analysis.small_areas.fay_herriot import fay_herriot
from analysis.small_areas.unit_level import unit_level

RANDOM = np.random.default_rng(8)
AREAS = 12
DIRECT = Table(
    {
        "name": np.array([f"a{k}" for k in range(AREAS)], dtype=object),
        "y": RANDOM.normal(50, 5, AREAS),
        "se": RANDOM.uniform(1, 3, AREAS),
        "x": RANDOM.normal(0, 1, AREAS),
        "part": np.repeat(["north", "south", "west"], 4).astype(object),
    },
    AREAS,
)
PLACE = np.tile(np.arange(1.0, 7), 5)
UNITS = Table(
    {"place": PLACE, "rain": RANDOM.normal(0, 1, 30), "crop": RANDOM.normal(10, 2, 30) + PLACE}, 30
)
MEANS = Table(
    {
        "PlaceNumber": np.arange(1.0, 8),
        "PopFields": np.full(7, 200.0),
        "MeanRainPerField": RANDOM.normal(0, 0.2, 7),
    },
    7,
)
TABLES = {"direct.csv": DIRECT, "units.csv": UNITS, "means.csv": MEANS}


def ask(data: str | None, estimate: dict[str, Any], **design: Any) -> list[dict[str, Any]]:
    return answer({"data": data, "design": design, "estimate": estimate}, TABLES.__getitem__)


def model(**more: Any) -> dict[str, Any]:
    return {"kind": "fay_herriot", "formula": "y ~ x + C(part)", **more}


def test_a_formula_and_an_expression_make_the_model() -> None:
    (row,) = ask("direct.csv", model(), vardir="se^2", area="name")
    columns = DIRECT.columns
    south, west = (columns["part"] == part for part in ("south", "west"))
    x = np.column_stack([np.ones(AREAS), columns["x"], south, west]).astype(float)
    expected = fay_herriot(columns["y"], columns["se"] ** 2, x)
    assert row["eblup"] == pytest.approx(expected.eblup)
    assert row["refvar"] == pytest.approx(expected.refvar)
    assert row["area"][:2] == ["a0", "a1"]


def test_several_methods_give_a_row_each() -> None:
    rows = ask("direct.csv", model(method=["REML", "ML", "FH"]), vardir="se^2")
    assert [row["method"] for row in rows] == ["REML", "ML", "FH"]


def test_a_right_side_alone_is_about_the_designs_y() -> None:
    (row,) = ask("direct.csv", model(formula="~ x"), vardir="se^2", y="y")
    (same,) = ask("direct.csv", model(formula="y ~ x"), vardir="se^2")
    assert row["eblup"] == same["eblup"]


def test_dropped_rows_are_counted_from_one() -> None:
    (row,) = ask("direct.csv", model(formula="y ~ x"), vardir="se^2", area="name", drop_row=[1, 3])
    assert row["area"][:2] == ["a1", "a3"]


def test_areas_means_are_found_by_the_names_they_hold() -> None:
    estimate = {"kind": "BHF_unit_level", "formula": "crop ~ rain", "means": "means.csv"}
    (row,) = ask("units.csv", estimate, area="place")
    expected = unit_level(
        UNITS.columns["crop"],
        np.column_stack([np.ones(30), UNITS.columns["rain"]]),
        PLACE.astype(int) - 1,
        area_means=np.column_stack([np.ones(7), MEANS.columns["MeanRainPerField"]]),
        area_sizes=MEANS.columns["PopFields"],
    )
    assert row["eblup"]["domain"] == [1, 2, 3, 4, 5, 6, 7]
    assert row["eblup"]["sampsize"] == [5, 5, 5, 5, 5, 5, 0]
    assert row["eblup"]["eblup"] == pytest.approx(expected.eblup)
    named = {"means_area": "PlaceNumber", "means_columns": ["MeanRainPerField"]}
    assert ask("units.csv", estimate | named, area="place") == [row]


def test_ranks_carry_the_names_of_the_areas() -> None:
    estimate = {"kind": "joint_rank_region", "y": "y", "se": "se", "method": "bonferroni"}
    rows = ask("direct.csv", estimate)
    assert [row["name"] for row in rows] == [f"a{k}" for k in range(AREAS)]
    assert all(1 <= row["lo"] <= row["rank"] <= row["hi"] <= AREAS for row in rows)
    turned = ask("direct.csv", estimate | {"order": "descending"})
    assert [row["hi"] for row in turned] == [AREAS + 1 - row["lo"] for row in rows]


def test_p_values_come_as_a_list_or_a_column() -> None:
    p = [0.01, 0.04, 0.03]
    (listed,) = ask(None, {"kind": "benjamini_hochberg", "p": p})
    TABLES["p.csv"] = Table({"p": np.array(p)}, 3)
    (column,) = ask("p.csv", {"kind": "benjamini_hochberg", "p": "p"})
    assert listed == column
    assert listed["bh"] == pytest.approx([0.03, 0.04, 0.04])
    assert listed["rejected_at_05"] == 3


@pytest.mark.parametrize(
    ("data", "estimate", "design", "message"),
    [
        (
            "direct.csv",
            model(method="EM"),
            {"vardir": "se^2"},
            "Known are: REML, ML, FH",
        ),
        ("direct.csv", model(), {}, "'design.vardir' is missing"),
        ("direct.csv", {"kind": "fay_herriot"}, {"vardir": "se"}, "'estimate.formula' is missing"),
        ("direct.csv", model(), {"vardir": "se", "drop_row": 99}, "no row"),
        ("direct.csv", {"kind": "joint_rank_region", "y": "y"}, {}, "standard errors"),
        (
            "direct.csv",
            {"kind": "joint_rank_region", "y": "y", "se": "se", "method": "luck"},
            {},
            "'luck' is not known",
        ),
        (
            "units.csv",
            {"kind": "BHF_unit_level", "formula": "crop ~ place", "means": "means.csv"},
            {"area": "rain"},
            "has no area",
        ),
        (
            "units.csv",
            {"kind": "BHF_unit_level", "formula": "crop ~ crop", "means": "means.csv"},
            {"area": "place"},
            "about 'crop'",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(
    data: str, estimate: dict[str, Any], design: dict[str, Any], message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        ask(data, estimate, **design)
