"""Interprets the table of indicators: which rows of a record count, and what each is worth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from schemas.expressions.values import to_number
from schemas.rules.indicators import Indicator

Answers = Mapping[str, Any]
_PERCENT = 100.0
_LARGEST = 1e15
"""Of an answer that is a number; questions take 15 digits (schemas/expressions/values.py)."""


@dataclass(frozen=True)
class Worth:
    """What one row gives: where it counts, its value, and its denominator if it has one."""

    splits: tuple[str, ...]
    value: float
    over: float | None = None


def points_of(indicator: Indicator) -> dict[str, float | str] | None:
    """What each answer code is worth: a number, or the question that says it.

    Returns
    -------
    dict or None
        ``share``: 100 for codes of the numerator, 0 for the others of the denominator. ``points``:
        as the table says. ``mean`` and ``scaled`` of codes: the code, or 25 × (code − 1). None
        where any number counts.
    """
    if indicator.points:
        return dict(indicator.points)
    if indicator.kind == "share":
        above = set(indicator.numerator)
        return {code: _PERCENT * (code in above) for code in indicator.denominator}
    if indicator.denominator and indicator.kind != "ratio":
        if indicator.kind == "mean":
            return {code: float(code) for code in indicator.denominator}
        return {code: 25.0 * (float(code) - 1) for code in indicator.denominator}
    return None


def rows_of(indicator: Indicator, answers: Answers) -> Iterator[dict[str, Any]]:
    """The rows of one record an indicator is about: itself, or the rows of a repeat.

    A row of a repeat also knows the answers outside it.
    """
    if indicator.rows in {"record", "person"}:
        candidates: Sequence[Mapping[str, Any]] = [answers]
    else:
        listed = answers.get(indicator.rows)
        candidates = listed if isinstance(listed, list) else []
    for row in candidates:
        if isinstance(row, Mapping):
            fields = {**answers, **row}
            if all(fields.get(name) in codes for name, codes in indicator.where.items()):
                yield fields


def worth_of(
    indicator: Indicator, row: Mapping[str, Any], splits: Sequence[str], *, today: date
) -> Iterator[Worth]:
    """Value one row.

    Parameters
    ----------
    indicator
        The indicator.
    row
        Answers of the row, from :func:`rows_of`.
    splits
        Names of the splits wanted that a question tells.
    today
        The day ages are counted to.

    Yields
    ------
    Worth
        Once; for a question with several answers among the splits, once for each of them; nothing
        if the row has no value.
    """
    found = _value(indicator, row, today)
    if found is None:
        return
    value, over = found
    for labels in product(*(_labels(row, indicator.told_by(name) or "") for name in splits)):
        yield Worth(labels, value, over)


def expression(indicator: Indicator, column: str) -> str:
    """Write what an answer in a column of the observations is worth, as SQL.

    The result holds only numbers, codes of the table of indicators and the name of the column.
    """
    points = points_of(indicator)
    if points is None:
        return column
    known = {code: worth for code, worth in points.items() if isinstance(worth, int | float)}
    cases = " ".join(f"WHEN '{code}' THEN {float(worth)}" for code, worth in known.items())
    # A truth value is written as the answer it was: 1 is yes.
    text = f"CASE CAST({column} AS VARCHAR) WHEN 'true' THEN '1' WHEN 'false' THEN '0'"
    return f"CASE {text} ELSE CAST({column} AS VARCHAR) END {cases} END"


def _value(
    indicator: Indicator, row: Mapping[str, Any], today: date
) -> tuple[float, float | None] | None:
    if indicator.kind == "ratio":
        above, below = (
            _number(row.get(name)) for (name,) in (indicator.numerator, indicator.denominator)
        )
        return None if above is None or below is None else (above, below)
    value = _single_value(indicator, row, today)
    return None if value is None else (value, None)


def _single_value(indicator: Indicator, row: Mapping[str, Any], today: date) -> float | None:
    points, first = points_of(indicator), row.get(indicator.variables[0])
    match indicator.kind:
        case "count":
            return 1.0 if first else None
        case "age":
            return _age(first, today)
        case "sum":
            number = _number(first)
            return None if number is None else max(number, 0.0)
    return _number(first) if points is None else _mean_score(indicator, points, row)


def _mean_score(
    indicator: Indicator, points: Mapping[str, float | str], row: Mapping[str, Any]
) -> float | None:
    scores = [_score(points, row, name) for name in indicator.variables]
    answered = [score for score in scores if score is not None]
    if not answered or 2 * len(answered) < len(scores):
        return None
    return sum(answered) / len(answered)


def _score(points: Mapping[str, float | str], row: Mapping[str, Any], name: str) -> float | None:
    answer = row.get(name)
    worth = points.get(answer) if isinstance(answer, str) else None
    return _number(row.get(worth)) if isinstance(worth, str) else worth


def _age(answer: object, today: date) -> float | None:
    try:
        since = date.fromisoformat(answer) if isinstance(answer, str) else None
    except ValueError:
        return None
    return None if since is None else float((today - since).days)


def _number(answer: object) -> float | None:
    # Field data is stored however odd it is: no sum of answers may leave what doubles hold.
    value = to_number(answer) if isinstance(answer, str) else None
    return value if value is not None and abs(value) <= _LARGEST else None


def _labels(row: Mapping[str, Any], name: str) -> list[str]:
    answer = row.get(name)
    return answer.split() if isinstance(answer, str) and answer.split() else [""]
