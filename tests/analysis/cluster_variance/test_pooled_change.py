"""What two rounds share through units visited in both, learned from all cells together."""

from typing import Any

import numpy as np
import pytest

from analysis.cluster_variance.pooled_change import common_units, pooled_covariances
from analysis.cluster_variance.pooled_variance import PooledVariances
from tests.analysis.cluster_variance.test_pooled_variance import (
    ITEMS,
    PROVINCES,
    PSUS,
    country,
    pooled_of,
)

UNITS = tuple(range(PROVINCES * PSUS))
CELLS = np.eye(PROVINCES * ITEMS)


def two_rounds(seed: int, lasting: float) -> tuple[PooledVariances, PooledVariances]:
    """Visit the same units twice; ``lasting`` is the variance of what they keep."""
    random = np.random.default_rng(seed)
    kept = 10 * random.normal(0, lasting**0.5, len(UNITS))
    found = []
    for _ in range(2):
        records, design = country(random)
        records["value"] = records["value"] + kept[records["psu"]]
        found.append(pooled_of(records, design))
    return found[0], found[1]


def covariances(rounds: Any, units: Any = UNITS) -> Any:
    return pooled_covariances(*rounds, (UNITS, units), (CELLS, CELLS))


@pytest.mark.parametrize("lasting", [0.0, 0.15])
def test_it_is_how_the_means_of_two_rounds_go_together(lasting: float) -> None:
    pairs = [two_rounds(seed, lasting) for seed in range(12)]
    # The provinces are alike here: what differs between their means is sampling.
    products = [((first.direct - 50) * (second.direct - 50)).mean() for first, second in pairs]
    learned = [covariances(pair).mean() for pair in pairs]
    assert np.mean(learned) == pytest.approx(np.mean(products), abs=1.0)
    assert (np.mean(learned) > 2) == (lasting > 0)
    changed = [np.var(second.direct - first.direct) for first, second in pairs]
    both = [first.variance.mean() + second.variance.mean() for first, second in pairs]
    expected = np.mean(both) - 2 * np.mean(learned)
    assert expected == pytest.approx(np.mean(changed), rel=0.1)


def test_it_never_makes_a_change_surer_than_the_clustering_allows() -> None:
    rounds = two_rounds(1, 0.3)
    every = covariances(rounds)
    assert (every <= np.minimum(rounds[0].variance, rounds[1].variance)).all()
    assert (every >= 0).all()


def test_units_that_differ_share_nothing() -> None:
    rounds = two_rounds(2, 0.3)
    assert not covariances(rounds, tuple(None for _ in UNITS)).any()
    few = tuple(unit if unit < 29 else None for unit in UNITS)
    assert not covariances(rounds, few).any()
    half = tuple(unit if unit < 90 else None for unit in UNITS)
    shared = covariances(rounds, half).reshape(PROVINCES, ITEMS)
    assert (shared[:30] > 0).all()
    assert not shared[30:].any()


def test_units_are_found_in_another_order() -> None:
    ours, theirs = common_units(("a", None, "b", "c"), ("c", "a", None))
    assert (ours.tolist(), theirs.tolist()) == ([0, 3], [1, 0])
