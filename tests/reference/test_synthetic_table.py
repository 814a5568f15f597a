"""The index table of 100,000 ratings equals R: 729 cells × 8 statistics."""

import csv

import numpy as np
import pyarrow.parquet as pq
import pytest

from analysis.estimation.estimation import means
from analysis.sampling.design import design_of
from analysis.sampling.totals import psu_totals
from tests.reference.survey_data import FOLDER

PROVINCES, SERVICES = 81, 9
ITEMS = [f"q{number}" for number in range(1, 7)]


def statistics() -> dict[str, np.ndarray]:
    """Compute each statistic's value for every record."""
    table = pq.read_table(FOLDER / "izdes_synth_100k.parquet")
    read = {name: table[name].to_numpy() for name in table.column_names}
    items = np.column_stack([(read[name] - 1.0) * 25 for name in ITEMS])
    answered = (~np.isnan(items)).sum(axis=1)
    index = np.where(answered >= 3, np.nansum(items, axis=1) / np.maximum(answered, 1), np.nan)
    overall = read["overall"].astype(float)
    return {
        **read,
        **{name: items[:, position] for position, name in enumerate(ITEMS)},
        "idx": index,
        "t2b": np.where(np.isnan(overall), np.nan, 100.0 * (overall >= 4)),
    }


@pytest.fixture(scope="module")
def expected() -> dict[str, np.ndarray]:
    """Read R's estimate and standard error per statistic, province and service."""
    tables: dict[str, np.ndarray] = {}
    with (FOLDER / "izdes_synth_100k_R_expected.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            table = tables.setdefault(row["stat"], np.full((PROVINCES, SERVICES, 2), np.nan))
            place = int(row["province"]) - 1, int(row["service"])
            table[place] = float(row["est"]), float(row["se"])
    return tables


@pytest.mark.parametrize("statistic", [*ITEMS, "idx", "t2b"])
def test_every_cell_equals_r(statistic: str, expected: dict[str, np.ndarray]) -> None:
    data = statistics()
    design, psu = design_of(data["province"].tolist(), data["psu"].tolist())
    totals = psu_totals(
        domain=(data["province"].astype(int) - 1) * SERVICES + data["service"],
        psu=psu,
        weight=data["weight"],
        value=data[statistic],
    )
    got = means(totals, design, domains=PROVINCES * SERVICES)
    value = [each.value for each in got]
    error = np.array([each.standard_error for each in got], dtype=float)
    r_value, r_error = expected[statistic].reshape(-1, 2).T
    # Cells within one PSU, or without spread, have no standard error; R writes 0 (or 1e-14).
    r_error[r_error < 1e-9] = np.nan
    np.testing.assert_allclose(value, r_value, rtol=1e-9, atol=0)
    np.testing.assert_allclose(error, r_error, rtol=1e-9, atol=0)
    assert np.isnan(error).sum() <= 12
