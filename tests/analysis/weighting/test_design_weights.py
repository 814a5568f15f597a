"""Weighted respondents stand for the population of their province, whatever is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.weighting.design_weights import Merge, Respondents, poststratified
from tests.reference.survey_data import CASES, numbers, sample

AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
SEXES = ("erkek", "kadin")
MARGINS = {
    (plate, sex, age): 100.0 * (1 + place)
    for plate in ("06", "34")
    for place, (sex, age) in enumerate((sex, age) for sex in SEXES for age in AGES)
}


def people(n: int, weight: float = 1.0) -> Respondents:
    return Respondents(n, n * weight, n * weight**2)


counts = st.dictionaries(
    st.tuples(
        st.sampled_from(["06", "34"]), st.sampled_from([*SEXES, ""]), st.sampled_from([*AGES, ""])
    ),
    st.builds(people, st.integers(1, 12), st.sampled_from([1.0, 2.5])),
)


@given(counts)
def test_each_province_with_respondents_adds_up_to_its_population(
    respondents: dict[tuple[str, str, str], Respondents],
) -> None:
    run = poststratified(respondents, MARGINS, least=5)
    for plate in {cell[0] for cell in respondents}:
        total = sum(
            respondent.base * run.factors[cell]
            for cell, respondent in respondents.items()
            if cell[0] == plate
        )
        assert total == pytest.approx(sum(n for cell, n in MARGINS.items() if cell[0] == plate))


@given(counts)
def test_everybody_has_a_weight_above_zero(
    respondents: dict[tuple[str, str, str], Respondents],
) -> None:
    run = poststratified(respondents, MARGINS, least=5)
    assert set(run.factors) == set(respondents)
    assert all(factor > 0 for factor in run.factors.values())
    assert run.kish_effect >= 1 - 1e-12
    assert run.respondents == sum(respondent.n for respondent in respondents.values())


def test_full_cells_meet_their_own_margin() -> None:
    respondents = {cell: people(10) for cell in MARGINS if cell[0] == "06"}
    run = poststratified(respondents, MARGINS, least=5)
    assert run.merges == ()
    for cell in respondents:
        assert 10 * run.factors[cell] == pytest.approx(MARGINS[cell])


def test_a_sparse_age_group_joins_its_neighbour_and_the_merge_is_recorded() -> None:
    respondents = {cell: people(10) for cell in MARGINS if cell[0] == "06"}
    respondents["06", "erkek", "25-34"] = people(2)
    run = poststratified(respondents, MARGINS, least=5)
    joined = (("erkek", "25-34"), ("erkek", "35-44"))
    assert run.merges == (Merge("06", joined),)
    factors = [run.factors["06", sex, age] for sex, age in joined]
    assert factors == [pytest.approx((200 + 300) / 12)] * 2


def test_the_oldest_group_joins_the_one_before_it() -> None:
    respondents = {cell: people(10) for cell in MARGINS if cell[0] == "06"}
    del respondents["06", "kadin", "65+"]
    run = poststratified(respondents, MARGINS, least=5)
    assert run.merges == (Merge("06", (("kadin", "55-64"), ("kadin", "65+"))),)


def test_a_province_without_one_sex_is_weighted_as_one_cell() -> None:
    respondents = {("06", "erkek", age): people(10) for age in AGES}
    run = poststratified(respondents, MARGINS, least=5)
    assert len(run.merges) == 1
    assert len(run.merges[0].cells) == 12
    assert len(set(run.factors.values())) == 1


def test_unknown_sex_or_age_keeps_the_average_factor_of_the_province() -> None:
    respondents = {cell: people(10) for cell in MARGINS if cell[0] == "06"}
    respondents["06", "", "35-44"] = people(30)
    run = poststratified(respondents, MARGINS, least=5)
    population = sum(size for cell, size in MARGINS.items() if cell[0] == "06")
    assert run.factors["06", "", "35-44"] == pytest.approx(population / 150)
    ratio = run.factors["06", "kadin", "65+"] / run.factors["06", "erkek", "18-24"]
    assert ratio == pytest.approx(12)


def test_provinces_without_respondents_or_without_margins_are_named() -> None:
    run = poststratified({("99", "kadin", "65+"): people(10)}, MARGINS, least=5)
    assert (run.uncovered, run.unmatched) == (("06", "34"), ("99",))
    assert run.factors == {("99", "kadin", "65+"): 1.0}


def test_nobody_interviewed_is_no_error() -> None:
    run = poststratified({}, MARGINS, least=5)
    assert (run.respondents, run.kish_effect, run.factors) == (0, 1.0, {})


def test_base_weights_of_zero_give_weight_zero() -> None:
    run = poststratified({("06", "kadin", "65+"): Respondents(3, 0.0, 0.0)}, MARGINS, least=5)
    assert run.factors == {("06", "kadin", "65+"): 0.0}


def test_the_version_names_the_factors() -> None:
    some = {cell: people(10) for cell in MARGINS}
    more = some | {("06", "kadin", "65+"): people(11)}
    version = poststratified(some, MARGINS, least=5).version
    assert poststratified(dict(reversed(some.items())), MARGINS, least=5).version == version
    assert poststratified(more, MARGINS, least=5).version != version


def test_extreme_weights_are_told() -> None:
    respondents = {cell: people(10) for cell in MARGINS}
    respondents["06", "kadin", "65+"] = people(500)
    respondents["06", "erkek", "18-24"] = people(5)
    run = poststratified(respondents, {**MARGINS, ("06", "erkek", "18-24"): 9000.0}, least=5)
    assert run.largest > 5
    assert run.extreme_share == pytest.approx(5 / run.respondents)


def test_poststratified_weights_equal_r() -> None:
    case = CASES["D01"]
    data, _, _, weight = sample(case)
    targets = case["estimate"]["margins"]["stype"]
    cells = [("", level, "") for level in data["stype"]]
    respondents = {
        cell: Respondents(
            cells.count(cell),
            sum(w for each, w in zip(cells, weight, strict=True) if each == cell),
            0.0,
        )
        for cell in set(cells)
    }
    margins = {("", level, ""): float(size) for level, size in targets.items()}
    run = poststratified(respondents, margins, least=1)
    final = [w * run.factors[cell] for cell, w in zip(cells, weight, strict=True)]
    enroll = numbers(data["enroll"])
    total, mean = case["expected"]
    assert np.dot(final, enroll) == pytest.approx(total["est"], rel=1e-9)
    assert np.dot(final, numbers(data["api00"])) / sum(final) == pytest.approx(
        mean["est"], rel=1e-9
    )
