"""Several stages of sampling: variances equal plain loops, and laws that must hold."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimation.linearisation import (
    Linearised,
    linearised_means,
    linearised_records,
    linearised_sums,
)
from analysis.estimation.variance import LonelyRule, covariance, variances
from analysis.sampling.design import Design, Stage, design_of
from analysis.sampling.totals import psu_totals


@st.composite
def two_stage_records(draw: st.DrawFn) -> dict[str, Any]:
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.integers(1, 40))
    stratum = random.integers(0, 3, size)
    psu = random.integers(0, 4, size)
    ssu = random.integers(0, 4, size)
    return {
        "stratum": stratum,
        "psu": psu,
        "ssu": ssu,
        "frame": 4.0 + 3 * stratum,
        "frame_within": 4.0 + 2 * psu + stratum,
        "weight": random.integers(1, 20, size) / 4,
        "value": random.integers(-20, 20, size) / 2,
        "domain": random.integers(0, 2, size),
    }


def drawn(records: dict[str, Any]) -> tuple[Design, Any]:
    return design_of(
        records["stratum"].tolist(),
        records["psu"].tolist(),
        frame=records["frame"],
        stages=[Stage(records["ssu"].tolist(), records["frame_within"])],
    )


def by_loops(records: dict[str, Any], z: Any, centre: float, inner_centre: float) -> float:
    """Add up the formula of the book, unit by unit; lonely units from the mean of all units."""
    variance = 0.0
    for stratum in set(records["stratum"]):
        here = records["stratum"] == stratum
        psus = sorted(set(records["psu"][here]))
        n, frame = len(psus), records["frame"][here][0]
        sums = [z[here & (records["psu"] == psu)].sum() for psu in psus]
        middle = sum(sums) / n if n > 1 else centre
        scale = (1 - n / frame) * n / max(n - 1, 1)
        variance += scale * sum((each - middle) ** 2 for each in sums)
        for psu in psus:
            inside = here & (records["psu"] == psu)
            ssus = sorted(set(records["ssu"][inside]))
            m, frame_within = len(ssus), records["frame_within"][inside][0]
            parts = [z[inside & (records["ssu"] == ssu)].sum() for ssu in ssus]
            middle = sum(parts) / m if m > 1 else inner_centre
            scale = n / frame * (1 - m / frame_within) * m / max(m - 1, 1)
            variance += scale * sum((part - middle) ** 2 for part in parts)
    return variance


@given(two_stage_records())
def test_the_variance_of_a_total_equals_plain_loops(records: dict[str, Any]) -> None:
    design, unit = drawn(records)
    totals = psu_totals(
        domain=np.zeros(len(unit)), psu=unit, weight=records["weight"], value=records["value"]
    )
    _, linearised = linearised_sums(totals, 1)
    (got,) = variances(linearised, design, domains=1)
    z = records["weight"] * records["value"]
    expected = by_loops(records, z, z.sum() / len(design.stratum), z.sum() / design.units)
    assert got == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(two_stage_records(), st.sampled_from(["adjust", "remove", "average"]), st.booleans())
def test_the_covariance_has_the_variances_on_its_diagonal(
    records: dict[str, Any], choice: Any, domains: Any
) -> None:
    design, unit = drawn(records)
    totals = psu_totals(
        domain=records["domain"], psu=unit, weight=records["weight"], value=records["value"]
    )
    rule = LonelyRule(choice, domains)
    _, linearised = linearised_means(totals, 2)
    matrix = covariance(linearised, design, domains=2, lonely=rule)
    single = variances(linearised, design, domains=2, lonely=rule)
    np.testing.assert_allclose(np.diag(matrix), single, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-9, atol=1e-12)


@given(two_stage_records())
def test_a_second_stage_drawn_completely_adds_nothing(records: dict[str, Any]) -> None:
    design, unit = drawn(records)
    whole, _ = design_of(
        records["stratum"].tolist(), records["psu"].tolist(), frame=records["frame"]
    )
    assert design.within is not None
    full = design_of(
        records["stratum"].tolist(),
        records["psu"].tolist(),
        frame=records["frame"],
        stages=[Stage(records["ssu"].tolist(), design.within.sampled[design.psu[unit]])],
    )[0]
    z = Linearised(np.zeros(len(unit), dtype=np.int64), unit, records["value"])
    of_psu = Linearised(z.domain, design.psu[unit], z.z)
    totals = [
        variances(_summed(each), of, domains=1)[0] for each, of in ((z, full), (of_psu, whole))
    ]
    assert totals[0] == pytest.approx(totals[1], rel=1e-9, abs=1e-9)


def _summed(linearised: Linearised) -> Linearised:
    return linearised_records(linearised.z[:, None], linearised.psu)


def test_without_a_frame_the_stages_within_do_not_count() -> None:
    design, unit = design_of([1] * 4, [1, 1, 2, 2], stages=[Stage([1, 2, 1, 2], [9] * 4)])
    assert design.within is None
    assert unit.tolist() == [0, 0, 1, 1]


def test_the_probability_is_the_product_of_the_fractions() -> None:
    design, unit = design_of(
        [1] * 3, [1, 1, 2], frame=[10] * 3, stages=[Stage([1, 2, 1], [0.5, 0.5, 0.25])]
    )
    assert design.probability[unit].tolist() == [0.1, 0.1, 0.05]
    assert (design.units, design.degrees_of_freedom) == (3, 1)
    assert design.degrees_of_freedom_within(unit[:2]) == 0


def test_sizes_and_fractions_cannot_be_mixed() -> None:
    with pytest.raises(ValueError, match="mixes sizes and sampling fractions"):
        design_of([1, 2], [1, 1], frame=[10, 0.5])
    with pytest.raises(ValueError, match="not positive"):
        design_of([1, 2], [1, 1], frame=[10, 0])


def test_a_lonely_unit_within_a_psu_is_named() -> None:
    design, unit = design_of(
        ["s"] * 3, ["p", "p", "q"], frame=[10] * 3, stages=[Stage([1, 2, 1], [5, 5, 5])]
    )
    z = linearised_records(np.ones((3, 1)), unit)
    with pytest.raises(ValueError, match="stratum q"):
        variances(z, design, domains=1, lonely=LonelyRule("fail"))
