"""A form version made ready to evaluate (twin: pwa/form/questionnaire.ts).

Everything here is computed on demand and remembered until the next answer: relevance, values, rows.
The compiler has refused circles, so the result does not depend on who asks first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from schemas.expressions.calls import Condition, Numeric, Text
from schemas.expressions.evaluation import condition, number, text
from schemas.expressions.static_types import Scope, Type
from schemas.forms.definition import ONCE, Choice, Expression, FormDefinition, Node
from schemas.forms.dependencies import (
    Standing,
    evaluation_order,
    graph,
    longest_chain,
    standings,
)
from schemas.forms.lexical_forms import Judge, judge_of
from schemas.forms.offers import Offer, make_offer

MAX_ROWS: Final = 1000
LONG_CHAIN: Final = 40
"""From so many points on, a form is evaluated in order, or the recursion would go too deep."""


@dataclass(frozen=True, slots=True)
class Item:
    """A node with its expressions compiled."""

    node: Node
    name: str
    parent: str | None
    """Its group; at the top of the form or of a row None."""
    repeat: str | None
    relevant: Condition | None
    required: Condition | bool
    constraint: Condition | None
    soft: Condition | None
    is_once: bool
    """Whether no two rows of its repeat may hold the same answer."""
    calculate: Text | None
    default: Text | None
    row_count: Numeric | None
    offer: Offer | None
    judge: Judge | None
    """None for a note, which has no answer, and for a calculation, which is worked out again."""
    names: dict[str, None]
    """What may be answered inside a group or a row, in document order: questions and repeats."""

    @property
    def is_answerable(self) -> bool:
        """Whether an answer to it can be sent."""
        return _is_answerable(self.node)


class Questionnaire:
    """A form version, its expressions compiled once. Immutable; shared by all threads."""

    def __init__(self, definition: FormDefinition) -> None:
        self.definition = definition
        nodes = standings(definition.body)
        repeats = [None, *(node.node.name for node in nodes.values() if node.node.kind == "repeat")]
        scopes = {repeat: scope_at(repeat, nodes, definition.lists) for repeat in repeats}
        self.items: dict[str, Item] = {
            name: _item(standing, definition, scopes[standing.repeat])
            for name, standing in nodes.items()
        }
        self.names = dict.fromkeys(_answerable(definition.body))
        self.counted = tuple(item for item in self.items.values() if item.row_count)
        needs = graph(nodes)
        self.feeding = frozenset(
            name for needed in needs.values() for what, name in needed if what == "value"
        )
        deep = longest_chain(needs) > LONG_CHAIN
        self.order = tuple(evaluation_order(needs)) if deep else ()

    def start(
        self, answers: Mapping[str, Any], now: str, draw: Callable[[], float] | None = None
    ) -> "Frame":
        """A fresh evaluation of ``answers`` as of ``now``; only defaults ever ``draw``."""
        frame = Frame(self.items, answers, now, draw=draw)
        for what, name in self.order:
            _prepare(frame, what, name)
        return frame


def _prepare(root: "Frame", what: str, name: str) -> None:
    repeat = root.items[name].repeat
    for frame in root.rows(repeat) if repeat else [root]:
        if what == "relevance":
            frame.relevance[name]  # asking is what computes it
        elif what == "value":
            frame.values[name]
        else:
            frame.rows(name)


class Frame:
    """The form around, or one row of a repeat: answers and what was worked out from them."""

    __slots__ = (
        "answers",
        "columns",
        "draw",
        "items",
        "known_rows",
        "now",
        "outer",
        "position",
        "relevance",
        "values",
    )

    def __init__(
        self,
        items: Mapping[str, Item],
        answers: Mapping[str, Any],
        now: str,
        *,
        outer: "Frame | None" = None,
        position: int = 0,
        draw: Callable[[], float] | None = None,
    ) -> None:
        self.items = items
        self.answers = answers
        self.now = now
        self.outer = outer
        self.position = position
        self.draw = draw
        self.columns: Mapping[str, str] = {}
        self.relevance = _Relevance(self)
        self.values = _Values(self)
        self.known_rows: dict[str, list[Frame]] = {}

    def rows(self, repeat: str) -> "list[Frame]":
        """The rows of a repeat that count."""
        root = self.outer or self
        rows = root.known_rows.get(repeat)
        if rows is None:
            rows = root.known_rows[repeat] = _rows(root, root.items[repeat])
        return rows

    def members(self, name: str) -> list[str]:
        """A repeated field's answers, one a row."""
        return [row.values[name] for row in self.rows(str(self.items[name].repeat))]

    def count(self, repeat: str) -> int:
        """How many rows of a repeat count."""
        return len(self.rows(repeat))


