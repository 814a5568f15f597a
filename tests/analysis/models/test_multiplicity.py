"""Adjusted p-values by their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats import multitest  # noqa: F401  loaded before the clock of Hypothesis starts

from analysis.models.multiplicity import adjusted

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(P_VALUES)
def test_benjamini_hochberg_is_its_step_up_rule(p: list[float]) -> None:
    got = adjusted(p).false_discovery
    ordered = sorted(p)
    for value, q in zip(p, got, strict=True):
        steps = [other * len(p) / (j + 1) for j, other in enumerate(ordered) if other >= value]
        assert q == pytest.approx(min(1.0, *steps, 1.0))


@given(P_VALUES)
def test_holm_is_never_below_benjamini_hochberg_and_both_not_below_p(p: list[float]) -> None:
    both = adjusted(p)
    assert (both.family_wise >= both.false_discovery - 1e-12).all()
    assert (both.false_discovery >= np.array(p) - 1e-12).all()


def test_tests_that_were_not_made_do_not_count() -> None:
    whole, some = adjusted([0.01, 0.02]), adjusted([0.01, np.nan, 0.02])
    assert some.false_discovery[[0, 2]] == pytest.approx(whole.false_discovery)
    assert np.isnan(some.family_wise[1])
    assert adjusted([]).false_discovery.tolist() == []
    assert np.isnan(adjusted([np.nan]).family_wise).all()


def test_what_is_no_p_value_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        adjusted([0.5, 1.5])
