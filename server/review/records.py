"""A record as an analyst reads it: answers in words, doubts beside them, revisions compared."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from schemas.forms.definition import FormDefinition, Node
from schemas.forms.question_kinds import CIRCUMSTANCES, SEVERAL, WORKINGS
from schemas.protocol.paradata import Timing, read_paradata, timings
from schemas.protocol.submissions import Interview
from server.web.formats import day

WITHHELD: Final = frozenset({"device", "staff"})
"""Kinds of personal data that say who was in the field; no record shows them."""
NOT_ANSWERS: Final = CIRCUMSTANCES | {"note"}

Mask = Callable[[str], str]


@dataclass(frozen=True)
class Line:
    """One answer. ``path`` is spelled as in flags; ``timing`` is None where nothing was noted.

    ``row`` is the permanent key of the row it stands in; blank outside repeats.
    """

    path: str
    label: str
    value: str
    section: str
    doubts: tuple[str, ...] = ()
    reason: str = ""
    timing: Timing | None = None
    row: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """What makes it the same question of the same row in another revision."""
        return self.row, self.path.rpartition("].")[2]


Fate = Literal["", "added", "removed"]


@dataclass(frozen=True)
class Change:
    """An answer that a correction changed; blank where there was none.

    ``row`` says in words which row of a repeat it stands in, ``fate`` whether that row came or went
    as a whole.
    """

    label: str
    before: str
    after: str
    row: str = ""
    fate: Fate = ""


def lines_of(
    definition: FormDefinition,
    interview: Interview,
    *,
    flags: Iterable[Mapping[str, str]],
    language: str,
    mask: Mask,
    keys: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> list[Line]:
    """The answers in the order of the form, without blank ones and the form's workings.

    ``keys`` are the permanent keys of the rows of each repeat.
    """
    doubts: dict[str, list[str]] = {}
    for flag in flags:
        doubts.setdefault(flag.get("path", ""), []).append(flag["code"])
    noted = read_paradata(interview.paradata)
    timing = {timing.path: timing for timing in timings(noted)} if noted else {}
    reading = _Reading(definition, language, mask)
    return [
        Line(
            path=path,
            label=label or path,
            value=value,
            section=section,
            doubts=tuple(doubts.get(path, ())),
            reason=mask(interview.confirmations.get(path, "")),
            timing=timing.get(path),
            row=_row_of(path, keys),
        )
        for path, label, value, section in reading.answers(interview.answers)
        if (value and label) or path in doubts
    ]


def changes_between(before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    """What is not the same in two revisions, in the order of the newer, then what is gone.

    Rows of repeats are compared with themselves, wherever they stand.
    """
    earlier = {line.place: line.value for line in before}
    later = {line.place for line in after}
    rows, rows_before = ({line.row for line in lines} for lines in (after, before))
    changed = [
        _change(
            line,
            earlier.get(line.place, ""),
            line.value,
            "added",
            is_whole=line.row not in rows_before,
        )
        for line in after
        if earlier.get(line.place) != line.value
    ]
    return changed + [
        _change(line, line.value, "", "removed", is_whole=line.row not in rows)
        for line in before
        if line.place not in later
    ]


def _change(line: Line, before: str, after: str, fate: Fate, *, is_whole: bool) -> Change:
    if not line.row:
        return Change(line.label, before, after)
    return Change(line.label, before, after, row=line.section, fate=fate if is_whole else "")


def _row_of(path: str, keys: Mapping[str, Sequence[str]]) -> str:
    """The key of the row a question stands in; where none is known the row's place."""
    row, inside, _ = path.partition("].")
    if not inside:
        return ""
    repeat, _, number = row.partition("[")
    known = keys.get(repeat, ())
    return known[int(number)] if int(number) < len(known) else row


@dataclass(frozen=True)
class _Reading:
    """Turns answers of a form into words."""

    definition: FormDefinition
    language: str
    mask: Mask

    def answers(self, answers: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
        """Path, label, value and section of every question that can be shown."""
        for node in self.definition.body:
            section = self._label(node) or node.name if node.kind != "field" else ""
            yield from self._of(node, answers, prefix="", section=section)

    def _of(
        self, node: Node, answers: Mapping[str, Any], *, prefix: str, section: str
    ) -> Iterator[tuple[str, str, str, str]]:
        if node.kind == "group":
            for child in node.children:
                yield from self._of(child, answers, prefix=prefix, section=section)
        elif node.kind == "repeat":
            rows = answers.get(node.name)
            for number, row in enumerate(rows if isinstance(rows, list) else []):
                within = f"{self._label(node) or node.name} {number + 1}"
                for child in node.children:
                    known = row if isinstance(row, Mapping) else {}
                    place = f"{node.name}[{number}]."
                    yield from self._of(child, known, prefix=place, section=within)
        elif node.pii not in WITHHELD and node.type not in NOT_ANSWERS:
            value = self._value(node, answers.get(node.name, ""))
            label = self._label(node) or ("" if node.type in WORKINGS else node.name)
            yield prefix + node.name, label, value, section

    def _label(self, node: Node) -> str:
        """Nothing for what no person sees: hidden values, calculations."""
        return node.label.get(self.language, "")

    def _value(self, node: Node, answer: Any) -> str:
        # Field data is stored however odd it is: what should be a text may be anything.
        text = answer if isinstance(answer, str) else repr(answer)
        if node.list is None:
            return self.mask(day(text, self.language) if node.type == "date" else text)
        labels = {
            choice.name: choice.label.get(self.language) or choice.name
            for choice in self.definition.lists.get(node.list, ())
        }
        codes = text.split() if node.type in SEVERAL else [text]
        return "; ".join(labels.get(code, code) for code in codes)
