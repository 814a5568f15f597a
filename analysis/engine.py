"""DuckDB over Parquet segments of observations: the only module that knows the engine.

The SQL is plain, so that the same strings run on a cluster engine; only totals travel from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from analysis.arrays import IntArray
from analysis.columns import PEOPLE, RATINGS
from analysis.design import Design
from analysis.observations import CELL_SEPARATOR
from analysis.poststratification import calibrators_of
from analysis.residuals import CrossSums
from analysis.satisfaction import CellCalibration, CellTotals
from analysis.totals import PsuTotals
from analysis.weighting import Cell, Respondents, Weighting

GROUPS = """
CREATE OR REPLACE TEMP TABLE groups AS
SELECT psu, cell, excluded, any_value(province) AS province, any_value(stratum) AS stratum,
       count(*) AS n, sum(CASE WHEN rated = 0 THEN 1 ELSE 0 END) AS unrated
FROM people GROUP BY ALL
"""
"""Persons alike in everything that is asked of them here, so that they are read only once."""

UNITS = """
CREATE OR REPLACE TEMP TABLE units AS
WITH seen AS (
    SELECT psu, province, stratum, design_weight, true AS planned FROM visits
    WHERE due OR psu IN (SELECT psu FROM groups)
    UNION ALL
    SELECT psu, min(province), min(stratum), NULL, false FROM groups
    WHERE psu NOT IN (SELECT psu FROM visits) GROUP BY psu
)
SELECT row_number() OVER (ORDER BY stratum, psu) - 1 AS unit,
       dense_rank() OVER (ORDER BY stratum) - 1 AS stratum_code,
       psu, stratum,
       CASE WHEN count(*) FILTER (WHERE planned AND design_weight IS NULL)
                 OVER (PARTITION BY province) > 0 THEN 1.0
            ELSE coalesce(design_weight, avg(design_weight) OVER (PARTITION BY province), 1.0)
       END AS base_weight
FROM seen
"""
"""Every sampled PSU with its base weight. Where some visits of a province have no design weight,
none of its interviews has one: a mixture of weights and ones would be neither."""

RESPONDENTS = """
SELECT cell, sum(n)::BIGINT AS n,
       sum(n * base_weight) AS base, sum(n * base_weight * base_weight) AS base_squared
FROM groups JOIN units USING (psu)
WHERE excluded IS NULL AND cell IS NOT NULL
GROUP BY cell
"""

TOTALS = """
WITH weighted AS (
    SELECT province, service, psu, factor * coalesce(selection_factor, 1.0) AS w,
           respondent_index AS y,
           CASE WHEN overall >= $satisfied_from THEN 100.0
                WHEN overall IS NOT NULL THEN 0.0 END AS t,
           CASE WHEN respondent_index IS NOT NULL THEN w END AS w_index,
           CASE WHEN overall IS NOT NULL THEN w END AS w_overall
    FROM ratings JOIN factors USING (cell)
), grouped AS (
    SELECT province, service, psu, count(*) AS ratings,
           count(y) AS n1, sum(w_index) AS w1, sum(w * y) AS wy1, sum(w * y * y) AS wyy1,
           sum(w * w_index) AS ww1,
           count(t) AS n2, sum(w_overall) AS w2, sum(w * t) AS wy2, sum(w * w_overall) AS ww2
    FROM weighted GROUP BY province, service, psu
)
SELECT list_position($provinces, province) - 1 AS province,
       list_position($services, service) - 1 AS service, unit, ratings,
       n1, coalesce(w1 * base_weight, 0) AS w1, coalesce(wy1 * base_weight, 0) AS wy1,
       coalesce(wyy1 * base_weight, 0) AS wyy1,
       coalesce(ww1 * base_weight * base_weight, 0) AS ww1,
       n2, coalesce(w2 * base_weight, 0) AS w2, coalesce(wy2 * base_weight, 0) AS wy2,
       coalesce(100 * wy2 * base_weight, 0) AS wyy2,
       coalesce(ww2 * base_weight * base_weight, 0) AS ww2
