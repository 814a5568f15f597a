"""The observations of a round, summed and weighted; single questions are answered from records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import inf
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.arrays import IntArray
from analysis.engine import sql_engine
from analysis.engine.engine_values import (
    Asked,
    CalibratedValues,
    EngineItems,
    EngineValues,
)
from analysis.engine.segment_sums import Segment, people_sums, rating_sums
from analysis.engine.statements import (
    ADMITTED,
    CROSS_VALUES,
    EXCLUDED,
    HELD,
    IMPUTED,
    ITEMS,
    PLACES,
    RESPONDENTS,
    STRATA,
    UNITS,
    UNWEIGHTED_VALUES,
    VALUES,
    VERSIONS,
)
from analysis.engine.weighted_sums import Sampled, Tables, WeightedSums, weighted_sums
from analysis.estimation.poststratification import calibrators_of
from analysis.estimation.residuals import Calibrators
from analysis.figures.satisfaction import CellCalibration, CellTotals
from analysis.records.columns import PEOPLE, RATINGS, one_piece
from analysis.records.observations import CELL_SEPARATOR
from analysis.sampling.design import Design
from analysis.weighting.design_weights import Cell, Respondents, Weighting

INDEX = "respondent_index"
SATISFIED = "CASE WHEN overall >= {satisfied_from} THEN 100.0 WHEN overall IS NOT NULL THEN 0.0 END"


_NAMES = "psu", "cell", "excluded", "form_version", "province", "stratum"
_NOBODY = pa.table(
    {name: pa.array([], pa.string()) for name in _NAMES}
    | {name: pa.array([], pa.int64()) for name in ("n", "unrated")}
)
"""What a segment without persons would hold."""


@dataclass(frozen=True)
class Visit:
    """A sampled PSU as planned; one that is not ``due`` yet counts once it has interviews.

    A design weight that is no positive number is none.
    """

    psu: str
    province: str
    stratum: str
    design_weight: float | None
    due: bool = True


class Round:
    """The observations of one round, opened for a few questions."""

    def __init__(self, segments: Sequence[Segment], visits: Sequence[Visit]) -> None:
        self._segments = tuple(segments)
        self._connection = sql_engine.opened()
        self._connection.register("groups", _joined([people_sums(segment) for segment in segments]))
        self._connection.register("visits", _visit_table(visits))
        sql_engine.keep(self._connection, "units", UNITS)

    def close(self) -> None:
        """Free what the engine holds for this round."""
        self._connection.close()

    def respondents(self) -> dict[Cell, Respondents]:
        """Count the interviewed persons per province, sex and age group."""
        return dict(self._respondents)

    @cached_property
    def _respondents(self) -> dict[Cell, Respondents]:
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
        values = INDEX, SATISFIED.format(satisfied_from=int(satisfied_from))
        found = self.sums(values, weighting, provinces=provinces, services=services)
        return CellTotals(
            provinces=tuple(provinces),
            services=tuple(services),
            design=self.design(),
            calibration=CellCalibration(self.calibrators(weighting), *found.cross),
            index=found.totals[0],
            satisfied=found.totals[1],
            ratings=found.ratings,
        )

    def sums(
        self,
        values: Sequence[str],
        weighting: Weighting,
        *,
        provinces: Sequence[str],
        services: Sequence[str],
    ) -> WeightedSums:
        """Add values of ratings up to PSU totals per province × service.

        ``values`` are expressions over the columns of a rating, each a number or NULL, made of
        reference data. What a segment adds is read from its records once, see
        :func:`analysis.engine.segment_sums.rating_sums`.
        """
        units = self._connection.execute(STRATA).fetchnumpy()
        places = {name: unit for unit, name in enumerate(self.places())}
        factors = np.array(list(weighting.factors.values()), dtype=np.float64)
        return weighted_sums(
            [rating_sums(segment, values) for segment in self._segments],
            Sampled(places, np.asarray(units["base_weight"], dtype=np.float64)),
            Tables(provinces, services, list(weighting.factors), factors),
            values=len(values),
        )

    def calibrators(self, weighting: Weighting) -> Calibrators:
        """What the sample was calibrated on; the variables are the cells of the weighting."""
        cells = list(weighting.factors)
        code = {CELL_SEPARATOR.join(cell): number for number, cell in enumerate(cells)}
        held = sql_engine.table(self._connection, HELD)
        return calibrators_of(
            weighting,
            self._respondents,
            cells=cells,
            psu=held["unit"].to_numpy(),
            cell=_codes(held["cell"], code),
            base=held["base"].to_numpy(),
            psus=int(self._rows("SELECT count(*) FROM units")[0][0]),
        )

    def values(
        self, value: str, weighting: Weighting | None, asked: Asked
    ) -> tuple[EngineValues, CalibratedValues | None]:
        """Count the values of an expression by province, service and PSU.

        ``value`` is an expression over the columns of ``asked.table``, a number or NULL; it is
        made of reference data, see :func:`analysis.records.indicators.expression`. Without
        ``weighting`` every person counts as one, those who did not agree included, and nothing is
        calibrated.
        """
        self._ask(asked.provinces, asked.services)
        rated = asked.table == "ratings"
        filled = {
            "value": value,
            "table": (
                asked.table if asked.through is None else self._admitted(asked, asked.through)
            ),
            "service": "service" if rated else "CAST(NULL AS STRING)",
            "factor": "coalesce(selection_factor, 1.0)" if rated else "1.0",
        }
        if weighting is None:
            rows = self._connection.execute(UNWEIGHTED_VALUES.format(**filled))
            return EngineValues.of(rows.fetchnumpy()), None
        self._connection.register("factors", _factor_table(weighting))
        rows = self._connection.execute(VALUES.format(**filled))
        found = EngineValues.of(rows.fetchnumpy())
        cells = list(weighting.factors)
        code = {CELL_SEPARATOR.join(cell): number for number, cell in enumerate(cells)}
        cross = sql_engine.table(self._connection, CROSS_VALUES.format(**filled))
        variable = _codes(cross["cell"], code)
        plate = {name: number for number, name in enumerate(asked.provinces)}
        of_cell = np.array([plate.get(cell[0], -1) for cell in cells], dtype=np.int64)
        held = CalibratedValues(
            self.calibrators(weighting),
            province=of_cell[variable],
            service=_whole(cross["service"]),
            variable=variable,
            value=cross["y"].to_numpy(),
            x=cross["x"].to_numpy(),
        )
        return found, held

    def items(self, columns: Sequence[str], weighting: Weighting, service: str) -> EngineItems:
        """Read the answers to several items of a service, rating by rating."""
        self._connection.register("factors", _factor_table(weighting))
        listed = ", ".join(f"CAST({name} AS DOUBLE) AS {name}" for name in columns)
        self._ask((), [service])
        read = self._connection.execute(ITEMS.format(items=listed)).fetchnumpy()
        answers = [np.ma.filled(np.ma.asarray(read[name]), np.nan) for name in columns]
        return EngineItems(
            unit=read["unit"].astype(np.int64),
            weight=np.asarray(read["w"], dtype=np.float64),
            answers=np.column_stack(answers).astype(np.float64),
        )

    def places(self) -> tuple[str, ...]:
        """Name the sampled PSUs, in the order of their codes."""
        return tuple(name for (name,) in self._rows(PLACES))

    def excluded(self) -> dict[tuple[str, str | None], int]:
        """Count the interviews that give no ratings, by reason and province."""
        return {(reason, province): n for reason, province, n in self._rows(EXCLUDED) if n}

    def imputed(self) -> dict[str, int]:
        """Count by province the persons whose base weight is an average: their visit has none."""
        return dict(self._rows(IMPUTED))

    def form_versions(self) -> tuple[str, ...]:
        """List the form versions the interviews were made with."""
        return tuple(version for (version,) in self._rows(VERSIONS))

    def design(self) -> Design:
        """The sampled PSUs."""
        rows = self._connection.execute("SELECT stratum_code FROM units ORDER BY unit").fetchnumpy()
        names = self._rows("SELECT DISTINCT stratum_code, stratum FROM units ORDER BY 1")
        return Design(
            strata=tuple(name for _, name in names),
            stratum=rows["stratum_code"].astype(np.int64),
            fraction=np.zeros(len(names)),
        )

    def _ask(self, provinces: Sequence[str], services: Sequence[str]) -> None:
        """Let statements read the records, and know the codes asked for."""
        replaced = [number for segment in self._segments for number in segment.replaced]
        for name, schema in (("people", PEOPLE), ("ratings", RATINGS)):
            files = [getattr(segment, name) for segment in self._segments]
            sql_engine.show(self._connection, name, files, schema, replaced)
        self._connection.register("asked_provinces", _numbered("province", provinces))
        self._connection.register("asked_services", _numbered("service", services))

    def _admitted(self, asked: Asked, through: IntArray) -> str:
        """Name the ratings up to the last record that counts in each cell."""
        pairs = list(product(asked.provinces, asked.services))
        table: dict[str, Any] = {
            "province": pa.array([province for province, _ in pairs], pa.string()),
            "service": pa.array([service for _, service in pairs], pa.string()),
            "through": pa.array(through.ravel(), pa.int64()),
        }
        self._connection.register("asked_through", pa.table(table))
        return ADMITTED

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._connection.execute(sql).fetchall()
        return rows


def _joined(parts: Iterable[pa.Table]) -> pa.Table:
    tables = list(parts)
    return pa.concat_tables(tables) if tables else _NOBODY


def _visit_table(visits: Sequence[Visit]) -> pa.Table:
    return pa.table(
        {
            "psu": pa.array([visit.psu for visit in visits], pa.string()),
            "province": pa.array([visit.province for visit in visits], pa.string()),
            "stratum": pa.array([visit.stratum for visit in visits], pa.string()),
            "design_weight": pa.array([_weight(visit) for visit in visits], pa.float64()),
            "due": pa.array([visit.due for visit in visits], pa.bool_()),
        }
    )


def _weight(visit: Visit) -> float | None:
    weight = visit.design_weight
    return weight if weight is not None and 0 < weight < inf else None


def _numbered(name: str, codes: Sequence[str]) -> pa.Table:
    return pa.table(
        {name: pa.array(codes, pa.string()), "code": pa.array(range(len(codes)), pa.int64())}
    )


def _whole(column: Any) -> IntArray:
    result: IntArray = column.fill_null(-1).to_numpy()
    return result


def _codes(names: Any, code: dict[str, int]) -> IntArray:
    coded = one_piece(names).dictionary_encode()
    of_name = np.array([code[name] for name in coded.dictionary.to_pylist()], dtype=np.int64)
    result: IntArray = of_name[coded.indices.to_numpy()] if len(of_name) else of_name
    return result


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
