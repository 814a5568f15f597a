"""Rows become a definition; lists, settings and whole sheets that are wrong are refused."""

from typing import Any

import pytest

from schemas.authoring.compiler import compile_form
from schemas.authoring.sheets import Row, Sheets
from tests.schemas.sheets import EN, LISTS, SETTINGS, TR, definition, q, remarks, sheets

BEGIN, END = q("begin repeat", "r"), {"type": "end repeat"}


@pytest.mark.parametrize(
    ("choice", "column", "code"),
    [
        ({"name": "x", TR: "X", EN: "X"}, "list_name", "list_name_missing"),
        ({"list_name": "eh", "name": "bir iki", TR: "X", EN: "X"}, "name", "choice_name_form"),
        ({"list_name": "eh", "name": "o'na", TR: "X", EN: "X"}, "name", "choice_name_form"),
        ({"list_name": "eh", TR: "X", EN: "X"}, "name", "choice_name_missing"),
        ({"list_name": "eh", "name": "1", TR: "X", EN: "X"}, "name", "choice_twice"),
        ({"list_name": "eh", "name": "x", TR: "X"}, EN, "translation_missing"),
        ({"list_name": "eh", "name": "x"}, TR, "label_missing"),
        ({"list_name": "eh", "name": "x", TR: "${a}", EN: "${a"}, EN, "insertion_form"),
    ],
)
def test_a_bad_choice_is_refused_at_its_cell(
    choice: dict[str, str], column: str, code: str
) -> None:
    (found,) = remarks(q("text", "a"), choices=(*LISTS, choice))
    assert (found.sheet, found.row, found.column, found.code) == ("choices", 5, column, code)


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("form_id", "7 form", "form_id_form"),
        ("version", "", "version_form"),
        ("version", "1 / 2", "version_form"),
        ("form_title::English (en)", "", "translation_missing"),
    ],
)
def test_a_bad_setting_is_refused(setting: str, value: str, code: str) -> None:
    (found,) = remarks(q("text", "a"), settings={**SETTINGS, setting: value})
    assert (found.sheet, found.row, found.code) == ("settings", 2, code)


def test_a_form_without_settings_needs_id_version_and_title_from_its_caller() -> None:
    found = remarks(q("text", "a"), settings={})
    assert [each.code for each in found] == ["form_id_form", "version_form", "title_missing"]
    made, none = compile_form(
        sheets(q("text", "a"), settings={}),
        form_id="f",
        version="2",
        title={"tr": "F", "en": "F"},
    )
    assert made is not None
    assert (made.id, made.version, none) == ("f", "2", [])


def test_an_empty_form_is_refused() -> None:
    assert [remark.code for remark in remarks()] == ["empty_form"]


def test_a_form_of_more_rows_than_a_form_can_have_is_refused() -> None:
    rows = [q("text", f"a{number}") for number in range(3001)]
    assert [remark.code for remark in remarks(*rows)] == ["too_many_rows"]


def test_a_sheet_without_the_columns_type_and_name_is_refused() -> None:
    rows = (Row("survey", 2, {"soru": "a"}),)
    _, found = compile_form(Sheets(rows, (), survey_headers=("soru",)))
    codes = {(each.code, each.column) for each in found if each.is_error}
    assert {("header_missing", "type"), ("header_missing", "name")} <= codes


def test_labels_without_a_language_are_refused() -> None:
    headers = ("type", "name", "label")
    found = remarks({"type": "text", "name": "a", "label": "A"}, headers=headers)
    missing = [each.values["language"] for each in found if each.code == "language_missing"]
    assert missing == ["tr", "en"]


WARNED: dict[str, tuple[tuple[dict[str, str], ...], tuple[int, str, str]]] = {
    "a column with a misspelled header": (
        (q("text", "a", relavant="${a} = ''"),),
        (1, "relavant", "header_misspelt"),
    ),
    "a question shown because of a later one": (
        (q("text", "a", relevant="${b} != ''"), q("text", "b")),
        (2, "relevant", "reference_later"),
    ),
    "a choice compared as a number": (
        (q("select_one eh", "a"), q("text", "b", relevant="${a} = 1")),
        (3, "relevant", "choice_as_number"),
    ),
    "a comparison that is never true": (
        (q("select_one eh", "a"), q("text", "b", required="${a} = 'evet'")),
        (3, "required", "choice_never_equal"),
    ),
    "a sum that one blank makes blank": (
        (BEGIN, q("integer", "n"), END, q("calculate", "s", calculation="sum(${n})")),
        (5, "calculation", "blank_member"),
    ),
    "a range without parameters": ((q("range", "a"),), (2, "parameters", "range_default")),
}


