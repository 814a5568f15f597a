"""PSU totals are plain sums, and sums of sums."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.sampling.totals import PsuTotals, merged, psu_totals, recoded
from tests.analysis.samples import DOMAINS, Sample, samples

COLUMNS = ("domain", "psu", "n", "w", "wy", "wyy", "ww")


def same(left: PsuTotals, right: PsuTotals) -> None:
    for name in COLUMNS:
        np.testing.assert_allclose(getattr(left, name), getattr(right, name), rtol=1e-12, atol=1e-9)


@given(samples())
def test_they_equal_a_slow_loop_over_the_records(sample: Sample) -> None:
    _, psu = sample.design()
    expected: dict[tuple[int, int], list[float]] = {}
    for domain, unit, weight, value in zip(
        sample.domain, psu, sample.weight, sample.value, strict=True
    ):
        if domain >= 0 and not np.isnan(value):
            sums = expected.setdefault((int(domain), int(unit)), [0.0] * 5)
            for place, term in enumerate((1, weight, weight * value, weight * value**2, weight**2)):
                sums[place] += term
    totals, _ = sample.totals()
    assert list(zip(totals.domain.tolist(), totals.psu.tolist(), strict=True)) == sorted(expected)
    got = np.column_stack([getattr(totals, name) for name in COLUMNS[2:]])
    wanted = np.array([expected[key] for key in sorted(expected)]).reshape(-1, 5)
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-9)


@given(samples(), st.integers(0, 2**32 - 1))
def test_totals_of_segments_add_up_to_the_whole(sample: Sample, seed: int) -> None:
    _, psu = sample.design()
    whole, _ = sample.totals()
    segment = np.random.default_rng(seed).integers(0, 3, len(psu))

    def part(number: int) -> PsuTotals:
        inside: Any = segment == number
        return psu_totals(
            domain=sample.domain[inside],
            psu=psu[inside],
            weight=sample.weight[inside],
            value=sample.value[inside],
        )

    same(merged([part(0), part(1), part(2)]), whole)


@given(samples())
def test_coarser_domains_add_finer_ones_up(sample: Sample) -> None:
    totals, _ = sample.totals()
    _, psu = sample.design()
    together = psu_totals(
        domain=np.where(sample.domain == 2, -1, np.minimum(sample.domain, 0)),
        psu=psu,
        weight=sample.weight,
        value=sample.value,
    )
    same(recoded(totals, np.array([0, 0, -1])), together)


def test_no_records_give_no_totals() -> None:
    empty = psu_totals(domain=[], psu=[], weight=[], value=[])
    assert len(empty.domain) == 0
    assert empty.per_domain(empty.w, DOMAINS).tolist() == [0, 0, 0]
