"""One interview being held: answers go in, and what is asked next comes out (twin: pwa/form).

A draft keeps every raw answer, also of questions that are not relevant any more; what expressions,
checks and output see is blank there.
"""

from collections.abc import Callable, Iterator, Mapping
from random import SystemRandom
from types import MappingProxyType
from typing import Any, Final, Literal

from schemas.expressions.grammar import INSERTION
from schemas.expressions.values import ASCII_BLANKS, clean_text
from schemas.forms.confirmations import Confirmations, path_of, split_path
from schemas.forms.definition import Choice, Node
from schemas.forms.offers import in_list_order, offered
from schemas.forms.questionnaire import Frame, Item, Questionnaire, wanted_rows
from schemas.forms.row_keys import ROW_KEY, sent_keys

__all__ = ["Interview", "Questionnaire"]

Wording = Literal["label", "hint", "constraint_message", "soft_constraint_message"]

_platform_draw: Final = SystemRandom().random
_GROWTH_ROUNDS: Final = 10
"""Rows that make other repeats grow: how often that may go round."""


class Interview:
    """An interview: new with ``answers`` prefilled, or (``draft=True``) one taken up again.

    ``draw`` gives the numbers of ``random()``, from 0 to below 1; ``confirmed`` are the reasons a
    draft was kept with.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        answers: Mapping[str, Any],
        *,
        now: str,
        draw: Callable[[], float] = _platform_draw,
        draft: bool = False,
        confirmed: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.questionnaire = questionnaire
        self._draw = draw
        self._answers = _copied(answers)
        self._reasons = Confirmations()
        self._frame: Frame | None = None
        self._move(now)
        if not draft:
            self._begin()
        self._change()
        for path, reason in confirmed.items():
            name, row = split_path(path)
            self.confirm(name, reason, row)

    def clock(self, now: str) -> None:
        """Move the clock: ``now()`` and the recorded end follow it."""
        self._move(now)
        self._change()

    def is_relevant(self, name: str, row: int | None = None) -> bool:
        """Ask whether a question, group or repeat is part of the interview as it stands."""
        frame = self._place(name, row)
        return frame is not None and frame.relevance[name]

    def value(self, name: str, row: int | None = None) -> str | list[str]:
        """The value others see; of a repeated field without ``row`` those of all rows."""
        if row is None and self._item(name).repeat is not None:
            return self.frame.members(name)
        frame = self._place(name, row)
        return "" if frame is None else frame.values[name]

    def choices(self, name: str, row: int | None = None) -> tuple[Choice, ...]:
        """The choices a question offers now."""
        offer, frame = self._item(name).offer, self._place(name, row)
        return () if offer is None or frame is None else offered(offer, frame)

    def set(self, name: str, value: str, row: int | None = None) -> None:
        """Answer a question, as leaving its field does."""
        item = self._item(name)
        place = self._answers if row is None else self._answers[str(item.repeat)][row]
        place[name] = _as_stored(item, value)
        if name in self.questionnaire.feeding:
            self._change()
        elif frame := self._place(name, row):
            # Nothing else hangs on this answer: most of a form is like that.
            frame.values.pop(name, None)

    def confirm(self, name: str, reason: str, row: int | None = None) -> None:
        """Stand by the answer a soft constraint doubts; a blank reason takes that back."""
        self._reasons.put(self._path(name, row), self._stored(name, row), reason)

    def confirmed(self) -> dict[str, str]:
        """The reasons by path; one given for another answer than the present has lapsed."""
        return self._reasons.valid(lambda path: self._stored(*split_path(path)))

    def add_row(self, repeat: str) -> int:
        """Add a row, its defaults filled, and give its index."""
        row = self._new_row(repeat)
        self._change()
        return row

    def remove_row(self, repeat: str, row: int) -> None:
        """Remove a row."""
        del self._answers[repeat][row]
        self._reasons.remove_row(repeat, row)
        self._change()

    def rows(self, repeat: str) -> int:
        """How many rows of a repeat count."""
        return self.frame.count(repeat)

    def fields(self) -> Iterator[tuple[str, Node, int | None]]:
        """Walk the relevant questions in document order, heeding answers given on the way."""
        yield from self._walk(self.questionnaire.definition.body, None)

    def said(self, part: Wording, name: str, language: str, row: int | None = None) -> str:
        """One of a node's texts with the answers it mentions filled in."""
        return self._filled(getattr(self._item(name).node, part).get(language, ""), row)

    def choice_labels(self, name: str, language: str, row: int | None = None) -> list[str]:
        """The labels of the choices a question offers now."""
        return [
            self._filled(choice.label.get(language, ""), row) for choice in self.choices(name, row)
        ]

    def output(self) -> dict[str, Any]:
        """The answers as they are sent: relevant ones that are not blank; every relevant repeat."""
        return _collected(self.questionnaire.definition.body, self.frame)

    def sent(self) -> dict[str, Any]:
        """What is sent: the output, and in its rows the keys they have; of an anonymous form none.

        This twin makes no keys; the tablet gives one to each row.
        """
        output = self.output()
        if self.questionnaire.definition.anonymous:
            return output
        return {
            name: self._keyed(name, answer) if isinstance(answer, list) else answer
            for name, answer in output.items()
        }

    def _keyed(self, repeat: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = sent_keys(self._answers.get(repeat, ()))
        return [{ROW_KEY: key, **row} if key else row for key, row in zip(keys, rows, strict=False)]

    def draft(self) -> dict[str, Any]:
        """Everything that was answered, to be kept and taken up again."""
        return _copied(self._answers)

    @property
    def frame(self) -> Frame:
        """The evaluation of the answers as they stand."""
        if self._frame is None:
            self._frame = self.questionnaire.start(self._answers, self.now, self._draw)
        return self._frame

    def _move(self, now: str) -> None:
        self.now = now
        for item in self._of_type("end"):
            self._answers[item.name] = now

    def _begin(self) -> None:
        for item in self._of_type("start"):
            self._answers.setdefault(item.name, self.now)
        for item in self._of_type("today"):
            self._answers.setdefault(item.name, self.now[:10])
        for item in self.questionnaire.items.values():
            if item.node.kind == "repeat" and item.row_count is None:
                self._answers.setdefault(item.name, [{}])
        self._fill_defaults(None, None)
        for name, item in self.questionnaire.items.items():
            rows = self._answers.get(name, ()) if item.node.kind == "repeat" else ()
            for row in range(len(rows)):
                self._fill_defaults(name, row)

    def _new_row(self, repeat: str) -> int:
        rows: list[dict[str, Any]] = self._answers.setdefault(repeat, [])
        rows.append({})
        self._fill_defaults(repeat, len(rows) - 1)
        return len(rows) - 1

    def _fill_defaults(self, repeat: str | None, row: int | None) -> None:
        """Answer what has a default and no answer yet; each default sees those before it."""
        for item in self.questionnaire.items.values():
            if item.repeat != repeat or (item.default is None and item.node.default is None):
                continue
            self._frame = None
            place = self.frame if row is None else self._row_frame(str(repeat), row)
            answers = self._answers if row is None else self._answers[str(repeat)][row]
            if place is not None and item.name not in answers:
                text = item.default(place) if item.default else str(item.node.default)
                answers[item.name] = _as_stored(item, text)
        self._frame = None

    def _row_frame(self, repeat: str, row: int) -> Frame:
        """A row's evaluation even if the row does not count at present."""
        answers = self._answers[repeat][row]
        return Frame(
            self.questionnaire.items,
            answers,
            self.now,
            outer=self.frame,
            position=row + 1,
            draw=self._draw,
        )

    def _change(self) -> None:
        """Forget what was worked out; rows another answer asks for are added to the data."""
        self._frame = None
        for _ in range(_GROWTH_ROUNDS):
            if not sum([self._grow(item) for item in self.questionnaire.counted]):
                return

    def _grow(self, item: Item) -> int:
        if not self.frame.relevance[item.name]:
            return 0
        missing = wanted_rows(self.frame, item) - len(self._answers.get(item.name, ()))
        for _ in range(missing):
            self._new_row(item.name)
        return max(0, missing)

    def _path(self, name: str, row: int | None) -> str:
        return path_of(name, self._item(name).repeat, row)

    def _stored(self, name: str, row: int | None) -> str:
        repeat = self._item(name).repeat
        place = self._answers[repeat][row] if repeat else self._answers
        return str(place.get(name, ""))

    def _item(self, name: str) -> Item:
        return self.questionnaire.items[name]

    def _of_type(self, question_type: str) -> Iterator[Item]:
        items = self.questionnaire.items.values()
        return (item for item in items if item.node.type == question_type)

    def _place(self, name: str, row: int | None) -> Frame | None:
        repeat = self._item(name).repeat
        if repeat is None:
            return self.frame
        rows = self.frame.rows(repeat)
        return rows[row] if row is not None and 0 <= row < len(rows) else None

    def _walk(
        self, nodes: tuple[Node, ...], row: int | None
    ) -> Iterator[tuple[str, Node, int | None]]:
        for node in nodes:
            if not self.is_relevant(node.name, row):
                continue
            if node.kind == "field":
                yield self._path(node.name, row), node, row
            elif node.kind == "group":
                yield from self._walk(node.children, row)
            else:
                index = 0
                while index < self.rows(node.name):
                    yield from self._walk(node.children, index)
                    index += 1

    def _filled(self, text: str, row: int | None) -> str:
        return INSERTION.sub(lambda match: self._inserted(match[1], row), text)

    def _inserted(self, name: str, row: int | None) -> str:
        value = self.value(name, row if self._item(name).repeat else None)
        return value if isinstance(value, str) else ""


def _copied(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [dict(row) for row in value] if isinstance(value, list) else value
        for name, value in answers.items()
    }


def _as_stored(item: Item, value: str) -> str:
    match item.node.type:
        case "text" | "hidden" | "barcode":
            return clean_text(value)
        case "integer":
            return value.strip(ASCII_BLANKS)
        case "decimal" | "range":
            return value.strip(ASCII_BLANKS).replace(",", ".", 1)
        case "select_multiple" if item.offer is not None:
            return in_list_order(item.offer, value)
    return value


def _collected(nodes: tuple[Node, ...], frame: Frame) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in nodes:
        if not frame.relevance[node.name]:
            continue
        if node.kind == "group":
            found |= _collected(node.children, frame)
        elif node.kind == "repeat":
            found[node.name] = [_collected(node.children, row) for row in frame.rows(node.name)]
        elif node.type != "note" and (value := frame.values[node.name]) != "":
            found[node.name] = value
    return found
