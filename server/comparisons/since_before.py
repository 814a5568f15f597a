"""What has changed since the round before, for a page that shows one round."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.comparisons.rounds import ChangeRow, compared
from server.indices.tables import View
from server.observations.areas import Wanted
from server.rounds.queries import RoundSummary
from server.store.kept import Kept

_recent: Final[Kept[tuple[ChangeRow, ...]]] = Kept(64)
"""Comparisons that stay in memory: each costs a tenth of a second, and a page asks for two."""


@dataclass(frozen=True)
class SinceBefore:
    """The changes of one view: of its headline, and of each of its services."""

    before: RoundSummary
    overall: ChangeRow | None
    services: Mapping[str, ChangeRow]

    @property
    def is_told(self) -> bool:
        """Whether any of the services has a change that may be told."""
        return any(row.low is not None for row in self.services.values())


def since_before(
    before: RoundSummary,
    views: tuple[View, View],
    *,
    service: str | None,
    provinces: tuple[str, ...],
    regions: tuple[str, ...],
) -> SinceBefore:
    """Compare the index of a page with the round before, as ``izdes compare`` does.

    ``views`` are of the round before and of the page's own.
    """
    every = Wanted(("service",), provinces=provinces, regions=regions)
    services = {str(row.service): row for row in _index(views, every)}
    if service is not None:
        return SinceBefore(before, services.get(service), services)
    average = next(iter(_index(views, Wanted((), provinces=provinces, regions=regions))), None)
    return SinceBefore(before, average, services)


def _index(views: tuple[View, View], wanted: Wanted) -> list[ChangeRow]:
    return [row for row in _changes(views, wanted) if row.measure.endswith("index")]


def _changes(views: tuple[View, View], wanted: Wanted) -> tuple[ChangeRow, ...]:
    """Compare once for each pair of views."""
    key = *(view.key for view in views), wanted
    return _recent.of(key, lambda: compared(views, wanted).rows)
