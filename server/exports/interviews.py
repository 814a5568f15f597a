"""An interview as a row: columns in the order of the form, nothing that could point at a person.

A question with several answers has its column of codes and, after it, a column of 0 and 1 for each
choice, as ODK Central splits them. Notes hold no answer. A repeat is a file of its own, a row for
each of its rows.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from schemas.forms.definition import FormDefinition, Node
from schemas.forms.question_kinds import SEVERAL
from schemas.rules.personal_data import without_personal_data
from server.exports.anonymity import telling
from server.exports.dialects import Column, Kind
from server.exports.orders import Values

WITHHELD_PII: Final = frozenset({"device", "staff", "free_text", "photo"})
WITHHELD_TYPES: Final = {
    "deviceid": "device",
    "image": "file",
    "signature": "file",
    "file": "file",
    "geopoint": "file",
}
KINDS: Final[dict[str, Kind]] = {
    "integer": "number",
    "decimal": "number",
    "range": "number",
    "date": "date",
    "today": "date",
    "dateTime": "moment",
    "start": "moment",
    "end": "moment",
}

Answers = Mapping[str, Any]
Reading = Callable[[str], str]


@dataclass(frozen=True)
class Question:
    """A column of answers: how it is headed, and what it makes of an answer."""

    column: Column
    name: str
    read: Reading


@dataclass(frozen=True)
class Layout:
    """The columns of an export, and the questions that stay in the house by their reason."""

    questions: tuple[Question, ...]
    withheld: Mapping[str, tuple[str, ...]]


def layout(
    definitions: Sequence[FormDefinition],
    *,
    values: Values,
    language: str,
    repeat: str | None = None,
) -> Layout:
    """Lay out the columns for the versions of one form, the newest first, or of a repeat in it.

    A question that only an older version has comes after those of the newest.
    """
    questions: dict[str, Question] = {}
    withheld: dict[str, dict[str, None]] = {}
    for definition in definitions:
        for node in _leaves(_body(definition, repeat)):
            if reason := _reason_to_withhold(node, definition):
                withheld.setdefault(reason, {})[node.name] = None
            else:
                for question in _questions(definition, node, values, language):
                    questions.setdefault(question.column.name, question)
    hidden = {name for names in withheld.values() for name in names}
    return Layout(
        # What any version withholds, none gives away.
        tuple(question for name, question in questions.items() if name not in hidden),
        {reason: tuple(names) for reason, names in withheld.items()},
    )


def repeats(definitions: Sequence[FormDefinition], language: str) -> dict[str, str]:
    """The repeats of the versions of a form: name → title."""
    return {
        node.name: node.label.get(language) or node.name
        for definition in reversed(definitions)
        for node in _repeats(definition.body)
    }


def _repeats(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.kind == "repeat":
            yield node
        elif node.kind == "group":
            yield from _repeats(node.children)


def _body(definition: FormDefinition, repeat: str | None) -> Iterable[Node]:
    if repeat is None:
        return definition.body
    return [
        node
        for group in _repeats(definition.body)
        if group.name == repeat
        for node in group.children
    ]


def _leaves(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.kind == "group":
            yield from _leaves(node.children)
        elif node.kind == "field" and node.type != "note":
            yield node


def _reason_to_withhold(node: Node, definition: FormDefinition) -> str | None:
    if node.pii in WITHHELD_PII:
        return node.pii
    if definition.anonymous and node.pii == "quasi" and node.name not in telling():
        return "quasi"
    return WITHHELD_TYPES.get(node.type or "")


def _questions(
    definition: FormDefinition, node: Node, values: Values, language: str
) -> Iterator[Question]:
    choices = definition.lists.get(node.list or "", ())
    labels = (
        {choice.name: choice.label[language] for choice in choices} if values == "labels" else {}
    )
    kind = KINDS.get(node.type or "") or ("number" if node.value_type == "number" else "text")
    if node.type not in SEVERAL:
        yield Question(Column(node.name, kind), node.name, _one_of(labels, kind))
        return
    yield Question(Column(node.name, kind), node.name, _several_of(labels))
    for choice in choices if node.type == "select_multiple" else ():
        column = Column(f"{node.name}/{choice.name}", "number")
        yield Question(column, node.name, _has(choice.name))


def reader(questions: Sequence[Question]) -> Callable[[Answers], list[str]]:
    """Make what turns the answers of an interview into cells; most questions are not asked."""
    places: dict[str, list[tuple[int, Reading]]] = {}
    for place, question in enumerate(questions):
        places.setdefault(question.name, []).append((place, question.read))
    nothing = [""] * len(questions)

    def cells(answers: Answers) -> list[str]:
        row = nothing.copy()
        for name, answer in answers.items():
            # Field data is stored however odd it is: what should be a text may be anything.
            text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
            if text:
                for place, read in places.get(name, ()):
                    row[place] = read(text)
        return row

    return cells


def _one_of(labels: Mapping[str, str], kind: Kind) -> Reading:
    if kind != "text":
        return lambda answer: labels.get(answer, answer)
    # What was typed, or came instead of a choice, may name somebody: the tablet only warned.
    return lambda answer: labels.get(answer) or without_personal_data(answer)


def _several_of(labels: Mapping[str, str]) -> Reading:
    if not labels:
        return lambda answer: answer
    return lambda answer: "; ".join(labels.get(code, code) for code in answer.split())


def _has(code: str) -> Reading:
    return lambda answer: "1" if code in answer.split() else "0"
