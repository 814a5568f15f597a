"""A compiled questionnaire: what a tablet shows and a server checks."""

from typing import Any, Literal

from pydantic import Field

from schemas.wire import Text, Wire

ONCE = "once"
"""``once=1``: each choice in one row of its repeat only. No part of an exported XForm."""
NodeKind = Literal["field", "group", "repeat"]
QuestionType = Literal[
    "text",
    "integer",
    "decimal",
    "date",
    "time",
    "dateTime",
    "select_one",
    "select_multiple",
    "rank",
    "range",
    "note",
    "calculate",
    "hidden",
    "geopoint",
    "image",
    "signature",
    "file",
    "barcode",
    "start",
    "end",
    "today",
    "deviceid",
]
ValueType = Literal["text", "number", "date", "dateTime", "time", "choice", "choices", "file"]
"""What an expression sees of a field; schemas/expressions/static_types.py has the rest."""


class Expression(Wire):
    """An expression parsed, so that no evaluator needs a parser.

    ``source`` is what its author wrote; a published form leaves it out. Trees are arrays:
    ``["lit", v]``, ``["ref", name]``, ``["col", name]``, ``["self"]``, ``["position"]``,
    ``["neg", e]``, ``["call", f, [args]]``, ``["bin", op, left, right]``.
    """

    source: str = ""
    tree: list[Any]


class Choice(Wire):
    """One answer of a choice list; ``columns`` are what a ``choice_filter`` may ask for."""

    name: str
    label: Text
    columns: dict[str, str] = Field(default_factory=dict)


class Node(Wire):
    """A question, a group of questions, or a repeated group."""

    name: str
    kind: NodeKind = "field"
    type: QuestionType | None = None
    value_type: ValueType | None = None  # of a field; a calculation has its expression's type
    label: Text = Field(default_factory=dict)
    hint: Text = Field(default_factory=dict)
    relevant: Expression | None = None
    required: Expression | bool = False
    constraint: Expression | None = None
    constraint_message: Text = Field(default_factory=dict)
    soft_constraint: Expression | None = None  # asked after the constraint; may be confirmed
    soft_constraint_message: Text = Field(default_factory=dict)
    calculate: Expression | None = None
    choice_filter: Expression | None = None
    repeat_count: Expression | None = None
    default: str | None = None
    default_expression: Expression | None = None
    read_only: bool = False
    list: str | None = None
    appearance: tuple[str, ...] = ()
    parameters: dict[str, str] = Field(default_factory=dict)
    # What the measurement needs beyond XLSForm: see schemas/definitions/README.md.
    service: str | None = None
    dimension: str | None = None
    scale: str | None = None
    core: bool | None = None
    pii: str | None = None
    children: tuple["Node", ...] = ()


class FormDefinition(Wire):
    """A published form version. It never changes after publication.

    ``anonymous``: nothing may tell who was asked; a record of it names no visit and no time of day,
    and is released only in groups that are large enough (ADR 0013).
    """

    id: str
    version: str
    title: Text
    anonymous: bool = False
    languages: tuple[str, ...]
    lists: dict[str, tuple[Choice, ...]]
    body: tuple[Node, ...]
