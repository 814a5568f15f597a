"""Laws that hold for every input, tried on inputs nobody thought of."""

import json
import math
import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.authoring.compiler import compile_form
from schemas.authoring.sheets import Row, Sheets
from schemas.expressions.evaluation import condition, text
from schemas.expressions.grammar import ExpressionError, parse, plain
from schemas.expressions.patterns import compiled
from schemas.expressions.static_types import Scope, type_of
from schemas.expressions.values import is_date_time, to_date, to_days, to_number, to_text
from schemas.forms.flow import Interview, Questionnaire
from schemas.forms.validation import check
from schemas.wording import LANGUAGES
from tests.pwa.random_forms import random_form
from tests.schemas.forms.test_flow import questionnaire as shipped
from tests.schemas.sheets import q, questionnaire
from tests.schemas.vectors import NOW

NAMES = ("n", "m", "t")
SCOPE = Scope(types={"n": "number", "m": "number", "t": "text"})
NUMERIC = ("+", "-", "*", "div", "mod")
ORDER = ("<", "<=", ">", ">=")

literals = st.one_of(
    st.integers(0, 999).map(lambda number: ["lit", number]),
    st.text('abc 05.,ışÇ"', max_size=5).map(lambda each: ["lit", each]),
)
leaves = st.one_of(literals, st.sampled_from(NAMES).map(lambda name: ["ref", name]))
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda each: ["neg", each], inner),
        st.builds(
            lambda sign, left, right: ["bin", sign, left, right],
            st.sampled_from((*NUMERIC, *ORDER, "=", "!=", "and", "or")),
            inner,
            inner,
        ),
        st.builds(
            lambda name, arguments: ["call", name, arguments],
            st.sampled_from(("sum", "concat", "coalesce", "not", "if", "today", "string-length")),
            st.lists(inner, max_size=3),
        ),
    ),
    max_leaves=12,
)


class Surroundings:
    """Three answers and a clock."""

    def __init__(self, **values: str) -> None:
        self.values = {**dict.fromkeys(NAMES, ""), **values}
        self.now = NOW


def written(tree: list[Any]) -> str:
    """Write a tree with every parenthesis."""
    match tree:
        case ["lit", str(value)]:
            return f"'{value}'"
        case ["lit", value]:
            return str(value)
        case ["ref", name]:
            return f"${{{name}}}"
        case ["neg", operand]:
            return f"-({written(operand)})"
        case ["call", name, arguments]:
            return f"{name}({', '.join(map(written, arguments))})"
        case [_, sign, left, right]:
            return f"({written(left)}) {sign} ({written(right)})"
    raise AssertionError(tree)


@given(trees)
def test_a_written_tree_is_read_back(tree: list[Any]) -> None:
    assert plain(parse(written(tree))) == tree


@given(st.text(max_size=40) | st.text("${}()'.=<>!+-*/ab1, andordivmod", max_size=40))
def test_any_text_parses_or_is_refused_at_a_character(source: str) -> None:
    try:
        parse(source)
    except ExpressionError as error:
        assert 1 <= error.column <= len(source) + 1  # noqa: PT017  either outcome is right


@given(trees, st.text("0123456789.-aş ", max_size=6), st.text(max_size=6))
def test_an_expression_of_a_type_gives_that_type_and_never_fails(
    tree: list[Any], number: str, words: str
) -> None:
    try:
        kind = type_of(tree, SCOPE)
    except ExpressionError:
        return
    compile_tree = condition if kind == "boolean" else text
    found = compile_tree(tree, SCOPE)(Surroundings(n=number, t=words))
    assert type(found) is (bool if kind == "boolean" else str)


@pytest.mark.parametrize("sign", NUMERIC)
@given(st.text("0123456789.-", max_size=6))
def test_arithmetic_with_a_blank_is_blank(sign: str, other: str) -> None:
    for source in (f"${{n}} {sign} ${{m}}", f"${{m}} {sign} ${{n}}"):
        assert text(parse(source), SCOPE)(Surroundings(n="", m=other)) == ""


@pytest.mark.parametrize("sign", ORDER)
@given(st.text("0123456789.-", max_size=6))
def test_nothing_is_ordered_against_a_blank(sign: str, other: str) -> None:
    for source in (f"${{n}} {sign} ${{m}}", f"${{m}} {sign} ${{n}}"):
        assert condition(parse(source), SCOPE)(Surroundings(n="", m=other)) is False


@given(st.text("0123456789.-ş ", max_size=6), st.text("0123456789.-ş ", max_size=6))
def test_not_equal_is_the_opposite_of_equal_and_sides_do_not_matter(one: str, other: str) -> None:
    surroundings = Surroundings(n=one, t=other)

    def holds(source: str) -> bool:
        return condition(parse(source), SCOPE)(surroundings)

    assert holds("${n} = ${t}") == (not holds("${n} != ${t}"))
    assert holds("${n} = ${t}") == holds("${t} = ${n}")
    assert holds("${n} = ${n}")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_as_text_has_no_exponent_and_reads_back_the_same(number: float) -> None:
    written_number = to_text(number)
    assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", written_number)
    assert to_number(written_number) == number
    assert written_number == to_text(float(written_number))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, None])
