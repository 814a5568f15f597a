"""Which column answers which question, and which tells a fact of the interview."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from schemas.forms import FormDefinition, Node
from server.imports.mapping import FACTS, QuestionSource, Source
from server.imports.mapping import Mapping as MappingFile
from server.imports.reading import Fault, Unreadable
from server.imports.values import (
    Reader,
    day,
    is_yes,
    mirrored,
    moment,
    plain,
    province_code,
    reader_of,
)

OWN_COLUMNS: Final = {
    "meta_id": "id",
    "meta_form_version": "version",
    "meta_round": "round",
    "meta_visit": "psu",
    "meta_stratum": "stratum",
    "meta_design_weight": "weight",
    "meta_province": "province",
}
"""Columns of İZDES's own exports, and the fact each tells."""
_FACT_READERS: Final[dict[str, Reader]] = {
    "province": province_code,
    "date": day,
    "started": moment,
    "finished": moment,
}
REMEMBERED: Final = 1024
_TIMES: Final = {"start": "started", "end": "finished"}


@dataclass(frozen=True)
class Taken:
    """A value taken from a row: the cell as it stands, and what it means; None: not understood."""

    column: str
    cell: str
    value: str | None


Take = Callable[[Sequence[str]], Taken]


@dataclass(frozen=True)
class Matching:
    """How rows of a file become interviews of one form version."""

    answers: Mapping[str, Take]
    """By question."""
    facts: Mapping[str, Take]
    matched: tuple[tuple[str, str], ...]
    """(header, question or fact)"""
    unmatched: tuple[str, ...]


def match(header: Sequence[str], definition: FormDefinition, mapping: MappingFile) -> Matching:
    """Match columns by the mapping, and those it does not name by their headers.

    A header is a question by its name or, if no other question has it, by its label in any
    language. Everything wrong with the mapping is found, not only the first.
    """
    nodes = {node.name: node for node in questions(definition.body)}
    columns = _Columns(header)
    answers: dict[str, Take] = {}
    for name, source in mapping.questions.items():
        if name in nodes:
            read = _question_reader(nodes[name], definition, source, mapping)
            answers[name] = columns.take(name, source, read, mapping.missing)
        else:
            columns.faults.append(
                Fault("unknown_question", {"question": name, "form": definition.id})
            )
    facts: dict[str, Take] = {}
    for fact in FACTS:
        if (source := getattr(mapping, fact)) is not None:
            read = _FACT_READERS.get(fact, str.strip)
            facts[fact] = columns.take(fact, source, read, mapping.missing)
    if columns.faults:
        raise Unreadable(*columns.faults)
    _match_headers(columns, definition, mapping, (answers, facts))
    for name, take in answers.items():
        if (told := _TIMES.get(str(nodes[name].type))) is not None:
            facts.setdefault(told, take)
    return Matching(answers, facts, tuple(columns.matched), tuple(columns.unmatched()))


def questions(nodes: Iterable[Node]) -> Iterator[Node]:
    """Give the questions of a form outside its repeats, and its calculations; no notes."""
    for node in nodes:
        if node.kind == "group":
            yield from questions(node.children)
        elif node.kind == "field" and node.type != "note":
            yield node


def likeness(header: Sequence[str], definition: FormDefinition) -> int:
    """Count the headers that are questions of a form."""
    words = _words(definition)
    return len({words[plain(each)] for each in header if words.get(plain(each))})


