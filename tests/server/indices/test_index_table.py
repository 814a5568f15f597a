"""The index table: right figures from what was sent, and nothing that must not be seen."""

import pytest

from analysis.cluster_variance.scale_intervals import score_interval
from schemas.problems import Problem
from schemas.reference.margin_files import read_margin_table
from schemas.reference.population import built_in_margins
from server.indices.queries import index_table
from server.observations.round_totals import totals_of
from server.rounds.margins import set_margins
from tests.server.indices.survey import OTHER_ROUND, ROUND, Survey, answers


def bring_some(
    survey: Survey, province: str, *services: str, scores: tuple[int, ...], each: int = 8
) -> None:
    """Hold ``each`` interviews per score, every score in a visit of its own."""
    for number, score in enumerate(scores):
        visit = survey.plan(f"{province}-{services[0]}-{number}", province)
        survey.bring(visit, answers(*services, score=score), times=each)


def test_the_index_and_the_satisfied_share_of_a_cell(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(2, 3, 4, 5))
    index = survey.row("index")
    assert (index.province, index.region, index.service) == ("06", "TR5", "emn")
    assert index.value == pytest.approx((25 + 50 + 75 + 100) / 4)
    assert (index.n, index.suppressed) == (30, None)
    satisfied = survey.row("satisfied")
    assert satisfied.value == pytest.approx(50)


def test_the_interval_does_not_rest_on_the_spread_between_four_visits(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(2, 3, 4, 5))
    row = survey.row("index")
    # Too little to learn from: d0 = 1, rho = .05, eight answers a visit; t with 3 df is 3.182.
    variance = 32 / 31 * 781.25 / 32 * (1 + 7 * 0.05)
    ends = score_interval(62.5, 3.182446**2 * variance / (62.5 * 37.5))
    assert (row.low, row.high) == pytest.approx(ends, abs=0.05)
    assert row.precision == "direction_only"


@pytest.mark.parametrize("score", [1, 3, 5])
def test_visits_that_agree_are_no_certainty(survey: Survey, score: int) -> None:
    """The fault: two visits with the same mean gave 45 answers an effective number of 8,975."""
    bring_some(survey, "06", "emn", scores=(score, score), each=30)
    row = survey.row("index")
    assert row.low is not None
    assert row.high is not None
    assert 0 <= row.low <= (row.value or 0) <= row.high <= 100
    assert row.high - row.low > 30


def test_a_submission_is_in_the_next_table(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(3, 3))
    assert survey.row().value == pytest.approx(50)
    survey.bring("06-emn-0", answers("emn", score=5), times=16)
    assert survey.row().value == pytest.approx(75)


def sampled(survey: Survey) -> int:
    """Count the visits that the variance of a round knows of, with or without answers."""
    totals = totals_of(survey.database, survey.data_dir, ROUND)
    return int(totals.cells.design.sampled.sum())


def test_a_visit_planned_later_is_seen(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(2, 3, 4, 5))
    assert sampled(survey) == 4
    survey.plan("empty", "06")
    assert sampled(survey) == 5


def test_a_visit_that_asks_no_citizens_is_no_sampled_unit(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(2, 3, 4, 5))
    survey.plan("unit", "06", forms=["B1_birim_ziyaret", "B2_personel_gorusme"])
    assert sampled(survey) == 4
    survey.plan("citizens", "06", forms=["anket"])
    assert sampled(survey) == 5


def test_a_service_drawn_among_more_counts_for_more(survey: Survey) -> None:
    survey.plan("V1", "06")
    survey.plan("V2", "06")
    for visit in ("V1", "V2"):
        survey.bring(visit, answers("emn", score=5, secilme_olasiligi="0.5"), times=10)
        survey.bring(visit, answers("emn", score=1, secilme_olasiligi="1"), times=10)
    assert survey.row().value == pytest.approx(100 * 2 / 3, abs=0.05)


def test_few_answers_are_hidden_with_their_number(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(2, 3, 4), each=3)
    row = survey.row()
    assert row.suppressed == "too_few_answers"
    assert {row.value, row.low, row.high, row.n, row.precision, row.bound} == {None}
    assert survey.table().basis.ratings is None


def test_answers_from_one_place_are_hidden(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(4,), each=40)
    assert survey.row().suppressed == "too_few_units"


def test_a_share_needs_more_answers_than_an_index(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(2, 3, 4, 5), each=4)
    assert survey.row("index").precision == "direction_only"
    assert survey.row("satisfied").suppressed == "too_few_answers"


