"""Which rows of a record's revisions are the same row (docs/adr/0041).

A row that was sent with a key is recognised by it. One without, from a tablet of before there were
keys, is recognised by its content: first where it is the same, then by likeness, last by position
where nothing else is left. Its key is worked out from its record and its number, so it is the same
whenever it is asked for.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from uuid import UUID, uuid5

from schemas.forms.row_keys import ROW_KEY, sent_keys

NAMESPACE: Final = UUID("8d6f3a52-4c0e-5b7e-9a41-2f6d8c1b7e90")
LIKENESS: Final = 0.5
"""From here on two texts are more alike than not: an edit, no other row."""
MOST_PAIRS: Final = 20_000
"""So many rows are not compared each with each: a garbled record must not hold up its readers."""
MOST_LETTERS: Final = 1_000 * MOST_PAIRS
"""Nor are rows in which so much is written that comparing each with each reads more than this."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class KeptRow:
    """A row of one revision: its key, and its number among all rows its repeat ever had."""

    key: str
    number: int
    sent_key: str | None
    content: Mapping[str, str]
    """What is written in it: its texts, without the key."""


def rows_in(answers: Mapping[str, Any], repeat: str) -> list[Row]:
    """The rows of a repeat; field data is stored however odd it is, and what is no row is empty."""
    rows = answers.get(repeat)
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []


def derived_key(record: str, repeat: str, number: int) -> str:
    """The key of a row that was sent with none."""
    return str(uuid5(NAMESPACE, f"{record}/{repeat}/{number}"))


def follow(record: str, repeat: str, revisions: Iterable[Sequence[Row]]) -> list[list[KeptRow]]:
    """Name the rows of a repeat in each revision of a record, the earliest first."""
    memory = _Memory(record, repeat)
    return [memory.read(rows) for rows in revisions]


@dataclass
class _Memory:
    """What is known of a repeat's rows after some revisions."""

    record: str
    repeat: str
    rows: list[KeptRow] = field(default_factory=list)
    """Those of the last revision."""
    gone: dict[str, KeptRow] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """Key as sent → key: a row that was first sent without one keeps the one worked out."""
    taken: set[str] = field(default_factory=set)
    """Every key a row of it ever had."""
    count: int = 0

    def read(self, rows: Sequence[Row]) -> list[KeptRow]:
        """Take in the next revision."""
        new = [
            _Unnamed(place, key, _written(row))
            for place, (row, key) in enumerate(zip(rows, sent_keys(rows), strict=True))
        ]
        before = dict(self._recognised(new))
        named = [self._named(row, before.get(row.place)) for row in new]
        present = {row.key for row in named}
        self.gone |= {row.key: row for row in self.rows}
        self.gone = {key: row for key, row in self.gone.items() if key not in present}
        self.rows = named
        return named

    def _named(self, row: "_Unnamed", before: KeptRow | None) -> KeptRow:
        if before is None:
            self.count += 1
            before = KeptRow(self._new_key(row), self.count, row.key, row.content)
        if row.key:
            self.keys[row.key] = before.key
        return KeptRow(before.key, before.number, row.key, row.content)

    def _new_key(self, row: "_Unnamed") -> str:
        """No other row's: whoever knows a record can work out keys too, and send them."""
        key = row.key or derived_key(self.record, self.repeat, self.count)
        while key in self.taken:
            key = str(uuid5(NAMESPACE, key))
        self.taken.add(key)
        return key

    def _recognised(self, new: Sequence["_Unnamed"]) -> Iterator[tuple[int, KeptRow]]:
        """The place of each row that was there before, and which it was."""
        last = {row.key: (place, row) for place, row in enumerate(self.rows)}
        open_rows = {row.place: row for row in new}
        for row in new:
            key = self.keys.get(row.key or "")
            found = last.pop(key, (0, None))[1] or self.gone.get(key) if key else None
            if found is not None:
                del open_rows[row.place]
                yield row.place, found
        old = [_Old(place, row) for place, row in last.values()]
        away = [_Old(-1, row) for row in self.gone.values()]
        steps = (_same(old, open_rows), _same(away, open_rows), _alike(old, open_rows))
        for pairs in (*steps, _left(old, open_rows, is_as_long=len(new) == len(self.rows))):
            for before, place in pairs:
                del open_rows[place]
                before.is_found = True
                yield place, before.row


