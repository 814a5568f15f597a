"""Tree → closure, compiled once per form version (twin: pwa/form/expressions/evaluation.ts).

A closure takes a :class:`Place` and gives what its type says: text as str, a number as float or
None, a condition as bool, a day as date or None. Types are settled while compiling, so a running
closure asks no questions about its operands.
"""

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, Protocol

from schemas.expressions import arithmetic
from schemas.expressions.arithmetic import Number
from schemas.expressions.calls import (
    CONDITION_CALLS,
    NUMBER_CALLS,
    TEXT_CALLS,
    Condition,
    Numeric,
    Text,
    negated,
)
from schemas.expressions.functions import FUNCTIONS
from schemas.expressions.grammar import ExpressionError
from schemas.expressions.static_types import Scope, is_blank, type_of
from schemas.expressions.values import to_date, to_number, to_text


class Place(Protocol):
    """Where an expression is evaluated: the whole form, or one row of a repeat."""

    values: Mapping[str, str]
    outer: "Place"
    position: int
    columns: Mapping[str, str]
    now: str
    draw: Callable[[], float]

    def members(self, name: str) -> list[str]:
        """A repeated field's answers, one a row."""

    def count(self, name: str) -> int:
        """How many rows a repeat has."""


Day = Callable[[Any], date | None]

_ARITHMETIC: Final[dict[str, Callable[[Number, Number], Number]]] = {
    "+": arithmetic.plus,
    "-": arithmetic.minus,
    "*": arithmetic.times,
    "div": arithmetic.divided,
    "mod": arithmetic.remainder,
}
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def text(tree: Any, scope: Scope) -> Text:
    """Compile to text: a calculation, a default, an argument."""
    kind = type_of(tree, scope)
    if kind == "number":
        number_of = number(tree, scope)
        return lambda place: to_text(number_of(place))
    if tree[0] == "lit":
        literal: str = tree[1]
        return lambda _place: literal
    if tree[0] == "call":
        return TEXT_CALLS[tree[1]](*_arguments(tree, scope, text))
    return _stored(tree, scope)


def number(tree: Any, scope: Scope) -> Numeric:  # noqa: PLR0911  one return a kind of node
    """Compile to a number."""
    kind = type_of(tree, scope)
    if kind == "boolean":
        holds = condition(tree, scope)
        return lambda place: 1.0 if holds(place) else 0.0
    match tree:
        case ["lit", value]:
            constant = to_number(value) if isinstance(value, str) else float(value)
            return lambda _place: constant
        case ["position"]:
            return lambda place: float(place.position)
        case ["neg", operand]:
            return _binary_number(arithmetic.minus, lambda _place: 0.0, number(operand, scope))
        case ["bin", sign, left, right]:
            return _arithmetic(sign, left, right, scope)
        case ["call", name, _] if kind == "number":
            return NUMBER_CALLS[name](*_arguments(tree, scope, number))
    text_of = text(tree, scope) if tree[0] == "call" else _stored(tree, scope)
    return lambda place: to_number(text_of(place))


def condition(tree: Any, scope: Scope) -> Condition:
    """Compile a condition."""
    match tree:
        case ["bin", "and", left, right]:
            return _and(condition(left, scope), condition(right, scope))
        case ["bin", "or", left, right]:
            return _or(condition(left, scope), condition(right, scope))
        case ["bin", "=", left, right]:
            return _equal(left, right, scope)
        case ["bin", "!=", left, right]:
            return negated(_equal(left, right, scope))
        case ["bin", sign, left, right] if sign in _ORDER:
            return _compare(sign, left, right, scope)
        case ["call", name, _] if name in CONDITION_CALLS:
            return CONDITION_CALLS[name](*_arguments(tree, scope, condition))
    raise ExpressionError("not_a_condition", 0, found=type_of(tree, scope))


def _stored(tree: Any, scope: Scope) -> Text:
    """Fetch an answer, or a column of the choice in question, as it is stored."""
    if tree[0] == "col":
        column: str = tree[1]
        return lambda place: place.columns.get(column, "")
    name = scope.own_name if tree[0] == "self" else tree[1]
    if name in scope.outside:
        return lambda place: place.outer.values[name]
    return lambda place: place.values[name]


def _day(tree: Any, scope: Scope) -> Day:
    text_of = text(tree, scope)
    return lambda place: to_date(text_of(place))


