"""Every expression vector gives what the rules say, in Python; node runs the same files."""

from typing import Any

import pytest

from schemas.expressions.evaluation import condition, text
from schemas.expressions.functions import FUNCTIONS
from schemas.expressions.grammar import parse, plain
from schemas.expressions.static_types import Scope, type_of
from schemas.forms.dependencies import calls
from tests.schemas.vectors import NOW, vectors

KEYS = {
    *("name", "expr", "tree", "types", "values", "lists", "self", "self_type", "columns", "row"),
    *("now", "random", "expect"),
}
VECTORS = vectors("expressions", KEYS)


class Place:
    """An expression's surroundings as a vector describes them."""

    def __init__(self, vector: dict[str, Any]) -> None:
        given = vector.get("values", {})
        self.given = given
        self.values = {name: given.get(name, "") for name in vector.get("types", {})}
        self.values["."] = vector.get("self", "")
        self.columns = vector.get("columns", {})
        self.position = vector.get("row", 0)
        self.now = vector.get("now", NOW)
        self.draw = lambda: float(vector["random"])

    def members(self, name: str) -> list[str]:
        return list(self.given[name])

    def count(self, name: str) -> int:
        return int(self.given[name])


def scope_of(vector: dict[str, Any]) -> Scope:
    columns = vector.get("columns")
    return Scope(
        types=vector.get("types", {}),
        own=vector.get("self_type", "text") if "self" in vector else None,
        choices={name: frozenset(each) for name, each in vector.get("lists", {}).items()},
        columns=None if columns is None else frozenset(columns) | {"name", "il"},
        in_repeat="row" in vector,
        may_draw="random" in vector,
    )


@pytest.mark.parametrize(
    "vector", [vector for _, vector in VECTORS], ids=[name for name, _ in VECTORS]
)
def test_an_expression_gives_what_the_rules_say(vector: dict[str, Any]) -> None:
    tree, scope = parse(vector["expr"]), scope_of(vector)
    expected = vector["expect"]
    compile_tree = condition if type_of(tree, scope) == "boolean" else text
    found = compile_tree(plain(tree), scope)(Place(vector))
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    "vector", [vector for _, vector in VECTORS], ids=[name for name, _ in VECTORS]
)
def test_the_committed_tree_is_the_parsed_one(vector: dict[str, Any]) -> None:
    assert vector["tree"] == plain(parse(vector["expr"]))


def test_there_are_vectors_enough_to_reach_the_edges() -> None:
    assert len(VECTORS) >= 400
    assert len({name for name, _ in VECTORS}) == len(VECTORS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_meets_a_blank_in_every_place(name: str) -> None:
    met = {
        at
        for _, vector in VECTORS
        for call in calls(vector["tree"])
        for at, argument in enumerate(call[2])
        if call[1] == name and is_blank_in(argument, vector)
    }
    written_out = {"digits", "pattern"}
    takes = FUNCTIONS[name].takes
    assert {at for at, kind in enumerate(takes) if kind not in written_out} <= met


def is_blank_in(tree: Any, vector: dict[str, Any]) -> bool:
    if tree[0] == "ref":
        return not vector.get("values", {}).get(tree[1])
    if tree[0] == "bin":
        # A comparison is never true of a blank, and that is what a condition makes of it.
        return any(is_blank_in(side, vector) for side in tree[2:])
    return bool(tree == ["lit", ""])
