"""The dimensions that move overall satisfaction with each service of a round."""

from dataclasses import dataclass

import numpy as np
from flask import current_app

from analysis.disclosure.rules import printed_value, released, released_count
from analysis.scales.drivers import Quadrant, priorities
from schemas.rules.indicators import indicator, limits_of
from schemas.rules.thresholds import thresholds
from server.indicators.queries import scores_of_dimensions
from server.indices.importance import Kept, kept_importances
from server.indices.queries import current_view

INDICATOR = "ONEM_d"
"""Its limits hold here too: the shares are the same."""


@dataclass(frozen=True)
class DriverRow:
    """One dimension of one service.

    ``importance`` is its share of R² in percent, with both ends of its interval; ``performance``
    its score, 0 to 100. One step more on the dimension, all others equal, multiplies the odds of a
    better overall answer by ``odds_ratio`` and raises the share of the satisfied by ``effect``
    percentage points; None where the model could not be fitted.
    """

    service: str
    dimension: str
    importance: float
    low: float | None
    high: float | None
    performance: float | None
    quadrant: Quadrant | None
    odds_ratio: float | None
    odds_low: float | None
    odds_high: float | None
    effect: float | None


@dataclass(frozen=True)
class ServiceDrivers:
    """The drivers of one service, the most important first."""

    service: str
    n: int | None
    r_squared: float
    rows: tuple[DriverRow, ...]


@dataclass(frozen=True)
class RoundDrivers:
    """The drivers of a round."""

    round: str
    services: tuple[ServiceDrivers, ...]
    too_few: tuple[str, ...]
    """Services whose complete answers may not be told of."""
    weight_version: str


def drivers_of(round_id: str) -> RoundDrivers:
    """Measure every service of a round, country-wide."""
    view = current_view(round_id)
    found = kept_importances(current_app.extensions["izdes.config"].data_dir, round_id, view.state)
    shown = [kept for kept in found if _may_be_shown(kept)]
    scores = scores_of_dimensions(view) if shown else {}
    return RoundDrivers(
        round_id,
        tuple(_drivers(kept, scores) for kept in shown),
        too_few=tuple(kept.service for kept in found if kept not in shown),
        weight_version=view.state.totals.weighting.version,
    )


def _may_be_shown(found: Kept) -> bool:
    limits = limits_of(indicator(INDICATOR))
    return all(released(estimate, limits).estimate for _, estimate in found.estimates())


def _drivers(found: Kept, scores: dict[tuple[str, str], float | None]) -> ServiceDrivers:
    performance = [scores.get((found.service, dimension)) for dimension in found.dimensions]
    known = [place for place, value in enumerate(performance) if value is not None]
    grid = priorities(
        np.array([found.shares[place] for place in known]),
        np.array([performance[place] for place in known], dtype=np.float64),
    )
    quadrants = {place: priority.quadrant for place, priority in zip(known, grid, strict=True)}
    rows = [
        DriverRow(
            found.service,
            dimension,
            importance=round(100 * found.shares[place], 1),
            low=None if found.low is None else printed_value(100 * found.low[place]),
            high=None if found.high is None else printed_value(100 * found.high[place]),
            performance=performance[place],
            quadrant=quadrants.get(place),
            **_odds(found, place),
            effect=printed_value(found.effects[place]),
        )
        for place, dimension in enumerate(found.dimensions)
    ]
    rows.sort(key=lambda row: -row.importance)
    n = released_count(found.people, thresholds())
    return ServiceDrivers(found.service, n, round(found.r_squared, 3), tuple(rows))


def _odds(found: Kept, place: int) -> dict[str, float | None]:
    names = ("odds_ratio", "odds_low", "odds_high")
    if found.odds is None:
        return dict.fromkeys(names)
    return {name: round(odds, 2) for name, odds in zip(names, found.odds[place], strict=True)}
