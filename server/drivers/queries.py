"""The dimensions that move overall satisfaction with each service of a round."""

from dataclasses import dataclass

import numpy as np
from flask import current_app
from scipy.stats import norm

from analysis.design import Design
from analysis.disclosure import released
from analysis.drivers import Quadrant, priorities
from analysis.ordinal import OrdinalLogit, marginal_effects, ordinal_logit, total_covariance
from schemas.indicators import indicator, limits_of
from schemas.measurement import measurement
from server.database import current_database
from server.indices import tables
from server.indices.importance import Importance, importances

INDICATOR = "ONEM_d"
"""Its limits hold here too: the shares are the same."""
LEVEL = 0.95


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
    performance: float
    quadrant: Quadrant
    odds_ratio: float | None
    odds_low: float | None
    odds_high: float | None
    effect: float | None


@dataclass(frozen=True)
class ServiceDrivers:
    """The drivers of one service, the most important first."""

    service: str
    n: int
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
    data_dir = current_app.extensions["izdes.config"].data_dir
    with tables.opened(current_database(), data_dir, round_id) as (observed, totals):
        design = observed.design()
        found = list(importances(observed, totals.weighting))
    shown = [each for each in found if _may_be_shown(each)]
    return RoundDrivers(
        round_id,
        tuple(_drivers(each, design) for each in shown),
        too_few=tuple(each.service for each in found if each not in shown),
        weight_version=totals.weighting.version,
    )


def _may_be_shown(found: Importance) -> bool:
    limits = limits_of(indicator(INDICATOR))
    return all(released(each, limits).estimate for _, each in found.estimates())


def _drivers(found: Importance, design: Design) -> ServiceDrivers:
    answers, weight = found.ratings.answers[:, 1:], found.ratings.weight
    shares = found.drivers
    scores = 25 * (np.average(answers, axis=0, weights=weight) - 1)
    grid = priorities(shares.shares, scores)
    model = _ordinal_model(found, design)
    effects = _effects(found, model)
    rows = []
    for place, dimension in enumerate(found.dimensions):
        rows.append(
            DriverRow(
                found.service,
                dimension,
                importance=100 * float(shares.shares[place]),
                low=None if shares.low is None else 100 * float(shares.low[place]),
                high=None if shares.high is None else 100 * float(shares.high[place]),
                performance=grid[place].performance,
                quadrant=grid[place].quadrant,
                **_odds(model, place),
                effect=effects[place],
            )
        )
    rows.sort(key=lambda row: -row.importance)
    return ServiceDrivers(found.service, shares.n, shares.r_squared, tuple(rows))


def _ordinal_model(found: Importance, design: Design) -> OrdinalLogit | None:
    """Fit overall satisfaction by the dimensions; weights count as known beforehand."""
    codes = np.unique(found.ratings.answers[:, 0], return_inverse=True)[1]
    spread = total_covariance(found.ratings.unit, design)
    items = found.ratings.answers[:, 1:]
    try:
        return ordinal_logit(codes, items, found.ratings.weight, scores_covariance=spread)
    except ValueError:
        return None


def _odds(model: OrdinalLogit | None, place: int) -> dict[str, float | None]:
    if model is None:
        return dict.fromkeys(("odds_ratio", "odds_low", "odds_high"))
    slope, error = float(model.coefficients[place]), float(model.standard_errors[place])
    reach = float(norm.ppf((1 + LEVEL) / 2)) * error
    return {
        "odds_ratio": float(np.exp(slope)),
        "odds_low": float(np.exp(slope - reach)),
        "odds_high": float(np.exp(slope + reach)),
    }


def _effects(found: Importance, model: OrdinalLogit | None) -> list[float | None]:
    """Give percentage points of satisfied people for one step of each dimension."""
    codes = np.unique(found.ratings.answers[:, 0])
    least = int(np.searchsorted(codes, measurement().satisfied_from))
    if model is None or not 0 < least < codes.size:
        return [None] * len(found.dimensions)
    items = found.ratings.answers[:, 1:]
    effects = marginal_effects(model, items, found.ratings.weight, at_least=least)
    return [100 * float(each) for each in effects]