def _binary_number(
    compute: Callable[[Number, Number], Number], left: Numeric, right: Numeric
) -> Numeric:
    return lambda place: compute(left(place), right(place))


def _arithmetic(sign: str, left: Any, right: Any, scope: Scope) -> Numeric:
    if type_of(left, scope) == "date":
        return _days_between(_day(left, scope), _day(right, scope))
    return _binary_number(_ARITHMETIC[sign], number(left, scope), number(right, scope))


def _days_between(left: Day, right: Day) -> Numeric:
    def run(place: Any) -> Number:
        to, since = left(place), right(place)
        return None if to is None or since is None else float((to - since).days)

    return run


def _and(left: Condition, right: Condition) -> Condition:
    return lambda place: left(place) and right(place)


def _or(left: Condition, right: Condition) -> Condition:
    return lambda place: left(place) or right(place)


def _compare(sign: str, left: Any, right: Any, scope: Scope) -> Condition:
    compare = _ORDER[sign]
    kind = _day if type_of(left, scope) == "date" else number
    first, second = kind(left, scope), kind(right, scope)

    def run(place: Any) -> bool:
        one, other = first(place), second(place)
        return one is not None and other is not None and compare(one, other)

    return run


def _equal(left: Any, right: Any, scope: Scope) -> Condition:
    if is_blank(left) or is_blank(right):
        return _is_blank(right if is_blank(left) else left, scope)
    kinds = {type_of(left, scope), type_of(right, scope)}
    if kinds == {"boolean"}:
        return _same(condition(left, scope), condition(right, scope))
    if kinds <= {"number", "boolean"}:
        return _same(number(left, scope), number(right, scope))
    if "number" in kinds:
        numeric, textual = (left, right) if type_of(left, scope) == "number" else (right, left)
        return _equal_number(number(numeric, scope), text(textual, scope))
    if right[0] == "lit":
        return _equal_literal(text(left, scope), right[1])
    return _same(text(left, scope), text(right, scope))


def _same(left: Callable[[Any], Any], right: Callable[[Any], Any]) -> Condition:
    return lambda place: left(place) == right(place)


def _equal_literal(text_of: Text, literal: str) -> Condition:
    return lambda place: text_of(place) == literal


def _is_blank(tree: Any, scope: Scope) -> Condition:
    # An answer that is no number is wrong, not blank: a field is judged by what is stored.
    stored = tree[0] in ("ref", "self", "col")
    text_of = _stored(tree, scope) if stored else text(tree, scope)
    return lambda place: text_of(place) == ""


def _equal_number(number_of: Numeric, text_of: Text) -> Condition:
    """Compare with a text: blank equals only blank, a text that is no number equals none."""

    def run(place: Any) -> bool:
        one, other = number_of(place), text_of(place)
        if one is None or other == "":
            return one is None and other == ""
        return one == to_number(other)

    return run


def _arguments(tree: Any, scope: Scope, branch: Callable[[Any, Scope], Any]) -> list[Any]:
    """Compile a call's arguments by kind; ``branch`` compiles those of if and coalesce."""
    name, arguments = tree[1], tree[2]
    function = FUNCTIONS[name]
    if function.takes[:1] == ("numbers",):
        return [_gathered(arguments, scope)]
    compilers = {**_ARGUMENTS, "value": branch}
    return [compilers[function.kind(at)](argument, scope) for at, argument in enumerate(arguments)]


def _gathered(arguments: list[Any], scope: Scope) -> Callable[[Any], list[Number]]:
    """Compile the arguments of sum, min or max: one list, or numbers."""
    if type_of(arguments[0], scope) == "list":
        members = _members(arguments[0], scope)
        return lambda place: [to_number(member) for member in members(place)]
    numbers = [number(argument, scope) for argument in arguments]
    return lambda place: [number(place) for number in numbers]


def _members(tree: Any, _scope: Scope) -> Callable[[Any], list[str]]:
    name: str = tree[1]
    return lambda place: place.members(name)


def _literal(tree: Any, _scope: Scope) -> Any:
    return tree[1]


_ARGUMENTS: Final[dict[str, Callable[[Any, Scope], Any]]] = {
    "number": number,
    "text": text,
    "tokens": text,
    "day": text,
    "moment": text,
    "condition": condition,
    "list": _members,
    "rows": _literal,
    "pattern": _literal,
    "digits": _literal,
}
"""How an argument of each kind is compiled."""