FROM grouped JOIN units USING (psu)
WHERE list_contains($provinces, province) AND list_contains($services, service)
"""
"""The base weight is the same throughout a PSU, so it multiplies sums, not records. A rating stands
for as many as its person does (``factor``) and for those used services the lot passed over
(``selection_factor``)."""

CROSS = """
WITH weighted AS (
    SELECT service, cell, base_weight * coalesce(selection_factor, 1.0) AS w,
           respondent_index AS y,
           CASE WHEN overall >= $satisfied_from THEN 100.0
                WHEN overall IS NOT NULL THEN 0.0 END AS t
    FROM ratings JOIN units USING (psu)
)
SELECT list_position($services, service) - 1 AS service, cell,
       coalesce(sum(CASE WHEN y IS NOT NULL THEN w END), 0) AS x1, coalesce(sum(w * y), 0) AS xy1,
       coalesce(sum(CASE WHEN t IS NOT NULL THEN w END), 0) AS x2, coalesce(sum(w * t), 0) AS xy2
FROM weighted WHERE cell IS NOT NULL AND list_contains($services, service)
GROUP BY service, cell
"""
"""What the weighting cells hold of every service, before weighting: the province is in the cell."""

HELD = """
SELECT unit, cell, sum(n * base_weight) AS base FROM groups JOIN units USING (psu)
WHERE excluded IS NULL AND cell IS NOT NULL GROUP BY unit, cell
"""

EXCLUDED = """
SELECT coalesce(excluded, CASE WHEN cell IS NULL THEN 'province_unknown'
                               ELSE 'no_service_rated' END) AS reason,
       sum(CASE WHEN excluded IS NULL AND cell IS NOT NULL THEN unrated ELSE n END)::BIGINT AS n