def test_what_is_no_number_is_blank_as_text(number: float | None) -> None:
    assert to_text(number) == ""


@given(st.datetimes(timezones=st.timezones()))
def test_days_since_1970_are_whole_milliseconds_divided_once(moment: Any) -> None:
    said = moment.isoformat(timespec="milliseconds")
    if is_date_time(said):
        days = to_days(said)
        assert days is not None
        assert days * 86_400_000 == pytest.approx(round(days * 86_400_000), abs=0.05)


@given(st.from_regex(r"[0-9]{4}-[01][0-9]-[0-3][0-9]", fullmatch=True))
def test_a_date_is_a_real_day_or_none(written_date: str) -> None:
    day = to_date(written_date)
    assert day is None or day.isoformat() == written_date


@given(st.text("ab^$()[]{}|*+?.\\d-1,", max_size=12), st.text("ab1d-,.\n", max_size=8))
def test_any_pattern_is_refused_or_matches_as_a_whole(pattern: str, words: str) -> None:
    try:
        found = compiled(f"^{pattern}$")
    except ExpressionError as error:
        assert error.code in ("pattern", "pattern_not_anchored")  # noqa: PT017
        return
    assert bool(found.fullmatch(words)) == bool(re.fullmatch(f"(?:{pattern})", words, re.ASCII))


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_who_asks_first_does_not_change_the_answer(seed: int, order: random.Random) -> None:
    interview = Interview(Questionnaire(random_form(random.Random(seed))), {}, now=NOW)
    names = list(interview.questionnaire.items)
    plainly = _values(interview, names)
    order.shuffle(names)
    again = Interview(interview.questionnaire, interview.draft(), now=NOW, draft=True)
    assert _values(again, names) == plainly


def _values(interview: Interview, names: list[str]) -> dict[str, Any]:
    items = interview.questionnaire.items
    return {
        name: interview.value(name)
        if items[name].node.kind == "field"
        else interview.is_relevant(name)
        for name in names
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
names_of_household = st.sampled_from(("var", "kisi", "ad", "yas", "sayi", "toplam", "n_ozet", "x"))
rows = st.lists(st.dictionaries(names_of_household, json_values | st.text("019aş", max_size=4)))


@settings(max_examples=200)
@given(st.dictionaries(names_of_household | st.text(max_size=4), json_values | rows))
def test_whatever_is_sent_is_judged_and_nothing_raised(answers: dict[str, Any]) -> None:
    found = check(shipped("hane"), answers, now=NOW)
    paths = [each.path for each in found]
    assert len(paths) == len(set(paths))
    known = {"required", "type", "option", "constraint", "irrelevant", "calculation"}
    assert {each.code for each in found} <= known | {"unknown", "rows"}


cells = st.dictionaries(
    st.sampled_from(
        ("type", "name", "label::Türkçe (tr)", "relevant", "constraint", "calculation", "default")
    ),
    st.sampled_from(("text", "select_one eh", "begin group", "end group", "begin repeat", "a", "b"))
    | st.text("${}ab = 1'().", max_size=12),
)


@given(st.lists(cells, max_size=6))
def test_any_sheet_compiles_or_is_refused_in_both_languages(survey: list[dict[str, str]]) -> None:
    read = tuple(Row("survey", number, row) for number, row in enumerate(survey, 2))
    headers = tuple(dict.fromkeys(header for row in survey for header in row))
    definition, found = compile_form(
        Sheets(read, (), survey_headers=headers),
        form_id="f",
        version="1",
        title={"tr": "F", "en": "F"},
    )
    assert (definition is None) == any(remark.is_error for remark in found)
    for remark in found:
        assert all(remark.said(language) for language in LANGUAGES)


@pytest.mark.parametrize("count", [40, 300])
def test_a_long_chain_of_relevance_does_not_run_out_of_stack(count: int) -> None:
    links = [q("text", f"a{at}", relevant=f"${{a{at - 1}}} != ''") for at in range(1, count)]
    form = questionnaire(q("text", "a0"), *links)
    interview = Interview(form, {}, now=NOW)
    for at in range(count):
        interview.set(f"a{at}", "x")
    assert interview.value(f"a{count - 1}") == "x"
    interview.set("a0", "")
    assert interview.value(f"a{count - 1}") == ""
    assert check(form, json.loads(json.dumps(interview.output())), now=NOW) == []


def test_a_chain_that_runs_backwards_does_not_run_out_of_stack() -> None:
    links = [q("calculate", f"c{at}", calculation=f"${{c{at + 1}}} + 1") for at in range(300)]
    form = questionnaire(*links, q("integer", "c300"))
    interview = Interview(form, {"c300": "1"}, now=NOW)
    assert interview.value("c0") == "301"
