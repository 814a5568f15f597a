"""Judging: in document order, once a field, for all threads alike, whatever was sent."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError

import pytest

from schemas.forms.flow import Interview
from schemas.forms.validation import MAX_PATH, Violation, advise, check
from tests.schemas.forms.test_flow import SCENARIOS, changed
from tests.schemas.forms.test_flow import questionnaire as shipped
from tests.schemas.sheets import q, questionnaire
from tests.schemas.vectors import NOW

BEGIN, END = q("begin repeat", "r"), {"type": "end repeat"}


def test_violations_come_in_document_order_with_unknown_fields_last() -> None:
    form = questionnaire(
        q("integer", "a", required="yes"), BEGIN, q("integer", "n"), END, q("integer", "z")
    )
    found = check(form, {"x": "1", "z": "c", "r": [{"n": "1"}, {"y": "", "n": "b"}]}, now=NOW)
    assert found == [
        Violation("a", "required"),
        Violation("r[1].n", "type"),
        Violation("r[1].y", "unknown"),
        Violation("z", "type"),
        Violation("x", "unknown"),
    ]


def test_a_violation_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Violation("a", "type").code = "option"  # type: ignore[misc]


def test_the_path_of_an_unknown_field_is_cut() -> None:
    (found,) = check(questionnaire(q("text", "a")), {"x" * 1000: "1"}, now=NOW)
    assert found == Violation("x" * MAX_PATH, "unknown")


def test_rows_beyond_the_most_there_can_be_are_reported_and_not_judged() -> None:
    form = questionnaire(BEGIN, q("integer", "n"), END)
    found = check(form, {"r": [{"n": "1"}] * 1000 + [{"n": "x"}]}, now=NOW)
    assert found == [Violation("r", "rows")]


def test_required_may_be_a_condition_and_is_not_asked_of_what_is_irrelevant() -> None:
    form = questionnaire(
        q("integer", "n"), q("text", "a", required="${n} > 1", relevant="${n} < 5")
    )
    assert check(form, {"n": "2"}, now=NOW) == [Violation("a", "required")]
    assert check(form, {"n": "1"}, now=NOW) == []
    assert check(form, {"n": "7"}, now=NOW) == []


def test_the_first_rule_that_is_broken_is_the_one_reported() -> None:
    form = questionnaire(q("integer", "n", constraint=". > 5", required="yes"))
    assert check(form, {"n": ""}, now=NOW) == [Violation("n", "required")]
    assert check(form, {"n": "x"}, now=NOW) == [Violation("n", "type")]
    assert check(form, {"n": "5"}, now=NOW) == [Violation("n", "constraint")]
    assert check(form, {"n": "6"}, now=NOW) == []


def test_a_constraint_that_meets_a_blank_does_not_hold() -> None:
    form = questionnaire(q("integer", "n", constraint=". < ${m}"), q("integer", "m"))
    assert check(form, {"n": "1"}, now=NOW) == [Violation("n", "constraint")]


def test_the_tablet_is_not_told_of_what_only_a_sender_can_do() -> None:
    form = questionnaire(
        q("text", "a"),
        q("text", "b", relevant="${a} = 'x'"),
        q("calculate", "c", calculation="concat(${a}, '!')"),
    )
    sent = {"a": "y", "b": "1", "c": "x!", "d": "1"}
    assert advise(Interview(form, sent, now=NOW)) == []
    assert [violation.code for violation in check(form, sent, now=NOW)] == [
        "irrelevant",
        "calculation",
        "unknown",
    ]


def test_a_constraint_of_a_row_sees_its_own_row_and_the_form_around() -> None:
    form = questionnaire(
        q("integer", "most"),
        BEGIN,
        q("integer", "n"),
        q("integer", "m", constraint=". >= ${n} and . <= ${most}"),
        END,
    )
    rows = [{"n": "1", "m": "5"}, {"n": "6", "m": "5"}, {"n": "1", "m": "11"}]
    found = check(form, {"most": "10", "r": rows}, now=NOW)
    assert found == [Violation("r[1].m", "constraint"), Violation("r[2].m", "constraint")]


def test_a_filter_of_a_row_sees_its_own_row() -> None:
    form = questionnaire(
        BEGIN, q("text", "i"), q("select_one ilce", "d", choice_filter="il = ${i}"), END
    )
    rows = [{"i": "1", "d": "a"}, {"i": "2", "d": "a"}]
    assert check(form, {"r": rows}, now=NOW) == [Violation("r[1].d", "option")]


def test_a_questionnaire_judges_for_many_threads_at_once() -> None:
    work = [
        (
            shipped(vector["form"]),
            changed(vector["output"], submission.get("change", {})),
            submission,
        )
        for _, vector in SCENARIOS
        for submission in vector.get("submissions", ())
        if "now" not in submission and "answers" not in submission
    ]
    alone = [check(form, answers, now=NOW) for form, answers, _ in work]
    with ThreadPoolExecutor(8) as threads:
        rounds = [
            list(threads.map(lambda case: check(case[0], case[1], now=NOW), work)) for _ in range(3)
        ]
    assert rounds == [alone] * 3
