"""Checks of what a form allows but its author surely did not mean."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from schemas.authoring.checks.possible import Form
from schemas.authoring.node_rows import Reading, Written, expression_error
from schemas.authoring.sheets import Report, Row, languages_of, text_header
from schemas.authoring.translations import inserting
from schemas.expressions.evaluation import condition
from schemas.expressions.grammar import ExpressionError, column_of
from schemas.expressions.static_types import Scope, type_of
from schemas.expressions.values import to_number
from schemas.forms.definition import Node
from schemas.forms.dependencies import Standing, calls, references
from schemas.forms.question_kinds import CIRCUMSTANCES

_UNANSWERED: Final = CIRCUMSTANCES | {"note", "calculate"}
_NUMERIC: Final = frozenset({"<", "<=", ">", ">=", "+", "-", "*", "div", "mod"})
_CLOCK: Final = frozenset({"today", "now"})
_MESSAGES: Final = {
    "constraint": "constraint_message",
    "soft_constraint": "soft_constraint_message",
}


def check_oversights(nodes: Mapping[str, Standing], reading: Reading) -> None:
    """Report what was forgotten or has no effect."""
    report, form = reading.report, Form(nodes, reading.lists)
    asked = any(_is_asked(standing.node) for standing in nodes.values())
    if not asked and not report.has_errors:
        report.error(next(iter(reading.rows.values())), "type", "no_questions")
    _check_spellings(nodes, reading)
    for name, standing in nodes.items():
        row = reading.rows[name]
        _check_shape(standing, row, reading.headers, report)
        _check_messages(standing.node, row, report)
        _check_required(standing.node, row, report)
        _check_default(standing, form, reading)
    for (name, _), written in reading.written.items():
        if name in nodes:
            _check_numbers(written, name, form, reading)
    _check_insertions(nodes, reading)


def _is_asked(node: Node) -> bool:
    return node.kind == "field" and node.type not in _UNANSWERED


def _check_spellings(nodes: Mapping[str, Standing], reading: Reading) -> None:
    known: dict[str, str] = {}
    for name in nodes:
        first = known.setdefault(name.lower(), name)
        if first != name:
            row, other = reading.rows[name], reading.rows[first].number
            reading.report.warn(row, "name", "name_case", name=name, first=first, first_row=other)


def _check_shape(standing: Standing, row: Row, headers: tuple[str, ...], report: Report) -> None:
    node = standing.node
    if node.kind == "field":
        return
    if not node.children:
        report.warn(row, "type", "group_empty", name=node.name)
    if standing.parent is None and not node.label and languages_of(headers, "label"):
        report.warn(row, text_header(headers, "label"), "section_untitled", name=node.name)


def _check_messages(node: Node, row: Row, report: Report) -> None:
    for rule, message in _MESSAGES.items():
        if row[rule] and not getattr(node, message) and not row[message]:
            report.warn(row, rule, "constraint_message_missing", name=node.name)


def _check_required(node: Node, row: Row, report: Report) -> None:
    if node.required is False:
        return
    if node.type == "note":
        report.error(row, "required", "required_note", name=node.name)
    elif node.kind != "field" or node.type in _UNANSWERED or node.calculate:
        report.warn(row, "required", "required_idle", kind=row["type"])
    elif node.read_only and node.default is None and node.default_expression is None:
        report.warn(row, "required", "required_read_only", name=node.name)


def _check_default(standing: Standing, form: Form, reading: Reading) -> None:
    """Refuse a default that its own constraint refuses."""
    node = standing.node
    if node.default is None or node.constraint is None:
        return
    tree = node.constraint.tree
    if {*references(tree)} - {node.name} or any(call[1] in _CLOCK for call in calls(tree)):
        return
    scope = form.scope(standing.repeat)
    own = replace(scope, own=node.value_type, own_name=node.name, in_repeat=False)
    with suppress(ExpressionError):  # what is wrong with it is said elsewhere
        if not condition(tree, own)(_Alone({node.name: node.default})):
            reading.report.error(reading.rows[node.name], "default", "default_refused")


@dataclass(frozen=True)
class _Alone:
    """One answer, as an expression asks for it."""

    values: Mapping[str, str]


def _check_numbers(written: Written, name: str, form: Form, reading: Reading) -> None:
    """Warn of a word where a number is compared or reckoned with: that is always blank."""
    standing = form.nodes[name]
    scope = form.scope(standing.repeat)
    scope = replace(scope, own=standing.node.value_type, own_name=name)
    for word in _words(written.tree, scope):
        warning = ExpressionError("text_as_number", column_of(word), text=word[1])
        reading.report.remarks.append(expression_error(written, warning, is_error=False))


def _words(tree: Any, scope: Scope) -> Iterator[Any]:
    """Literal words that stand where a number is wanted."""
    if not isinstance(tree, list):
        return
    if tree[:1] == ["bin"]:
        yield from _words_beside(tree[1], tree[2], tree[3], scope)
    for part in tree:
        yield from _words(part, scope)


def _words_beside(sign: str, left: Any, right: Any, scope: Scope) -> Iterator[Any]:
    for word, other in ((left, right), (right, left)):
        if word[0] != "lit" or not isinstance(word[1], str) or not word[1]:
            continue
        with suppress(ExpressionError):
            kind = type_of(other, scope)
            wants_number = (sign in _NUMERIC and kind in ("text", "choice")) or kind == "number"
            if wants_number and sign not in ("and", "or") and to_number(word[1]) is None:
                yield word


def _check_insertions(nodes: Mapping[str, Standing], reading: Reading) -> None:
    """Warn of texts that insert an answer which is given only later."""
    places = {name: place for place, name in enumerate(nodes)}
    for name, standing in nodes.items():
        if standing.node.kind != "field":
            continue
        for what in ("label", "hint"):
            for inserted, language in inserting(getattr(standing.node, what)).items():
                if places.get(inserted, -1) > places[name] and _is_asked(nodes[inserted].node):
                    header = text_header(reading.headers, what, language)
                    reading.report.warn(
                        reading.rows[name], header, "insertion_later", name=inserted
                    )
