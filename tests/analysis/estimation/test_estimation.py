"""Laws of estimates, and the edges where an estimate stops being one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimation.estimation import Estimate, Inference, combinations, means, ratios, sums
from analysis.sampling.design import design_of
from analysis.sampling.totals import psu_totals
from tests.analysis.samples import DOMAINS, Sample, samples

CLOSE = {"rel": 1e-7, "abs": 1e-7}


def estimates(sample: Sample) -> tuple[Estimate, ...]:
    totals, design = sample.totals()
    return means(totals, design, domains=DOMAINS)


def close(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return left == pytest.approx(right, **CLOSE)


@given(samples(), st.integers(1, 8), st.integers(-40, 40))
def test_scaling_and_shifting_values_scales_and_shifts_the_mean(
    sample: Sample, scale: int, shift: int
) -> None:
    moved = estimates(replace(sample, value=scale * sample.value + shift))
    for before, after in zip(estimates(sample), moved, strict=True):
        for name in ("value", "low", "high"):
            old = getattr(before, name)
            expected = None if old is None else scale * old + shift
            assert close(getattr(after, name), expected)
        old = before.standard_error
        assert close(after.standard_error, None if old is None else scale * old)
        assert (after.n, after.psus, after.df) == (before.n, before.psus, before.df)


@given(samples(), st.integers(1, 1000))
def test_the_size_of_the_weights_does_not_matter_to_a_mean(sample: Sample, factor: int) -> None:
    heavier = estimates(replace(sample, weight=factor * sample.weight))
    for before, after in zip(estimates(sample), heavier, strict=True):
        for name in Estimate.__dataclass_fields__:
            assert close(getattr(after, name), getattr(before, name)), name


@given(samples(), st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(sample: Sample, random: object) -> None:
    order = list(range(len(sample.value)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = Sample(*(getattr(sample, name)[order] for name in Sample.__dataclass_fields__))
    for before, after in zip(estimates(sample), estimates(shuffled), strict=True):
        for name in Estimate.__dataclass_fields__:
            assert close(getattr(after, name), getattr(before, name)), name


@given(samples())
def test_the_standard_error_equals_the_textbook_formula(sample: Sample) -> None:
    design, psu = sample.design()
    for domain, got in enumerate(estimates(sample)):
        member = (sample.domain == domain) & ~np.isnan(sample.value)
        if got.standard_error is None:
            continue
        weight, value = sample.weight[member], sample.value[member]
        mean = (weight * value).sum() / weight.sum()
        z = np.zeros(len(design.stratum))
        np.add.at(z, psu[member], weight * (value - mean) / weight.sum())
        variance = 0.0
        for stratum in range(len(design.strata)):
            inside = z[design.stratum == stratum]
            if len(inside) > 1:
                variance += len(inside) * inside.var(ddof=1)
            else:  # a lonely PSU is measured from the mean of all, which is 0
                variance += float(inside[0] ** 2)
        assert got.standard_error == pytest.approx(variance**0.5, rel=1e-9)


@given(samples())
def test_a_share_and_its_complement_are_equally_uncertain(sample: Sample) -> None:
    share = np.where(np.isnan(sample.value), np.nan, sample.value > 50)
    for yes, no in zip(
        estimates(replace(sample, value=share)),
        estimates(replace(sample, value=1 - share)),
        strict=True,
    ):
        assert close(yes.standard_error, no.standard_error)
        assert yes.value is None or close(yes.value, 1 - (no.value or 0))


@given(samples())
def test_combining_with_coefficient_one_changes_nothing(sample: Sample) -> None:
    totals, design = sample.totals()
    single = means(totals, design, domains=DOMAINS)
    present = np.array([float(each.value is not None) for each in single])
    alone = combinations(totals, design, group=np.arange(DOMAINS), coefficient=present)
    for left, right in zip(single, alone, strict=True):
        for name in Estimate.__dataclass_fields__:
            if right.n:
                assert close(getattr(left, name), getattr(right, name)), name


def test_a_domain_in_one_psu_has_no_standard_error() -> None:
    sample = Sample(*np.array([[0, 0, 0], [0, 0, 1], [0, 0, 1], [1, 1, 1], [10.0, 20.0, 5.0]]))
    design, psu = design_of(sample.stratum.tolist(), sample.psu.tolist())
    totals = psu_totals(
        domain=sample.domain.astype(int), psu=psu, weight=sample.weight, value=sample.value
    )
    got = means(totals, design, domains=2)[0]
    assert (got.value, got.n, got.psus, got.df) == (15.0, 2, 1, 0)
    assert {got.standard_error, got.low, got.high, got.design_effect} == {None}


def test_equal_answers_are_not_called_certain() -> None:
    design, psu = design_of([0] * 6, [1, 1, 2, 2, 3, 3])
    totals = psu_totals(domain=[0] * 6, psu=psu, weight=[1 / 3] * 6, value=[100.0 / 3] * 6)
    (got,) = means(totals, design, domains=1)
    assert got.value == pytest.approx(100 / 3)
    assert {got.standard_error, got.low, got.high} == {None}


def test_psus_alone_in_their_strata_give_no_interval() -> None:
    design, psu = design_of([1, 2], [1, 1])
    totals = psu_totals(domain=[0, 0], psu=psu, weight=[1, 1], value=[0, 10])
    (got,) = means(totals, design, domains=1)
    assert got.standard_error == pytest.approx(12.5**0.5)
    assert (got.df, got.low, got.high) == (0, None, None)


def test_an_empty_domain_has_no_value() -> None:
    design, psu = design_of([1, 1], [1, 2])
    totals = psu_totals(domain=[1, 1], psu=psu, weight=[1, 1], value=[0, 10])
    got = means(totals, design, domains=2)[0]
    assert got == Estimate(None, None, None, None, 0, 0, 0, None, None)


def test_records_without_weight_are_counted_but_say_nothing() -> None:
    design, psu = design_of([1, 1], [1, 2])
    totals = psu_totals(domain=[0, 0], psu=psu, weight=[0, 0], value=[0, 10])
    (got,) = means(totals, design, domains=1)
    assert (got.value, got.standard_error, got.n) == (None, None, 2)


def test_psus_without_members_count_as_sampled() -> None:
    value, domain = [0.0, 10.0, 5.0], [0, 0, 1]
    design, psu = design_of([1, 1, 1], [1, 2, 3])
    totals = psu_totals(domain=domain, psu=psu, weight=[1] * 3, value=value)
    got = means(totals, design, domains=2)[0]
    # z = ±2.5 and 0; 3/2 · Σz² = 18.75
    assert got.standard_error == pytest.approx(18.75**0.5)
    assert (got.psus, got.df) == (2, 1)


def test_a_certain_psu_adds_no_variance_and_no_error() -> None:
    design, psu = design_of([1, 2, 2], [1, 1, 2], frame=[1, 10, 10])
    totals = psu_totals(domain=[0] * 3, psu=psu, weight=[1, 5, 5], value=[3.0, 1.0, 2.0])
    (strict,) = means(totals, design, domains=1, inference=Inference(lonely="fail"))
    (lenient,) = means(totals, design, domains=1)
    assert strict == lenient


def test_a_total_of_one_psu_has_a_standard_error() -> None:
    design, psu = design_of([1, 1], [1, 2])
    totals = psu_totals(domain=[0, 1], psu=psu, weight=[2, 2], value=[3, 4])
    got = sums(totals, design, domains=2)[0]
    assert (got.value, got.standard_error) == (6, pytest.approx(6.0))


def test_ratios_need_denominators() -> None:
    design, psu = design_of([1, 1], [1, 2])
    totals = psu_totals(domain=[0, 0], psu=psu, weight=[1, 1], value=[1, 2])
    with pytest.raises(ValueError, match="no denominators"):
        ratios(totals, design, domains=1)


def test_a_wider_level_gives_a_wider_interval() -> None:
    design, psu = design_of([1] * 3, [1, 2, 3])
    totals = psu_totals(domain=[0] * 3, psu=psu, weight=[1] * 3, value=[1, 2, 6])
    (narrow,) = means(totals, design, domains=1)
    (wide,) = means(totals, design, domains=1, inference=Inference(level=0.99))
    assert (narrow.high or 0) - 3 == pytest.approx(4.302653 * (narrow.standard_error or 0))
    assert (wide.high or 0) - 3 == pytest.approx(9.924843 * (wide.standard_error or 0))
