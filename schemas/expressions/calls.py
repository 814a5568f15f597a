"""What each function does with its compiled arguments (twin: pwa/form/expressions/calls.ts)."""

import math
from collections.abc import Callable
from typing import Any, Final

from schemas.expressions import arithmetic
from schemas.expressions.arithmetic import Number
from schemas.expressions.patterns import compiled
from schemas.expressions.values import first_day, to_days

_DRAWS: Final = 1_000_000_000

# They take a Place of schemas/expressions/evaluation.py.
Text = Callable[[Any], str]
Numeric = Callable[[Any], Number]
Condition = Callable[[Any], bool]


def _selected(answer: Text, token: Text) -> Condition:
    def run(place: Any) -> bool:
        wanted = token(place)
        return wanted != "" and wanted in answer(place).split(" ")

    return run


def _selected_at(answer: Text, place_of: Numeric) -> Text:
    def run(place: Any) -> str:
        tokens = [token for token in answer(place).split(" ") if token]
        at = arithmetic.truncated(place_of(place))
        return tokens[int(at)] if at is not None and 0 <= at < len(tokens) else ""

    return run


def _contains(whole: Text, part: Text) -> Condition:
    return lambda place: part(place) in whole(place)


def _starts_with(whole: Text, part: Text) -> Condition:
    return lambda place: whole(place).startswith(part(place))


def _regex(text: Text, pattern: str) -> Condition:
    matches = compiled(pattern).fullmatch
    return lambda place: matches(text(place)) is not None


def negated(holds: Condition) -> Condition:
    """Build ``not``."""
    return lambda place: not holds(place)


def _count_selected(answer: Text) -> Numeric:
    return lambda place: float(sum(1 for token in answer(place).split(" ") if token))


def _count(name: str) -> Numeric:
    return lambda place: float(place.count(name))


def _over(compute: Callable[[list[Number]], Number]) -> Callable[..., Numeric]:
    """Build sum, min or max over the numbers gathered at a place."""

    def build(gathered: Callable[[Any], list[Number]]) -> Numeric:
        return lambda place: compute(gathered(place))

    return build


def _round(number: Numeric, digits: int = 0) -> Numeric:
    return lambda place: arithmetic.rounded(number(place), digits)


def _int(number: Numeric) -> Numeric:
    return lambda place: arithmetic.truncated(number(place))


def _abs(number: Numeric) -> Numeric:
    def run(place: Any) -> Number:
        value = number(place)
        return None if value is None else abs(value)

    return run


def _pow(base: Numeric, exponent: Numeric) -> Numeric:
    return lambda place: arithmetic.power(base(place), exponent(place))


def _string_length(text: Text) -> Numeric:
    return lambda place: float(len(text(place)))


def _decimal_date_time(moment: Text) -> Numeric:
    return lambda place: to_days(moment(place))


def _random() -> Numeric:
    # Nine decimals, the most a decimal answer has; cut, because rounding could give 1.
    return lambda place: math.floor(place.draw() * _DRAWS) / _DRAWS


def _concat(*pieces: Text) -> Text:
    return lambda place: "".join([piece(place) for piece in pieces])


def _join(separator: Text, members: Callable[[Any], list[str]]) -> Text:
    return lambda place: separator(place).join(members(place))


def _date(text: Text) -> Text:
    return lambda place: first_day(text(place))


def _same(argument: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return argument


def _if(
    holds: Condition, yes: Callable[[Any], Any], no: Callable[[Any], Any]
) -> Callable[[Any], Any]:
    return lambda place: yes(place) if holds(place) else no(place)


def _coalesce_text(first: Text, second: Text) -> Text:
    return lambda place: first(place) or second(place)


def _coalesce_number(first: Numeric, second: Numeric) -> Numeric:
    def run(place: Any) -> Number:
        value = first(place)
        return second(place) if value is None else value

    return run


def _first(first: Condition, _second: Condition) -> Condition:
    """Build ``coalesce`` of conditions, which are never blank."""
    return first


CONDITION_CALLS: Final[dict[str, Callable[..., Condition]]] = {
    "selected": _selected,
    "contains": _contains,
    "starts-with": _starts_with,
    "regex": _regex,
    "not": negated,
    "true": lambda: lambda _place: True,
    "false": lambda: lambda _place: False,
    "if": _if,
    "coalesce": _first,
}
NUMBER_CALLS: Final[dict[str, Callable[..., Numeric]]] = {
    "count-selected": _count_selected,
    "count": _count,
    "sum": _over(arithmetic.total),
    "min": _over(arithmetic.least),
    "max": _over(arithmetic.greatest),
    "round": _round,
    "int": _int,
    "abs": _abs,
    "pow": _pow,
    "number": _same,
    "string-length": _string_length,
    "decimal-date-time": _decimal_date_time,
    "random": _random,
    "if": _if,
    "coalesce": _coalesce_number,
}
TEXT_CALLS: Final[dict[str, Callable[..., Text]]] = {
    "string": _same,
    "concat": _concat,
    "join": _join,
    "selected-at": _selected_at,
    "date": _date,
    "today": lambda: lambda place: str(place.now[:10]),
    "now": lambda: lambda place: str(place.now),
    "if": _if,
    "coalesce": _coalesce_text,
}
