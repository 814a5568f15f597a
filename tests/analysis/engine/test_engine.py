"""The engine's sums equal plain sums over the rows it read."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.engine.round_data import Round, Visit
from analysis.engine.segment_sums import Segment
from analysis.figures.satisfaction import CellTotals, service_figures
from analysis.records.columns import PEOPLE, RATINGS
from analysis.sampling.totals import PsuTotals, psu_totals
from analysis.weighting.design_weights import Weighting, poststratified

PROVINCES, SERVICES = ("06", "34", "61"), ("emn", "acm")
SEXES, AGES = ("kadin", "erkek", None), ("18-24", "65+", None)
MARGINS = {
    (plate, sex, age): 1000.0 + 100 * place
    for place, plate in enumerate(PROVINCES)
    for sex in SEXES[:2]
    for age in AGES[:2]
}
VISITS = [
    Visit("06-0", "06", "06", 2.0),
    Visit("06-1", "06", "06", 4.0),
    Visit("06-empty", "06", "06", 6.0),
    Visit("34-0", "34", "34-A", None),
    Visit("34-1", "34", "34-B", 9.0),
]


def interviews(size: int = 300) -> list[dict[str, Any]]:
    random = np.random.default_rng(3)
    rows = []
    for sequence in range(1, size + 1):
        province = str(random.choice(PROVINCES))
        rows.append(
            {
                "sequence": sequence,
                "form_version": "anket/1",
                "province": province,
                "stratum": province,
                "psu": f"{province}-{random.integers(0, 3)}",
                "sex": SEXES[random.integers(0, 3)],
                "age_group": AGES[random.integers(0, 3)],
                "excluded": "not_agreed" if random.random() < 0.1 else None,
                "rated": 1,
                "service": str(random.choice(SERVICES)),
                "selection_factor": float(random.choice((1.0, 1.5, 2.0))),
                "respondent_index": _or_none(random, random.integers(0, 29) * 25 / 7),
                "overall": _or_none(random, int(random.integers(1, 6))),
            }
        )
    return rows


def _or_none(random: np.random.Generator, value: float) -> float | None:
    return None if random.random() < 0.1 else value


def cell_of(row: dict[str, Any]) -> str | None:
    if row["province"] is None:
        return None
    return f"{row['province']}|{row['sex'] or ''}|{row['age_group'] or ''}"


def written(folder: Path, rows: list[dict[str, Any]], parts: int = 2) -> list[Segment]:
    segments = []
    for number in range(parts):
        mine = [row | {"cell": cell_of(row)} for row in rows[number::parts]]
        segment = Segment(folder / f"{number}.people.parquet", folder / f"{number}.ratings.parquet")
        rated = [row for row in mine if row["excluded"] is None]
        pq.write_table(pa.Table.from_pylist(mine, schema=PEOPLE), segment.people)
        pq.write_table(pa.Table.from_pylist(rated, schema=RATINGS), segment.ratings)
        segments.append(segment)
    return segments


def base_weight(row: dict[str, Any]) -> float:
    planned = {"06-0": 2.0, "06-1": 4.0}
    # What lacks a weight, planned or not, has the mean of its province; 61 has no visit.
    return planned.get(row["psu"], {"06": 4.0, "34": 9.0}.get(row["province"], 1.0))


def expected(rows: list[dict[str, Any]], run: Weighting, measure: str) -> dict[Any, list[float]]:
    sums: dict[Any, list[float]] = {}
    for row in rows:
        value = row["respondent_index"] if measure == "index" else row["overall"]
        if measure == "satisfied" and value is not None:
            value = 100.0 * (value >= 4)
        cell = row["province"], row["sex"] or "", row["age_group"] or ""
        key = row["province"], row["service"], row["psu"]
        terms = sums.setdefault(key, [0.0] * 5)
        if value is not None:
            weight = base_weight(row) * run.factors[cell] * row["selection_factor"]
            for place, term in enumerate((1, weight, weight * value, weight * value**2, weight**2)):
                terms[place] += term
    return sums


def test_totals_equal_sums_over_the_rows(tmp_path: Path) -> None:
    rows = interviews()
    counted = [row for row in rows if row["excluded"] is None]
    observed = Round(written(tmp_path, rows), VISITS)
    run = poststratified(observed.respondents(), MARGINS, least=5)
    cells = observed.totals(run, provinces=PROVINCES, services=SERVICES, satisfied_from=4)
    names = {*(visit.psu for visit in VISITS), *(row["psu"] for row in rows)}
    strata = [cells.design.strata[code] for code in cells.design.stratum]
    assert sorted(strata) == sorted(["06"] * 4 + ["34-A", "34-B", "34"] + ["61"] * 3)
    for measure, totals in (("index", cells.index), ("satisfied", cells.satisfied)):
        wanted = expected(counted, run, measure)
        assert len(totals.domain) == len(wanted)
        by_cell: dict[Any, list[Any]] = {}
        for domain, *sums in zip(*(getattr(totals, n) for n in COLUMNS), strict=True):
            by_cell.setdefault((PROVINCES[domain // 2], SERVICES[domain % 2]), []).append(sums)
        for (province, service), got in by_cell.items():
            right = [sums for key, sums in wanted.items() if key[:2] == (province, service)]
            np.testing.assert_allclose(sorted(got), sorted(right), rtol=1e-9)
    assert len(names) == len(cells.design.stratum)
    assert cells.ratings.sum() == len(counted)


def test_what_the_weights_were_calibrated_on_equals_sums_over_the_rows(tmp_path: Path) -> None:
    rows = [row for row in interviews() if row["excluded"] is None and row["province"] is not None]
    observed = Round(written(tmp_path, rows), VISITS)
    run = poststratified(observed.respondents(), MARGINS, least=5)
    cells = observed.totals(run, provinces=PROVINCES, services=SERVICES, satisfied_from=4)
    assert cells.calibration is not None
    order = list(run.factors)
    held: dict[Any, float] = {}
    crossed: dict[Any, float] = {}
    for row in rows:
        cell = order.index((row["province"], row["sex"] or "", row["age_group"] or ""))
        held[row["psu"], cell] = held.get((row["psu"], cell), 0.0) + base_weight(row)
        if row["respondent_index"] is not None:
            key = PROVINCES.index(row["province"]) * 2 + SERVICES.index(row["service"]), cell
            one = base_weight(row) * row["selection_factor"] * row["respondent_index"]
            crossed[key] = crossed.get(key, 0.0) + one
    got = cells.calibration.calibrators.sums.tocoo()
    assert sorted(got.data) == pytest.approx(sorted(held.values()))
    index = cells.calibration.index
    pairs = zip(index.domain.tolist(), index.variable.tolist(), strict=True)
    sums = {key: xy for key, xy in zip(pairs, index.xy, strict=True) if key in crossed}
    assert sums == pytest.approx(crossed)


def test_what_sex_and_age_explain_does_not_vary(tmp_path: Path) -> None:
    alike = {"excluded": None, "service": "emn", "selection_factor": 1.0}
    rows = [
        row | alike | {"overall": 5 if row["sex"] == "kadin" else 1}
        for row in interviews(600)
        if row["province"] == "06" and row["sex"] and row["age_group"]
    ]
    observed = Round(written(tmp_path, rows), VISITS)
    run = poststratified(observed.respondents(), MARGINS, least=1)
    cells = observed.totals(run, provinces=PROVINCES, services=SERVICES, satisfied_from=4)

    def error(totals: CellTotals) -> float | None:
        figures = service_figures(totals, np.array([0, -1, -1]), services=("emn",))
        return figures[1].estimate.standard_error

    assert error(cells) is None
    assert error(replace(cells, calibration=None)) is not None


COLUMNS = ("domain", "n", "w", "wy", "wyy", "ww")


def test_respondents_are_counted_by_cell(tmp_path: Path) -> None:
    rows = interviews()
    observed = Round(written(tmp_path, rows), VISITS)
    got = observed.respondents()
    counted = [row for row in rows if row["excluded"] is None]
    women = [
        r for r in counted if (r["province"], r["sex"], r["age_group"]) == ("06", "kadin", None)
    ]
    cell = got["06", "kadin", ""]
    assert (cell.n, cell.base) == (len(women), pytest.approx(sum(map(base_weight, women))))
    assert sum(each.n for each in got.values()) == len(counted)
    left_out = Counter(row["province"] for row in rows if row["excluded"] is not None)
    assert observed.excluded() == {("not_agreed", place): n for place, n in left_out.items()}
    assert observed.form_versions() == ("anket/1",)


def test_replaced_records_do_not_count(tmp_path: Path) -> None:
    rows = interviews(40)
    segments = [replace(each, replaced=(1, 2, 3)) for each in written(tmp_path, rows)]
    kept = Round(segments, VISITS)
    others = [row for row in rows[3:] if row["excluded"] is None]
    assert sum(respondent.n for respondent in kept.respondents().values()) == len(others)


def test_a_round_without_interviews_has_its_visits(tmp_path: Path) -> None:
    observed = Round([], VISITS)
    run = poststratified(observed.respondents(), MARGINS, least=5)
    cells = observed.totals(run, provinces=PROVINCES, services=SERVICES, satisfied_from=4)
    assert (len(cells.index.domain), len(cells.design.stratum)) == (0, len(VISITS))
    assert (observed.excluded(), observed.form_versions()) == ({}, ())
    assert list(tmp_path.iterdir()) == []


def test_a_visit_to_come_is_no_sampled_unit_until_it_has_interviews(tmp_path: Path) -> None:
    rows = interviews(40)
    began = rows[0]["psu"]
    to_come = [replace(visit, due=False) for visit in VISITS if visit.psu in {began, "06-empty"}]
    others = [visit for visit in VISITS if visit.psu not in {began, "06-empty"}]
    observed = Round(written(tmp_path, rows), [*others, *to_come])
    run = poststratified(observed.respondents(), MARGINS, least=5)
    cells = observed.totals(run, provinces=PROVINCES, services=SERVICES, satisfied_from=4)
    places = {row["psu"] for row in rows} | {visit.psu for visit in VISITS}
    assert len(cells.design.stratum) == len(places) - 1


def test_interviews_without_a_province_are_counted_apart(tmp_path: Path) -> None:
    rows = [row | {"province": None, "excluded": None} for row in interviews(5)]
    observed = Round(written(tmp_path, rows), VISITS)
    assert (observed.respondents(), observed.excluded()) == ({}, {("province_unknown", None): 5})


def test_a_folder_with_an_apostrophe_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "Ağrı'nın verisi"
    folder.mkdir()
    assert Round(written(folder, interviews(20)), VISITS).respondents()


def test_totals_by_the_engine_and_by_numpy_agree(tmp_path: Path) -> None:
    rows = [row | {"psu": f"{row['province']}-0", "excluded": None} for row in interviews()]
    observed = Round(written(tmp_path, rows), [])
    run = poststratified(observed.respondents(), MARGINS, least=5)
    got = observed.totals(run, provinces=PROVINCES, services=SERVICES, satisfied_from=4).index
    plates = [PROVINCES.index(row["province"]) for row in rows]
    same: PsuTotals = psu_totals(
        domain=[2 * p + SERVICES.index(r["service"]) for p, r in zip(plates, rows, strict=True)],
        psu=plates,
        weight=[
            run.factors[r["province"], r["sex"] or "", r["age_group"] or ""] * r["selection_factor"]
            for r in rows
        ],
        value=np.array([r["respondent_index"] for r in rows], dtype=float),
    )
    order = np.argsort(got.domain)
    for name in COLUMNS:
        np.testing.assert_allclose(getattr(got, name)[order], getattr(same, name), rtol=1e-9)
