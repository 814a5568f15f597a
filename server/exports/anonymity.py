"""Rows of an anonymous form: told apart only where enough people and units share what is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.rules.known_questions import fieldwork
from schemas.rules.thresholds import thresholds

Answers = dict[str, Any]


@dataclass(frozen=True)
class Least:
    """How many people, from how many units, a group must hold."""

    people: int
    units: int


def least() -> Least:
    """The limits in force."""
    limits = thresholds()
    return Least(limits.suppress_staff_below_answers, limits.suppress_staff_below_units)


def telling() -> tuple[str, ...]:
    """Name the answers that tell people apart, the coarsest first."""
    return fieldwork().anonymous.told


def released(records: Sequence[Mapping[str, Any]], limits: Least) -> list[Answers]:
    """Blank what would tell too few people apart; too few in all are not released.

    A group is split by the next answer only into parts that are large enough, and what is left over
    together must be as large; parts join the rest, the smallest first, until it is.
    """
    rows = [dict(record) for record in records]
    if not _is_large(rows, limits):
        return []
    _split(rows, telling(), limits)
    for row in rows:
        for name in fieldwork().anonymous.unit:
            if name not in telling():
                row.pop(name, None)
    return rows


def _split(rows: list[Answers], names: Sequence[str], limits: Least) -> None:
    if not names:
        return
    parts: dict[str, list[Answers]] = {}
    for row in rows:
        parts.setdefault(str(row.get(names[0], "")), []).append(row)
    by_size = sorted(parts.values(), key=len)
    kept = [part for part in by_size if _is_large(part, limits)]
    rest = [row for part in by_size if not _is_large(part, limits) for row in part]
    while rest and kept and not _is_large(rest, limits):
        rest += kept.pop(0)
    for row in rest:
        for name in names:
            row.pop(name, None)
    for part in kept:
        _split(part, names[1:], limits)


def _is_large(rows: Sequence[Answers], limits: Least) -> bool:
    units = {tuple(str(row.get(name)) for name in fieldwork().anonymous.unit) for row in rows}
    return len(rows) >= limits.people and len(units) >= limits.units
