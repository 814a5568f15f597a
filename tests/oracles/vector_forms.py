"""Expression vectors as questions of one form, each with its own answers and one calculation."""

from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree as ET

from schemas.expressions.static_types import type_of
from schemas.forms.definition import Choice, Expression, FormDefinition, Node
from server.forms.xform.form import export_xform
from server.forms.xform.words import XF
from tests.schemas.expressions.test_expressions import scope_of

QUESTION_TYPES = {
    "text": "text",
    "number": "decimal",
    "date": "date",
    "dateTime": "dateTime",
    "time": "time",
    "choice": "select_one",
    "choices": "select_multiple",
    "file": "image",
    "list": "decimal",
}
ROW = "row"


def form_of(vectors: Iterable[tuple[str, dict[str, Any]]]) -> str:
    """Write a form of vectors as an XForm; ``calculation(n)`` names the result of the n-th."""
    lists: dict[str, tuple[Choice, ...]] = {}
    body: list[Node] = []
    rows: dict[str, list[str]] = {}
    for at, (_, vector) in enumerate(vectors):
        body += _nodes(at, vector, lists, rows)
    definition = FormDefinition(
        id="vectors",
        version="1",
        title={"en": "Vectors"},
        languages=("en",),
        lists=lists,
        body=tuple(body),
    )
    return _with_rows(export_xform(definition), rows)


def calculation(at: int) -> str:
    """The name of a vector's calculation."""
    return f"v{at}"


def _nodes(
    at: int,
    vector: dict[str, Any],
    lists: dict[str, tuple[Choice, ...]],
    rows: dict[str, list[str]],
) -> Iterator[Node]:
    given = dict(vector.get("values", {}))
    types = dict(vector.get("types", {}))
    if "self" in vector:
        given["."], types["."] = vector["self"], vector.get("self_type", "text")
    for column in {*vector.get("columns", ()), "name", "il"} if "columns" in vector else ():
        given[f"col.{column}"], types[f"col.{column}"] = vector["columns"].get(column, ""), "text"
    for name, kind in types.items():
        if kind in ("list", "rows"):
            yield _repeat(at, name, given.get(name, []), rows)
        else:
            value = str(given.get(name, ""))
            if kind in ("choice", "choices"):
                listed = vector.get("lists", {}).get(name) or _words(vector["tree"])
                lists[_name(at, name)] = _choices([*listed, *value.split(), "x"])
            yield _question(at, name, kind, value)
    calculate = _calculate(at, vector)
    if "row" not in vector:
        yield calculate
        return
    rows[f"v{at}_rows"] = [""] * vector["row"]
    filler = Node(name=f"v{at}_{ROW}", type="text", value_type="text", label={"en": "row"})
    yield Node(name=f"v{at}_rows", kind="repeat", children=(filler, calculate))


def _words(tree: Any) -> Iterator[str]:
    """The literals of an expression: a choice among them must be in the list."""
    match tree:
        case ["lit", value] if value != "":
            yield str(value)
        case [*parts]:
            for part in parts:
                yield from _words(part)


def _renamed(tree: Any, at: int) -> Any:
    match tree:
        case ["ref", name]:
            return ["ref", _name(at, name)]
        case ["self"]:
            return ["ref", _name(at, ".")]
        case ["col", name]:
            return ["ref", _name(at, f"col.{name}")]
        case [*parts]:
            return [_renamed(part, at) for part in parts]
    return tree


def _name(at: int, name: str) -> str:
    return f"v{at}_{name.replace('col.', 'c_').replace('.', 'own')}"


def _calculate(at: int, vector: dict[str, Any]) -> Node:
    tree = _renamed(vector["tree"], at)
    kind = type_of(vector["tree"], scope_of(vector))
    if kind == "boolean":
        tree, kind = ["call", "if", [tree, ["lit", "true"], ["lit", "false"]]], "text"
    return Node(
        name=calculation(at),
        type="calculate",
        value_type="text" if kind in ("blank", "list", "rows") else kind,
        calculate=Expression(source=vector["expr"], tree=tree),
    )


def _question(at: int, name: str, kind: str, value: str) -> Node:
    return Node(
        name=_name(at, name),
        type=QUESTION_TYPES[kind],
        value_type=kind,
        label={"en": name},
        list=_name(at, name) if kind in ("choice", "choices") else None,
        default=value or None,
    )


def _choices(names: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(name=name, label={"en": name}) for name in dict.fromkeys(names))


def _repeat(at: int, name: str, value: Any, rows: dict[str, list[str]]) -> Node:
    """A repeat: the field inside has the name of a list, the repeat that of rows."""
    if isinstance(value, list):
        repeat, inside = f"{_name(at, name)}_rows", _name(at, name)
        rows[repeat] = [str(each) for each in value]
    else:
        repeat, inside = _name(at, name), f"{_name(at, name)}_{ROW}"
        rows[repeat] = [""] * int(value)
    texts = any(not _is_number(each) for each in rows[repeat])
    child = Node(
        name=inside,
        type="text" if texts else "decimal",
        value_type="text" if texts else "number",
        label={"en": name},
    )
    return Node(name=repeat, kind="repeat", children=(child,))


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal() or text == ""


def _with_rows(xform: str, rows: dict[str, list[str]]) -> str:
    """Put the rows of repeats into the instance: a form only ever has one, and that blank."""
    root = ET.fromstring(xform)  # noqa: S314  written a moment ago
    data = root.find(f".//{XF}instance/{XF}data")
    assert data is not None
    for repeat, values in rows.items():
        _, first = data.findall(XF + repeat)
        place = list(data).index(first)
        data.remove(first)
        for value in reversed(values):
            row = ET.fromstring(ET.tostring(first))  # noqa: S314
            row[0].text = value
            data.insert(place, row)
    return ET.tostring(root, "unicode")
