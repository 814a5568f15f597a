"""What a question's columns say beyond its type: parameters, defaults, doubts, inserted answers."""

import pytest

from schemas.wording import LANGUAGES
from tests.schemas.sheets import EN, LISTS, TR, definition, q, remarks

BEGIN, END = q("begin repeat", "r"), {"type": "end repeat"}

REFUSED: dict[str, tuple[tuple[dict[str, str], ...], tuple[int, str, str]]] = {
    "a range whose end is between two steps": (
        (q("range", "a", parameters="start=0 end=10 step=3"),),
        (2, "parameters", "range_uneven"),
    ),
    "a default between two steps": (
        (q("range", "a", parameters="start=0 end=10 step=5", default="7"),),
        (2, "default", "default_form"),
    ),
    "a photo of no pixels": (
        (q("image", "a", parameters="max-pixels=0"),),
        (2, "parameters", "parameter_number"),
    ),
    "an accuracy in words": (
        (q("geopoint", "a", parameters="warning-accuracy=iyi"),),
        (2, "parameters", "parameter_number"),
    ),
    "a rule on what is worked out": (
        (q("calculate", "a", calculation="1 + 1", constraint=". > 1"),),
        (2, "constraint", "no_effect"),
    ),
    "a doubt about what is worked out": (
        (q("integer", "a", calculation="1 + 1", soft_constraint=". > 1"),),
        (2, "soft_constraint", "no_effect"),
    ),
    "a doubt about a note": (
        (q("note", "a", soft_constraint=". != ''"),),
        (2, "soft_constraint", "no_effect"),
    ),
    "a doubt that is no condition": (
        (q("integer", "a", soft_constraint=". + 1"),),
        (2, "soft_constraint", "not_a_condition"),
    ),
    "a number drawn at every change": (
        (q("calculate", "a", calculation="random()"),),
        (2, "calculation", "random_outside_default"),
    ),
    "a label of a question that mentions a question of each row": (
        (BEGIN, q("text", "b"), END, q("text", "a", **{TR: "${b}", EN: "${b}"})),
        (5, TR, "insertion_unknown"),
    ),
}
WARNED: dict[str, tuple[tuple[dict[str, str], ...], tuple[int, str, str]]] = {
    "a parameter nobody reads": (
        (q("integer", "a", parameters="max=5"),),
        (2, "parameters", "parameter_unknown"),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_work_is_refused_at_its_cell(name: str) -> None:
    rows, place = REFUSED[name]
    (found,) = remarks(*rows)
    assert (found.row, found.column, found.code, found.is_error) == (*place, True)
    assert all(found.said(language) for language in LANGUAGES)


@pytest.mark.parametrize("name", WARNED)
def test_what_has_no_effect_is_warned_of(name: str) -> None:
    rows, place = WARNED[name]
    (found,) = remarks(*rows)
    assert (found.row, found.column, found.code, found.is_error) == (*place, False)
    assert all(found.said(language) for language in LANGUAGES)


def test_a_choice_may_mention_an_answer_every_question_of_its_list_can_see() -> None:
    mentions = {"list_name": "kim", "name": "x", TR: "${b} ile", EN: "with ${b}"}
    lists = (*LISTS, mentions)
    inside = (BEGIN, q("text", "b"), q("select_one kim", "a"), END)
    assert remarks(*inside, choices=lists) == []
    (found,) = remarks(*inside, q("select_one kim", "c"), choices=lists)
    assert (found.row, found.column, found.code) == (6, "type", "insertion_in_choice")


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"parameters": "warning-accuracy=50"}, "selected-at(., 3) <= 50"),
        ({"parameters": "capture-accuracy=10"}, "selected-at(., 3) <= 10"),
        ({"parameters": "capture-accuracy=10 warning-accuracy=50"}, "selected-at(., 3) <= 50"),
        ({"body::accuracyThreshold": "7.5"}, "selected-at(., 3) <= 7.5"),
        (
            {"parameters": "warning-accuracy=50", "soft_constraint": "starts-with(., '41')"},
            "(starts-with(., '41')) and selected-at(., 3) <= 50",
        ),
    ],
)
def test_the_accuracy_of_a_place_is_doubted(cells: dict[str, str], rule: str) -> None:
    (node,) = definition(q("geopoint", "a", **cells)).body
    assert node.soft_constraint is not None
    assert node.soft_constraint.source == rule


def test_a_place_without_a_limit_is_never_doubted() -> None:
    (node,) = definition(q("geopoint", "a")).body
    assert node.soft_constraint is None


@pytest.mark.parametrize(
    ("written", "expression"),
    [
        ("random()", "random()"),
        ("random() * 6", "random() * 6"),
        ("1 + int(random() * 6)", "1 + int(random() * 6)"),
        ("today()", "today()"),
        ("iki (2)", None),
        ("a-1", None),
    ],
)
def test_a_default_is_worked_out_if_it_calls_a_function(
    written: str, expression: str | None
) -> None:
    (node,) = definition(q("text", "a", default=written)).body
    found = node.default_expression.source if node.default_expression else None
    assert (found, node.default) == (expression, None if expression else written)
