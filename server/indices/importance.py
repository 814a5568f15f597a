"""How much each dimension matters for overall satisfaction with a service, country-wide."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.arrays import FloatArray
from analysis.drivers import Drivers, drivers
from analysis.engine import Round
from analysis.engine_values import EngineItems
from analysis.estimation import Estimate
from analysis.replicates import rao_wu
from analysis.weighting import Weighting
from schemas.services import dimensions
from server.indices.areas import SERVICES

REPLICATES = 200
"""Of the sample, for the intervals."""
DIMENSIONS = tuple(each.code for each in dimensions() if each.in_index)


@dataclass(frozen=True)
class Importance:
    """The split of a service's R², and the complete ratings it was made of."""

    service: str
    dimensions: tuple[str, ...]
    """Those asked of the service, in the order of the shares."""
    drivers: Drivers
    ratings: EngineItems
    """Overall answer first, then the dimensions; none missing."""

    def estimates(self) -> Iterator[tuple[str, Estimate]]:
        """Give each dimension's share as an estimate, for the gate."""
        found, units = self.drivers, len(np.unique(self.ratings.unit))
        for place, dimension in enumerate(self.dimensions):
            yield (
                dimension,
                Estimate(
                    value=float(found.shares[place]),
                    standard_error=None,
                    low=None if found.low is None else float(found.low[place]),
                    high=None if found.high is None else float(found.high[place]),
                    n=found.n,
                    psus=units,
                    df=0,
                    n_effective=None,
                    design_effect=None,
                ),
            )


def importances(observed: Round, weighting: Weighting) -> Iterator[Importance]:
    """Give every service whose answers vary and are enough for its dimensions."""
    design = observed.design()
    if not len(design.stratum):
        return
    factors = rao_wu(design, replicates=REPLICATES).factor
    for service, asked, ratings in complete_ratings(observed, weighting):
        if (found := _shares(ratings, factors)) is not None:
            yield Importance(service, asked, found, ratings)


def complete_ratings(
    observed: Round, weighting: Weighting
) -> Iterator[tuple[str, tuple[str, ...], EngineItems]]:
    """Give every service, the dimensions asked of it, and its ratings without a gap.

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
    """Give the shares, without intervals where a replicate lacks variation; None if all do."""
    outcome, items = ratings.answers[:, 0], ratings.answers[:, 1:]
    for replicates in (factors, None):
        try:
            return drivers(outcome, items, ratings.weight, psu=ratings.unit, factors=replicates)
        except ValueError:
            continue
    return None
