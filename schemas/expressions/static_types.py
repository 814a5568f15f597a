"""The type of an expression, known before any answer is; what does not fit is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from schemas.expressions import foreign
from schemas.expressions.functions import FUNCTIONS, Function
from schemas.expressions.grammar import ExpressionError, column_of
from schemas.expressions.patterns import compiled

Type = Literal[
    "text",
    "number",
    "boolean",
    "date",
    "dateTime",
    "time",
    "choice",
    "choices",
    "file",
    "list",
    "rows",
    "blank",
]
"""``blank`` is the literal ``''``; ``list`` a repeated field seen from outside its repeat."""

_NUMERIC: Final = frozenset({"number", "text", "choice", "boolean", "blank"})
_TEXTUAL: Final = frozenset(
    {"text", "number", "date", "dateTime", "time", "choice", "choices", "blank"}
)
_MIXED_TEXT: Final = frozenset({"text", "choice", "choices"})
ACCEPTED: Final[dict[str, frozenset[str]]] = {
    "number": _NUMERIC,
    "text": _TEXTUAL,
    "condition": frozenset({"boolean"}),
    "tokens": frozenset({"choice", "choices", "text", "blank"}),
    "list": frozenset({"list"}),
    "numbers": _NUMERIC | {"list"},
    "rows": frozenset({"rows"}),
    "day": frozenset({"text", "date", "dateTime", "blank"}),
    "moment": frozenset({"dateTime"}),
    "pattern": frozenset({"text", "blank"}),
    "digits": frozenset({"number"}),
    "value": _TEXTUAL | {"boolean"},
}
"""Kind of argument → static types it takes."""

MAX_DIGITS: Final = 6


@dataclass(frozen=True)
class Scope:
    """What an expression can see from where it stands."""

    types: Mapping[str, Type] = field(default_factory=dict)
    own: Type | None = None
    own_name: str = "."
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    columns: frozenset[str] | None = None
    in_repeat: bool = False
    may_draw: bool = False
    """Whether ``random()`` may stand here: only where it is evaluated once."""
    outside: frozenset[str] = frozenset()
    """Names that, seen from inside a row, belong to the form around it."""
    warnings: list[ExpressionError] | None = None
    """Filled with what is allowed but looks like a mistake; None: nobody asks."""


def type_of(tree: Any, scope: Scope) -> Type:  # noqa: PLR0911  one return a kind of node
    """The type of ``tree`` or raise :class:`ExpressionError`."""
    match tree:
        case ["lit", value]:
            return _literal(value)
        case ["ref", name]:
            return _reference(tree, name, scope)
        case ["self"]:
            return _own(tree, scope)
        case ["col", name]:
            return _column(tree, name, scope)
        case ["position"]:
            return _position(tree, scope)
        case ["neg", operand]:
            _require(operand, "number", scope)
            return "number"
        case ["call", name, arguments]:
            return _call(tree, name, arguments, scope)
        case ["bin", operator, left, right]:
            return _binary(tree, operator, (left, right), scope)
    raise ExpressionError("tree", column_of(tree))


def require_condition(tree: Any, scope: Scope) -> None:
    """Refuse what is no condition: a bare answer or number has no truth."""
    found = type_of(tree, scope)
    if found != "boolean":
        raise ExpressionError("not_a_condition", _start(tree), found=found)


def require_value(tree: Any, scope: Scope) -> Type:
    """Refuse what cannot be an answer."""
    found = type_of(tree, scope)
    if found == "boolean":
        raise ExpressionError("boolean_value", _start(tree))
    if found not in _TEXTUAL:
        raise ExpressionError("type_mismatch", _start(tree), found=found, wanted="text")
    return "text" if found == "blank" else found


def require_number(tree: Any, scope: Scope) -> None:
    """Refuse what cannot count as a number."""
    _require(tree, "number", scope)


def is_blank(tree: Any) -> bool:
    """Ask for the literal ``''``."""
    return bool(tree[0] == "lit" and tree[1] == "")


def field_named(tree: Any, scope: Scope) -> str:
    """The field a bare reference is about, blank for any other expression."""
    if tree[0] == "self":
        return scope.own_name
    return str(tree[1]) if tree[0] == "ref" else ""


def _literal(value: object) -> Type:
    if value == "":
        return "blank"
    return "text" if isinstance(value, str) else "number"


def _reference(tree: Any, name: str, scope: Scope) -> Type:
    if name not in scope.types:
        raise ExpressionError("reference_unknown", column_of(tree), name=name)
    return scope.types[name]


def _own(tree: Any, scope: Scope) -> Type:
    if scope.own is None:
        raise ExpressionError("self_outside_constraint", column_of(tree))
    return scope.own


def _column(tree: Any, name: str, scope: Scope) -> Type:
    if scope.columns is None:
        raise ExpressionError("column_outside_filter", column_of(tree), name=name)
    if name not in scope.columns:
        raise ExpressionError("column_unknown", column_of(tree), name=name)
    return "text"


def _position(tree: Any, scope: Scope) -> Type:
    if not scope.in_repeat:
        raise ExpressionError("position_outside_repeat", column_of(tree))
    return "number"


def _start(tree: Any) -> int:
    """Where the text of a node begins; an operator's own column is its sign."""
    if tree[0] == "bin":
        return _start(tree[2])
    return column_of(tree)


def _require(tree: Any, kind: str, scope: Scope) -> Type:
    found = type_of(tree, scope)
    if found in ACCEPTED[kind]:
        return found
    if kind == "condition":
        raise ExpressionError("not_a_condition", _start(tree), found=found)
    raise ExpressionError("type_mismatch", _start(tree), found=found, wanted=kind)


