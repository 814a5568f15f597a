"""Designs are read off records as they were drawn."""

import numpy as np
import pytest

from analysis.sampling.design import design_of


def test_psus_are_counted_per_stratum() -> None:
    design, psu = design_of(["a", "a", "a", "b"], [1, 2, 1, 1])
    assert design.strata == ("a", "b")
    assert design.sampled.tolist() == [2, 1]
    assert psu.tolist() == [0, 1, 0, 2]
    assert design.degrees_of_freedom == 1


def test_the_sampling_fraction_comes_from_the_frame() -> None:
    design, _ = design_of(["a", "a", "b"], [1, 2, 1], frame=[8, 8, 1])
    assert design.fraction.tolist() == [0.25, 1.0]


def test_without_a_frame_psus_count_as_drawn_with_replacement() -> None:
    design, _ = design_of(["a", "b"], [1, 1])
    assert not design.fraction.any()


def test_a_frame_that_differs_within_a_stratum_is_refused() -> None:
    with pytest.raises(ValueError, match="differs within a stratum"):
        design_of(["a", "a"], [1, 2], frame=[8, 9])


def test_a_frame_smaller_than_the_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="more sampled PSUs"):
        design_of(["a", "a"], [1, 2], frame=np.array([1.0, 1.0]))