class _Columns:
    """The columns of a file, and which of them found their place."""

    def __init__(self, header: Sequence[str]) -> None:
        self.header = header
        self.place = {name: number for number, name in enumerate(header)}
        self.used: set[int] = set()
        self.matched: list[tuple[str, str]] = []
        self.faults: list[Fault] = []

    def take(self, name: str, source: Source, read: Reader, missing: Sequence[str]) -> Take:
        """Make what takes a value from a row, as the mapping says."""
        recode = {plain(key): value for key, value in source.recode.items()}
        blank = {plain(each) for each in missing}
        reading = partial(_read, read=read, recode=recode, blank=blank)
        if source.constant is not None:
            constant = Taken("", source.constant, reading(source.constant))
            return lambda _row: constant
        place = self._find(str(source.column))
        if place is None:
            self.faults.append(Fault("unknown_column", {"column": source.column, "name": name}))
            place = 0
        return self.by_place(place, name, reading)

    def by_place(self, place: int, name: str, reading: Reader) -> Take:
        """Make what takes a value from a column."""
        self.used.add(place)
        header = self.header[place]
        self.matched.append((header, name))
        nothing = Taken(header, "", "")

        # Most cells of a column are blank, or one of a few answers.
        @lru_cache(maxsize=REMEMBERED)
        def meant(cell: str) -> Taken:
            return Taken(header, cell, reading(cell))

        return lambda row: meant(row[place]) if row[place] else nothing

    def unmatched(self) -> Iterator[str]:
        """Give the headers of columns that nothing is taken from."""
        for place, name in enumerate(self.header):
            if place not in self.used:
                yield name

    def _find(self, column: str) -> int | None:
        number = column.removeprefix("#")
        if column.startswith("#") and number.isdecimal() and 0 < int(number) <= len(self.header):
            return int(number) - 1
        return self.place.get(" ".join(column.split()))


def _read(cell: str, *, read: Reader, recode: Mapping[str, str], blank: set[str]) -> str | None:
    text = cell.strip()
    text = recode.get(plain(text), text)
    return "" if not text or plain(text) in blank else read(text)


def _question_reader(
    node: Node, definition: FormDefinition, source: QuestionSource, mapping: MappingFile
) -> Reader:
    also = [
        (word, choice.code)
        for choice in mapping.scales.get(node.list or "", ())
        for word in choice.also
    ]
    read = reader_of(node, definition, also)
    if not source.reversed:
        return read
    opposite = mirrored(definition.lists.get(node.list or "", ()))
    return lambda text: None if (code := read(text)) is None else opposite.get(code, code)


def _match_headers(
    columns: _Columns,
    definition: FormDefinition,
    mapping: MappingFile,
    found: tuple[dict[str, Take], dict[str, Take]],
) -> None:
    answers, facts = found
    nodes = {node.name: node for node in questions(definition.body)}
    words = _words(definition)
    blank = {plain(each) for each in mapping.missing}
    own = "meta_form_version" in columns.place
    parts: dict[str, dict[str, int]] = {}
    for place, header in enumerate(columns.header):
        name, fact = words.get(plain(header)), OWN_COLUMNS.get(header)
        question, slash, code = header.partition("/")
        if place in columns.used:
            continue
        if own and fact is not None and fact not in facts:
            read = _FACT_READERS.get(fact, str.strip)
            reading = partial(_read, read=read, recode={}, blank=blank)
            facts[fact] = columns.by_place(place, fact, reading)
        elif name is not None and name not in answers:
            reading = partial(
                _read, read=reader_of(nodes[name], definition), recode={}, blank=blank
            )
            answers[name] = columns.by_place(place, name, reading)
        elif slash and question in nodes and nodes[question].type == "select_multiple":
            parts.setdefault(question, {})[code] = place
    for question, places in parts.items():
        columns.used.update(places.values())
        if question not in answers:
            columns.matched.extend((columns.header[place], question) for place in places.values())
            answers[question] = _gathered(question, places, nodes[question], definition)


def _gathered(
    question: str, places: Mapping[str, int], node: Node, definition: FormDefinition
) -> Take:
    """Put the columns of single choices together into the answer they were split from."""
    order = [each.name for each in definition.lists.get(node.list or "", ()) if each.name in places]

    def taken(row: Sequence[str]) -> Taken:
        chosen = " ".join(code for code in order if is_yes(row[places[code]]))
        return Taken(question, chosen, chosen)

    return taken


def _words(definition: FormDefinition) -> dict[str, str | None]:
    """Give question by name and label; None where several questions share a label."""
    nodes = list(questions(definition.body))
    words: dict[str, str | None] = {}
    for node in nodes:
        for label in filter(None, node.label.values()):
            key = plain(label)
            words[key] = node.name if words.get(key, node.name) == node.name else None
    return words | {plain(node.name): node.name for node in nodes}
