"""DuckDB over Parquet segments of observations: the only module that knows the engine.

Its questions stand in analysis/statements.py; only totals travel from here.
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
from analysis.engine_values import (
    Asked,
    CalibratedValues,
    EngineItems,
    EngineValues,
    whole_numbers,
)
from analysis.observations import CELL_SEPARATOR
from analysis.poststratification import calibrators_of
from analysis.residuals import Calibrators, CrossSums
from analysis.satisfaction import CellCalibration, CellTotals
from analysis.statements import (
    CROSS,
    CROSS_VALUES,
    EXCLUDED,
    GROUPS,
    HELD,
    ITEMS,
    PLACES,
    RESPONDENTS,
    TOTALS,
    UNITS,
    UNWEIGHTED_VALUES,
    VALUES,
    VERSIONS,
)
from analysis.totals import PsuTotals
from analysis.weighting import Cell, Respondents, Weighting

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
        return CellTotals(
            provinces=tuple(provinces),
            services=tuple(services),
            design=self.design(),
            calibration=self._calibrated(weighting, parameters),
            index=_measure(columns, domain, "1"),
            satisfied=_measure(columns, domain, "2"),
            ratings=np.bincount(
                domain, weights=columns["ratings"], minlength=len(provinces) * len(services)
            ).astype(np.int64),
        )

    def _calibrators(self, weighting: Weighting, cells: list[Cell]) -> Calibrators:
        code = {CELL_SEPARATOR.join(cell): number for number, cell in enumerate(cells)}
        held = self._connection.execute(HELD).fetchnumpy()
        return calibrators_of(
            weighting,
            self.respondents(),
            cells=cells,
            psu=held["unit"],
            cell=_codes(held["cell"], code),
            base=held["base"],
            psus=int(self._rows("SELECT count(*) FROM units")[0][0]),
        )

    def _calibrated(self, weighting: Weighting, parameters: dict[str, Any]) -> CellCalibration:
        cells = list(weighting.factors)
        code = {CELL_SEPARATOR.join(cell): number for number, cell in enumerate(cells)}
        calibrators = self._calibrators(weighting, cells)
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

    def values(
        self, value: str, weighting: Weighting | None, asked: Asked
    ) -> tuple[EngineValues, CalibratedValues | None]:
        """Count the values of an expression by province, service and PSU.

        ``value`` is an expression over the columns of ``asked.table``, a number or NULL; it is
        made of reference data, see :func:`analysis.indicators.expression`. Without ``weighting``
        every person counts as one, those who did not agree included, and nothing is calibrated.
        """
        provinces, services = list(asked.provinces), list(asked.services)
        parameters = {"provinces": provinces, "services": services}
        rated = asked.table == "ratings"
        filled = {
            "value": value,
            "table": asked.table,
            "service": "service" if rated else "NULL::VARCHAR",
            "factor": "coalesce(selection_factor, 1.0)" if rated else "1.0",
        }
        if weighting is None:
            rows = self._connection.execute(UNWEIGHTED_VALUES.format(**filled), parameters)
            return EngineValues.of(rows.fetchnumpy()), None
        self._connection.register("factors", _factor_table(weighting))
        rows = self._connection.execute(VALUES.format(**filled), parameters)
        found = EngineValues.of(rows.fetchnumpy())
        cells = list(weighting.factors)
        crossed = self._connection.execute(CROSS_VALUES.format(**filled), {"services": services})
        code = {CELL_SEPARATOR.join(cell): number for number, cell in enumerate(cells)}
        cross = crossed.fetchnumpy()
        variable = _codes(cross["cell"], code)
        plate = {name: number for number, name in enumerate(provinces)}
        of_cell = np.array([plate.get(cell[0], -1) for cell in cells], dtype=np.int64)
        held = CalibratedValues(
            self._calibrators(weighting, cells),
            province=of_cell[variable],
            service=whole_numbers(cross["service"]),
            variable=variable,
            value=np.asarray(cross["y"], dtype=np.float64),
            x=np.asarray(cross["x"], dtype=np.float64),
        )
        return found, held

    def items(self, columns: Sequence[str], weighting: Weighting, service: str) -> EngineItems:
        """Read the answers to several items of a service, rating by rating."""
        self._connection.register("factors", _factor_table(weighting))
        listed = ", ".join(f"CAST({name} AS DOUBLE) AS {name}" for name in columns)
        rows = self._connection.execute(ITEMS.format(items=listed), {"service": service})
        read = rows.fetchnumpy()
        answers = [np.ma.filled(np.ma.asarray(read[name]), np.nan) for name in columns]
        return EngineItems(
            unit=read["unit"].astype(np.int64),
            weight=np.asarray(read["w"], dtype=np.float64),
            answers=np.column_stack(answers).astype(np.float64),
        )

    def places(self) -> tuple[str, ...]:
        """Name the sampled PSUs, in the order of their codes."""
        return tuple(name for (name,) in self._rows(PLACES))

    def excluded(self) -> dict[str, int]:
        """Count the interviews that give no ratings, by reason."""
        return dict(self._rows(EXCLUDED))

    def form_versions(self) -> tuple[str, ...]:
        """List the form versions the interviews were made with."""
        return tuple(version for (version,) in self._rows(VERSIONS))

    def design(self) -> Design:
        """Give the sampled PSUs."""
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
