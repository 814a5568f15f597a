"""The index table: its rows as they are printed, and what they rest on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from schemas.reference.population import EDITIONS
from schemas.rules.thresholds import Precision

if TYPE_CHECKING:
    from analysis.cluster_variance.clustering import Clustering
    from analysis.disclosure.rules import Bound
    from analysis.weighting.design_weights import Weighting

Measure = Literal["index", "satisfied", "composite_index", "composite_satisfied"]

GROUPINGS = ("province", "service", "region")


@dataclass(frozen=True)
class IndexRow:
    """One published figure, already past the disclosure gate.

    ``index`` is the satisfaction index (0–100), ``satisfied`` the percentage of 4 and 5 on the
    overall question. Where the table is not split by service, ``composite_index`` and
    ``composite_satisfied`` average the services as they are printed, with equal weights, whatever
    their numbers of users. All numbers are as printed: figures to one decimal, ``n`` to the nearest
    five. A suppressed row says why, and holds neither a figure nor its number of answers. Where few
    answered, the figure is ``model_based``: a model made it, with answers from elsewhere. ``bound``
    says that of an extreme figure of few answers only the end is told it lies beyond. ``rank_low``
    and ``rank_high``: the best and the worst rank a province may have of those shown. ``release``
    names the release the figure stands in.
    """

    province: str | None
    region: str | None
    service: str | None
    measure: Measure
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    suppressed: str | None
    precision: Precision | None
    model_based: bool = False
    bound: "Bound | None" = None
    rank_low: int | None = None
    rank_high: int | None = None
    release: str | None = None

    @property
    def is_share(self) -> bool:
        """Whether the figure is a percentage of people, not an index."""
        return self.measure.endswith("satisfied")


@dataclass(frozen=True)
class Basis:
    """What the figures of a table rest on; printed under each of them.

    ``interviews`` and ``ratings`` are those in the places and services asked for, counted at this
    moment and told to the nearest five, None where they are too few to be told. ``excluded`` counts
    likewise what of them gives no figure, by reason, and ``imputed`` the interviews in visits
    without a design weight where others of the province have one: 0 for nobody, None for a few.
    ``computed_at`` and ``release`` are those of the figures: they move by whole groups.
    ``margins_version``: the population table interviews are weighted to, an edition of the built-in
    one or the name of an institution's own.
    """

    round: str
    interviews: int | None
    ratings: int | None
    weight_version: str
    margins_version: str
    form_versions: tuple[str, ...]
    selection_mode: str
    excluded: dict[str, int | None]
    imputed: int | None
    through_sequence: int
    computed_at: str
    release: str

    @property
    def has_own_margins(self) -> bool:
        """Whether an institution brought its own population table."""
        return self.margins_version not in EDITIONS


@dataclass(frozen=True)
class IndexTable:
    """The figures, what they rest on, how the interviews were weighted, and what intervals hold."""

    rows: tuple[IndexRow, ...]
    basis: Basis
    weighting: "Weighting"
    clustering: "Clustering"
