"""Can a condition ever be true? Asked by trying every answer that makes a difference.

Only what can be tried out is concluded: comparisons of one answer with literals, and choices. Any
other part of a condition counts as free to be true or false, so "never" is certain and "perhaps" is
not. An answer is not blank only where its question is asked, so the conditions of those questions
count as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations, pairwise, product
from math import prod
from typing import Any, Final

from schemas.expressions.calls import Condition
from schemas.expressions.evaluation import condition
from schemas.expressions.grammar import ExpressionError
from schemas.expressions.static_types import Scope
from schemas.expressions.values import to_number, to_text
from schemas.forms.definition import Choice
from schemas.forms.dependencies import Standing, references
from schemas.forms.questionnaire import scope_at

MAX_TRIALS: Final = 4096
_MAX_TOKENS: Final = 5
_MAX_OTHERS: Final = 12
_COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_OTHER: Final = "\ufffc"
"""Stands for every text that no expression mentions."""


@dataclass(frozen=True)
class Form:
    """The questions and lists that conditions are about."""

    nodes: Mapping[str, Standing]
    lists: Mapping[str, tuple[Choice, ...]]
    scopes: dict[str | None, Scope] = field(default_factory=dict)

    def relevance(self, name: str) -> Iterator[Any]:
        """The conditions under which a question is asked."""
        standing = self.nodes[name]
        if standing.parent is not None:
            yield from self.relevance(standing.parent)
        if standing.node.relevant is not None:
            yield standing.node.relevant.tree

    def scope(self, repeat: str | None) -> Scope:
        """What an expression sees; which choices a list has is not judged here."""
        if repeat not in self.scopes:
            scope = scope_at(repeat, self.nodes, self.lists)
            self.scopes[repeat] = replace(scope, choices={})
        return self.scopes[repeat]


def possible(trees: Sequence[Any], form: Form, repeat: str | None = None) -> bool:
    """Ask whether all conditions can be true at once; True if that cannot be found out."""
    trial = _Trial(form, form.scope(repeat), tuple(trees))
    try:
        return trial.size > MAX_TRIALS or any(map(trial.holds, trial))
    except ExpressionError:
        return True  # what is wrong with it is said elsewhere


@dataclass(frozen=True)
class _Trial:
    """Conditions, and every combination of answers worth trying."""

    form: Form
    scope: Scope
    trees: tuple[Any, ...]
    compiled: dict[str, Condition] = field(default_factory=dict)

    @cached_property
    def demands(self) -> list[Any]:
        """The conditions, and that those questions are asked whose answers they need."""
        demands, known = list(self.trees), set[str]()
        for tree in demands:  # grows on the way
            for name in dict.fromkeys(_subjects(tree, self.scope)):
                relevance = list(self.form.relevance(name)) if name not in known else []
                known.add(name)
                demands += [
                    ["bin", "or", ["bin", "=", ["ref", name], ["lit", ""]], condition]
                    for condition in relevance
                ]
        return demands

    @cached_property
    def unknowns(self) -> dict[str, Sequence[str]]:
        """What may vary: answers by name, undecidable parts by their text."""
        atoms = [atom for tree in self.demands for atom in _atoms(tree)]
        found: dict[str, Sequence[str]] = {}
        for atom in atoms:
            if not _is_decidable(atom, self.scope):
                found[str(atom)] = ("", "1")
        for name in dict.fromkeys(
            name for atom in atoms if _is_decidable(atom, self.scope) for name in references(atom)
        ):
            found[name] = self._answers(name, [atom for atom in atoms if name in references(atom)])
        return found

    @property
    def size(self) -> int:
        """How many combinations there are."""
        return prod(map(len, self.unknowns.values()))

    def __iter__(self) -> Iterator[dict[str, str]]:
        for values in product(*self.unknowns.values()):
            yield dict(zip(self.unknowns, values, strict=True))

    def holds(self, values: Mapping[str, str]) -> bool:
        """Ask whether everything demanded is true for these answers."""
        return all(self._holds(tree, values) for tree in self.demands)

    def _holds(self, tree: Any, values: Mapping[str, str]) -> bool:
        match tree:
            case ["bin", "and", left, right]:
                return self._holds(left, values) and self._holds(right, values)
            case ["bin", "or", left, right]:
                return self._holds(left, values) or self._holds(right, values)
            case ["call", "not", [inner]]:
                return not self._holds(inner, values)
        atom = str(tree)
        if atom in values:
            return values[atom] == "1"
        if atom not in self.compiled:
            self.compiled[atom] = condition(tree, self.scope)
        return self.compiled[atom](_Place(values))

    def _answers(self, name: str, atoms: Sequence[Any]) -> Sequence[str]:
        """The answers to a question that differ for these conditions."""
        literals = [value for atom in atoms for value in _literals(atom)]
        kind = self.scope.types[name]
        if kind == "number":
            return _numbers(literals)
        texts = dict.fromkeys(
            literal if isinstance(literal, str) else to_text(literal) for literal in literals
        )
        choices = [choice.name for choice in self.form.lists.get(self._list(name), ())]
        if kind == "choices":
            return _several([text for text in texts if text in choices], choices, literals)
        if kind == "choice":
            if any(isinstance(literal, (int, float)) for literal in literals):
                return ["", *choices]
            others = [choice for choice in choices if choice not in texts][:1]
            return ["", *(text for text in texts if text in choices), *others]
        return [*dict.fromkeys(["", *texts, _OTHER])]

    def _list(self, name: str) -> str:
        return self.form.nodes[name].node.list or ""


@dataclass(frozen=True)
class _Place:
    """Answers as an expression asks for them."""

    values: Mapping[str, str]

    @property
    def outer(self) -> "_Place":
        return self


def _atoms(tree: Any) -> Iterator[Any]:
    """The parts that and, or and not connect."""
    match tree:
        case ["bin", "and" | "or", left, right]:
            yield from _atoms(left)
            yield from _atoms(right)
        case ["call", "not", [inner]]:
            yield from _atoms(inner)
        case _:
            yield tree


def _subjects(tree: Any, scope: Scope) -> Iterator[str]:
    for atom in _atoms(tree):
        if _is_decidable(atom, scope):
            yield from references(atom)


def _is_decidable(atom: Any, scope: Scope) -> bool:
    """Ask for a comparison of one answer with literals, or of literals alone."""
    match atom:
        case ["call", "true" | "false", []]:
            return True
        case ["call", "selected", [answer, ["lit", _]]]:
            return _kind(answer, scope) in ("choice", "choices", "lit")
        case ["bin", sign, left, right] if sign in _COMPARISONS:
            kinds = {_kind(left, scope), _kind(right, scope)}
            literals = [*_literals(left), *_literals(right)]
            return _compares(kinds, sign, literals)
    return False


def _compares(kinds: set[str], sign: str, literals: list[Any]) -> bool:
    if kinds in ({"lit"}, {"lit", "number"}, {"lit", "count"}, {"lit", "choice"}):
        return True
    are_texts = all(isinstance(literal, str) for literal in literals)
    return kinds in ({"lit", "text"}, {"lit", "choices"}) and sign in ("=", "!=") and are_texts


def _kind(tree: Any, scope: Scope) -> str:
    match tree:
        case ["lit", _] | ["neg", ["lit", _]]:
            return "lit"
        case ["ref", name]:
            return scope.types.get(name, "unknown")
        case ["call", "count-selected", [["ref", name]]] if scope.types.get(name) == "choices":
            return "count"
    return "unknown"


def _literals(tree: Any) -> Iterator[Any]:
    match tree:
        case ["neg", ["lit", value]] if not isinstance(value, str):
            yield -value
        case ["lit", value]:
            yield value
        case [*parts]:
            for part in parts:
                yield from _literals(part)


def _numbers(literals: Sequence[Any]) -> list[str]:
    """A blank, every number mentioned, and one on each side of it and between."""
    read = (
        to_number(literal) if isinstance(literal, str) else float(literal) for literal in literals
    )
    marks = sorted({mark for mark in read if mark is not None})
    between = [(low + high) / 2 for low, high in pairwise(marks)]
    around = [marks[0] - 1, marks[-1] + 1] if marks else [0.0]
    return ["", *map(to_text, sorted({*marks, *between, *around}))]


def _several(tokens: list[str], choices: list[str], literals: Sequence[Any]) -> list[str]:
    """Every set of the codes mentioned, with as many others as a count can ask for."""
    others = [choice for choice in choices if choice not in tokens]
    most = max(
        [1, *(int(literal) + 1 for literal in literals if isinstance(literal, (int, float)))]
    )
    if len(tokens) > _MAX_TOKENS or min(most, len(others)) > _MAX_OTHERS:
        return [""] * (MAX_TRIALS + 1)  # too many to try
    sets = [
        {*some, *others[:more]}
        for size in range(len(tokens) + 1)
        for some in combinations(tokens, size)
        for more in range(min(most, len(others)) + 1)
    ]
    return [" ".join(choice for choice in choices if choice in chosen) for chosen in sets]
