"""One row of the survey sheet → one node: its texts, expressions and properties."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.authoring.parameters import accuracy_rule, parameters_of
from schemas.authoring.sheets import Remark, Report, Row, column_name, languages_of, text_header
from schemas.authoring.survey_rows import VALUE_TYPES, Draft
from schemas.authoring.translations import text_of
from schemas.expressions import foreign
from schemas.expressions.functions import FUNCTIONS
from schemas.expressions.grammar import ExpressionError, Tree, parse, plain
from schemas.expressions.values import LEXICAL_FORM
from schemas.forms.definition import Choice, Expression, Node
from schemas.forms.dependencies import calls
from schemas.forms.lexical_forms import is_on_scale
from schemas.forms.question_kinds import UNSEEN

YES: Final = frozenset({"yes", "true", "true()"})
NO: Final = frozenset({"", "no", "false", "false()"})
PII: Final = frozenset({"", "free_text", "quasi", "device", "staff", "photo"})
EXPRESSION_COLUMNS: Final = {
    "relevant": ("relevant",),
    "constraint": ("constraint",),
    "soft_constraint": ("soft_constraint",),
    "choice_filter": ("choice_filter",),
    "calculate": ("calculation", "calculate"),
    "repeat_count": ("repeat_count",),
}
"""Node attribute → the headers it may stand under."""


@dataclass(frozen=True)
class Written:
    """An expression as it stands in the sheet, its tree remembering characters."""

    row: Row
    header: str
    source: str
    tree: Tree

    @property
    def expression(self) -> Expression:
        """It as a definition holds it."""
        return Expression(source=self.source, tree=plain(self.tree))


@dataclass
class Reading:
    """What rows are read with: the sheet's headers, the lists, and what comes out beside nodes."""

    headers: tuple[str, ...]
    lists: dict[str, tuple[Choice, ...]]
    report: Report
    written: dict[tuple[str, str], Written] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)


def node_of(draft: Draft, reading: Reading) -> Node:
    """Make a node, and those inside it."""
    row, report = draft.row, reading.report
    reading.rows[draft.name] = row
    parameters = parameters_of(draft, report)
    expressions: dict[str, Any] = {
        attribute: written.expression
        for attribute in EXPRESSION_COLUMNS
        if (written := _written(draft, attribute, reading))
    }
    if rule := accuracy_rule(parameters):
        expressions |= _with_rule(draft, rule, reading)
    _check_place(draft, expressions, reading)
    return Node(
        name=draft.name,
        kind=draft.kind,
        type=draft.type,
        value_type=VALUE_TYPES.get(draft.type) if draft.type else None,
        label=_label(draft, reading),
        hint=text_of(row, "hint", reading.headers, report),
        constraint_message=text_of(row, "constraint_message", reading.headers, report),
        soft_constraint_message=text_of(row, "soft_constraint_message", reading.headers, report),
        required=_required(draft, reading),
        **expressions,
        **_default(draft, parameters, reading),
        read_only=yes_or_no(row, "read_only", report) or yes_or_no(row, "readonly", report),
        list=_list(draft, reading),
        appearance=tuple(row["appearance"].split()),
        parameters=parameters,
        **_measurement(draft, report),
        children=tuple(node_of(child, reading) for child in draft.children),
    )


def expression_error(
    written: Written | tuple[Row, str, str], error: ExpressionError, *, is_error: bool = True
) -> Remark:
    """The remark for an error inside an expression."""
    row, header, source = (
        (written.row, written.header, written.source) if isinstance(written, Written) else written
    )
    return Remark(
        sheet=row.sheet,
        row=row.number,
        column=column_name(row, header),
        code=error.code,
        values=error.values,
        is_error=is_error,
        source=source,
        character=max(1, error.column),
    )


def _written(draft: Draft, attribute: str, reading: Reading) -> Written | None:
    for header in EXPRESSION_COLUMNS[attribute]:
        if draft.row[header]:
            return _parsed(draft, attribute, header, reading)
    return None


def _with_rule(draft: Draft, rule: str, reading: Reading) -> dict[str, Expression]:
    """Add a soft constraint that parameters imply to the one that is written."""
    own = draft.row["soft_constraint"]
    if own and (draft.name, "soft_constraint") not in reading.written:
        return {}
    source = f"({own}) and {rule}" if own else rule
    written = Written(draft.row, "soft_constraint", source, parse(source))
    reading.written[draft.name, "soft_constraint"] = written
    return {"soft_constraint": written.expression}


