"""A form version as an XForm, for ODK Collect and every other client of that family.

Names are those of the definition. A node that only ODK needs has a dot in its name, which ours
cannot have: ``<repeat>.count`` works out how many rows a repeat has, ``<question>.confirm`` asks
for the reason why an answer stands that a soft constraint doubts, ``row.key`` holds the permanent
key of a row (schemas/forms/row_keys.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from schemas.forms.definition import Choice, FormDefinition, Node
from schemas.forms.row_keys import ROW_KEY
from server.forms.xform import xpath
from server.forms.xform.body import control, itext
from server.forms.xform.places import CONFIRM, COUNT, ROOT, Places
from server.forms.xform.words import HTML, JR, NAMESPACES, ORX, XF

_PRELOADS: Final = {
    "start": ("timestamp", "start"),
    "end": ("timestamp", "end"),
    "today": ("date", "today"),
    "deviceid": ("property", "deviceid"),
}
_BIND_TYPES: Final = {
    "integer": "int",
    "decimal": "decimal",
    "range": "decimal",
    "date": "date",
    "today": "date",
    "time": "time",
    "dateTime": "dateTime",
    "start": "dateTime",
    "end": "dateTime",
    "rank": "odk:rank",
    "geopoint": "geopoint",
    "image": "binary",
    "signature": "binary",
    "file": "binary",
    "barcode": "barcode",
}
"""Types of bind that are not ``string``."""


def export_xform(definition: FormDefinition) -> str:
    """Write a form version as XForm XML."""
    for prefix, namespace in NAMESPACES.items():
        ET.register_namespace(prefix, namespace)
    places = Places(definition)
    html = Element(HTML + "html")
    head = SubElement(html, HTML + "head")
    SubElement(head, HTML + "title").text = definition.title[definition.languages[0]]
    head.append(_model(places))
    body = SubElement(html, HTML + "body")
    for node in definition.body:
        body.extend(list(control(node, places)))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(html, "unicode") + "\n"


def _model(places: Places) -> Element:
    model = Element(XF + "model")
    model.append(itext(places))
    instance = SubElement(model, XF + "instance")
    definition = places.definition
    data = SubElement(instance, XF + ROOT, id=definition.id, version=definition.version)
    data.extend([element for node in definition.body for element in _instance(node, places)])
    SubElement(SubElement(data, XF + "meta"), XF + "instanceID")
    model.extend([_list(name, places.choices(node)) for name, node in places.lists.items()])
    for path, node in places.walk():
        model.extend(list(_binds(path, node, places)))
    identity = {"nodeset": f"/{ROOT}/meta/instanceID", "type": "string", "readonly": "true()"}
    SubElement(model, XF + "bind", identity | {JR + "preload": "uid"})
    return model


def _instance(node: Node, places: Places) -> Iterator[Element]:
    """The empty answers of a node; a repeat has a template and, if not counted, one row."""
    element = Element(XF + node.name)
    element.text = node.default
    for child in node.children:
        element.extend(list(_instance(child, places)))
    if node.kind == "repeat":
        if places.has_row_keys:
            SubElement(element, XF + ROW_KEY)
        template = Element(XF + node.name, {JR + "template": ""})
        template.extend(element)
        yield template
    yield Element(XF + node.name + COUNT) if node.repeat_count else element
    if node.soft_constraint:
        yield Element(XF + node.name + CONFIRM)


def _list(name: str, choices: Iterable[Choice]) -> Element:
    instance = Element(XF + "instance", id=name)
    root = SubElement(instance, XF + "root")
    headers = dict.fromkeys(header for choice in choices for header in choice.columns)
    for at, choice in enumerate(choices):
        item = SubElement(root, XF + "item")
        SubElement(item, XF + "itextId").text = f"{name}-{at}"
        SubElement(item, XF + "name").text = choice.name
        for header in headers:
            SubElement(item, XF + header).text = choice.columns.get(header)
    return instance


def _binds(path: str, node: Node, places: Places) -> Iterator[Element]:
    yield Element(XF + "bind", {"nodeset": path} | _rules(path, node, places))
    standing = places.nodes[node.name]
    if node.kind == "repeat" and places.has_row_keys:
        once = {"type": "string", "readonly": "true()", "calculate": "once(uuid())"}
        yield Element(XF + "bind", {"nodeset": f"{path}/{ROW_KEY}"} | once)
    if node.repeat_count:
        count = xpath.count_of(node.repeat_count.tree, places.context(node.name))
        yield Element(XF + "bind", nodeset=path + COUNT, type="int", calculate=count)
    if node.soft_constraint:
        asked = {"type": "string", "required": "true()", "relevant": _doubt(node, places)}
        yield Element(XF + "bind", {"nodeset": path + CONFIRM} | asked)
    if node.default_expression and standing.repeat is None:
        drawn = xpath.value(node.default_expression.tree, places.context(node.name))
        yield Element(XF + "setvalue", event="odk-instance-first-load", ref=path, value=drawn)


def _doubt(node: Node, places: Places) -> str:
    """Write when a soft constraint doubts an answer, as seen from the question for the reason."""
    answer = f"../{node.name}"
    context = replace(places.context(node.name, own=True), own=answer)
    rules = [none.tree for none in (node.constraint, node.soft_constraint) if none]
    *hard, soft = (f"({xpath.condition(tree, context)})" for tree in rules)
    return " and ".join([f"{answer} != ''", *hard, f"not{soft}"])


def _rules(path: str, node: Node, places: Places) -> dict[str, str]:
    rules = {"relevant": places.condition(node, node.relevant)} if node.relevant else {}
    if node.kind != "field":
        return rules
    # A worked-out day must stay a day for those that compare it.
    kind = node.value_type if node.type == "calculate" else node.type
    rules["type"] = "int" if _is_whole(node) else _BIND_TYPES.get(str(kind), "string")
    if preload := _PRELOADS.get(str(node.type)):
        rules |= {JR + "preload": preload[0], JR + "preloadParams": preload[1]}
    if node.required is not False:
        required = node.required
        rules["required"] = "true()" if required is True else places.condition(node, required)
    if node.constraint:
        rules["constraint"] = places.condition(node, node.constraint, own=True)
        if node.constraint_message:
            rules[JR + "constraintMsg"] = f"jr:itext('{path}:jr:constraintMsg')"
    if node.calculate:
        rules["calculate"] = xpath.value(node.calculate.tree, places.context(node.name))
    if pixels := node.parameters.get("max-pixels"):
        rules[ORX + "max-pixels"] = pixels
    if node.read_only or node.type == "note":
        rules["readonly"] = "true()"
    return rules


def _is_whole(node: Node) -> bool:
    """Ask for a range that has whole numbers only."""
    numbers = [node.parameters[key] for key in ("start", "end", "step") if node.type == "range"]
    return bool(numbers) and not any("." in number for number in numbers)
