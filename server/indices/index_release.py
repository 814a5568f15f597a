"""The index as a family of groups: both measures of every province and service, in one ledger."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array, csr_array

from analysis.arrays import BoolArray, IntArray, count_by
from analysis.disclosure.groups import Counts, Tree, groups_in
from analysis.estimation.residuals import Calibrators, CrossSums
from analysis.figures.modelled_figures import CellModels, cell_models
from analysis.figures.satisfaction import CellCalibration, CellTotals, Scale
from analysis.records.observations import CELL_SEPARATOR
from analysis.sampling.design import Design
from analysis.sampling.totals import PsuTotals
from schemas.rules.thresholds import thresholds
from server.observations.areas import PARENTS, PLATES, SERVICES
from server.releases.admission import Now
from server.releases.releases import Columns, Release

if TYPE_CHECKING:
    from server.observations.round_totals import RoundTotals

FAMILY = "index"
MEASURES: tuple[Scale, Scale] = ("index", "satisfied")
CELLS = len(PLATES) * len(SERVICES)
LEAVES = tuple(
    f"{measure}|{plate}|{service}"
    for measure in MEASURES
    for plate in PLATES
    for service in SERVICES
)
_CELL = np.arange(len(LEAVES), dtype=np.int64) % CELLS
TREE = Tree(
    place=_CELL // len(SERVICES),
    kind=np.arange(len(LEAVES), dtype=np.int64) // CELLS * len(SERVICES) + _CELL % len(SERVICES),
    parents=PARENTS,
)


def people_of(totals: "RoundTotals") -> IntArray:
    """Count the persons with an answer in every leaf."""
    held = [totals.cells.of(measure) for measure in MEASURES]
    return np.concatenate([totals.per_domain(totals.n, CELLS) for totals in held]).astype(np.int64)


def counts_of(totals: "RoundTotals", changed: IntArray, promised: dict[str, int]) -> Counts:
    """Count what decides whether a leaf moves."""
    people = people_of(totals)
    held = [totals.cells.of(measure) for measure in MEASURES]
    units = [count_by(totals.domain[totals.n > 0], CELLS) for totals in held]
    return Counts(
        people,
        units=np.concatenate(units),
        changed=changed,
        promised=expected(totals, people, TREE.place, promised),
    )


def expected(
    totals: "RoundTotals", people: IntArray, place: IntArray, promised: dict[str, int]
) -> IntArray:
    """Expect of the interviews a plan promises in each province what those so far brought."""
    came = dict.fromkeys(PLATES, 0)
    for cell, respondent in totals.respondents.items():
        came[cell[0]] = came.get(cell[0], 0) + respondent.n
    rate = np.array([promised.get(plate, 0) / max(came[plate], 1) for plate in PLATES])
    result: IntArray = np.ceil(people * rate[place]).astype(np.int64)
    return result


def now_of(
    totals: "RoundTotals", counts: Counts, *, through: int, anchor: str, edited: tuple[int, ...]
) -> Now:
    """Lay out the totals of a round as a family of groups."""
    cells, calibration = totals.cells, totals.cells.calibration
    design = cells.design
    cross = None if calibration is None else (calibration.index, calibration.satisfied)
    whole = {} if calibration is None else _calibrators(calibration.calibrators)
    strata = [design.strata[code] for code in design.stratum.tolist()]
    return Now(
        leaves=LEAVES,
        tree=TREE,
        counts=counts,
        parts={
            "totals": _joined([_totals(cells.of(measure)) for measure in MEASURES]),
            **({} if cross is None else {"cross": _joined([_cross(sums) for sums in cross])}),
        },
        whole=whole,
        units=tuple(zip(totals.places, strata, strict=True)),
        cells=tuple(CELL_SEPARATOR.join(cell) for cell in totals.weighting.factors),
        facts={
            "weight_version": totals.weighting.version,
            "form_versions": list(totals.form_versions),
            "margins_version": totals.margins_version,
        },
        through=through,
        anchor=anchor,
        edited=edited,
    )


def _joined(parts: list[Columns]) -> Columns:
    """The cells of both measures numbers, one measure after the other."""
    for number, part in enumerate(parts):
        part["group"] = part["group"] + number * CELLS
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _totals(held: PsuTotals) -> Columns:
    has = held.n > 0
    names = ("n", "w", "wy", "wyy", "ww")
    return {"group": held.domain[has], "unit": held.psu[has]} | {
        name: getattr(held, name)[has] for name in names
    }


def _cross(held: CrossSums) -> Columns:
    return {"group": held.domain, "cell": held.variable, "x": held.x, "xy": held.xy}


def _calibrators(held: Calibrators) -> dict[str, Columns]:
    sums, solve = coo_array(held.sums), coo_array(held.solve)
    return {
        "sums": {"unit": sums.coords[0], "cell": sums.coords[1], "value": sums.data},
        "solve": {"cell": solve.coords[0], "by": solve.coords[1], "value": solve.data},
    }


@dataclass(frozen=True, eq=False)
class Groups:
    """What a release of the index holds, as the estimators of :mod:`analysis` take it.

    A pool stands as a place of its own behind the provinces: it counts in its region and above.
    """

    release: Release

    @cached_property
    def design(self) -> Design:
        """The sampled units, those that only figures of long ago rest on included."""
        strata = sorted({stratum for _, stratum in self.release.units})
        code = {stratum: number for number, stratum in enumerate(strata)}
        of_unit = [code[stratum] for _, stratum in self.release.units]
        return Design(tuple(strata), np.array(of_unit, dtype=np.int64), np.zeros(len(strata)))

    @cached_property
    def cells(self) -> CellTotals:
        """Both measures by place and service: only of groups."""
        pools = self.release.ledger.pools
        return CellTotals(
            provinces=(*PLATES, *(f"pool {number}" for number in range(len(pools)))),
            services=SERVICES,
            design=self.design,
            index=self._of("index"),
            satisfied=self._of("satisfied"),
            ratings=np.zeros((len(PLATES) + len(pools)) * len(SERVICES), dtype=np.int64),
            calibration=self._calibration,
        )

    @cached_property
    def models(self) -> CellModels:
        """What the groups share, and models that are fitted when a figure first asks for them.

        The models look at provinces only: a pool is no place.
        """
        places = len(self.cells.provinces)
        shown = np.repeat(np.arange(places) < len(PLATES), len(SERVICES)).reshape(places, -1)
        return cell_models(self.cells, thresholds(), shown=shown)

    def shown(self, measure: Scale) -> BoolArray:
        """Tell which provinces × services are groups of their own."""
        first = MEASURES.index(measure) * CELLS
        leaves = self.release.ledger.shown[first : first + CELLS]
        return leaves.reshape(len(PLATES), len(SERVICES))

    def area_of(self, level: int | None) -> IntArray:
        """The area of a level that each place counts in, pools included; -1: in none."""
        if level is None:
            return np.pad(np.arange(len(PLATES)), (0, self._pools), constant_values=-1)
        areas = groups_in(self.release.ledger, TREE, level)[len(LEAVES) :]
        return np.concatenate([PARENTS[level], areas])

    @property
    def _pools(self) -> int:
        return len(self.release.ledger.pools)

    def _domains(self, rows: Columns, measure: Scale) -> tuple[BoolArray, IntArray]:
        """The rows of a measure, and the place × service each is about."""
        kinds = [pool.kind for pool in self.release.ledger.pools]
        group, first = rows["group"], MEASURES.index(measure) * CELLS
        pool = np.maximum(-1 - group, 0)
        kind = np.array([*kinds, 0], dtype=np.int64)[np.minimum(pool, len(kinds))]
        of_pool = (len(PLATES) + pool) * len(SERVICES) + kind % len(SERVICES)
        mine = np.where(
            group < 0,
            kind // len(SERVICES) == MEASURES.index(measure),
            (group >= first) & (group < first + CELLS),
        )
        domain = np.where(group < 0, of_pool, group - first)[mine]
        return mine, domain.astype(np.int64)

    def _of(self, measure: Scale) -> PsuTotals:
        rows = self.release.parts["totals"]
        mine, domain = self._domains(rows, measure)
        columns: dict[str, Any] = {name: rows[name][mine] for name in ("n", "w", "wy", "wyy", "ww")}
        order = np.lexsort((rows["unit"][mine], domain))
        ordered = {name: column[order] for name, column in columns.items()}
        return PsuTotals(domain[order], rows["unit"][mine][order], **ordered)

    @cached_property
    def _calibration(self) -> CellCalibration | None:
        parts = self.release.parts
        if "cross" not in parts:
            return None
        units, cells = len(self.release.units), len(self.release.cells)
        sums, solve = parts["sums"], parts["solve"]
        return CellCalibration(
            Calibrators(
                csr_array((sums["value"], (sums["unit"], sums["cell"])), shape=(units, cells)),
                csr_array((solve["value"], (solve["cell"], solve["by"])), shape=(cells, cells)),
            ),
            *(self._cross_of(measure) for measure in MEASURES),
        )

    def _cross_of(self, measure: Scale) -> CrossSums:
        rows = self.release.parts["cross"]
        mine, domain = self._domains(rows, measure)
        return CrossSums(domain, rows["cell"][mine], rows["x"][mine], rows["xy"][mine])
