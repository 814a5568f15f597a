"""Reliability against its definitions, written as loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from analysis.scales.one_factor import one_factor
from analysis.scales.polychoric import polychoric, polychoric_matrix
from analysis.scales.reliability import alpha, complete, eigenvalues, keyed, pairwise_covariances


def battery(seed: int, *, records: int = 200, items: int = 4, gaps: float = 0.0) -> np.ndarray:
    """Answers 1–5 moved by one trait."""
    random = np.random.default_rng(seed)
    trait = random.normal(size=(records, 1)) + 0.8 * random.normal(size=(records, items))
    answers = np.clip(np.round(3 + 1.2 * trait), 1, 5)
    answers[random.random(answers.shape) < gaps] = np.nan
    return answers


@given(st.integers(0, 10_000))
def test_alpha_is_its_definition(seed: int) -> None:
    answers = battery(seed, records=40)
    k = answers.shape[1]
    parts = sum(answers[:, j].var(ddof=1) for j in range(k))
    whole = answers.sum(axis=1).var(ddof=1)
    assert alpha(answers).raw == pytest.approx(k / (k - 1) * (1 - parts / whole))


def test_item_rest_is_the_correlation_with_the_sum_of_the_others() -> None:
    answers = battery(3)
    for item in range(4):
        rest = np.delete(answers, item, axis=1).sum(axis=1)
        expected = np.corrcoef(answers[:, item], rest)[0, 1]
        assert alpha(answers).item_rest[item] == pytest.approx(expected)


def test_pairwise_uses_every_pair_and_listwise_only_whole_records() -> None:
    answers = battery(4, gaps=0.2)
    both = ~np.isnan(answers[:, 0]) & ~np.isnan(answers[:, 1])
    expected = np.cov(answers[both, 0], answers[both, 1])[0, 1]
    assert pairwise_covariances(answers)[0, 1] == pytest.approx(expected)
    assert alpha(answers).raw == pytest.approx(alpha(complete(answers)).raw)
    assert alpha(answers).n == int((~np.isnan(answers).any(axis=1)).sum())


def test_an_item_that_runs_the_other_way_is_found_and_turned() -> None:
    answers = battery(5)
    twisted = answers.copy()
    twisted[:, 2] = 6 - twisted[:, 2]
    turned, which = keyed(twisted)
    assert which == (2,)
    np.testing.assert_array_equal(turned, answers)


def test_eigenvalues_sum_to_the_number_of_items() -> None:
    found = eigenvalues(battery(6, gaps=0.1))
    assert found.sum() == pytest.approx(4)
    assert (np.diff(found) <= 0).all()


def test_one_factor_finds_the_loadings_it_was_drawn_from() -> None:
    random = np.random.default_rng(7)
    loadings, residuals = np.array([1.0, 0.8, 0.6, 1.2]), np.array([0.5, 0.4, 0.6, 0.7])
    alone = random.normal(size=(60_000, 4)) * np.sqrt(residuals)
    records = random.normal(size=(60_000, 1)) * loadings + alone
    fitted = one_factor(records)
    np.testing.assert_allclose(fitted.loadings, loadings, atol=0.02)
    np.testing.assert_allclose(fitted.residuals, residuals, atol=0.02)
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + residuals.sum())
    assert fitted.omega == pytest.approx(expected, abs=0.01)
    assert fitted.cfi > 0.999
    assert fitted.df == 2


def test_too_few_items_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="at least two items"):
        alpha(battery(1)[:, :1])
    with pytest.raises(ValueError, match="at least three items"):
        one_factor(battery(1)[:, :2])
    with pytest.raises(ValueError, match="fewer than two records"):
        alpha(np.array([[1.0, np.nan], [np.nan, 2.0]]), pairwise=True)


@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.0, 0.5, 0.95])
def test_polychoric_correlation_is_that_of_the_normals_behind(rho: float) -> None:
    random = np.random.default_rng(8)
    hidden = random.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=40_000)
    seen = np.digitize(hidden, [-1.0, 0.2, 1.1])
    assert polychoric(seen[:, 0], seen[:, 1]) == pytest.approx(rho, abs=0.02)


def test_polychoric_likelihood_is_highest_where_it_says() -> None:
    answers = battery(9, records=300, items=2).astype(int)
    found = polychoric(answers[:, 0], answers[:, 1])

    def likelihood(rho: float) -> float:
        codes = [np.unique(answers[:, item]) for item in (0, 1)]
        cuts = [_cuts(answers[:, item]) for item in (0, 1)]
        law = multivariate_normal([0, 0], [[1, rho], [rho, 1]])
        total = 0.0
        for i, a in enumerate(codes[0]):
            for j, b in enumerate(codes[1]):
                n = int(np.sum((answers[:, 0] == a) & (answers[:, 1] == b)))
                if n:
                    low = [cuts[0][i], cuts[1][j]]
                    total += n * np.log(law.cdf([cuts[0][i + 1], cuts[1][j + 1]], lower_limit=low))
        return total

    assert likelihood(found) >= max(likelihood(found - 0.02), likelihood(found + 0.02))


def _cuts(codes: np.ndarray) -> np.ndarray:
    share = np.cumsum(np.unique(codes, return_counts=True)[1])[:-1] / codes.size
    return np.concatenate(([-9.0], norm.ppf(share), [9.0]))


def test_polychoric_matrix_is_symmetric_and_refuses_a_constant() -> None:
    matrix = polychoric_matrix(battery(10, records=100))
    np.testing.assert_array_equal(matrix, matrix.T)
    with pytest.raises(ValueError, match="two items that vary"):
        polychoric(np.array([1, 1, 1]), np.array([1, 2, 3]))
