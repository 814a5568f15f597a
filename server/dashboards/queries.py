"""What a dashboard shows, read from the gated index table."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from schemas.reference.geography import provinces_alphabetical
from schemas.reference.services import is_offered, services
from schemas.rules.claims import claims
from server.dashboards.filters import Filters
from server.indices.index_rows import Basis, IndexRow, IndexTable
from server.indices.queries import current_view, index_tables, views_of_both
from server.observations.areas import Wanted
from server.rounds.queries import RoundSummary

if TYPE_CHECKING:
    from server.comparisons.since_before import SinceBefore
    from server.indices.tables import View

NOTHING_YET: Final = IndexRow(
    province=None,
    region=None,
    service=None,
    measure="index",
    value=None,
    low=None,
    high=None,
    n=None,
    suppressed=None,
    precision=None,
)
"""What a table prints where no answers came: a row of dashes."""

WIDE = ("wide", "direction_only")
"""Classes of precision that are marked."""


@dataclass(frozen=True)
class Line:
    """A province or a service with its two figures; ``None`` where nobody was interviewed."""

    code: str
    name: str
    order: int
    index: IndexRow | None
    satisfied: IndexRow | None

    @property
    def has_index(self) -> bool:
        """Whether there is a figure that may be shown."""
        return self.index is not None and self.index.value is not None

    @property
    def printed(self) -> tuple[IndexRow, IndexRow]:
        """Both figures, empty ones where there are none."""
        return self.index or NOTHING_YET, self.satisfied or NOTHING_YET

    @property
    def is_suppressed(self) -> bool:
        """Whether answers came but the disclosure gate keeps the figure back."""
        return self.index is not None and self.index.value is None

    @property
    def is_model_based(self) -> bool:
        """Whether one of the figures shown was made by a model, with answers from elsewhere."""
        return any(row.model_based for row in self.printed)

    @property
    def is_imprecise(self) -> bool:
        """Whether the interval of the figure is so wide that it must be marked."""
        return self.index is not None and self.index.precision in WIDE


@dataclass(frozen=True)
class Dashboard:
    """Everything one view shows. Each basis says what the lines of that name rest on."""

    filters: Filters
    overall: Line
    services: tuple[Line, ...]
    provinces: tuple[Line, ...]
    basis: Basis
    services_basis: Basis
    provinces_basis: Basis
    country: Line
    """The same service in the whole country, to compare with."""
    country_services: tuple[Line, ...]
    """Each of the services in the whole country, in the same order."""
    since_before: "SinceBefore | None" = None
    """What has changed since the round before, if there is one to compare with."""
    states: tuple[str, ...] = ()
    """Names of what it is made of: of its round, and of the round before."""

    @property
    def covered(self) -> int:
        """In how many provinces somebody was interviewed."""
        return sum(line.index is not None for line in self.provinces)

    @property
    def published(self) -> int:
        """How many provinces have a figure that may be shown."""
        return sum(line.has_index for line in self.provinces)

    @property
    def scale(self) -> tuple[int, int]:
        """The ends of the map's colours: round numbers around what can be shown."""
        values = [line.index.value for line in self.provinces if line.index and line.has_index]
        shown = [value for value in values if value is not None] or [0.0, 100.0]
        low, high = 5 * floor(min(shown) / 5), 5 * ceil(max(shown) / 5)
        return (low, high) if high > low else (low, low + 5)

    @property
    def table(self) -> tuple[Line, ...]:
        """The rows of the table: the services of a chosen province, else the provinces."""
        return self.services if self.filters.province else self.provinces

    @property
    def table_basis(self) -> Basis:
        """What the table rests on."""
        return self.services_basis if self.filters.province else self.provinces_basis

    @property
    def compared_services(self) -> tuple[tuple[Line, Line | None], ...]:
        """The services, in a part of the country each with what it is in the whole."""
        everywhere = self.country_services if self.is_narrowed else (None,) * len(self.services)
        return tuple(zip(self.services, everywhere, strict=True))

    @property
    def is_narrowed(self) -> bool:
        """Whether the headline is about a part of the country only."""
        return bool(self.filters.province or self.filters.region)

    @property
    def shows_ranks(self) -> bool:
        """Whether the table holds provinces, and something can be said about their order."""
        return not self.filters.province and self.claims_intervals

    @property
    def claims_intervals(self) -> bool:
        """Whether an interval may be read as one: a purposive round allows no margin of error."""
        return claims(self.basis.selection_mode).has_intervals


def dashboard(filters: Filters, *, language: str, before: RoundSummary | None = None) -> Dashboard:
    """Gather the figures of a view, and what they changed by since the round ``before``."""
    asked = (filters.service,) if filters.service else ()
    split = ("service",) if filters.service else ()
    # A chosen province is shown among the others, not alone on an empty map.
    among = Wanted(("province", *split), services=asked, regions=filters.domain["regions"])
    view, earlier = _looked_at(filters.round, before)
    overall, by_service, by_province, country, services_everywhere = index_tables(
        view,
        (
            Wanted(split, services=asked, **filters.domain),
            Wanted(("service",), **filters.domain),
            among,
            Wanted(split, services=asked),
            Wanted(("service",)),
        ),
    )
    return Dashboard(
        filters=filters,
        overall=_overall(overall),
        services=tuple(_service_lines(by_service, filters, language)),
        provinces=tuple(_province_lines(by_province, filters)),
        basis=overall.basis,
        services_basis=by_service.basis,
        provinces_basis=by_province.basis,
        country=_overall(country),
        country_services=tuple(_service_lines(services_everywhere, filters, language)),
        since_before=_since(before, earlier, view, filters),
        states=tuple(seen.state.sources.name for seen in (view, earlier) if seen),
    )


def _looked_at(round_id: str, before: RoundSummary | None) -> tuple["View", "View | None"]:
    return views_of_both(round_id, before.id) if before else (current_view(round_id), None)


def _since(
    before: RoundSummary | None, earlier: "View | None", view: "View", filters: Filters
) -> "SinceBefore | None":
    from server.comparisons.since_before import since_before  # noqa: PLC0415  loads NumPy

    if before is None or earlier is None:
        return None
    return since_before(before, (earlier, view), service=filters.service, **filters.domain)


def _overall(table: IndexTable) -> Line:
    return Line("", "", 0, *_figures(table.rows))


def _service_lines(table: IndexTable, filters: Filters, language: str) -> Iterable[Line]:
    for order, service in enumerate(services()):
        if filters.province and not is_offered(service.code, filters.province):
            continue
        rows = [row for row in table.rows if row.service == service.code]
        yield Line(service.code, service.name[language], order, *_figures(rows))


def _province_lines(table: IndexTable, filters: Filters) -> Iterable[Line]:
    by_plate: dict[str | None, list[IndexRow]] = {}
    for row in table.rows:
        if row.province not in table.weighting.uncovered:
            by_plate.setdefault(row.province, []).append(row)
    for province in provinces_alphabetical():
        elsewhere = filters.region and province.region != filters.region
        impossible = filters.service and not is_offered(filters.service, province.plate)
        hidden = filters.within is not None and province.plate not in filters.within
        if not elsewhere and not impossible and not hidden:
            figures = _figures(by_plate.get(province.plate, []))
            yield Line(province.plate, province.name, province.order, *figures)


def _figures(rows: Iterable[IndexRow]) -> tuple[IndexRow | None, IndexRow | None]:
    index = satisfied = None
    for row in rows:
        if row.is_share:
            satisfied = row
        else:
            index = row
    return index, satisfied
