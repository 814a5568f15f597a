"""Random forms that the type rules accept and that hold no circle."""

import random
from dataclasses import dataclass, field
from typing import Any

from schemas.expressions.grammar import ExpressionError, parse, plain
from schemas.expressions.static_types import Scope, require_condition, require_value
from schemas.forms.definition import Choice, Expression, FormDefinition, Node
from schemas.forms.dependencies import Standing
from schemas.forms.questionnaire import columns_of, scope_at
from tests.pwa.random_expressions import Author

LANGUAGES = ("tr", "en")

VALUE_TYPES = {
    "text": "text", "hidden": "text", "barcode": "text", "geopoint": "text", "deviceid": "text",
    "integer": "number", "decimal": "number", "range": "number",
    "date": "date", "today": "date", "time": "time",
    "dateTime": "dateTime", "start": "dateTime", "end": "dateTime",
    "select_one": "choice", "select_multiple": "choices", "rank": "choices",
    "image": "file", "signature": "file", "file": "file",
}  # fmt: skip
ASKED = (
    "text", "integer", "decimal", "range", "date", "time", "dateTime", "geopoint", "hidden",
    "select_one", "select_one", "select_one", "select_multiple", "select_multiple", "rank",
    "barcode", "image", "file",
)  # fmt: skip
SCALES = (
    {"start": "0", "end": "10", "step": "1"},
    {"start": "-1", "end": "1", "step": "0.1"},
    {"start": "5", "end": "95", "step": "15"},
)
FACTS = ("start", "end", "today", "deviceid")

EXPRESSION_TRIES = 4


@dataclass
class Draft:
    """A form while it is being written."""

    rng: random.Random
    lists: dict[str, tuple[Choice, ...]]
    nodes: dict[str, Standing] = field(default_factory=dict)
    """Finished questions by name, in document order: what later expressions may ask."""
    asked: tuple[str, ...] = ASKED
    facts: tuple[str, ...] = FACTS
    scales: tuple[dict[str, str], ...] = SCALES
    writer: type[Author] = Author

    def author(self, repeat: str | None) -> Author:
        """Somebody who writes about the questions so far."""
        return self.writer(self.rng, scope_at(repeat, self.nodes, self.lists))

    def chance(self, share: float) -> bool:
        """Be true in about this share of cases."""
        return self.rng.random() < share


def random_form(rng: random.Random, **manner: Any) -> FormDefinition:
    """Write a form, ``manner`` saying otherwise than a draft what is asked and by whom."""
    draft = Draft(rng, {name: _random_list(rng) for name in ("l1", "l2", "l3")}, **manner)
    body = [_question(draft, None, None, kind) for kind in draft.facts if draft.chance(0.5)]
    while len(draft.nodes) < rng.randint(5, 16):
        shape = rng.random()
        if shape < 0.55:
            body.append(_question(draft, None, None))
        elif shape < 0.8:
            body.append(_group(draft, None, None, depth=0))
        else:
            body.append(_repeat(draft))
    return FormDefinition(
        id="random",
        version="1",
        title={"tr": "Deneme", "en": "Trial"},
        languages=LANGUAGES,
        lists=draft.lists,
        body=tuple(body),
    )


def _random_list(rng: random.Random) -> tuple[Choice, ...]:
    names = [f"c{n}" for n in range(1, rng.randint(3, 7))]
    rng.shuffle(names)
    if rng.random() < 0.3:
        names += ["06", "6", "98"]
    return tuple(
        Choice(name=name, label={"tr": name, "en": name}, columns={"il": f"c{rng.randint(1, 3)}"})
        for name in names
    )


def _question(
    draft: Draft, parent: str | None, repeat: str | None, question_type: str | None = None
) -> Node:
    name = f"q{len(draft.nodes)}"
    kind = question_type or draft.rng.choice((*draft.asked, "calculate", "calculate", "note"))
    author = draft.author(repeat)
    details: dict[str, Any] = {"name": name, "type": kind, "label": _label(draft, repeat)}
    if draft.chance(0.3):
        details |= {"hint": _label(draft, repeat), "read_only": draft.chance(0.3)}
    if question_type is None:
        details |= _expressions(draft, author, kind)
    if kind == "calculate":
        details |= _calculation(author)
    elif kind != "note":
        details["value_type"] = VALUE_TYPES[kind]
    if kind in ("select_one", "select_multiple", "rank"):
        details |= _choices(draft, author)
    if kind == "range":
        details["parameters"] = draft.rng.choice(draft.scales)
    node = Node(**details)
    draft.nodes[name] = Standing(node, parent, repeat)
    for rule, share in (("constraint", 0.4), ("soft_constraint", 0.3)):
        if kind not in ("calculate", "note") and question_type is None and draft.chance(share):
            node = node.model_copy(update={rule: _constraint(draft, repeat, node)})
    return node