def _parsed(draft: Draft, attribute: str, header: str, reading: Reading) -> Written | None:
    row, source = draft.row, draft.row[header]
    try:
        written = Written(row, header, source, parse(source))
    except ExpressionError as error:
        reading.report.remarks.append(expression_error((row, header, source), error))
        return None
    reading.written[draft.name, attribute] = written
    return written


def _required(draft: Draft, reading: Reading) -> Expression | bool:
    text = draft.row["required"].lower()
    if text in YES or text in NO:
        return text in YES
    written = _parsed(draft, "required", "required", reading)
    return written.expression if written else False


def _default(draft: Draft, parameters: dict[str, str], reading: Reading) -> dict[str, Any]:
    """Read a default: literal text, or an expression if it calls a function or asks an answer."""
    text = draft.row["default"]
    if not text:
        return {}
    if "${" in text or _is_dynamic(text):
        written = _parsed(draft, "default_expression", "default", reading)
        return {"default_expression": written.expression} if written else {}
    if not _fits(draft, text, parameters, reading):
        reading.report.error(draft.row, "default", "default_form", text=text)
    return {"default": text}


def _is_dynamic(text: str) -> bool:
    try:
        tree = parse(text)
    except ExpressionError:
        return False
    return any(call[1] in FUNCTIONS for call in calls(tree))


def _fits(draft: Draft, text: str, parameters: dict[str, str], reading: Reading) -> bool:
    if draft.list_name is not None:
        names = {choice.name for choice in reading.lists.get(draft.list_name, ())}
        return not names or set(text.split()) <= names
    if draft.type == "range":
        return is_on_scale(text, parameters)
    has_form = LEXICAL_FORM.get(draft.type or "")
    return has_form is None or has_form(text)


def _label(draft: Draft, reading: Reading) -> dict[str, str]:
    label = text_of(draft.row, "label", reading.headers, reading.report)
    has_columns = bool(languages_of(reading.headers, "label"))
    if not label and has_columns and draft.kind == "field" and draft.type not in UNSEEN:
        header = text_header(reading.headers, "label")
        reading.report.error(draft.row, header, "label_missing", name=draft.name)
    return label


def _list(draft: Draft, reading: Reading) -> str | None:
    if draft.list_name is None or draft.list_name in reading.lists:
        return draft.list_name
    if near := foreign.nearest(draft.list_name, [*reading.lists]):
        values = {"list": draft.list_name, "near": near}
        reading.report.error(draft.row, "type", "list_misspelt", **values)
    else:
        reading.report.error(draft.row, "type", "list_unknown", list=draft.list_name)
    return None


def yes_or_no(row: Row, header: str, report: Report) -> bool:
    """Read a cell that says yes, no or nothing."""
    text = row[header].lower()
    if text not in YES and text not in NO:
        report.error(row, header, "yes_or_no", text=row[header])
    return text in YES


def _measurement(draft: Draft, report: Report) -> dict[str, Any]:
    row = draft.row
    if row["core"] not in ("", "0", "1"):
        report.error(row, "core", "core_form", text=row["core"])
    if row["pii"] not in PII:
        report.error(
            row, "pii", "pii_unknown", text=row["pii"], known=", ".join(sorted(PII - {""}))
        )
    if row["scale"] and row["scale"] != draft.list_name:
        report.error(
            row, "scale", "scale_not_list", scale=row["scale"], list=draft.list_name or "–"
        )
    return {
        "service": row["service"] or None,
        "dimension": row["dimension"] or None,
        "scale": row["scale"] or None,
        "core": row["core"] == "1" if row["core"] else None,
        "pii": row["pii"] or None,
    }


def _check_place(draft: Draft, expressions: dict[str, Expression], reading: Reading) -> None:
    """Refuse expressions where they would have no effect."""
    row, report = draft.row, reading.report
    if draft.type == "calculate" and not (row["calculation"] or row["calculate"]):
        report.error(row, "calculation", "calculation_missing", name=draft.name)
    idle = set(_idle(draft)) & expressions.keys()
    for attribute in sorted(idle):
        report.error(row, EXPRESSION_COLUMNS[attribute][0], "no_effect", kind=row["type"])
        del reading.written[draft.name, attribute]


def _idle(draft: Draft) -> Iterator[str]:
    """The expressions that mean nothing for a row of this kind."""
    if draft.kind != "repeat":
        yield "repeat_count"
    worked_out = draft.row["calculation"] or draft.row["calculate"]
    if draft.kind == "field" and worked_out:
        yield from ("constraint", "soft_constraint")
    if draft.kind != "field" or draft.type == "note":
        yield from ("constraint", "soft_constraint", "calculate", "choice_filter")
    elif draft.list_name is None:
        yield "choice_filter"