class _Relevance(dict[str, bool]):
    """Name → is it relevant here; worked out when first asked."""

    __slots__ = ("_frame",)

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def __missing__(self, name: str) -> bool:
        item = self._frame.items[name]
        holds = (item.parent is None or self[item.parent]) and (
            item.relevant is None or item.relevant(self._frame)
        )
        self[name] = holds
        return holds


class _Values(dict[str, str]):
    """Name → value here, blank where irrelevant; worked out when first asked."""

    __slots__ = ("_frame",)

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def __missing__(self, name: str) -> str:
        frame = self._frame
        value = ""
        if frame.relevance[name]:
            calculate = frame.items[name].calculate
            raw = calculate(frame) if calculate else frame.answers.get(name, "")
            value = raw if type(raw) is str else ""
        self[name] = value
        return value


def _rows(root: Frame, item: Item) -> list[Frame]:
    if not root.relevance[item.name]:
        return []
    sent = root.answers.get(item.name)
    rows = sent if isinstance(sent, list) else []
    return [
        Frame(
            root.items,
            row if isinstance(row, dict) else {},
            root.now,
            outer=root,
            position=place,
        )
        for place, row in enumerate(rows[: wanted_rows(root, item)], 1)
    ]


def wanted_rows(root: Frame, item: Item) -> int:
    """How many rows a repeat may have: its ``repeat_count``, or the most there can be."""
    if item.row_count is None:
        return MAX_ROWS
    return max(0, min(MAX_ROWS, int(item.row_count(root) or 0)))


def scope_at(
    repeat: str | None, nodes: Mapping[str, Standing], lists: Mapping[str, tuple[Choice, ...]]
) -> Scope:
    """What an expression in a row of ``repeat`` (None: outside all) can refer to."""
    types: dict[str, Type] = {}
    names = {key: frozenset(choice.name for choice in choices) for key, choices in lists.items()}
    for name, standing in nodes.items():
        value_type = standing.node.value_type
        if standing.node.kind == "repeat":
            types[name] = "rows"
        elif value_type is not None:
            here = standing.repeat in (None, repeat)
            types[name] = value_type if here else "list"
    return Scope(
        types=types,
        choices={
            name: names[node.node.list]
            for name, node in nodes.items()
            if node.node.list in names and node.node.list
        },
        in_repeat=repeat is not None,
        outside=frozenset(
            name for name, node in nodes.items() if repeat is not None and node.repeat is None
        ),
    )


def columns_of(choices: tuple[Choice, ...]) -> frozenset[str]:
    """The columns a choice_filter over this list may name."""
    return frozenset({"name"}.union(*(choice.columns for choice in choices)))


def _item(standing: Standing, definition: FormDefinition, around: Scope) -> Item:
    node = standing.node
    choices = definition.lists[node.list] if node.list else ()
    filtering = replace(around, columns=columns_of(choices))
    offer = make_offer(choices, node.choice_filter, filtering) if node.list else None
    own = replace(around, own=node.value_type, own_name=node.name)
    return Item(
        node=node,
        name=node.name,
        parent=None if standing.parent == standing.repeat else standing.parent,
        repeat=standing.repeat,
        relevant=_condition(node.relevant, around),
        required=node.required
        if isinstance(node.required, bool)
        else condition(node.required.tree, around),
        constraint=_condition(node.constraint, own),
        soft=_condition(node.soft_constraint, own),
        is_once=ONCE in node.parameters and standing.repeat is not None,
        calculate=text(node.calculate.tree, around) if node.calculate else None,
        default=text(node.default_expression.tree, replace(around, may_draw=True))
        if node.default_expression
        else None,
        row_count=number(node.repeat_count.tree, around) if node.repeat_count else None,
        offer=offer,
        judge=judge_of(node, offer) if _is_answerable(node) and not node.calculate else None,
        names=dict.fromkeys(_answerable(node.children)),
    )


def _is_answerable(node: Node) -> bool:
    return node.kind == "field" and node.type != "note"


def _answerable(nodes: Iterable[Node]) -> Iterator[str]:
    """The keys of the answers: questions here and in groups, and repeats as a whole."""
    for node in nodes:
        if node.kind == "group":
            yield from _answerable(node.children)
        elif node.kind == "repeat" or _is_answerable(node):
            yield node.name


def _condition(expression: Expression | None, scope: Scope) -> Condition | None:
    return condition(expression.tree, scope) if expression else None
