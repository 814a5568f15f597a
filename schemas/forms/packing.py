"""A form version as it is stored and sent: a third smaller (twin: pwa/form/packing.ts).

A definition repeats itself: 973 districts with four keys each, a service on every question of its
section, every expression twice. Packed, a choice list is columns, an expression its tree alone, and
a service stands where it changes. Texts published before there was a ``format`` are read as ever.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from schemas.forms.definition import Choice, FormDefinition
from schemas.wire import Text, Wire

FORMAT: Final = 2
SEPARATOR: Final = "|"
_EXPRESSIONS: Final = (
    *("relevant", "required", "constraint", "soft_constraint", "calculate", "choice_filter"),
    *("repeat_count", "default_expression"),
)
Column = str | tuple[str, ...]


class ChoiceColumns(Wire):
    """A choice list by columns, each one text or an array; "" is "this choice has none".

    A text is cut at every ``|``; one without any (never the labels) into pieces of equal length. A
    language left out has the words of the first.
    """

    name: Column
    label: dict[str, Column]
    columns: dict[str, Column]


class PackedForm(Wire):
    """A published form version on the wire; ``body`` holds nodes whose expressions are trees."""

    format: Literal[2]
    id: str
    version: str
    title: Text
    anonymous: bool = False
    languages: tuple[str, ...]
    lists: dict[str, ChoiceColumns]
    body: tuple[dict[str, Any], ...]


def pack(definition: FormDefinition) -> bytes:
    """The text of a form version; the same for every definition that means the same."""
    plain = definition.model_dump(mode="json", exclude_defaults=True)
    packed = PackedForm(
        format=FORMAT,
        id=definition.id,
        version=definition.version,
        title=definition.title,
        anonymous=definition.anonymous,
        languages=definition.languages,
        lists={
            name: _columns(choices, definition.languages)
            for name, choices in definition.lists.items()
        },
        body=tuple(_packed(node, None) for node in plain["body"]),
    )
    return packed.model_dump_json(exclude_defaults=True).encode()


def unpack(text: bytes | str) -> FormDefinition:
    """Read the text of a form version, packed or from before that."""
    form = json.loads(text)
    if "format" not in form:
        return FormDefinition.model_validate_json(text)
    packed = PackedForm.model_validate_json(text)
    form.pop("format")
    form["lists"] = {
        name: _choices(columns, packed.languages) for name, columns in packed.lists.items()
    }
    form["body"] = [_unpacked(node, None) for node in packed.body]
    return FormDefinition.model_validate_json(json.dumps(form))


def _columns(choices: Sequence[Choice], languages: Sequence[str]) -> ChoiceColumns:
    labels = {
        language: [choice.label.get(language, "") for choice in choices] for language in languages
    }
    first = languages[0]
    extra = dict.fromkeys(column for choice in choices for column in choice.columns)
    return ChoiceColumns(
        name=_short([choice.name for choice in choices]),
        label={
            language: _joined(texts)
            for language, texts in labels.items()
            if language == first or texts != labels[first]
        },
        columns={
            column: _short([choice.columns.get(column, "") for choice in choices])
            for column in extra
        },
    )


def _joined(texts: Sequence[str]) -> Column:
    is_clear = texts and not any(SEPARATOR in text for text in texts)
    return SEPARATOR.join(texts) if is_clear else tuple(texts)


def _short(texts: Sequence[str]) -> Column:
    """Write codes of equal length without anything between them."""
    joined = "".join(texts)
    alike = len({len(text) for text in texts}) == 1 and joined.isascii()
    return joined if alike and SEPARATOR not in joined else _joined(texts)


def _choices(packed: ChoiceColumns, languages: Sequence[str]) -> list[dict[str, Any]]:
    labels = {language: _cut(column) for language, column in packed.label.items()}
    count = len(labels[languages[0]])
    names = _cut(packed.name, count)
    extra = {name: _cut(column, count) for name, column in packed.columns.items()}
    return [
        {
            "name": names[at],
            "label": _at(
                at, {language: labels.get(language, labels[languages[0]]) for language in languages}
            ),
            "columns": _at(at, extra),
        }
        for at in range(count)
    ]


def _cut(column: Column, count: int | None = None) -> Sequence[str]:
    if not isinstance(column, str):
        return column
    if count is None or SEPARATOR in column:
        return column.split(SEPARATOR)
    width = len(column) // count
    return [column[at * width : (at + 1) * width] for at in range(count)]


def _at(place: int, columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name: texts[place] for name, texts in columns.items() if texts[place]}


def _packed(node: dict[str, Any], service: str | None) -> dict[str, Any]:
    """Reduce expressions to their trees, and a service to where it differs from the group's."""
    packed = {key: part for key, part in node.items() if key not in ("service", "children")}
    packed |= {key: node[key]["tree"] for key in _EXPRESSIONS if isinstance(node.get(key), dict)}
    own = node.get("service")
    if own != service:
        packed["service"] = own
    if node.get("children"):
        packed["children"] = [_packed(child, own) for child in node["children"]]
    return packed


def _unpacked(node: dict[str, Any], service: str | None) -> dict[str, Any]:
    own = node.get("service", service)
    trees = {key: {"tree": node[key]} for key in _EXPRESSIONS if isinstance(node.get(key), list)}
    children = [_unpacked(child, own) for child in node.get("children", ())]
    return {**node, **trees, "service": own, "children": children}