def _call(tree: Any, name: str, arguments: list[Any], scope: Scope) -> Type:
    function = FUNCTIONS.get(name)
    if function is None:
        raise _unknown_function(tree, name)
    _refuse_count(tree, name, function, len(arguments))
    if name == "random" and not scope.may_draw:
        raise ExpressionError("random_outside_default", column_of(tree))
    found = [_require(argument, function.kind(at), scope) for at, argument in enumerate(arguments)]
    if "list" in found and len(found) > 1 and name != "join":
        raise ExpressionError("list_with_numbers", column_of(tree), name=name)
    if name in _LITERALS:
        _LITERALS[name](arguments, scope)
    if function.gives != "branch":
        return function.gives  # type: ignore[return-value]
    return _branches(tree, found[-2], found[-1])


def _unknown_function(tree: Any, name: str) -> ExpressionError:
    if name in foreign.FUNCTIONS:
        known = ", ".join(sorted(FUNCTIONS))
        return ExpressionError("function_elsewhere", column_of(tree), name=name, known=known)
    if near := foreign.nearest(name, [*FUNCTIONS]):
        return ExpressionError("function_misspelt", column_of(tree), name=name, near=near)
    return ExpressionError("function_unknown", column_of(tree), name=name)


def _refuse_count(tree: Any, name: str, function: Function, given: int) -> None:
    if given < function.least or (function.most is not None and given > function.most):
        wanted = str(function.least)
        if function.most != function.least:
            wanted += f"–{function.most}" if function.most else "+"
        raise ExpressionError(
            "argument_count", column_of(tree), name=name, given=given, wanted=wanted
        )


def _branches(tree: Any, first: Type, second: Type) -> Type:
    if first == second:
        return first
    if "boolean" not in (first, second) and "blank" in (first, second):
        return second if first == "blank" else first
    if {first, second} <= _MIXED_TEXT:
        return "text"
    raise ExpressionError("branch_types", column_of(tree), first=first, second=second)


def _check_pattern(arguments: list[Any], _scope: Scope) -> None:
    tree = arguments[1]
    if tree[0] != "lit":
        raise ExpressionError("pattern_not_literal", _start(tree))
    try:
        compiled(tree[1])
    except ExpressionError as error:
        # Inside the quote: its own column plus the place in the pattern.
        raise ExpressionError(error.code, column_of(tree) + error.column, **error.values) from None


def _check_digits(arguments: list[Any], _scope: Scope) -> None:
    for tree in arguments[1:]:
        if tree[0] != "lit" or tree[1] not in range(MAX_DIGITS + 1):
            raise ExpressionError("round_digits", _start(tree), limit=MAX_DIGITS)


def _check_selected(arguments: list[Any], scope: Scope) -> None:
    listed = scope.choices.get(field_named(arguments[0], scope))
    token = arguments[1]
    literal = token[0] == "lit" and not is_blank(token)
    if listed is not None and literal and str(token[1]) not in listed:
        raise ExpressionError("choice_unknown", column_of(token), name=token[1])


_LITERALS: Final = {
    "regex": _check_pattern,
    "round": _check_digits,
    "selected": _check_selected,
}
"""Functions whose literal arguments are looked at as well."""


def _binary(tree: Any, operator: str, sides: tuple[Any, Any], scope: Scope) -> Type:
    if operator in ("and", "or"):
        for side in sides:
            _require(side, "condition", scope)
        return "boolean"
    found = type_of(sides[0], scope), type_of(sides[1], scope)
    if operator in ("=", "!="):
        _check_equality(tree, sides, found, scope)
        return "boolean"
    dates = found == ("date", "date") and operator in ("<", "<=", ">", ">=", "-")
    for side, kind in zip(sides, found, strict=True):
        if not dates and kind not in _NUMERIC:
            raise (
                _date_error(tree, operator)
                if kind == "date"
                else ExpressionError("type_mismatch", _start(side), found=kind, wanted="number")
            )
    return "number" if operator in ("+", "-", "*", "div", "mod") else "boolean"


def _date_error(tree: Any, operator: str) -> ExpressionError:
    compares = operator in ("<", "<=", ">", ">=")
    return ExpressionError("date_comparison" if compares else "date_arithmetic", column_of(tree))


def _check_equality(
    tree: Any, sides: tuple[Any, Any], found: tuple[Type, Type], scope: Scope
) -> None:
    kinds = set(found)
    if not kinds & {"list", "rows"}:
        if "blank" in kinds and "boolean" not in kinds:
            return
        if kinds == {"boolean"} or ("number" in kinds and kinds <= _NUMERIC):
            _warn_choice(sides, found, scope)
            return
        if "number" not in kinds and kinds <= _TEXTUAL:
            _warn_choice(sides, found, scope)
            return
    raise ExpressionError("equality_types", column_of(tree), first=found[0], second=found[1])


def _warn_choice(sides: tuple[Any, Any], found: tuple[Type, Type], scope: Scope) -> None:
    """Warn of a choice compared as a number, or with a text that is none of its choices."""
    if scope.warnings is None:
        return
    for side, other, kind, against in (
        (sides[0], sides[1], found[0], found[1]),
        (sides[1], sides[0], found[1], found[0]),
    ):
        if kind == "choice" and against == "number":
            scope.warnings.append(ExpressionError("choice_as_number", _start(side)))
        listed = scope.choices.get(field_named(side, scope))
        literal = kind == "choice" and against == "text" and other[0] == "lit"
        if literal and listed and other[1] not in listed:
            scope.warnings.append(
                ExpressionError("choice_never_equal", column_of(other), name=other[1])
            )