FROM groups GROUP BY reason HAVING n > 0 ORDER BY reason
"""

VERSIONS = "SELECT DISTINCT form_version FROM people ORDER BY form_version"

_CROSSED = ("x1", "xy1", "x2", "xy2")


@dataclass(frozen=True)
class Segments:
    """The observations of a round: Parquet files, and the sequences in them that were replaced."""

    people: tuple[Path, ...]
    ratings: tuple[Path, ...]
    replaced: tuple[int, ...] = ()


@dataclass(frozen=True)
class Visit:
    """A sampled PSU as planned; one that is not ``due`` yet counts once it has interviews."""

    psu: str
    province: str
    stratum: str
    design_weight: float | None
    due: bool = True


class Round:
    """The observations of one round, opened for a few questions."""

    def __init__(self, segments: Segments, visits: Sequence[Visit]) -> None:
        self._connection = _engine().cursor()
        # A table function's parameter cannot be prepared inside a view, so the paths are quoted.
        for name, files, schema in (
            ("people", segments.people, PEOPLE),
            ("ratings", segments.ratings, RATINGS),
        ):
            if files:
                self._connection.execute(
                    f"CREATE OR REPLACE TEMP VIEW {name} AS {_reading(files, segments.replaced)}"
                )
            else:
                self._connection.register(name, schema.empty_table())
        self._connection.register("visits", _visit_table(visits))
        self._connection.execute(GROUPS)
        self._connection.execute(UNITS)

    def close(self) -> None:
        """Free what the engine holds for this round."""
        self._connection.close()

    def respondents(self) -> dict[Cell, Respondents]:
        """Count the interviewed persons per province, sex and age group."""
        return {
            _cell(name): Respondents(n, base, squared)
            for name, n, base, squared in self._rows(RESPONDENTS)
        }

    def totals(
        self,
        weighting: Weighting,
        *,
        provinces: Sequence[str],
        services: Sequence[str],
        satisfied_from: int,
    ) -> CellTotals:
        """Add the ratings up to PSU totals per province × service, of both measures."""
        self._connection.register("factors", _factor_table(weighting))
        parameters = {
            "provinces": list(provinces),
            "services": list(services),
            "satisfied_from": satisfied_from,
        }
        table = self._connection.sql(TOTALS, params=parameters).to_arrow_table()
        columns = {name: table[name].to_numpy() for name in table.column_names}
        domain = columns["province"].astype(np.int64) * len(services) + columns["service"]
        design = self._design()
        calibrated = self._calibrated(weighting, parameters, psus=len(design.stratum))
        return CellTotals(
            provinces=tuple(provinces),
            services=tuple(services),
            design=design,
            calibration=calibrated,
            index=_measure(columns, domain, "1"),
            satisfied=_measure(columns, domain, "2"),
            ratings=np.bincount(
                domain, weights=columns["ratings"], minlength=len(provinces) * len(services)
            ).astype(np.int64),
        )

    def _calibrated(
        self, weighting: Weighting, parameters: dict[str, Any], *, psus: int
    ) -> CellCalibration:
        cells = list(weighting.factors)
        code = {CELL_SEPARATOR.join(cell): number for number, cell in enumerate(cells)}
        held = self._connection.execute(HELD).fetchnumpy()
        calibrators = calibrators_of(
            weighting,
            self.respondents(),
            cells=cells,
            psu=held["unit"],
            cell=_codes(held["cell"], code),
            base=held["base"],
            psus=psus,
        )
        asked = {"services": parameters["services"], "satisfied_from": parameters["satisfied_from"]}
        cross = self._connection.execute(CROSS, asked).fetchnumpy()
        variable = _codes(cross["cell"], code)
        plate = {name: number for number, name in enumerate(parameters["provinces"])}
        province = np.array([plate.get(cell[0], -1) for cell in cells], dtype=np.int64)[variable]
        kept = province >= 0
        domain = (province * len(asked["services"]) + cross["service"])[kept]
        sums = {name: np.asarray(cross[name], dtype=np.float64)[kept] for name in _CROSSED}
        return CellCalibration(
            calibrators,
            index=CrossSums(domain, variable[kept], sums["x1"], sums["xy1"]),
            satisfied=CrossSums(domain, variable[kept], sums["x2"], sums["xy2"]),
        )

    def excluded(self) -> dict[str, int]:
        """Count the interviews that give no ratings, by reason."""
        return dict(self._rows(EXCLUDED))

    def form_versions(self) -> tuple[str, ...]:
        """List the form versions the interviews were made with."""
        return tuple(version for (version,) in self._rows(VERSIONS))

    def _design(self) -> Design:
        rows = self._connection.execute("SELECT stratum_code FROM units ORDER BY unit").fetchnumpy()
        names = self._rows("SELECT DISTINCT stratum_code, stratum FROM units ORDER BY 1")
        return Design(
            strata=tuple(name for _, name in names),
            stratum=rows["stratum_code"].astype(np.int64),
            fraction=np.zeros(len(names)),
        )

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._connection.execute(sql).fetchall()
        return rows


@cache
def _engine() -> Any:
    settings = {
        # Nothing may be fetched from a network; the Parquet reader is built in.
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": "1GB",
        "temp_directory": str(Path(gettempdir()) / "izdes-duckdb"),
    }
    return duckdb.connect(":memory:", config=settings)


def _reading(files: Sequence[Path], replaced: Sequence[int]) -> str:
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    dropped = ", ".join(str(int(each)) for each in replaced)
    condition = f" WHERE sequence NOT IN ({dropped})" if dropped else ""
    return f"SELECT * FROM read_parquet([{listed}]){condition}"  # noqa: S608  own paths, integers


def _visit_table(visits: Sequence[Visit]) -> pa.Table:
    return pa.table(
        {
            "psu": pa.array([each.psu for each in visits], pa.string()),
            "province": pa.array([each.province for each in visits], pa.string()),
            "stratum": pa.array([each.stratum for each in visits], pa.string()),
            "design_weight": pa.array([each.design_weight for each in visits], pa.float64()),
            "due": pa.array([each.due for each in visits], pa.bool_()),
        }
    )


def _codes(names: Any, code: dict[str, int]) -> IntArray:
    return np.array([code[name] for name in names.tolist()], dtype=np.int64)


def _cell(name: str) -> Cell:
    province, sex, age_group = name.split(CELL_SEPARATOR)
    return province, sex, age_group


def _factor_table(weighting: Weighting) -> pa.Table:
    return pa.table(
        {
            "cell": pa.array(map(CELL_SEPARATOR.join, weighting.factors), pa.string()),
            "factor": pa.array(list(weighting.factors.values()), pa.float64()),
        }
    )


def _measure(columns: dict[str, Any], domain: IntArray, number: str) -> PsuTotals:
    return PsuTotals(
        domain=domain,
        psu=columns["unit"].astype(np.int64),
        n=columns[f"n{number}"].astype(np.int64),
        w=columns[f"w{number}"],
        wy=columns[f"wy{number}"],
        wyy=columns[f"wyy{number}"],
        ww=columns[f"ww{number}"],
    )