def test_no_answers_give_no_row(survey: Survey) -> None:
    table = survey.table()
    assert table.rows == ()
    assert (table.basis.interviews, table.basis.ratings) == (0, 0)


def test_refusals_and_unrated_interviews_are_counted_apart(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    survey.bring(visit, answers("emn", katilim="0"), times=12)
    survey.bring(visit, answers())
    survey.bring(visit, answers("emn", score=98))
    basis = survey.table().basis
    assert basis.excluded == {
        "not_agreed": 10, "no_service_rated": None, "too_few_items": None,
    }  # fmt: skip


def test_all_missing_codes_are_no_answers(survey: Survey) -> None:
    visit = survey.plan("V1", "06")
    for code in (97, 98, 99):
        survey.bring(visit, answers("emn", score=code), times=5)
    assert survey.table().rows == ()


def test_people_count_by_their_province_sex_and_age(survey: Survey) -> None:
    for number, score in enumerate((2, 4)):
        visit = survey.plan(f"V{number}", "06")
        for sex, happier, times in (("kadin", score + 1, 4), ("erkek", score, 16)):
            survey.bring(visit, answers("emn", score=happier, cinsiyet=sex), times=times)
    margins = built_in_margins()
    women = sum(size for cell, size in margins.items() if cell[:2] == ("06", "kadin"))
    men = sum(size for cell, size in margins.items() if cell[:2] == ("06", "erkek"))
    expected = (women * (50 + 100) / 2 + men * (25 + 75) / 2) / (women + men)
    assert survey.row().value == pytest.approx(expected, abs=0.05)


def test_own_population_margins_replace_the_built_in_ones(survey: Survey) -> None:
    for number, score in enumerate((2, 4)):
        visit = survey.plan(f"V{number}", "06")
        for sex, happier in (("kadin", score + 1), ("erkek", score)):
            survey.bring(visit, answers("emn", score=happier, cinsiyet=sex), times=10)
    built_in = survey.table().basis
    before = survey.row().value
    lines = "plate,sex,age_group,population\n06,kadin,35-44,3000\n06,erkek,35-44,1000\n"
    (survey.data_dir / "population_margins.csv").write_text(lines)
    # Other weights for the same people would tell them apart: they come with the next ten.
    assert survey.row().value == before
    for number, score in enumerate((2, 4)):
        for sex, happier in (("kadin", score + 1), ("erkek", score)):
            survey.bring(f"V{number}", answers("emn", score=happier, cinsiyet=sex), times=3)
    assert survey.row().value == pytest.approx((3 * 75 + 1 * 50) / 4, abs=0.05)
    basis = survey.table().basis
    assert built_in.margins_version == "adults_2025"
    assert (built_in.has_own_margins, basis.has_own_margins) == (False, True)
    assert basis.margins_version.startswith("pop-")
    assert built_in.weight_version != basis.weight_version


def test_a_table_of_the_round_counts_before_the_institutions(survey: Survey) -> None:
    for number, score in enumerate((2, 4)):
        visit = survey.plan(f"V{number}", "06")
        for sex, happier in (("kadin", score + 1), ("erkek", score)):
            survey.bring(visit, answers("emn", score=happier, cinsiyet=sex), times=10)
    ages = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
    rows = [f"06,{sex},{age},{n}" for sex, n in (("kadin", 9), ("erkek", 1)) for age in ages]
    text = "\n".join(["plate,sex,age_group,population", *rows])
    table = read_margin_table(text)
    survey.database.write(lambda c: set_margins(c, ROUND, table, actor=None))
    assert survey.row().value == pytest.approx((9 * 75 + 1 * 50) / 10, abs=0.05)
    assert survey.table().basis.margins_version == table.version


def test_design_weights_count(survey: Survey) -> None:
    for code, weight, score in (("A", 3.0, 5), ("B", 1.0, 1)):
        survey.bring(survey.plan(code, "06", weight=weight), answers("emn", score=score), times=20)
    assert survey.row().value == pytest.approx(75)
    assert survey.table().basis.imputed == 0


@pytest.mark.parametrize("blank", [None, -3.0, float("inf")])
def test_a_visit_without_a_weight_takes_none_from_the_others(
    survey: Survey, blank: float | None
) -> None:
    for number in range(20):
        weight = blank if number == 0 else 9.0 if number % 2 else 1.0
        visit = survey.plan(f"V{number}", "06", weight=weight)
        survey.bring(visit, answers("emn", score=1 if number % 2 else 5), times=3)
    mean = (9 + 10 * 9) / 19
    # With every weight it is 10, without any 50.
    assert survey.row().value == pytest.approx(100 * (9 + mean) / (99 + mean), abs=0.05)
    assert survey.table().basis.imputed is None  # three people: fewer than are told


def test_a_missing_weight_is_the_average_of_its_stratum_and_is_counted(survey: Survey) -> None:
    plan = [("A", "kent", 1.0, 5), ("B", "kır", 9.0, 1), ("C", "kır", 7.0, 1)]
    for code, stratum, weight, score in [*plan, ("D", "kır", None, 5)]:
        visit = survey.plan(code, "06", weight=weight, stratum=stratum)
        survey.bring(visit, answers("emn", score=score), times=20)
    survey.bring(None, answers("emn", score=5), times=20)
    mean = 17 / 3
    expected = 100 * (1 + 8 + mean) / (1 + 9 + 7 + 8 + mean)
    assert survey.row().value == pytest.approx(expected, abs=0.05)
    assert survey.table().basis.imputed == 40
    assert survey.table(provinces=("34",)).basis.imputed == 0


def test_a_service_in_the_whole_country_weighs_provinces_by_population(survey: Survey) -> None:
    bring_some(survey, "34", "emn", scores=(4, 5), each=20)
    bring_some(survey, "69", "emn", scores=(1, 2), each=20)
    row = survey.row(by=("service",))
    assert (row.province, row.region, row.service) == (None, None, "emn")
    assert row.value is not None
    assert 86 < row.value < 87.5
    by_region = survey.table(by=("region", "service")).rows
    values = {each.region: each.value for each in by_region if each.measure == "index"}
    assert values == {"TR1": pytest.approx(87.5), "TRA": pytest.approx(12.5)}


def test_an_average_of_services_weighs_them_alike_and_says_so(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(4, 5), each=40)
    bring_some(survey, "06", "acm", scores=(1, 2), each=10)
    row = survey.row("composite_index", by=("province",), services=("emn", "acm"))
    assert (row.service, row.value) == (None, pytest.approx((87.5 + 12.5) / 2))
    assert row.n == 100
    measures = {row.measure for row in survey.table(by=("province",)).rows}
    assert measures == {"composite_index", "composite_satisfied"}


def test_an_average_without_most_of_its_services_is_hidden(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(4, 5), each=40)
    assert survey.row("composite_index", by=()).suppressed == "too_few_services"


def test_an_average_inland_does_not_miss_the_coast_guard(survey: Survey) -> None:
    for province in ("06", "34"):
        bring_some(survey, province, "emn", scores=(4, 5), each=20)
    table = survey.table(by=("province",), services=("emn", "acm", "shl"))
    index = {row.province: row for row in table.rows if row.measure == "composite_index"}
    assert index["06"].value == pytest.approx(87.5)
    assert index["34"].suppressed == "too_few_services"


def test_places_and_services_can_be_chosen(survey: Survey) -> None:
    for province in ("06", "34"):
        bring_some(survey, province, "emn", scores=(4, 5))
        bring_some(survey, province, "acm", scores=(4, 5))
    rows = survey.table(services=("acm",), provinces=("34",)).rows
    assert {(row.province, row.service) for row in rows} == {("34", "acm")}
    rows = survey.table(regions=("TR5",)).rows
    assert {row.province for row in rows} == {"06"}
    assert survey.table(regions=("TR5",)).basis.interviews == 30


def test_rounds_do_not_mix(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(4, 5))
    visit = survey.plan("later", "06", round_id=OTHER_ROUND)
    survey.bring(visit, answers("emn", score=1), times=40)
    assert survey.row().value == pytest.approx(87.5)


def test_the_basis_names_what_the_figures_rest_on(survey: Survey) -> None:
    bring_some(survey, "06", "emn", scores=(4, 5))
    basis = survey.table().basis
    assert (basis.round, basis.selection_mode) == (ROUND, "systematic_exit")
    assert basis.form_versions == ("anket/1",)
    assert (basis.interviews, basis.ratings, basis.through_sequence) == (15, 15, 16)


def test_an_unknown_round_is_named(survey: Survey) -> None:
    with survey.app.app_context(), pytest.raises(Problem) as caught:
        index_table("1999-1")
    assert (caught.value.code, caught.value.details) == ("unknown_round", {"round": "1999-1"})


@pytest.mark.parametrize(
    "wanted",
    [{"by": ("sex",)}, {"services": ("xyz",)}, {"provinces": ("6",)}, {"regions": ("TR0",)}],
)
def test_unknown_codes_are_refused(survey: Survey, wanted: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(Problem) as caught:
        survey.table(**wanted)
    assert caught.value.code == "unknown_code"
