"""What must be known before what: the graph that makes the order of evaluation irrelevant.

Points of the graph are ``("relevance", name)``, ``("value", name)`` and ``("rows", repeat)``.
Constraints, required, choice filters and labels feed no value, so they are not in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from schemas.forms.definition import Expression, Node

Point = tuple[Literal["relevance", "value", "rows"], str]


class CycleError(Exception):
    """Names whose values would depend on themselves, in the order of the circle."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(" → ".join(names))
        self.names = names


@dataclass(frozen=True)
class Standing:
    """Where a node stands: its group or repeat, and the repeat whose row it is part of."""

    node: Node
    parent: str | None
    repeat: str | None


def standings(body: Iterable[Node]) -> dict[str, Standing]:
    """Every node of a form by name, in document order."""
    return {found.node.name: found for found in _walk(body, None, None)}


def _walk(nodes: Iterable[Node], parent: str | None, repeat: str | None) -> Iterator[Standing]:
    for node in nodes:
        yield Standing(node, parent, repeat)
        inner = node.name if node.kind == "repeat" else repeat
        yield from _walk(node.children, node.name, inner)


def references(tree: Any) -> Iterator[str]:
    """The names a tree refers to."""
    if not isinstance(tree, list) or not tree:
        return
    if tree[0] == "ref":
        yield tree[1]
        return
    for part in tree:
        yield from references(part)


def calls(tree: Any) -> Iterator[Any]:
    """The function calls of a tree, outer ones first."""
    if isinstance(tree, list) and tree:
        if tree[0] == "call":
            yield tree
        for part in tree:
            yield from calls(part)


def graph(nodes: Mapping[str, Standing]) -> dict[Point, list[Point]]:
    """For every point the points it needs."""
    needs: dict[Point, list[Point]] = {}
    for name, standing in nodes.items():
        node = standing.node
        needs["relevance", name] = [
            *_of_parent(standing),
            *_of_expression(node.relevant, standing, nodes),
        ]
        if node.kind == "repeat":
            needs["rows", name] = [
                ("relevance", name),
                *_of_expression(node.repeat_count, standing, nodes),
            ]
        if node.kind == "field":
            needs["value", name] = [
                ("relevance", name),
                *_of_expression(node.calculate, standing, nodes),
            ]
    return needs


def _of_parent(standing: Standing) -> list[Point]:
    if standing.parent is None:
        return []
    inside = standing.parent == standing.repeat
    return [("rows" if inside else "relevance", standing.parent)]


def _of_expression(
    expression: Expression | None, standing: Standing, nodes: Mapping[str, Standing]
) -> Iterator[Point]:
    for name in references(expression.tree if expression else None):
        target = nodes.get(name)
        if target is None:
            continue
        if target.node.kind == "repeat":
            yield ("rows", name)
        elif target.node.kind == "field":
            if target.repeat and target.repeat != standing.repeat:
                yield ("rows", target.repeat)
            yield ("value", name)


def evaluation_order(needs: Mapping[Point, list[Point]]) -> list[Point]:
    """Order all points so that each comes after what it needs, or raise :class:`CycleError`."""
    order: list[Point] = []
    done: set[Point] = set()
    for start in needs:
        _visit(start, needs, done, order)
    return order


def _visit(
    start: Point, needs: Mapping[Point, list[Point]], done: set[Point], order: list[Point]
) -> None:
    """Walk down from ``start`` with a stack of our own: chains may be longer than Python's."""
    open_points: dict[Point, Iterator[Point]] = {}
    if start not in done:
        open_points[start] = iter(needs.get(start, ()))
    while open_points:
        point = next(reversed(open_points))
        needed = next(open_points[point], None)
        if needed is None:
            del open_points[point]
            done.add(point)
            order.append(point)
        elif needed in open_points:
            raise CycleError(_circle(list(open_points), needed))
        elif needed not in done:
            open_points[needed] = iter(needs.get(needed, ()))


def _circle(path: list[Point], back_to: Point) -> list[str]:
    names = [name for _, name in path[path.index(back_to) :]]
    return list(dict.fromkeys(names)) + names[:1]


def longest_chain(needs: Mapping[Point, list[Point]]) -> int:
    """How many points hang on one another at most."""
    depth: dict[Point, int] = {}
    for point in evaluation_order(needs):
        depth[point] = 1 + max((depth.get(name, 0) for name in needs[point]), default=0)
    return max(depth.values(), default=0)
