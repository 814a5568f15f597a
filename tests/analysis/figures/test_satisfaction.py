"""Tables by province, region and country from the same PSU totals."""

import numpy as np
import pytest

from analysis.estimation.estimation import means
from analysis.figures.modelled_figures import cell_models, shown_figures
from analysis.figures.satisfaction import CellTotals, composite_figures, service_figures
from analysis.sampling.design import design_of
from analysis.sampling.totals import psu_totals
from schemas.rules.thresholds import thresholds

PROVINCES, SERVICES = ("06", "34", "61"), ("emn", "acm")


@pytest.fixture(scope="module")
def records() -> dict[str, np.ndarray]:
    random = np.random.default_rng(5)
    size = 400
    province = random.integers(0, 3, size)
    return {
        "province": province,
        "psu": province * 10 + random.integers(0, 6, size),
        "service": np.where(province == 2, 0, random.integers(0, 2, size)),
        "weight": random.lognormal(0, 0.4, size),
        "index": random.integers(0, 29, size) * 25 / 7,
        "satisfied": 100.0 * (random.random(size) < 0.9),
    }


@pytest.fixture(scope="module")
def cells(records: dict[str, np.ndarray]) -> CellTotals:
    design, psu = design_of(records["province"].tolist(), records["psu"].tolist())
    domain = records["province"] * 2 + records["service"]
    index, satisfied = (
        psu_totals(domain=domain, psu=psu, weight=records["weight"], value=records[name])
        for name in ("index", "satisfied")
    )
    return CellTotals(
        PROVINCES, SERVICES, design, index, satisfied, np.bincount(domain, minlength=6)
    )


def test_a_cell_is_the_mean_of_its_ratings(
    cells: CellTotals, records: dict[str, np.ndarray]
) -> None:
    figures = service_figures(cells, np.arange(3), services=SERVICES)
    assert len(figures) == 2 * 3 * 2
    for figure in figures:
        inside = (records["province"] == figure.area) & (
            records["service"] == SERVICES.index(figure.service or "")
        )
        if not inside.any():
            assert (figure.estimate.value, figure.estimate.n) == (None, 0)
            continue
        expected = np.average(records[figure.measure][inside], weights=records["weight"][inside])
        assert figure.estimate.value == pytest.approx(expected)


def test_a_country_is_one_domain_over_all_strata(
    cells: CellTotals, records: dict[str, np.ndarray]
) -> None:
    country = service_figures(cells, np.zeros(3, dtype=np.int64), services=("acm",))
    design, psu = design_of(records["province"].tolist(), records["psu"].tolist())
    totals = psu_totals(
        domain=np.where(records["service"] == 1, 0, -1),
        psu=psu,
        weight=records["weight"],
        value=records["index"],
    )
    (expected,) = means(totals, design, domains=1)
    got = country[0].estimate
    assert got.value == pytest.approx(expected.value)
    assert got.standard_error == pytest.approx(expected.standard_error)
    assert got.df == expected.df


def test_left_out_provinces_and_services_do_not_count(cells: CellTotals) -> None:
    all_cells = service_figures(cells, np.arange(3), services=SERVICES)
    some = service_figures(cells, np.array([-1, 0, -1]), services=("acm",))
    wanted = [f.estimate for f in all_cells if f.area == 1 and f.service == "acm"]
    assert [f.estimate for f in some] == wanted


def test_an_average_has_the_covariance_of_its_services(cells: CellTotals) -> None:
    equal = np.ones((3, 2))
    composite = composite_figures(cells, np.arange(3), services=SERVICES, weights=equal)
    single = service_figures(cells, np.arange(3), services=SERVICES)
    parts = [f.estimate for f in single if f.measure == "index" and f.area == 0]
    whole = next(f.estimate for f in composite if f.area == 0)
    assert whole.value == pytest.approx(sum(p.value or 0 for p in parts) / 2)
    assert whole.n == sum(p.n for p in parts)
    independent = sum((p.standard_error or 0) ** 2 for p in parts) ** 0.5 / 2
    assert whole.standard_error != pytest.approx(independent, rel=1e-3)


def test_weights_of_an_average_may_differ(cells: CellTotals) -> None:
    weights = np.array([[3.0, 1.0]])
    country = np.zeros(3, dtype=np.int64)
    (got, _) = composite_figures(cells, country, services=SERVICES, weights=weights)
    parts = service_figures(cells, country, services=SERVICES)
    expected = (3 * (parts[0].estimate.value or 0) + (parts[1].estimate.value or 0)) / 4
    assert got.estimate.value == pytest.approx(expected)


def test_a_missing_service_is_left_out_and_told(cells: CellTotals) -> None:
    figures = composite_figures(cells, np.arange(3), services=SERVICES, weights=np.ones((3, 2)))
    single = service_figures(cells, np.arange(3), services=SERVICES)
    got = figures[2]
    assert (got.measure, got.area, got.coverage) == ("composite_index", 2, 0.5)
    assert got.estimate.value == pytest.approx(single[4].estimate.value)
    assert [figure.coverage for figure in figures[:2]] == [1.0, 1.0]


def test_a_service_an_area_does_not_have_is_not_missed(cells: CellTotals) -> None:
    weights = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    figures = composite_figures(cells, np.arange(3), services=SERVICES, weights=weights)
    assert figures[2].coverage == 1.0


def cells_of(value: np.ndarray) -> CellTotals:
    psu = np.repeat(np.arange(8), len(value) // 8)
    design, unit = design_of([""] * len(value), psu.tolist())
    totals = psu_totals(
        domain=np.zeros(len(value)), psu=unit, weight=1 + psu % 3, value=value.astype(float)
    )
    return CellTotals(("06",), ("emn",), design, totals, totals, np.array([len(value)]))


def test_intervals_end_where_the_scale_ends() -> None:
    figures = service_figures(
        cells_of(np.repeat([0, 100], [2, 38])), np.zeros(1, dtype=np.int64), services=["emn"]
    )
    assert {figure.estimate.high for figure in figures} == {100}


@pytest.mark.parametrize("everybody", [0, 100])
def test_nobody_and_everybody_have_an_interval_to_one_side(everybody: int) -> None:
    cells, area_of = cells_of(np.full(40, everybody)), np.zeros(1, dtype=np.int64)
    limits = thresholds()
    shown = shown_figures(
        service_figures(cells, area_of, services=["emn"]),
        cell_models(cells, limits),
        area_of,
        weights=np.ones((1, 1)),
        limits=limits,
    )
    for figure in shown:
        ends = figure.estimate.low, figure.estimate.high
        assert figure.estimate.value == everybody
        assert ends[everybody == 100] == everybody
        assert ends[everybody == 0] == pytest.approx(abs(everybody - 16), abs=6)
