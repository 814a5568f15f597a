"""The path model: what it must satisfy whatever the data, and the index made from it."""

import numpy as np
import pytest

from analysis.scales.pls import index_0_100, path_model

BLOCKS = {"expectation": (("e1", "e2"), "A"), "satisfaction": (("s1", "s2", "s3"), "A")}
ARROWS = [("expectation", "satisfaction")]


def items(seed: int = 1, records: int = 500) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    expected = random.normal(size=records)
    satisfied = 0.7 * expected + random.normal(size=records)
    noise = random.normal(size=(5, records))
    named = {"e1": expected, "e2": expected, "s1": satisfied, "s2": satisfied, "s3": satisfied}
    return {name: value + noise[i] for i, (name, value) in enumerate(named.items())}


@pytest.mark.parametrize("scheme", ["path", "centroid", "factorial"])
def test_with_two_constructs_the_path_is_the_correlation_of_their_scores(scheme: str) -> None:
    data = items()
    model = path_model(data, BLOCKS, ARROWS, scheme=scheme)  # type: ignore[arg-type]
    scores = {}
    for construct, (names, _) in BLOCKS.items():
        standard = [(data[n] - data[n].mean()) / data[n].std(ddof=1) for n in names]
        scores[construct] = sum(model.weights[n] * z for n, z in zip(names, standard, strict=True))
        assert np.var(scores[construct], ddof=1) == pytest.approx(1)
    together = np.corrcoef(scores["expectation"], scores["satisfaction"])[0, 1]
    assert model.paths["expectation", "satisfaction"] == pytest.approx(together)
    assert model.r_squared["satisfaction"] == pytest.approx(together**2)


def test_the_scale_and_order_of_items_do_not_matter_and_gaps_drop_a_record() -> None:
    data = items()
    other = {name: 10 * data[name] + 3 for name in reversed(data)}
    gap = {name: np.append(value, np.nan) for name, value in data.items()}
    model = path_model(data, BLOCKS, ARROWS)
    for same in (path_model(other, BLOCKS, ARROWS), path_model(gap, BLOCKS, ARROWS)):
        assert same.n == 500
        for name, weight in model.weights.items():
            assert same.weights[name] == pytest.approx(weight)


def test_the_index_runs_from_nought_to_a_hundred() -> None:
    spread, weight = np.array([1.0, 2.0, 1.5]), np.array([0.4, 0.3, 0.5])
    ends = {"low": 1, "high": 10}
    assert index_0_100(np.full(3, 1.0), spread, weight, **ends) == pytest.approx(0)
    assert index_0_100(np.full(3, 10.0), spread, weight, **ends) == pytest.approx(100)
    means = np.array([8.0, 7.0, 6.0])
    unstandardised = weight / spread / (weight / spread).sum()
    expected = ((means - 1) * unstandardised).sum() / 9 * 100
    assert index_0_100(means, spread, weight, **ends) == pytest.approx(expected)
    with pytest.raises(ValueError, match="more than nothing"):
        index_0_100(means, spread, -weight, **ends)


def test_a_model_that_makes_no_sense_is_refused_in_words() -> None:
    data = items()
    with pytest.raises(ValueError, match="has no items"):
        path_model(data, {"x": (("missing",), "A")}, [])
    with pytest.raises(ValueError, match="unknown construct 'loyalty'"):
        path_model(data, BLOCKS, [("satisfaction", "loyalty")])
    with pytest.raises(ValueError, match="'e1' does not vary"):
        path_model({**data, "e1": np.ones(500)}, BLOCKS, ARROWS)


def test_items_that_are_only_centred_weigh_by_their_spread_and_scaled_ones_do_not() -> None:
    data = items()
    wide = {**data, "e1": data["e1"] * 10}
    free, free_wide = (path_model(each, BLOCKS, ARROWS, scaled=False) for each in (data, wide))
    kept, kept_wide = (path_model(each, BLOCKS, ARROWS) for each in (data, wide))
    assert kept_wide.loadings == pytest.approx(kept.loadings)
    assert free_wide.loadings["e1"] > free.loadings["e1"] + 0.01
    standard = {name: (each - each.mean()) / each.std() for name, each in data.items()}
    assert path_model(standard, BLOCKS, ARROWS, scaled=False).weights == pytest.approx(kept.weights)


def test_effects_follow_every_way_and_quality_is_what_is_explained() -> None:
    model = path_model(items(), BLOCKS, ARROWS)
    direct = {(effect.start, effect.end): effect.direct for effect in model.effects}
    assert {pair: value for pair, value in direct.items() if pair in model.paths} == model.paths
    for effect in model.effects:
        ways = sum(
            model.paths[effect.start, via] * rest.total
            for via in BLOCKS
            for rest in model.effects
            if (effect.start, via) in model.paths and (rest.start, rest.end) == (via, effect.end)
        )
        assert effect.indirect == pytest.approx(ways)
    for construct, (members, _) in BLOCKS.items():
        squares = [model.loadings[name] ** 2 for name in members]
        assert model.ave[construct] == pytest.approx(np.mean(squares))
    shared = np.mean([m**2 for m in model.loadings.values()])
    assert model.gof == pytest.approx(np.sqrt(shared * np.mean(list(model.r_squared.values()))))


def test_a_weight_of_two_is_as_good_as_the_record_twice() -> None:
    data = items()
    size = len(data["e1"])
    weight = np.where(np.arange(size) % 3 == 0, 2.0, 1.0)
    twice = {name: np.repeat(each, weight.astype(int)) for name, each in data.items()}
    weighted = path_model(data, BLOCKS, ARROWS, weight=weight)
    assert weighted.paths == pytest.approx(path_model(twice, BLOCKS, ARROWS).paths)


def test_paths_that_lead_round_are_refused() -> None:
    first, second = list(BLOCKS)[:2]
    with pytest.raises(ValueError, match="round in a circle"):
        path_model(items(), BLOCKS, [(first, second), (second, first)])
