"""The ordinal logit against statsmodels, finite differences and repeated records."""

import numpy as np
import pytest
from scipy.special import expit
from statsmodels.miscmodels.ordinal_model import OrderedModel

from analysis.scales.ordinal import marginal_effects, ordinal_logit


def sample(seed: int, records: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    covariates = np.column_stack([random.normal(size=records), random.integers(0, 2, records)])
    place = covariates @ [0.8, -0.5] + random.logistic(size=records)
    return np.digitize(place, [-1.0, 0.5, 1.5]), covariates, random.integers(1, 4, records) * 1.0


def test_without_weights_it_is_the_model_of_statsmodels() -> None:
    answers, covariates, _ = sample(1)
    found = ordinal_logit(answers, covariates, np.ones(answers.size))
    other = OrderedModel(answers, covariates, distr="logit").fit(method="bfgs", disp=0, gtol=1e-8)
    np.testing.assert_allclose(found.coefficients, other.params[:2], rtol=1e-4)
    np.testing.assert_allclose(found.standard_errors[:2], other.bse[:2], rtol=1e-3)
    assert found.deviance == pytest.approx(-2 * other.llf)


def test_a_frequency_is_as_good_as_repeated_records() -> None:
    answers, covariates, weight = sample(2)
    times = weight.astype(int)
    found = ordinal_logit(answers, covariates, weight)
    repeated = ordinal_logit(
        np.repeat(answers, times), np.repeat(covariates, times, axis=0), np.ones(times.sum())
    )
    np.testing.assert_allclose(found.coefficients, repeated.coefficients, rtol=1e-8)
    np.testing.assert_allclose(found.covariance, repeated.covariance, rtol=1e-6)


def test_the_sandwich_does_not_care_for_the_scale_of_weights() -> None:
    answers, covariates, weight = sample(3)

    def independent(scores: np.ndarray) -> np.ndarray:
        n = scores.shape[0]
        return n / (n - 1) * scores.T @ scores

    one = ordinal_logit(answers, covariates, weight, scores_covariance=independent)
    other = ordinal_logit(answers, covariates, weight * 1000, scores_covariance=independent)
    np.testing.assert_allclose(one.standard_errors, other.standard_errors, rtol=1e-7)
    assert one.n == answers.size


def test_the_effect_of_a_switch_is_the_mean_difference_of_both_worlds() -> None:
    answers, covariates, weight = sample(4)
    model = ordinal_logit(answers, covariates, weight)
    without, having = covariates.copy(), covariates.copy()
    without[:, 1], having[:, 1] = 0, 1
    chance = [expit(each @ model.coefficients - model.thresholds[1]) for each in (without, having)]
    effects = marginal_effects(model, covariates, weight, at_least=2)
    assert effects[1] == pytest.approx(np.average(chance[1] - chance[0], weights=weight))


def test_the_effect_of_a_number_is_its_slope() -> None:
    answers, covariates, weight = sample(5)
    model = ordinal_logit(answers, covariates, weight)
    moved = covariates.copy()
    moved[:, 0] += 1e-6
    chance = [
        np.average(expit(each @ model.coefficients - model.thresholds[2]), weights=weight)
        for each in (covariates, moved)
    ]
    effects = marginal_effects(model, covariates, weight, at_least=3)
    assert effects[0] == pytest.approx((chance[1] - chance[0]) / 1e-6, rel=1e-4)


def test_what_has_no_answer_is_refused_in_words() -> None:
    answers, covariates, weight = sample(6)
    with pytest.raises(ValueError, match="must occur"):
        ordinal_logit(np.where(answers == 1, 2, answers), covariates, weight)
    with pytest.raises(ValueError, match="constant, repeats others, or separates"):
        ordinal_logit(answers, np.column_stack([covariates, covariates[:, 0]]), weight)
    separated = np.column_stack([covariates, (answers >= 2) * 1.0])
    with pytest.raises(ValueError, match="separates"):
        ordinal_logit(answers, separated, weight)


def test_differences_of_the_score_come_near_the_exact_second_derivatives() -> None:
    random = np.random.default_rng(4)
    covariates = random.normal(0, 1, (400, 2))
    answers = np.digitize(covariates @ [1.0, -0.5] + random.logistic(0, 1, 400), [-1, 0, 1])
    exact = ordinal_logit(answers, covariates, np.ones(400))
    differenced = ordinal_logit(answers, covariates, np.ones(400), differenced=True)
    assert differenced.standard_errors == pytest.approx(exact.standard_errors, rel=1e-5)
    assert np.array_equal(differenced.coefficients, exact.coefficients)
