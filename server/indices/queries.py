"""The index table: what dashboards, exports and the command line show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flask import current_app

from schemas.geography import provinces as all_provinces
from schemas.geography import regions as all_regions
from schemas.problems import Problem
from schemas.services import services as all_services
from schemas.thresholds import Precision
from server.database import current_database

if TYPE_CHECKING:
    from analysis.clustering import Clustering
    from analysis.disclosure import Bound
    from analysis.weighting import Weighting
    from server.config import Config
    from server.indices.tables import View

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
    ``margins``: the population table interviews are weighted to, with the name of an institution's
    own one in ``margins_version``.
    """

    round: str
    interviews: int | None
    ratings: int | None
    weight_version: str
    margins: Literal["built-in", "own"]
    margins_version: str
    form_versions: tuple[str, ...]
    selection_mode: str
    excluded: dict[str, int | None]
    imputed: int | None
    through_sequence: int
    computed_at: str
    release: str


@dataclass(frozen=True)
class IndexTable:
    """The figures, what they rest on, how the interviews were weighted, and what intervals hold."""

    rows: tuple[IndexRow, ...]
    basis: Basis
    weighting: "Weighting"
    clustering: "Clustering"


@dataclass(frozen=True)
class Wanted:
    """What a table is split by and limited to; nothing named means all."""

    by: tuple[str, ...]
    services: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


def index_table(
    round_id: str,
    *,
    by: tuple[str, ...] = ("province", "service"),
    services: tuple[str, ...] = (),
    provinces: tuple[str, ...] = (),
    regions: tuple[str, ...] = (),
) -> IndexTable:
    """Give the released figures of a round; every submission committed before is considered."""
    (table,) = index_tables(round_id, (Wanted(by, services, provinces, regions),))
    return table


def index_tables(round_id: str, wanted: Sequence[Wanted]) -> tuple[IndexTable, ...]:
    """Give several tables of one release."""
    # NumPy, DuckDB and pyarrow load with the first figure, not with the server.
    from server.indices import tables  # noqa: PLC0415

    for each in wanted:
        _require_known(each.by, GROUPINGS)
        _require_known(each.services, (one.code for one in all_services()))
        _require_known(each.provinces, (one.plate for one in all_provinces()))
        _require_known(each.regions, (one.code for one in all_regions()))
    view = current_view(round_id)
    return tuple(tables.table_of(view, each) for each in wanted)


def current_view(round_id: str) -> "View":
    """Look at a round as it is released at this moment."""
    from server.indices import tables  # noqa: PLC0415

    config: Config = current_app.extensions["izdes.config"]
    return tables.view_of(current_database(), config.data_dir, round_id, waits=config.releases_wait)


def table_state(round_id: str) -> tuple[str, int]:
    """Name the state of a round's tables, every submission committed before this call included.

    As long as the name is the same, so are the tables. The number is the last record taken in.
    """
    from server.indices import sources  # noqa: PLC0415

    config: Config = current_app.extensions["izdes.config"]
    return sources.state_of(current_database(), config.data_dir, round_id)


def _require_known(codes: Iterable[str], known: Iterable[str]) -> None:
    listed = tuple(known)
    for code in codes:
        if code not in listed:
            raise Problem("unknown_code", code=code, known=", ".join(listed))