@dataclass(frozen=True)
class _Unnamed:
    """A row as it came."""

    place: int
    key: str | None
    content: Mapping[str, str]


@dataclass
class _Old:
    """A row of before, and whether it was found again."""

    place: int
    row: KeptRow
    is_found: bool = False


Pairs = Iterator[tuple[_Old, int]]
_Waiting = defaultdict[tuple[tuple[str, str], ...], deque[_Unnamed]]
"""Rows by what is written in them, in their order."""


def _same(old: Sequence[_Old], rows: Mapping[int, _Unnamed]) -> Pairs:
    with_key: _Waiting = defaultdict(deque)
    without: _Waiting = defaultdict(deque)
    for row in rows.values():
        (without if row.key is None else with_key)[_spelled(row.content)].append(row)
    for before in old:
        spelled = _spelled(before.row.content)
        queues = (without,) if before.row.sent_key else (without, with_key)
        waiting = [queue[spelled] for queue in queues if queue[spelled]]
        if waiting and not before.is_found:
            yield before, min(waiting, key=_first_place).popleft().place


def _first_place(waiting: deque[_Unnamed]) -> int:
    return waiting[0].place


def _alike(old: Sequence[_Old], rows: Mapping[int, _Unnamed]) -> Pairs:
    """The most alike first; of two that are as alike the one further up."""
    letters = len(rows) * sum(_length(before.row.content) for before in old)
    letters += len(old) * sum(_length(row.content) for row in rows.values())
    if len(old) * len(rows) > MOST_PAIRS or letters > MOST_LETTERS:
        return
    texts = {row.place: _texts(row.content) for row in rows.values()}
    texts_before = {before.place: _texts(before.row.content) for before in old}
    pairs = [
        (-_likeness(texts_before[before.place], texts[row.place]), before.place, row.place, before)
        for before, row in _possible(old, rows)
    ]
    for difference, _, place, before in sorted(pairs, key=lambda pair: pair[:3]):
        if -difference >= LIKENESS and not before.is_found and place in rows:
            yield before, place


def _left(old: Sequence[_Old], rows: Mapping[int, _Unnamed], *, is_as_long: bool) -> Pairs:
    """The only row that is left on both sides, if none came, went or moved."""
    pairs = list(islice(_possible(old, rows), 2)) if is_as_long else []
    if len(pairs) == 1 and pairs[0][0].place == pairs[0][1].place:
        yield pairs[0][0], pairs[0][1].place


def _possible(old: Sequence[_Old], rows: Mapping[int, _Unnamed]) -> Iterator[tuple[_Old, _Unnamed]]:
    """Each row of before with each that it may be: two that were both sent with keys are two."""
    without = [row for row in rows.values() if row.key is None]
    for before in old:
        if not before.is_found:
            for row in without if before.row.sent_key else rows.values():
                yield before, row


def _written(row: Row) -> dict[str, str]:
    return {
        name: text
        for name, text in row.items()
        if name != ROW_KEY and isinstance(text, str) and text
    }


def _spelled(content: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(content.items()))


def _length(content: Mapping[str, str]) -> int:
    return sum(map(len, content.values()))


def _texts(content: Mapping[str, str]) -> dict[str, tuple[str, frozenset[str]]]:
    return {name: (text, _pieces(text)) for name, text in content.items()}


def _pieces(text: str) -> frozenset[str]:
    """The text in pieces of three letters, so that one other letter changes few of them."""
    padded = f"  {text.casefold()} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _likeness(
    one: Mapping[str, tuple[str, frozenset[str]]], other: Mapping[str, tuple[str, frozenset[str]]]
) -> float:
    """From 0 to 1; what was written at length counts more than a code that many rows share."""
    alike = total = 0.0
    for name in one.keys() | other.keys():
        (text, pieces), (text_2, pieces_2) = one.get(name, _NOTHING), other.get(name, _NOTHING)
        weight = max(len(text), len(text_2))
        total += weight
        shared = 2 * len(pieces & pieces_2) / (len(pieces) + len(pieces_2))
        alike += weight * (1.0 if text == text_2 else shared)
    return alike / total if total else 0.0


_NOTHING: Final = ("", _pieces(""))
