"""Which column answers which question, and which tells a fact of the interview."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from schemas.forms.definition import FormDefinition, Node
from schemas.tables.date_orders import order_of
from schemas.tables.number_styles import style_of
from server.imports.mapping import FACTS, QuestionSource, Source
from server.imports.mapping import Mapping as MappingFile
from server.imports.reading import Fault, Unreadable
from server.imports.values import (
    Reader,
    Styled,
    day_text,
    is_yes,
    kind_of,
    mirrored,
    moment_text,
    number_text,
    plain,
    province_code,
    reader_of,
)
from server.imports.writing import UNKNOWN, Decision, Kind, Word, Writing, Writings

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
_FACT_KINDS: Final[dict[str, tuple[Kind, Styled]]] = {
    "weight": ("numbers", number_text),
    "date": ("dates", day_text),
    "started": ("dates", moment_text),
    "finished": ("dates", moment_text),
}
OWN_DECIMALS: Final = {";": "comma", ",": "point"}
"""How our own exports write numbers, by the separator of their dialect."""
REMEMBERED: Final = 1024
_TIMES: Final = {"start": "started", "end": "finished"}


@dataclass(frozen=True)
class CellValue:
    """A value taken from a row: the cell as it stands, and what it means; None: not understood."""

    column: str
    cell: str
    value: str | None


Take = Callable[[Sequence[str]], CellValue]


@dataclass(frozen=True)
class Asked:
    """What a column is read as, and the reader that then knows how it is written."""

    kind: Kind | None
    styled: Styled


@dataclass(frozen=True)
class Matching:
    """How rows of a file become interviews of one form version."""

    answers: Mapping[str, Take]
    """By question."""
    facts: Mapping[str, Take]
    matched: tuple[tuple[str, str], ...]
    """(header, question or fact)"""
    unmatched: tuple[str, ...]
    decided: tuple[Decision, ...]
    """How columns of numbers and of days are written."""
    asked: tuple[Fault, ...]
    """What has to be said of such columns before anything is stored."""


def match(writings: Writings, definition: FormDefinition, mapping: MappingFile) -> Matching:
    """Match columns by the mapping, and those it does not name by their headers.

    A header is a question by its name or, if no other question has it, by its label in any
    language. Everything wrong with the mapping is found, not only the first.
    """
    nodes = {node.name: node for node in questions(definition.body)}
    columns = _Columns(writings, mapping)
    answers: dict[str, Take] = {}
    for name, source in mapping.questions.items():
        if name in nodes:
            asked = _question_reader(nodes[name], definition, source, mapping)
            answers[name] = columns.take(name, source, asked)
        else:
            columns.faults.append(
                Fault("unknown_question", {"question": name, "form": definition.id})
            )
    facts: dict[str, Take] = {}
    for fact in FACTS:
        if (source := getattr(mapping, fact)) is not None:
            facts[fact] = columns.take(fact, source, _fact_reader(fact))
    if columns.faults:
        raise Unreadable(*columns.faults)
    _match_headers(columns, definition, (answers, facts))
    for name, take in answers.items():
        if (told := _TIMES.get(str(nodes[name].type))) is not None:
            facts.setdefault(told, take)
    return Matching(
        answers,
        facts,
        tuple(columns.matched),
        tuple(columns.unmatched()),
        tuple(writings.decided.values()),
        tuple(writings.asked.values()),
    )


def questions(nodes: Iterable[Node]) -> Iterator[Node]:
    """The questions of a form outside its repeats, and its calculations; no notes."""
    for node in nodes:
        if node.kind == "group":
            yield from questions(node.children)
        elif node.kind == "field" and node.type != "note":
            yield node


def likeness(header: Sequence[str], definition: FormDefinition) -> int:
    """Count the headers that are questions of a form."""
    words = _words(definition)
    return len(
        {words[plain(header_cell)] for header_cell in header if words.get(plain(header_cell))}
    )


class _Columns:
    """The columns of a file, and which of them found their place."""

    def __init__(self, writings: Writings, mapping: MappingFile) -> None:
        self.writings, self.mapping = writings, mapping
        self.header = header = writings.source.header
        self.place = {name: number for number, name in enumerate(header)}
        self.used: set[int] = set()
        self.matched: list[tuple[str, str]] = []
        self.faults: list[Fault] = []
        self.blank = {plain(code) for code in mapping.missing}
        self.is_own = "meta_form_version" in self.place

    def take(self, name: str, source: Source, asked: Asked) -> Take:
        """Make what takes a value from a row, as the mapping says."""
        recode = {plain(key): value for key, value in source.recode.items()}
        meant = partial(_meant, recode=recode, blank=self.blank)
        if source.constant is not None:
            word, text = self._word(source), meant(source.constant)
            known = Writing(word.numbers or style_of([text]), word.dates or order_of([text]))
            constant = CellValue("", source.constant, asked.styled(known)(text) if text else "")
            return lambda _row: constant
        place = self._find(str(source.column))
        if place is None:
            self.faults.append(Fault("unknown_column", {"column": source.column, "name": name}))
            place = 0
        return self.by_place(place, name, asked, meant=meant, word=self._word(source))

    def _word(self, source: Source) -> Word:
        return Word(source.decimals or self.mapping.decimals, source.dates or self.mapping.dates)

    def by_header(self, place: int, name: str, asked: Asked) -> Take:
        """Make what takes a value from a column the mapping does not name."""
        meant = partial(_meant, recode={}, blank=self.blank)
        word = Word(self.mapping.decimals, self.mapping.dates)
        if self.is_own and word.numbers is None:
            separator = self.writings.source.separator
            word = Word(OWN_DECIMALS.get(separator), word.dates, is_firm=False)
        return self.by_place(place, name, asked, meant=meant, word=word)

    def by_place(
        self, place: int, name: str, asked: Asked, *, meant: Callable[[str], str], word: Word
    ) -> Take:
        """Make what takes a value from a column."""
        self.used.add(place)
        header = self.header[place]
        self.matched.append((header, name))
        nothing = CellValue(header, "", "")
        writing = self.writings.of(place, asked.kind, meant, word) if asked.kind else UNKNOWN
        read = asked.styled(writing)

        # Most cells of a column are blank, or one of a few answers.
        @lru_cache(maxsize=REMEMBERED)
        def taken(cell: str) -> CellValue:
            text = meant(cell)
            return CellValue(header, cell, read(text) if text else "")

        return lambda row: taken(row[place]) if row[place] else nothing

    def unmatched(self) -> Iterator[str]:
        """The headers of columns that nothing is taken from."""
        for place, name in enumerate(self.header):
            if place not in self.used:
                yield name

    def _find(self, column: str) -> int | None:
        number = column.removeprefix("#")
        if column.startswith("#") and number.isdecimal() and 0 < int(number) <= len(self.header):
            return int(number) - 1
        return self.place.get(" ".join(column.split()))


def _meant(cell: str, *, recode: Mapping[str, str], blank: set[str]) -> str:
    """A cell as the mapping recodes it; what means no answer is blank."""
    text = cell.strip()
    text = recode.get(plain(text), text)
    return "" if plain(text) in blank else text


def _fact_reader(fact: str) -> Asked:
    if fact in _FACT_KINDS:
        return Asked(*_FACT_KINDS[fact])
    read: Reader = province_code if fact == "province" else str.strip
    return Asked(None, lambda _writing: read)


def _question_reader(
    node: Node,
    definition: FormDefinition,
    source: QuestionSource | None = None,
    mapping: MappingFile | None = None,
) -> Asked:
    also = [
        (word, choice.code)
        for choice in (mapping.scales if mapping else {}).get(node.list or "", ())
        for word in choice.also
    ]
    is_reversed = source is not None and source.reversed
    opposite = mirrored(definition.lists.get(node.list or "", ())) if is_reversed else {}

    def styled(writing: Writing) -> Reader:
        read = reader_of(node, definition, also, writing)
        if not opposite:
            return read
        return lambda text: None if (code := read(text)) is None else opposite.get(code, code)

    return Asked(kind_of(node), styled)


def _match_headers(
    columns: _Columns,
    definition: FormDefinition,
    found: tuple[dict[str, Take], dict[str, Take]],
) -> None:
    answers, facts = found
    nodes = {node.name: node for node in questions(definition.body)}
    words = _words(definition)
    parts: dict[str, dict[str, int]] = {}
    for place, header in enumerate(columns.header):
        name, fact = words.get(plain(header)), OWN_COLUMNS.get(header)
        question, slash, code = header.partition("/")
        if place in columns.used:
            continue
        if columns.is_own and fact is not None and fact not in facts:
            facts[fact] = columns.by_header(place, fact, _fact_reader(fact))
        elif name is not None and name not in answers:
            asked = _question_reader(nodes[name], definition)
            answers[name] = columns.by_header(place, name, asked)
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
    order = [
        choice.name for choice in definition.lists.get(node.list or "", ()) if choice.name in places
    ]

    def taken(row: Sequence[str]) -> CellValue:
        chosen = " ".join(code for code in order if is_yes(row[places[code]]))
        return CellValue(question, chosen, chosen)

    return taken


def _words(definition: FormDefinition) -> dict[str, str | None]:
    """Question by name and label; None where several questions share a label."""
    nodes = list(questions(definition.body))
    words: dict[str, str | None] = {}
    for node in nodes:
        for label in filter(None, node.label.values()):
            key = plain(label)
            words[key] = node.name if words.get(key, node.name) == node.name else None
    return words | {plain(node.name): node.name for node in nodes}
