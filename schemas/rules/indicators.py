"""The table of indicators: what each one measures, as data that one module interprets."""

from functools import cache
from typing import Literal

from pydantic import Field

from schemas.problems import Problem
from schemas.reference.files import FOLDER
from schemas.rules.thresholds import Thresholds, thresholds
from schemas.wire import Text, Wire

Kind = Literal[
    "share", "points", "mean", "scaled", "median", "age", "ratio", "sum", "count",
    "index", "dimensions", "drivers",
]  # fmt: skip
"""How a figure is made of the rows; see :mod:`analysis.records.indicators`.

``share``, ``points``, ``mean``, ``scaled``: means of what an answer is worth. ``median``, ``age``:
medians of numbers, of days since a date. ``ratio``: Σ numerator / Σ denominator in percent.
``sum``, ``count``: totals of what was found. ``index``: the satisfaction index of the index table.
``dimensions``: mean of the dimension scores. ``drivers``: shares of the explained variance.
"""
Split = Literal[
    "province", "region", "service", "dimension", "topic", "team", "unit_type", "staff_class",
    "seniority", "equipment", "urgency", "authority", "bottleneck", "central_unit", "meeting_type",
]  # fmt: skip
"""What figures are split by."""
Protected = Literal["citizens", "staff", "institution"]
"""Whose answers a figure could give away; decides how many there must be."""


class Indicator(Wire):
    """One indicator.

    ``rows``: a rated service (``rating``), a person, a whole record, or a row of the repeat of that
    name. ``variables`` may hold ``{service}``, ``{dimension}``, ``{topic}``; of several plain ones
    the mean of those answered counts, if at least half are. ``numerator`` and ``denominator`` are
    codes of answers, for a ratio names of questions. ``points``: what a code is worth, a number or
    the question that says it. ``where``: question → codes of rows that count. ``splits``: by what
    it can be split, and the question that tells; blank where the place or the name tells. With
    ``once_per_unit`` only the latest record about a unit counts.
    """

    code: str
    name: Text
    unit: str
    form: str
    rows: str
    kind: Kind
    variables: tuple[str, ...]
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    points: dict[str, float | int | str] = Field(default_factory=dict)
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    least_answers: int = 0
    once_per_unit: bool = False
    protects: Protected
    weighted: bool
    by: tuple[Split, ...]
    splits: dict[Split, str]
    formula: Text

    def told_by(self, split: str) -> str | None:
        """The question that tells a split, blank if none has to; None: no such split."""
        return {str(name): question for name, question in self.splits.items()}.get(split)

    @property
    def is_share(self) -> bool:
        """Whether it is a percentage of people, which needs more answers than a mean."""
        return self.unit == "percent" and self.protects != "institution"


class IndicatorTable(Wire):
    """``schemas/reference/indicators.json``; ``limits`` change thresholds by whom they protect."""

    limits: dict[Protected, dict[str, int | float]]
    indicators: tuple[Indicator, ...]


@cache
def indicators() -> tuple[Indicator, ...]:
    """All indicators in their published order."""
    return _table().indicators


def indicator(code: str) -> Indicator:
    """An indicator by its code, capitals or not."""
    for indicator in indicators():
        if indicator.code.casefold() == code.casefold():
            return indicator
    known = ", ".join(indicator.code for indicator in indicators())
    raise Problem("unknown_code", code=code, known=known)


def limits_of(chosen: Indicator) -> Thresholds:
    """The thresholds that hold for an indicator."""
    return thresholds().model_copy(update=_table().limits[chosen.protects])


@cache
def _table() -> IndicatorTable:
    return IndicatorTable.model_validate_json((FOLDER / "indicators.json").read_bytes())
