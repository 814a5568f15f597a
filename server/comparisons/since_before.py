"""What has changed since the round before, for a page that shows one round."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import current_app

from server.comparisons.rounds import ChangeRow, compared
from server.indices.queries import current_view
from server.indices.tables import View
from server.observations.areas import Wanted
from server.rounds.queries import RoundSummary

KEPT: Final = 64
"""Comparisons that stay in memory: each costs a tenth of a second, and a page asks for two."""

_recent: "OrderedDict[tuple[object, ...], tuple[ChangeRow, ...]]" = OrderedDict()
_guard = threading.Lock()


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
    round_id: str,
    *,
    service: str | None,
    provinces: tuple[str, ...],
    regions: tuple[str, ...],
) -> SinceBefore:
    """Compare the index of a view with the round before, as ``izdes compare`` does."""
    views = current_view(before.id), current_view(round_id)
    every = Wanted(("service",), provinces=provinces, regions=regions)
    services = {str(row.service): row for row in _index(views, every)}
    if service is not None:
        return SinceBefore(before, services.get(service), services)
    average = next(iter(_index(views, Wanted((), provinces=provinces, regions=regions))), None)
    return SinceBefore(before, average, services)


def _index(views: tuple[View, View], wanted: Wanted) -> list[ChangeRow]:
    return [row for row in _changes(views, wanted) if row.measure.endswith("index")]


def _changes(views: tuple[View, View], wanted: Wanted) -> tuple[ChangeRow, ...]:
    """Compare once for each pair of releases."""
    seen = [(view.round_id, view.groups.release.name, view.state.plan) for view in views]
    key = current_app.extensions["izdes.config"].data_dir, *seen, wanted
    with _guard:
        if key in _recent:
            _recent.move_to_end(key)
            return _recent[key]
    rows = compared(views, wanted).rows
    with _guard:
        _recent[key] = rows
        while len(_recent) > KEPT:
            _recent.popitem(last=False)
    return rows
