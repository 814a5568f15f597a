"""Where the nodes of an XForm stand, and how an expression there sees the others."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from schemas.forms.definition import Choice, Expression, FormDefinition, Node
from schemas.forms.dependencies import Standing, standings
from schemas.forms.questionnaire import columns_of, scope_at
from server.forms.xform import xpath
from server.forms.xform.xpath import Context

ROOT: Final = "data"
COUNT: Final = ".count"
CONFIRM: Final = ".confirm"
"""Endings of the names of nodes that ODK needs beside ours; our own names have no dot."""


@dataclass(frozen=True)
class Places:
    """A definition, its nodes by name, and their paths."""

    definition: FormDefinition

    @cached_property
    def nodes(self) -> dict[str, Standing]:
        """Every node by name, in document order."""
        return standings(self.definition.body)

    @property
    def has_row_keys(self) -> bool:
        """Whether rows are given permanent keys: of an anonymous form they are not."""
        return not self.definition.anonymous

    @cached_property
    def lists(self) -> dict[str, Node]:
        """The choice lists in use, each with the first question that uses it."""
        nodes = [standing.node for standing in self.nodes.values()]
        return {node.list: node for node in reversed(nodes) if node.list}

    def path(self, name: str) -> str:
        """The path of a node from the root."""
        return "/" + "/".join([ROOT, *self._steps(name)])

    def context(self, name: str, *, own: bool = False, filters: bool = False) -> Context:
        """What an expression of node ``name`` sees."""
        standing = self.nodes[name]
        node = standing.node
        scope = replace(scope_at(standing.repeat, self.nodes, self.definition.lists), may_draw=True)
        if own:
            scope = replace(scope, own=node.value_type, own_name=name)
        if filters:
            scope = replace(scope, columns=columns_of(self.choices(node)))
        row = ("current()/" if filters else "") + self._row(name)
        return Context(scope, lambda other: self._path_from(standing, other, row), self.rows, row)

    def choices(self, node: Node) -> tuple[Choice, ...]:
        """The list of a choice question."""
        return self.definition.lists[str(node.list)]

    def condition(self, node: Node, expression: Expression, *, own: bool = False) -> str:
        """Write a condition of a node."""
        return xpath.condition(expression.tree, self.context(node.name, own=own))

    def rows(self, name: str) -> str:
        """Write how many rows count of a repeat, or of the repeat that a question is in.

        One client counts rows of a repeat that is not relevant as well.
        """
        standing = self.nodes[name]
        repeat = self.nodes[standing.repeat] if standing.repeat else standing
        count = f"count({self.path(repeat.node.name)})"
        relevance = " and ".join(f"({condition})" for condition in self._relevance(repeat))
        return f"if({relevance}, {count}, 0)" if relevance else count

    def _relevance(self, standing: Standing) -> Iterator[str]:
        if standing.parent:
            yield from self._relevance(self.nodes[standing.parent])
        if standing.node.relevant:
            yield self.condition(standing.node, standing.node.relevant)

    def walk(self) -> Iterator[tuple[str, Node]]:
        """The path of every node, and the node."""
        for name, standing in self.nodes.items():
            yield self.path(name), standing.node

    def _steps(self, name: str) -> list[str]:
        parent = self.nodes[name].parent
        return [*(self._steps(parent) if parent else []), name]

    def _row(self, name: str) -> str:
        """The path from a node to the row it is part of."""
        repeat = self.nodes[name].repeat
        steps = self._steps(name)
        return "/".join([".."] * (len(steps) - 1 - steps.index(repeat))) if repeat else ".."

    def _path_from(self, here: Standing, other: str, row: str) -> str:
        """A path: within a row by steps up and down, to anywhere else from the root."""
        repeat = self.nodes[other].repeat
        if repeat is None or repeat != here.repeat:
            return self.path(other)
        steps = self._steps(other)
        return "/".join([row, *steps[steps.index(repeat) + 1 :]])
