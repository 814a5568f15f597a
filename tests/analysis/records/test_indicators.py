"""The table of indicators is read as it is written, and its figures are plain arithmetic."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures.indicator_figures import Values, estimated
from analysis.records.indicators import Worth, expression, points_of, rows_of, worth_of
from analysis.sampling.design import Design
from schemas.rules.indicators import Indicator, indicator, indicators, limits_of
from server.forms.publishing import shipped_forms
from tests.schemas.fields import fields_of

TODAY = date(2026, 11, 21)


def worths(code: str, answers: dict[str, Any], *splits: str) -> list[Worth]:
    chosen = indicator(code)
    return [
        worth
        for row in rows_of(chosen, answers)
        for worth in worth_of(chosen, row, splits, today=TODAY)
    ]


def values_of(
    value: list[float], domain: list[int], unit: list[int], over: list[float] | None = None
) -> Values:
    one = np.ones(len(value))
    return Values(
        np.array(domain), np.array(unit), np.array(value), np.ones(len(value), dtype=np.int64),
        one, one, over=None if over is None else np.array(over),
    )  # fmt: skip


def design_of(units: int) -> Design:
    return Design(("s",), np.zeros(units, dtype=np.int64), np.zeros(1))


def test_every_indicator_names_questions_that_its_form_asks() -> None:
    forms = {form.id: fields_of(form) for form in shipped_forms()}
    for each in indicators():
        asked = forms[each.form]
        plain = [name for name in each.variables if "{" not in name]
        told = [question for question in each.splits.values() if question]
        ratio = [*each.numerator, *each.denominator] if each.kind == "ratio" else []
        others = [worth for worth in each.points.values() if isinstance(worth, str)]
        for name in (*plain, *told, *ratio, *others, *each.where):
            assert name in asked, (each.code, name)
        if each.rows not in {"rating", "person", "record"}:
            assert asked[plain[0] if plain else ratio[0]] == each.rows, each.code


def test_every_code_of_an_answer_is_one_the_form_offers() -> None:
    lists = {form.id: form for form in shipped_forms()}
    for each in indicators():
        if each.kind != "share" or "{" in each.variables[0]:
            continue
        offered = {choice.name for choices in lists[each.form].lists.values() for choice in choices}
        assert {*each.numerator, *each.denominator} <= offered, each.code
        assert set(each.numerator) < set(each.denominator), each.code


def test_names_are_told_in_both_languages_and_codes_once() -> None:
    codes = [indicator.code for indicator in indicators()]
    assert len(codes) == len(set(codes))
    for each in indicators():
        assert each.name["tr"] != each.name["en"]
        assert set(each.by) <= set(each.splits)


def test_staff_need_ten_answers_in_three_units_and_institutions_none() -> None:
    staff = limits_of(indicator("PERS_MEM"))
    assert (staff.suppress_below_answers, staff.suppress_below_psus) == (10, 3)
    assert limits_of(indicator("DOLULUK")).suppress_below_answers == 1
    assert limits_of(indicator("ME_genel")).suppress_shares_below_answers == 30


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ME_genel", {"1": 0, "2": 0, "3": 0, "4": 100, "5": 100}),
        ("ME_ort", {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}),
        ("BOY_d", {"1": 0, "2": 25, "3": 50, "4": 75, "5": 100}),
        ("NET", {"1": -100, "2": -100, "3": 0, "4": 100, "5": 100}),
        ("TEKRAR", None),
    ],
)
def test_what_an_answer_is_worth(code: str, expected: dict[str, float] | None) -> None:
    assert points_of(indicator(code)) == expected


def test_an_expression_holds_only_what_the_table_says() -> None:
    assert expression(indicator("BEKLEME"), "wait_minutes") == "wait_minutes"
    written = expression(indicator("SORUN"), "problem")
    assert "WHEN '1' THEN 100.0" in written
    assert "WHEN '0' THEN 0.0" in written


def test_a_row_of_a_repeat_knows_the_answers_outside_it() -> None:
    answers = {"birim_tur": "goc", "r_kadro": [{"k_acik": "3"}, {"k_acik": "-2"}, {}, "?"]}
    assert worths("ACIK", answers, "unit_type") == [Worth(("goc",), 3.0), Worth(("goc",), 0.0)]
    assert worths("ACIK", {"r_kadro": "none"}) == []


def test_a_question_with_several_answers_counts_in_each() -> None:
    row = {"t_darbogaz": "odenek ihale", "t_sorumlu": "egm nvi"}
    found = worths(
        "DARBOGAZ", {"r_tekrar": [row, {"t_durum": "cozuldu"}]}, "bottleneck", "central_unit"
    )
    assert sorted(each.splits for each in found) == [
        ("ihale", "egm"), ("ihale", "nvi"), ("odenek", "egm"), ("odenek", "nvi"),
    ]  # fmt: skip
    (untold,) = worths("DARBOGAZ", {"r_tekrar": [{"t_darbogaz": "yer"}]}, "central_unit")
    assert untold.splits == ("",)


@pytest.mark.parametrize(
    ("status", "progress", "worth"),
    [("cozuldu", "", 100.0), ("suruyor", "35", 35.0), ("kotulesti", "90", 0.0)],
)
def test_progress_is_what_the_status_makes_of_it(status: str, progress: str, worth: float) -> None:
    row = {"t_durum": status, "t_ilerleme": progress}
    assert [worth.value for worth in worths("KONU_ILER", {"r_tekrar": [row]})] == [worth]


@pytest.mark.parametrize(
    "row", [{"t_durum": "gecersiz"}, {"t_durum": "suruyor", "t_ilerleme": "bilinmiyor"}, {}]
)
def test_a_row_without_a_value_does_not_count(row: dict[str, str]) -> None:
    assert worths("KONU_ILER", {"r_tekrar": [row]}) == []


def test_the_age_of_a_topic_counts_only_while_it_is_open() -> None:
    rows = [
        {"t_durum": "suruyor", "t_rapor_tarihi": "2026-11-01"},
        {"t_durum": "cozuldu", "t_rapor_tarihi": "2026-01-01"},
        {"t_durum": "suruyor", "t_rapor_tarihi": "dün"},
    ]
    assert [worth.value for worth in worths("KONU_YAS", {"r_tekrar": rows})] == [20.0]


def test_half_of_the_items_of_a_battery_must_be_answered() -> None:
    six = ("d_personel", "d_arac", "d_fiziki", "d_bilisim", "d_hizmet", "d_koord")
    assert worths("KAPASITE", dict.fromkeys(six[:2], "5")) == []
    (three,) = worths("KAPASITE", {**dict.fromkeys(six[:2], "5"), six[2]: "2", six[3]: "97"})
    assert three.value == pytest.approx(25 * (4 - 1))


def test_a_ratio_needs_both_numbers() -> None:
    assert worths("MBS_15", {"mb_15gun": "5"}) == []
    assert worths("MBS_15", {"mb_15gun": "5", "mb_talep": "10"}) == [Worth((), 5.0, 10.0)]


def figure(code: str, values: Values, units: int, domains: int = 1) -> Any:
    return estimated(indicator(code), values, design_of(units), domains=domains)


def test_totals_are_counted_not_estimated() -> None:
    first, second, empty = figure("ACIK", values_of([3, 4, 5], [0, 0, 1], [0, 1, 1]), 2, 3)
    assert (first.value, first.n, first.psus, first.standard_error) == (7.0, 2, 2, None)
    assert (second.value, second.psus) == (5.0, 1)
    assert (empty.value, empty.n) == (None, 0)


def test_a_ratio_is_of_sums_in_percent() -> None:
    (got,) = figure("DOLULUK", values_of([8, 25, 15], [0] * 3, [0, 0, 1], [10, 20, 30]), 2)
    assert got.value == pytest.approx(80)
    z = np.array([(33 - 0.8 * 30) / 60, (15 - 0.8 * 30) / 60])
    assert got.standard_error == pytest.approx(100 * np.sqrt(2 * ((z - z.mean()) ** 2).sum()))


@pytest.mark.parametrize(
    ("code", "worth", "ends"),
    [
        ("SORUN", [0, 100], (0, 100)),
        ("NET", [-100, 0, 100], (-100, 100)),
        ("BOY_d", [0, 25, 50, 75, 100], (0, 100)),
        ("ME_ort", [1, 2, 3, 4, 5], (1, 5)),
        ("TEKRAR", [0, 1, 2, 12], (0, np.inf)),
        ("BEKLEME", [0, 5, 20, 240], (0, 240)),
        ("KONU_YAS", [0, 3, 900], (0, 900)),
    ],
)
def test_an_interval_stays_on_the_scale_of_its_indicator(
    code: str, worth: list[float], ends: tuple[float, float]
) -> None:
    """The fault: two visits that differ gave −139 to 75."""
    random = np.random.default_rng(1)
    seen = 0
    for size in (2, 5, 12, 40):
        for _ in range(10):
            value = random.choice(worth, size).astype(float).tolist()
            unit = random.integers(0, 2, size).tolist()
            (got,) = figure(code, values_of(value, [0] * size, unit), 2)
            assert got.value is not None
            if got.low is not None and got.high is not None:
                seen += 1
                assert ends[0] <= got.low <= got.value <= got.high <= ends[1]
    assert seen > 20


@pytest.mark.parametrize("code", ["SORUN", "ME_ort", "TEKRAR"])
def test_visits_that_agree_are_no_certainty(code: str) -> None:
    value = [1.0, 4.0] * 20 if code != "SORUN" else [0.0, 100.0] * 20
    units = [number // 20 for number in range(40)]
    (got,) = figure(code, values_of(value, [0] * 40, units), 2)
    assert got.pooled
    assert got.n_effective is not None
    assert got.n_effective <= 40
    assert got.low is not None
    assert got.high is not None
    assert got.high - got.low > 0.2 * (max(value) - min(value))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 4)), min_size=1, max_size=40))
def test_a_median_is_the_middle_value(rows: list[tuple[int, int]]) -> None:
    value = [float(row) for row, _ in rows]
    (got,) = figure("BEKLEME", values_of(value, [0] * len(rows), [unit for _, unit in rows]), 5)
    assert got.value == sorted(value)[(len(value) - 1) // 2]
    if got.low is not None and got.high is not None:
        assert got.low <= got.value <= got.high


def test_kinds_that_are_not_made_of_rows_are_refused() -> None:
    chosen: Indicator = indicator("ME_100")
    with pytest.raises(ValueError, match="not made of rows"):
        estimated(chosen, values_of([1], [0], [0]), design_of(1), domains=1)
