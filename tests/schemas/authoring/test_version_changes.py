"""What a new version changes in questions that were asked before."""

import pytest

from schemas.authoring.version_changes import changes, normal
from tests.schemas.sheets import EN, TR, definition, q

SCALE = tuple(
    {"list_name": "d", "name": code, TR: f"Derece {code}", EN: f"Degree {code}"}
    for code in ("1", "2", "98")
)
ITEM = q("select_one d", "hiz", service="emn", dimension="hiz", scale="d", core="1")
OTHER = q("select_one d", "tur")
BEFORE = definition(ITEM, OTHER, q("integer", "yas"), choices=SCALE)


def found(*rows: dict[str, str], choices: tuple[dict[str, str], ...] = SCALE) -> list[object]:
    form = definition(*rows, choices=choices)
    return [
        (change.name, change.what, change.code, change.is_error) for change in changes(form, BEFORE)
    ]


def test_the_same_form_changes_nothing() -> None:
    assert list(changes(BEFORE, BEFORE)) == []


def test_a_new_question_and_one_that_is_gone_change_nothing() -> None:
    assert found(OTHER, q("text", "yeni")) == []


def test_another_wording_of_a_rating_is_refused() -> None:
    assert found(ITEM | {TR: "İşlemin süresi"}) == [("hiz", "label::tr", "published_wording", True)]


def test_another_wording_of_another_question_is_a_warning() -> None:
    assert found(q("integer", "yas", **{EN: "Your age"})) == [
        ("yas", "label::en", "published_wording", False)
    ]


@pytest.mark.parametrize("label", ["hiz", " Hız ", "HIZ?", "“hız”…"])
def test_case_punctuation_and_blanks_may_change(label: str) -> None:
    before = definition(ITEM | {TR: "Hız"}, choices=SCALE)
    after = definition(ITEM | {TR: label}, choices=SCALE)
    expected = [] if normal(label, "tr") == "hız" else ["published_wording"]
    assert [change.code for change in changes(after, before)] == expected


def test_a_scale_keeps_its_codes() -> None:
    longer = (*SCALE, {"list_name": "d", "name": "3", TR: "Derece 3", EN: "Degree 3"})
    assert found(ITEM, choices=longer) == [("hiz", "scale", "published_scale", True)]


def test_a_scale_keeps_the_meaning_of_its_codes() -> None:
    turned = ({**SCALE[0], TR: "En iyi"}, *SCALE[1:])
    assert found(ITEM, choices=turned) == [("hiz", "type", "published_choice", True)]


def test_a_list_may_grow_but_says_what_it_lost() -> None:
    longer = (*SCALE, {"list_name": "d", "name": "3", TR: "Derece 3", EN: "Degree 3"})
    assert found(OTHER, choices=longer) == []
    assert found(OTHER, choices=SCALE[1:]) == [("tur", "type", "published_choice_gone", False)]


def test_another_type_is_refused() -> None:
    assert found(q("text", "yas")) == [("yas", "type", "published_type", True)]


def test_the_sentence_names_the_wording_before() -> None:
    form = definition(ITEM | {TR: "Süre"}, choices=SCALE)
    (change,) = changes(form, BEFORE)
    assert change.values == {"name": "hiz", "old": "hiz"}
