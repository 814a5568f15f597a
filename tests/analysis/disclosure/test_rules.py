"""What does not pass the gate leaves no trace."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure.rules import Release, released, released_count
from analysis.estimation.estimation import Estimate
from schemas.rules.thresholds import thresholds

LIMITS = thresholds()


def estimate(n: int = 100, psus: int = 5, half_width: float | None = 4.0) -> Estimate:
    return Estimate(
        value=70.0,
        standard_error=None if half_width is None else half_width / 2,
        low=None if half_width is None else 70 - half_width,
        high=None if half_width is None else 70 + half_width,
        n=n,
        psus=psus,
        df=psus - 1,
        n_effective=n / 1.5,
        design_effect=1.5,
    )


def test_a_figure_on_enough_answers_is_published_as_it_is() -> None:
    good = estimate()
    assert released(good, LIMITS) == Release(good, None, "good")


@pytest.mark.parametrize(
    ("n", "psus", "share", "reason"),
    [
        (9, 5, False, "too_few_answers"),
        (10, 5, False, None),
        (29, 5, True, "too_few_answers"),
        (30, 5, True, None),
        (100, 1, False, "too_few_units"),
        (100, 2, False, None),
        (9, 1, False, "too_few_answers"),
    ],
)
def test_answers_and_units_decide(n: int, psus: int, *, share: bool, reason: str | None) -> None:
    assert released(estimate(n, psus), LIMITS, share=share).suppressed == reason


@pytest.mark.parametrize(
    ("half_width", "precision"),
    [
        (5.0, "good"),
        (5.1, "fair"),
        (10.1, "wide"),
        (15.0, "wide"),
        (15.1, "direction_only"),
        (None, "direction_only"),
    ],
)
def test_the_width_of_the_interval_alone_says_how_sure_a_figure_is(
    half_width: float | None, precision: str
) -> None:
    for n in (12, 99, 1000):
        figure = estimate(n, half_width=half_width)
        assert released(figure, LIMITS, coverage=0.9).precision == precision


def test_a_percentage_that_a_model_made_needs_no_more_than_a_mean() -> None:
    modelled = replace(estimate(12), model_based=True)
    assert released(modelled, LIMITS, share=True) == Release(modelled, None, "good")
    assert released(replace(modelled, n=9), LIMITS, share=True).suppressed == "too_few_answers"


def test_an_average_needs_most_of_its_services() -> None:
    assert released(estimate(), LIMITS, coverage=0.49).suppressed == "too_few_services"
    assert released(estimate(), LIMITS, coverage=0.5).suppressed is None


@given(
    n=st.integers(0, 40),
    psus=st.integers(0, 4),
    share=st.booleans(),
    coverage=st.floats(0, 1),
)
def test_a_suppressed_figure_leaks_no_number(
    n: int, psus: int, *, share: bool, coverage: float
) -> None:
    release = released(estimate(n, psus), LIMITS, share=share, coverage=coverage)
    assert (release.suppressed is None) == (release.estimate is not None)
    if release.suppressed:
        values = [getattr(release, field.name) for field in fields(Release)]
        assert not any(isinstance(value, int | float | Estimate) for value in values)


def test_small_counts_are_not_told() -> None:
    assert [released_count(n, LIMITS) for n in (0, 1, 9, 10)] == [0, None, None, 10]
