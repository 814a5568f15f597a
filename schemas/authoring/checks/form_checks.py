"""Checks that need the whole form: types of expressions, references, circles, inserted answers."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from schemas.authoring.node_rows import Reading, Written, expression_error
from schemas.authoring.sheets import Row, text_header
from schemas.authoring.translations import broken_in, inserting, insertions
from schemas.expressions.grammar import ExpressionError, column_of
from schemas.expressions.static_types import Scope, require_condition, require_number, require_value
from schemas.forms.definition import Node, ValueType
from schemas.forms.dependencies import (
    CycleError,
    Standing,
    calls,
    evaluation_order,
    graph,
    references,
)
from schemas.forms.questionnaire import columns_of, scope_at

_CHECKS: Final[dict[str, Callable[[Any, Scope], Any]]] = {
    "relevant": require_condition,
    "constraint": require_condition,
    "soft_constraint": require_condition,
    "choice_filter": require_condition,
    "required": require_condition,
    "repeat_count": require_number,
    "default_expression": require_value,
}
_NOT_ONE: Final = (None, "list", "rows")
"""Types of names that have no single answer to insert into a text."""
_BEFORE: Final = frozenset({"relevant", "choice_filter", "default_expression", "repeat_count"})
"""Expressions that decide what is shown, and so are odd if they look at a later question."""


def refuse_circles(nodes: Mapping[str, Standing], reading: Reading) -> list[str] | None:
    """The names in an order of evaluation; None, and a remark, if there is none."""
    try:
        return [name for what, name in evaluation_order(graph(nodes)) if what == "value"]
    except CycleError as error:
        circle = " → ".join(error.names)
        for name in error.names:
            for attribute in ("relevant", "calculate", "repeat_count"):
                if written := reading.written.get((name, attribute)):
                    reading.report.error(written.row, written.header, "cycle", circle=circle)
                    return None
        raise


def settle_calculations(
    order: list[str], nodes: dict[str, Standing], reading: Reading
) -> dict[str, ValueType]:
    """Find the type of every calculation, each after those it uses."""
    settled: dict[str, ValueType] = {}
    for name in order:
        written = reading.written.get((name, "calculate"))
        standing = nodes[name]
        if written is None:
            continue
        scope = replace(scope_at(standing.repeat, nodes, reading.lists), warnings=[])
        found: ValueType = _checked(written, require_value, scope, reading) or "text"
        if standing.node.type == "calculate":
            settled[name] = found
            node = standing.node.model_copy(update={"value_type": found})
            nodes[name] = replace(standing, node=node)
    return settled


def check_expressions(nodes: Mapping[str, Standing], reading: Reading) -> dict[str, Standing]:
    """Check every other expression of the form; give the nodes without those that are refused."""
    places = {name: place for place, name in enumerate(nodes)}
    sound = dict(nodes)
    for (name, attribute), written in reading.written.items():
        if name not in nodes:
            continue
        if attribute in _CHECKS:
            scope = _scope(nodes[name], attribute, nodes, reading)
            if not _is_sound(written, _CHECKS[attribute], scope, reading):
                node = sound[name].node.model_copy(update={attribute: None})
                sound[name] = replace(sound[name], node=node)
        if attribute in _BEFORE:
            _report_later(name, written, places, reading)
        _warn_of_blank_members(written, nodes, reading)
    return sound


def check_insertions(nodes: Mapping[str, Standing], reading: Reading) -> None:
    """Check the answers that labels, hints and messages insert."""
    for name, standing in nodes.items():
        node, row = standing.node, reading.rows[name]
        scope = scope_at(standing.repeat, nodes, reading.lists)
        for what in ("label", "hint", "constraint_message", "soft_constraint_message"):
            text = getattr(node, what)
            if language := broken_in(text):
                header = text_header(reading.headers, what, language)
                reading.report.error(row, header, "insertion_form")
            for inserted, language in inserting(text).items():
                if scope.types.get(inserted) in _NOT_ONE:
                    header = text_header(reading.headers, what, language)
                    reading.report.error(row, header, "insertion_unknown", name=inserted)
        _check_choice_labels(node, row, scope, reading)


def _check_choice_labels(node: Node, row: Row, scope: Scope, reading: Reading) -> None:
    for choice in reading.lists.get(node.list or "", ()):
        for inserted in dict.fromkeys(insertions(choice.label)):
            if scope.types.get(inserted) in _NOT_ONE:
                reading.report.error(
                    row, "type", "insertion_in_choice", choice=choice.name, name=inserted
                )


def _scope(
    standing: Standing, attribute: str, nodes: Mapping[str, Standing], reading: Reading
) -> Scope:
    node = standing.node
    scope = replace(scope_at(standing.repeat, nodes, reading.lists), warnings=[])
    if attribute in ("constraint", "soft_constraint"):
        return replace(scope, own=node.value_type, own_name=node.name)
    if attribute == "default_expression":
        return replace(scope, may_draw=True)
    if attribute == "choice_filter":
        return replace(scope, columns=columns_of(reading.lists.get(node.list or "", ())))
    return scope


def _is_sound(
    written: Written, check: Callable[[Any, Scope], Any], scope: Scope, reading: Reading
) -> bool:
    before = len(reading.report.remarks)
    _checked(written, check, scope, reading)
    return not any(remark.is_error for remark in reading.report.remarks[before:])


def _checked(
    written: Written, check: Callable[[Any, Scope], Any], scope: Scope, reading: Reading
) -> Any:
    try:
        found = check(written.tree, scope)
    except ExpressionError as error:
        reading.report.remarks.append(expression_error(written, error))
        return None
    reading.report.remarks += [
        expression_error(written, warning, is_error=False) for warning in scope.warnings or ()
    ]
    return found


def _report_later(name: str, written: Written, places: Mapping[str, int], reading: Reading) -> None:
    for later in dict.fromkeys(references(written.tree)):
        if places.get(later, -1) <= places[name]:
            continue
        if written.header == "default":
            # A default is worked out once, at the beginning: a later question is always blank then.
            reading.report.error(written.row, written.header, "default_later", name=later)
        else:
            reading.report.warn(written.row, written.header, "reference_later", name=later)


def _warn_of_blank_members(
    written: Written, nodes: Mapping[str, Standing], reading: Reading
) -> None:
    """Warn of sum, min and max over a repeated question that may be left blank."""
    for call in calls(written.tree):
        standing = nodes.get(call[2][0][1]) if call[2] and call[2][0][0] == "ref" else None
        if call[1] not in ("sum", "min", "max") or standing is None or standing.repeat is None:
            continue
        node = standing.node
        if node.calculate is None and (node.required is not True or node.relevant is not None):
            warning = ExpressionError(
                "blank_member", column_of(call), name=node.name, function=call[1]
            )
            remark = expression_error(written, warning, is_error=False)
            reading.report.remarks.append(remark)