@pytest.mark.parametrize("name", WARNED)
def test_what_looks_like_a_mistake_is_a_warning(name: str) -> None:
    rows, place = WARNED[name]
    (found,) = remarks(*rows)
    assert (found.row, found.column, found.code, found.is_error) == (*place, False)


@pytest.mark.parametrize("calculation", ["coalesce(${n}, 0)", "1 + 1"])
def test_a_sum_over_a_calculation_is_no_warning(calculation: str) -> None:
    rows = (
        BEGIN,
        q("integer", "n"),
        q("calculate", "m", calculation=calculation),
        END,
        q("calculate", "s", calculation="sum(${m})"),
    )
    assert remarks(*rows) == []


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_rows() -> None:
    found = remarks(
        q("soru", "a"),
        q("text", "b", relevant="${yok} = 1"),
        q("text", "c", constraint="1 +"),
        q("text", "b"),
    )
    assert [(each.row, each.code) for each in found] == [
        (2, "type_unknown"),
        (3, "reference_unknown"),
        (4, "expression_ends"),
        (5, "name_twice"),
    ]


def test_an_error_in_an_expression_has_a_mark_under_its_character() -> None:
    (found,) = remarks(q("integer", "a"), q("text", "b", relevant="${a} > 1 and ${a}"))
    assert found.caret() == "${a} > 1 and ${a}\n             ^"
    assert found.said("tr") == (
        "survey, satır 3, sütun relevant: Bu bir koşul değil, sayı. Örneğin ${a} != '' veya "
        "${n} > 0 yazınız."
    )
    assert found.said("en").startswith("survey, row 3, column relevant: This is not a condition")


def test_what_the_measurement_needs_is_kept() -> None:
    measured = q("select_one derece", "a", service="emn", dimension="hiz", scale="derece", core="1")
    scale = ({"list_name": "derece", "name": "5", TR: "5", EN: "5"},)
    unknown = ({"list_name": "derece", "name": "98", TR: "98", EN: "98"},)
    (node,) = definition(measured | {"pii": "quasi"}, choices=scale + unknown).body
    assert (node.service, node.dimension, node.scale, node.core, node.pii) == (
        "emn",
        "hiz",
        "derece",
        True,
        "quasi",
    )


@pytest.mark.parametrize(
    ("cells", "attribute", "value"),
    [
        ({"required": "yes"}, "required", True),
        ({"required": "true()"}, "required", True),
        ({"required": "no"}, "required", False),
        ({"read_only": "yes"}, "read_only", True),
        ({"appearance": "minimal autocomplete"}, "appearance", ("minimal", "autocomplete")),
        ({"default": "18-24"}, "default", "18-24"),
        ({"default": "Merkez (Ankara)"}, "default", "Merkez (Ankara)"),
    ],
)
def test_properties_are_read(cells: dict[str, str], attribute: str, value: Any) -> None:
    (node,) = definition(q("text", "a", **cells)).body
    assert getattr(node, attribute) == value


def test_a_default_that_calls_a_function_is_an_expression() -> None:
    (node,) = definition(q("date", "a", default="today()")).body
    assert node.default is None
    assert node.default_expression is not None
    assert node.default_expression.tree == ["call", "today", []]


@pytest.mark.parametrize(
    ("calculation", "value_type"),
    [
        ("1 + 1", "number"),
        ("concat('a', 'b')", "text"),
        ("today()", "date"),
        ("now()", "dateTime"),
        ("${c}", "choice"),
        ("if(${c} = '1', ${n}, '')", "number"),
        ("''", "text"),
    ],
)
def test_a_calculation_has_its_expressions_type(calculation: str, value_type: str) -> None:
    rows = (
        q("select_one eh", "c"),
        q("integer", "n"),
        q("calculate", "a", calculation=calculation),
    )
    assert definition(*rows).body[-1].value_type == value_type


def test_a_calculation_may_use_one_that_stands_below_it() -> None:
    made = definition(
        q("calculate", "a", calculation="${b} + 1"),
        q("calculate", "b", calculation="${c} - ${c}"),
        q("date", "c"),
    )
    assert [node.value_type for node in made.body] == ["number", "number", "date"]


def test_an_image_to_be_drawn_is_a_signature() -> None:
    (node,) = definition(q("image", "a", appearance="signature")).body
    assert node.type == "signature"


def test_only_the_lists_a_form_uses_are_part_of_it() -> None:
    assert list(definition(q("select_one eh", "a")).lists) == ["eh"]


def test_a_definition_survives_json() -> None:
    made = definition(
        q("select_one ilce", "a", choice_filter="il = '1'", required="yes"),
        BEGIN,
        q("integer", "n", constraint=". > 0"),
        END,
    )
    assert type(made).model_validate_json(made.model_dump_json(exclude_defaults=True)) == made
