"""Direct estimates of domains: by hand, and in the ways a sample can be drawn."""

import numpy as np
import pytest

from analysis.estimation.direct import Sampled, direct_mean

VALUES = np.array([2.0, 4.0, 9.0])
WEIGHTS = np.array([10.0, 20.0, 15.0])


def test_independent_draws_have_the_variance_of_their_weights() -> None:
    mean, variance = direct_mean(Sampled(VALUES, WEIGHTS, 50.0)) or (0, 0)
    assert mean == pytest.approx((20 + 80 + 135) / 50)
    assert variance == pytest.approx((90 * 4 + 380 * 16 + 210 * 81) / 2500)


def test_draws_with_replacement_spread_around_the_mean() -> None:
    mean, variance = direct_mean(Sampled(VALUES, WEIGHTS, 50.0), replacement=True) or (0, 0)
    shares = 3 * WEIGHTS * VALUES / 50
    assert mean == pytest.approx(4.7)
    assert variance == pytest.approx(((shares - 4.7) ** 2).sum() / 3)


def test_simple_random_samples_know_no_weights() -> None:
    spread = VALUES.var(ddof=1)
    assert direct_mean(Sampled(VALUES, None, 12.0)) == pytest.approx((5, 0.75 * spread / 3))
    assert direct_mean(Sampled(VALUES), replacement=True) == pytest.approx((5, spread / 3))


def test_one_record_has_a_mean_and_none_has_nothing() -> None:
    assert direct_mean(Sampled(VALUES[:1], None, 12.0)) == (2, None)
    assert direct_mean(Sampled(VALUES[:0], None, 12.0)) is None


def test_a_domain_is_not_smaller_than_its_sample_and_its_size_must_be_known() -> None:
    with pytest.raises(ValueError, match="more records than its population"):
        direct_mean(Sampled(VALUES, None, 2.0))
    with pytest.raises(ValueError, match="population sizes"):
        direct_mean(Sampled(VALUES, WEIGHTS))