def _expressions(draft: Draft, author: Author, kind: str) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if draft.chance(0.35):
        details["relevant"] = _condition(author)
    if kind in ("calculate", "note"):
        return details
    if draft.chance(0.5):
        details["required"] = draft.rng.choice((True, _condition(author) or True))
    if draft.chance(0.2):
        details["default"] = draft.rng.choice(("c1", "5", "a", "2026-11-21", "c2 c1"))
    elif draft.chance(0.1):
        details["default_expression"] = _dynamic_default(author)
    return details


def _dynamic_default(author: Author) -> Expression:
    if author.rng.random() < 0.5:
        return _value(author)[0]
    source = author.pick(("random()", "int(random() * 4)", "if(random() < 0.5, 'c1', 'c2')"))
    return Expression(source=source, tree=plain(parse(source)))


def _calculation(author: Author) -> dict[str, Any]:
    expression, value_type = _value(author)
    return {"calculate": expression, "value_type": value_type}


def _choices(draft: Draft, author: Author) -> dict[str, Any]:
    name = draft.rng.choice(sorted(draft.lists))
    scope = Scope(**{**vars(author.scope), "columns": columns_of(draft.lists[name])})
    sources = [
        f"il = {author.token()}",
        f"name != {author.token()}",
        f"name != {author.token()} and {author.condition(2)}",
        f"selected({author.tokens()}, name)",
        f"il = 'c1' or {author.condition(2)}",
    ]
    if not draft.chance(0.5):
        return {"list": name}
    return {"list": name, "choice_filter": _accepted(draft.rng.choice(sources), scope)}


def _constraint(draft: Draft, repeat: str | None, node: Node) -> Expression | None:
    """Write about the question's own answer too; it feeds no value, so it may name any question."""
    author = draft.author(repeat)
    scope = Scope(**{**vars(author.scope), "own": node.value_type, "own_name": node.name})
    kind = str(node.value_type)
    own = {
        "number": f". {author.pick(('<', '>='))} {author.number(2)}",
        "date": f". <= {author.day(2)}",
        "choice": f". != {author.token()}",
        "choices": "not(selected(., 'c1') and count-selected(.) > 1)",
    }.get(kind, "string-length(.) < 3")
    source = own if draft.chance(0.6) else f"{own} or {author.condition(1)}"
    return _accepted(source, scope)


def _group(draft: Draft, parent: str | None, repeat: str | None, *, depth: int) -> Node:
    name = f"g{len(draft.nodes)}"
    relevant = _condition(draft.author(repeat)) if draft.chance(0.5) else None
    node = Node(name=name, kind="group", label=_label(draft, repeat), relevant=relevant)
    draft.nodes[name] = Standing(node, parent, repeat)
    children = _children(draft, name, repeat, depth=depth)
    return node.model_copy(update={"children": children})


def _repeat(draft: Draft) -> Node:
    name = f"r{len(draft.nodes)}"
    author = draft.author(None)
    details: dict[str, Any] = {"relevant": _condition(author) if draft.chance(0.4) else None}
    if draft.chance(0.4):
        # Kept small: a thousand rows of a random form say no more than four.
        scope = author.scope
        details["repeat_count"] = _accepted(f"({author.number(2)}) mod 4", scope, "number")
    node = Node(name=name, kind="repeat", label=_label(draft, None), **details)
    # Its own rows cannot ask for it; only what comes after can.
    children = _children(draft, name, name, depth=1)
    draft.nodes[name] = Standing(node, None, None)
    return node.model_copy(update={"children": children})


def _children(draft: Draft, parent: str, repeat: str | None, *, depth: int) -> tuple[Node, ...]:
    children = [_question(draft, parent, repeat)]
    while draft.chance(0.65):
        if depth < 2 and draft.chance(0.2):
            children.append(_group(draft, parent, repeat, depth=depth + 1))
        else:
            children.append(_question(draft, parent, repeat))
    return tuple(children)


def _label(draft: Draft, repeat: str | None) -> dict[str, str]:
    names = [name for name, node in draft.nodes.items() if node.repeat in (None, repeat)]
    names = [name for name in names if draft.nodes[name].node.kind == "field"]
    names = [name for name in names if draft.nodes[name].node.value_type]
    inserted = f" ${{{draft.rng.choice(names)}}}." if names and draft.chance(0.3) else ""
    return {"tr": f"Soru{inserted}", "en": f"Question{inserted}"}


def _condition(author: Author) -> Expression | None:
    return _accepted(author.condition(), author.scope)


def _value(author: Author) -> tuple[Expression, str]:
    for _ in range(EXPRESSION_TRIES):
        source = author.rng.choice((author.number, author.text, author.day))()
        try:
            tree = parse(source)
            found = require_value(tree, author.scope)
        except ExpressionError:
            continue
        return Expression(source=source, tree=plain(tree)), found
    return Expression(source="'x'", tree=["lit", "x"]), "text"


def _accepted(source: str, scope: Scope, kind: str = "condition") -> Expression | None:
    """The expression, or nothing if the type rules refuse it."""
    try:
        tree = parse(source)
        (require_condition if kind == "condition" else require_value)(tree, scope)
    except ExpressionError:
        return None
    return Expression(source=source, tree=plain(tree))
