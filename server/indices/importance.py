"""How much each dimension matters for overall satisfaction with a service, country-wide."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import norm

from analysis.arrays import FloatArray
from analysis.engine.engine_values import EngineItems
from analysis.engine.round_data import Round
from analysis.estimation.estimation import Estimate
from analysis.estimation.replicates import rao_wu
from analysis.sampling.design import Design
from analysis.scales.drivers import Drivers, drivers
from analysis.scales.ordinal import OrdinalLogit, marginal_effects, ordinal_logit, total_covariance
from analysis.weighting.design_weights import Weighting
from schemas.reference.services import dimensions
from schemas.rules.measurement import measurement
from server.observations.areas import SERVICES
from server.observations.round_totals import RoundState, opened
from server.releases.kept_results import Measurable, kept_results

FAMILY = "importance"
LEVEL = 0.95
REPLICATES = 200
"""Of the sample, for the intervals."""
DIMENSIONS = tuple(dimension.code for dimension in dimensions() if dimension.in_index)


@dataclass(frozen=True)
class Kept:
    """What is told of a service's drivers; see :mod:`server.releases.kept_results`.

    ``shares``, ``low`` and ``high`` are of 1, ``effects`` percentage points; ``odds`` are the ratio
    and both its ends. A list holds one per dimension; None where it could not be measured.
    """

    service: str
    people: int
    units: int
    r_squared: float
    dimensions: list[str]
    shares: list[float]
    low: list[float] | None
    high: list[float] | None
    odds: list[list[float]] | None
    effects: list[float | None]

    def estimates(self) -> Iterator[tuple[str, Estimate]]:
        """Each dimension's share in percent as an estimate, for the gate."""
        for place, dimension in enumerate(self.dimensions):
            yield (
                dimension,
                Estimate(
                    value=100 * self.shares[place],
                    standard_error=None,
                    low=None if self.low is None else 100 * self.low[place],
                    high=None if self.high is None else 100 * self.high[place],
                    n=self.people,
                    psus=self.units,
                    df=0,
                    n_effective=None,
                    design_effect=None,
                ),
            )


def kept_importances(data_dir: Path, round_id: str, state: RoundState) -> tuple[Kept, ...]:
    """Every service whose answers vary and are enough for its dimensions."""
    with opened(state) as observed:
        design = observed.design()
        if not len(design.stratum):
            return ()
        factors = cache(lambda: rao_wu(design, replicates=REPLICATES).factor)
        found = (
            Measurable(
                service,
                len(ratings.weight),
                partial(_kept, service, asked, ratings, design, factors),
            )
            for service, asked, ratings in complete_ratings(observed, state.totals.weighting)
        )
        held = kept_results(data_dir, round_id, FAMILY, found, through=state.manifest.through)
    return tuple(Kept(**held[service]) for service in SERVICES if service in held)


def _kept(
    service: str,
    asked: tuple[str, ...],
    ratings: EngineItems,
    design: Design,
    factors: Callable[[], FloatArray],
) -> dict[str, Any] | None:
    shares = _shares(ratings, factors())
    if shares is None:
        return None
    model = _ordinal_model(ratings, design)
    kept = Kept(
        service,
        people=shares.n,
        units=len(np.unique(ratings.unit)),
        r_squared=shares.r_squared,
        dimensions=list(asked),
        shares=shares.shares.tolist(),
        low=None if shares.low is None else shares.low.tolist(),
        high=None if shares.high is None else shares.high.tolist(),
        odds=None if model is None else [_odds(model, place) for place in range(len(asked))],
        effects=_effects(ratings, model),
    )
    return asdict(kept)


def complete_ratings(
    observed: Round, weighting: Weighting
) -> Iterator[tuple[str, tuple[str, ...], EngineItems]]:
    """Every service, the dimensions asked of it, and its ratings without a gap.

    The overall answer stands first, then the dimensions. Services with fewer ratings than there
    are questions are left out.
    """
    for service in SERVICES:
        read = observed.items(["overall", *DIMENSIONS], weighting, service)
        asked = [n for n in range(len(DIMENSIONS)) if not np.isnan(read.answers[:, n + 1]).all()]
        answers = read.answers[:, [0, *(n + 1 for n in asked)]]
        whole = ~np.isnan(answers).any(axis=1)
        if asked and whole.sum() > len(asked) + 1:
            ratings = EngineItems(read.unit[whole], read.weight[whole], answers[whole])
            yield service, tuple(DIMENSIONS[n] for n in asked), ratings


def _shares(ratings: EngineItems, factors: FloatArray) -> Drivers | None:
    """The shares, without intervals where a replicate lacks variation; None if all do."""
    outcome, items = ratings.answers[:, 0], ratings.answers[:, 1:]
    for replicates in (factors, None):
        try:
            return drivers(outcome, items, ratings.weight, psu=ratings.unit, factors=replicates)
        except ValueError:
            continue
    return None


def _ordinal_model(ratings: EngineItems, design: Design) -> OrdinalLogit | None:
    """Fit overall satisfaction by the dimensions; weights count as known beforehand."""
    codes = np.unique(ratings.answers[:, 0], return_inverse=True)[1]
    spread = total_covariance(ratings.unit, design)
    try:
        return ordinal_logit(
            codes, ratings.answers[:, 1:], ratings.weight, scores_covariance=spread
        )
    except ValueError:
        return None


def _odds(model: OrdinalLogit, place: int) -> list[float]:
    slope, error = float(model.coefficients[place]), float(model.standard_errors[place])
    reach = float(norm.ppf((1 + LEVEL) / 2)) * error
    return [float(np.exp(logarithm)) for logarithm in (slope, slope - reach, slope + reach)]


def _effects(ratings: EngineItems, model: OrdinalLogit | None) -> list[float | None]:
    """Percentage points of satisfied people for one step of each dimension."""
    codes, items = np.unique(ratings.answers[:, 0]), ratings.answers[:, 1:]
    least = int(np.searchsorted(codes, measurement().satisfied_from))
    if model is None or not 0 < least < codes.size:
        return [None] * items.shape[1]
    effects = marginal_effects(model, items, ratings.weight, at_least=least)
    return [100 * float(effect) for effect in effects]
