"""The controls of an XForm: what is asked, how, and in which words."""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from schemas.expressions.grammar import INSERTION
from schemas.forms.definition import Node
from schemas.forms.question_kinds import UNSEEN
from schemas.wire import Text
from schemas.wording import say
from server.forms.xform import xpath
from server.forms.xform.places import CONFIRM, COUNT, Places
from server.forms.xform.words import JR, ODK, XF

_TAGS: Final = {
    "select_one": XF + "select1",
    "select_multiple": XF + "select",
    "rank": ODK + "rank",
    "range": XF + "range",
    **dict.fromkeys(("image", "signature", "file"), XF + "upload"),
}
_REASON: Final = "forms.confirm_reason"
_PARAMETERS: Final = {
    **{name: name for name in ("start", "end", "step")},
    "capture-accuracy": "accuracyThreshold",
    "warning-accuracy": "unacceptableAccuracyThreshold",
}
"""Parameter → attribute of the control."""
_MEDIA: Final = {"image": "image/*", "signature": "image/*", "file": "application/*"}


def control(node: Node, places: Places) -> Iterator[Element]:
    """The control of a node, none for what nobody sees."""
    if node.kind == "group":
        yield _group(node, places)
    elif node.kind == "repeat":
        yield _repeat(node, places)
    elif node.type not in UNSEEN:
        yield _question(node, places)
    if node.soft_constraint:
        confirm = Element(XF + "input", ref=places.path(node.name) + CONFIRM)
        SubElement(confirm, XF + "label", ref=f"jr:itext('{places.path(node.name)}:soft')")
        yield confirm


def _group(node: Node, places: Places) -> Element:
    group = Element(XF + "group", {"ref": places.path(node.name)} | _appearance(node))
    _refer(group, "label", node.label, node, places)
    for child in node.children:
        group.extend(list(control(child, places)))
    return group


def _repeat(node: Node, places: Places) -> Element:
    path = places.path(node.name)
    group = Element(XF + "group", ref=path)
    _refer(group, "label", node.label, node, places)
    counted = {JR + "count": path + COUNT} if node.repeat_count else {}
    rows = SubElement(group, XF + "repeat", {"nodeset": path} | counted)
    for child in node.children:
        rows.extend(list(control(child, places)))
    rows.extend(list(_row_defaults(node, places)))
    return group


def _row_defaults(node: Node, places: Places) -> Iterator[Element]:
    """The defaults that are worked out once for every row."""
    for child in node.children:
        yield from _row_defaults(child, places)
        if child.default_expression:
            drawn = xpath.value(child.default_expression.tree, places.context(child.name))
            yield Element(
                XF + "setvalue",
                event="odk-instance-first-load odk-new-repeat",
                ref=places.path(child.name),
                value=drawn,
            )


def _question(node: Node, places: Places) -> Element:
    question = Element(
        _TAGS.get(str(node.type), XF + "input"),
        {"ref": places.path(node.name)} | _appearance(node) | _details(node),
    )
    _refer(question, "label", node.label, node, places)
    _refer(question, "hint", node.hint, node, places)
    if node.list:
        _offer(question, node, places)
    return question


def _details(node: Node) -> dict[str, str]:
    details = {
        attribute: node.parameters[name]
        for name, attribute in _PARAMETERS.items()
        if name in node.parameters
    }
    return details | ({"mediatype": _MEDIA[node.type]} if node.type in _MEDIA else {})


def _appearance(node: Node) -> dict[str, str]:
    return {"appearance": " ".join(node.appearance)} if node.appearance else {}


def _offer(question: Element, node: Node, places: Places) -> None:
    nodeset = f"instance('{node.list}')/root/item"
    if node.choice_filter:
        filters = xpath.condition(node.choice_filter.tree, places.context(node.name, filters=True))
        nodeset += f"[{filters}]"
    itemset = SubElement(question, XF + "itemset", nodeset=nodeset)
    SubElement(itemset, XF + "value", ref="name")
    SubElement(itemset, XF + "label", ref="jr:itext(itextId)")


def _refer(element: Element, what: str, text: Text, node: Node, places: Places) -> None:
    if text:
        SubElement(element, XF + what, ref=f"jr:itext('{places.path(node.name)}:{what}')")


def itext(places: Places) -> Element:
    """Every text in every language."""
    element = Element(XF + "itext")
    for at, language in enumerate(places.definition.languages):
        default = {"default": "true()"} if at == 0 else {}
        translation = SubElement(element, XF + "translation", {"lang": language} | default)
        for identifier, text, node in _texts(places):
            entry = SubElement(translation, XF + "text", id=identifier)
            value = SubElement(entry, XF + "value")
            _write(value, text.get(language, ""), node, places)
    return element


def _texts(places: Places) -> Iterator[tuple[str, Text, Node]]:
    """Every text, and the node from which it sees the answers it mentions."""
    for path, node in places.walk():
        for what, text in (
            ("label", node.label),
            ("hint", node.hint),
            ("jr:constraintMsg", node.constraint_message),
        ):
            if text:
                yield f"{path}:{what}", text, node
        if node.soft_constraint:
            yield f"{path}:soft", _reason(node, places), node
    for name, node in places.lists.items():
        for at, choice in enumerate(places.choices(node)):
            yield f"{name}-{at}", choice.label, node


def _reason(node: Node, places: Places) -> Text:
    """Ask for the reason why an answer stands."""
    return {
        language: " ".join(
            filter(None, (node.soft_constraint_message.get(language), say(_REASON, language)))
        )
        for language in places.definition.languages
    }


def _write(value: Element, text: str, node: Node, places: Places) -> None:
    """Write a text; the answers it mentions become outputs."""
    value.text, *rest = INSERTION.split(text)
    for name, tail in zip(rest[::2], rest[1::2], strict=True):
        output = SubElement(value, XF + "output", value=places.context(node.name).path(name))
        output.tail = tail
