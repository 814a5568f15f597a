"""Our expressions as XPath for ODK clients, so that they decide there as they do here.

Most of an expression is written as it stands. The rest closes gaps between the engines: a blank in
a sum, a comparison of two blanks, a division by zero. tests/oracles asks both engines of ODK.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from schemas.expressions.static_types import Scope, is_blank, type_of
from schemas.expressions.values import first_day, to_text

_NEVER_BLANK: Final = frozenset({"count", "string-length", "count-selected", "random"})
_KEEPS_FILLED: Final = frozenset({"int", "abs", "round", "number"})
EMPTY: Final = "''"
_ISO_DAY: Final = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'"


@dataclass(frozen=True)
class Context:
    """Where an expression stands: what it sees, and how paths lead from there."""

    scope: Scope
    path: Callable[[str], str]
    rows: Callable[[str], str]
    """How many rows count of a repeat, or of the repeat that a question is in."""
    row: str = ".."
    """The path to the row of the repeat, from here."""
    own: str = "."
    """The path to the answer a constraint is about."""


def condition(tree: Any, context: Context) -> str:
    """Write a condition."""
    return _said(tree, context)


def number(tree: Any, context: Context) -> str:
    """Write what counts as a number, not-a-number where it is blank."""
    said = _said(tree, context)
    return said if type_of(tree, context.scope) == "number" else f"number({said})"


def text(tree: Any, context: Context) -> str:
    """Write text; a number that may be blank is asked for before it is written out."""
    said = _said(tree, context)
    kind = type_of(tree, context.scope)
    if kind == "number":
        return f"string({said})" if _is_filled(tree) else _unless_blank(tree, context, "string({})")
    return f"string({said})" if kind == "date" else said


def value(tree: Any, context: Context) -> str:
    """Write a calculation or a default, blank where it has no value."""
    kind = type_of(tree, context.scope)
    if kind == "number" and not _is_filled(tree):
        return _unless_blank(tree, context, "{}")
    return _said(tree, context)


def count_of(tree: Any, context: Context) -> str:
    """Write a number of rows: none if blank or negative, fractions cut off."""
    said = number(tree, context)
    return f"if({said} >= 1, int({said}), 0)"


def _said(tree: Any, context: Context) -> str:  # noqa: PLR0911  one return a kind of node
    match tree:
        case ["lit", value]:
            return _quoted(value) if isinstance(value, str) else to_text(value)
        case ["ref", name]:
            return context.path(name)
        case ["col", name]:
            return str(name)
        case ["self"]:
            return context.own
        case ["position"]:
            return f"position({context.row})"
        case ["neg", operand]:
            return f"-({number(operand, context)})"
        case ["call", name, arguments]:
            return (
                _CALLS[name](arguments, context)
                if name in _CALLS
                else _call(name, arguments, context)
            )
        case ["bin", operator, left, right]:
            return _OPERATORS[operator](operator, left, right, context)
    raise ValueError(tree)


def _quoted(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"


def _within(tree: Any, said: str) -> str:
    return f"({said})" if tree[0] in ("bin", "neg") else said


def _is_filled(tree: Any) -> bool:
    """Know without asking that a number is never blank."""
    match tree:
        case ["lit", value]:
            return not isinstance(value, str)
        case ["position"]:
            return True
        case ["neg", operand]:
            return _is_filled(operand)
        case ["call", name, arguments]:
            return name in _NEVER_BLANK or (name in _KEEPS_FILLED and _is_filled(arguments[0]))
        case ["bin", "+" | "-" | "*", left, right]:
            return _is_filled(left) and _is_filled(right)
    return False


def _filled(said: str) -> str:
    # Neither not-a-number nor infinity has a difference to itself.
    return f"({said}) - ({said}) = 0"


def _unless_blank(tree: Any, context: Context, shape: str) -> str:
    """Write a number in some shape, or a blank if there is none."""
    said = _said(tree, context)
    filled = f"{said} != ''" if tree[0] in ("ref", "self") else _filled(said)
    # number(): one client keeps 4 as 4.0.
    return f"if({filled}, {shape.format(f'number({said})')}, '')"


def _blank(tree: Any, context: Context) -> str:
    """Write whether something is blank."""
    said = _said(tree, context)
    if type_of(tree, context.scope) != "number" or tree[0] in ("ref", "self"):
        return f"{_within(tree, said)} = ''"
    return "false()" if _is_filled(tree) else f"not({_filled(said)})"


def _connected(operator: str, left: Any, right: Any, context: Context) -> str:
    sides = (_within(side, _said(side, context)) for side in (left, right))
    return f" {operator} ".join(sides)


def _numeric(operator: str, left: Any, right: Any, context: Context) -> str:
    dates = (type_of(left, context.scope), type_of(right, context.scope)) == ("date", "date")
    said = _said if dates else number
    written = f" {operator} ".join(_within(side, said(side, context)) for side in (left, right))
    # Midnights can be 23 or 25 hours apart.
    return f"round({written})" if dates and operator == "-" else written


def _divided(operator: str, left: Any, right: Any, context: Context) -> str:
    quotient = _numeric(operator, left, right, context)
    if right[0] == "lit" and right[1] != 0:
        return quotient
    return f"if({number(right, context)} = 0, '', {quotient})"


def _equal(operator: str, left: Any, right: Any, context: Context) -> str:
    kinds = type_of(left, context.scope), type_of(right, context.scope)
    if "boolean" in kinds and "number" not in kinds:
        return f"boolean({_said(left, context)}) {operator} boolean({_said(right, context)})"
    for side, other in ((left, right), (right, left)):
        if is_blank(other):
            test = _blank(side, context)
            return test if operator == "=" else f"not({test})"
    if "number" not in kinds:
        return f"{text(left, context)} {operator} {text(right, context)}"
    return _equal_numbers(operator, left, right, context)


def _equal_numbers(operator: str, left: Any, right: Any, context: Context) -> str:
    """Compare numbers; two blanks are equal, though not-a-number equals nothing."""
    test = f"number({_said(left, context)}) = number({_said(right, context)})"
    blanks = [_blank(side, context) for side in (left, right)]
    if "false()" not in blanks:
        test = f"({test} or ({' and '.join(blanks)}))"
    return test if operator == "=" else f"not({test})"


_OPERATORS: Final[dict[str, Callable[[str, Any, Any, Context], str]]] = {
    **dict.fromkeys(("and", "or"), _connected),
    **dict.fromkeys(("=", "!="), _equal),
    **dict.fromkeys(("<", "<=", ">", ">=", "+", "-", "*"), _numeric),
    **dict.fromkeys(("div", "mod"), _divided),
}


def _call(name: str, arguments: list[Any], context: Context) -> str:
    """Write a call whose arguments ODK takes as we do."""
    spell = _NATURAL.get(name, text)
    return f"{name}({', '.join(spell(argument, context) for argument in arguments)})"


_NATURAL: Final = {
    **dict.fromkeys(("int", "abs", "round", "pow", "number"), number),
    **dict.fromkeys(("not",), condition),
    **dict.fromkeys(("count-selected", "decimal-date-time"), _said),
}


def _selected(arguments: list[Any], context: Context) -> str:
    """Write whether one code is among the chosen ones: not a blank, not several at once."""
    answer, token = (text(argument, context) for argument in arguments)
    call = f"selected({answer}, {token})"
    if arguments[1][0] == "lit":
        return call if token[1:-1] and " " not in token else "false()"
    is_one = arguments[1] == ["col", "name"] or type_of(arguments[1], context.scope) == "choice"
    one = f"{token} != ''" if is_one else f"{token} != '' and not(contains({token}, ' '))"
    return f"({one} and {call})"


def _selected_at(arguments: list[Any], context: Context) -> str:
    answer, place = text(arguments[0], context), number(arguments[1], context)
    return (
        f"if(int({place}) >= 0 and int({place}) < count-selected({answer}), "
        f"selected-at({answer}, int({place})), '')"
    )


def _reduced(name: str) -> Callable[[list[Any], Context], str]:
    """Write sum, min or max: blank as soon as one member is."""

    def write(arguments: list[Any], context: Context) -> str:
        if type_of(arguments[0], context.scope) == "list":
            return _reduced_list(name, context.path(arguments[0][1]), context.rows(arguments[0][1]))
        numbers = [_within(argument, number(argument, context)) for argument in arguments]
        if name == "sum" or len(numbers) == 1:
            return f"({' + '.join(numbers)})"
        call = f"min({', '.join(numbers)})"
        if name == "max":
            # JavaRosa's own max of negative numbers is above zero.
            call = f"-min({', '.join(f'-({number})' for number in numbers)})"
        if all(map(_is_filled, arguments)):
            return call
        return f"if({_filled(' + '.join(numbers))}, {call}, '')"

    return write


def _reduced_list(name: str, members: str, rows: str) -> str:
    whole = f"if(count-non-empty({members}) = {rows}, {name}({members}), '')"
    return f"if({rows} = 0, {0 if name == 'sum' else EMPTY}, {whole})"


def _counted(arguments: list[Any], context: Context) -> str:
    return context.rows(arguments[0][1])


def _matched(arguments: list[Any], context: Context) -> str:
    """Write a pattern with brackets around its alternatives, which else end at the anchors."""
    pattern = str(arguments[1][1])
    if "|" in pattern:
        pattern = f"^({pattern[1:-1]})$"
    return f"regex({text(arguments[0], context)}, {_quoted(pattern)})"


def _joined(arguments: list[Any], context: Context) -> str:
    members, rows = context.path(arguments[1][1]), context.rows(arguments[1][1])
    return f"if({rows} = 0, '', join({text(arguments[0], context)}, {members}))"


def _chosen(arguments: list[Any], context: Context) -> str:
    test = condition(arguments[0], context)
    yes, no = (_said(argument, context) for argument in arguments[1:])
    if type_of(arguments[1], context.scope) == "boolean":
        return f"((({test}) and ({yes})) or (not({test}) and ({no})))"
    return f"if({test}, {yes}, {no})"


def _first_filled(arguments: list[Any], context: Context) -> str:
    first, second = (_said(argument, context) for argument in arguments)
    if type_of(arguments[0], context.scope) == "boolean":
        return first
    if arguments[0][0] in ("ref", "self"):
        return f"coalesce({first}, {second})"
    return f"if({_blank(arguments[0], context)}, {second}, {first})"


def _day(arguments: list[Any], context: Context) -> str:
    said = _said(arguments[0], context)
    if type_of(arguments[0], context.scope) == "date":
        return said
    if arguments[0][0] == "lit":
        day = first_day(arguments[0][1])
        return f"date('{day}')" if day else "''"
    day = f"substr({text(arguments[0], context)}, 0, 10)"
    return f"if(regex({day}, {_ISO_DAY}), date({day}), '')"


_CALLS: Final[dict[str, Callable[[list[Any], Context], str]]] = {
    "selected": _selected,
    "selected-at": _selected_at,
    "sum": _reduced("sum"),
    "min": _reduced("min"),
    "max": _reduced("max"),
    "join": _joined,
    "if": _chosen,
    "coalesce": _first_filled,
    "date": _day,
    "count": _counted,
    "regex": _matched,
}
