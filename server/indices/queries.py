"""The index table: what dashboards, exports and the command line show."""

from dataclasses import dataclass
from typing import Literal

Measure = Literal["index", "satisfied", "composite_index", "composite_satisfied"]
Grouping = Literal["province", "service", "region"]


@dataclass(frozen=True)
class IndexRow:
    """One published figure, already past the disclosure gate.

    ``index`` is the satisfaction index (0–100), ``satisfied`` the percentage of 4 and 5 on the
    overall question. Where the table is not split by service, ``composite_index`` and
    ``composite_satisfied`` average the services with equal weights, whatever their numbers of
    users. A suppressed row says why, and holds neither a figure nor its number of answers.
    """

    province: str | None
    region: str | None
    service: str | None
    measure: Measure
    value: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    n: int | None
    psus: int | None
    n_effective: float | None
    design_effect: float | None
    suppressed: str | None
    precision: Literal["good", "imprecise"] | None

    @property
    def is_share(self) -> bool:
        """Whether the figure is a percentage of people, not an index."""
        return self.measure.endswith("satisfied")


@dataclass(frozen=True)
class Basis:
    """What the figures of a table rest on; printed under each of them."""

    round: str
    interviews: int | None
    ratings: int | None
    weight_version: str
    form_versions: tuple[str, ...]
    selection_mode: str
    excluded: dict[str, int]
    through_sequence: int
    computed_at: str


@dataclass(frozen=True)
class IndexTable:
    """The figures and what they rest on."""

    rows: tuple[IndexRow, ...]
    basis: Basis
