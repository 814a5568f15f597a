"""Every indicator of people as a family of groups, with a tree and a ledger of its own.

Indicators of the same answers as the index never count other people than it: their groups move to
where its group stands. Two figures of the same question, one some answers ahead of the other, would
tell those answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from analysis.arrays import BoolArray, IntArray, count_by, sum_by
from analysis.disclosure.groups import Counts, Least, Tree, Wait, groups_in
from analysis.engine.round_data import Round
from analysis.figures.indicator_figures import Values
from analysis.figures.satisfaction import Scale
from analysis.records.observations import CELL_SEPARATOR
from analysis.sampling.design import Design
from schemas.rules.indicators import Indicator, limits_of
from schemas.rules.measurement import measurement
from server.indicators.observed_values import LABELS, Key, Table, observed_values
from server.indicators.record_values import Record, record_values
from server.indicators.value_rows import columns_of_values, numbers_of, values_in
from server.indices.index_release import CELLS, MEASURES, Groups, expected
from server.observations.areas import PARENTS, PLATES, SERVICES
from server.observations.arrivals import anchor_of, people_through
from server.observations.round_totals import RoundState
from server.observations.sources import promised_in
from server.releases.admission import Now, Rules, continued, held_ledger, leaves_with
from server.releases.releases import (
    Release,
    deciding,
    nothing_released,
    read_release,
    write_release,
)
from server.store.database import Database

SEPARATOR = "|"


@dataclass(frozen=True)
class Source:
    """The round that figures are of, and where it is kept."""

    database: Database
    data_dir: Path
    round_id: str


@dataclass(frozen=True)
class Family:
    """An indicator's groups: the release, what its leaves are split by, and how many there are."""

    chosen: Indicator
    splits: tuple[str, ...]
    """What the leaves are split by: the province, and all that is never averaged over."""
    release: Release
    people: IntArray
    units: IntArray
    """Who answered by now, and in how many units, places × kinds: counted or not."""

    @property
    def tree(self) -> Tree:
        """Where the leaves stand."""
        return tree_of(self.release.leaves)

    @property
    def kinds(self) -> tuple[Key, ...]:
        """What leaves are about besides the place, in the order of their numbers."""
        return kinds_of(self.release.leaves)

    @property
    def design(self) -> Design:
        """The sampled units."""
        strata = sorted({stratum for _, stratum in self.release.units})
        code = [strata.index(stratum) for _, stratum in self.release.units]
        return Design(tuple(strata), np.array(code, dtype=np.int64), np.zeros(len(strata)))

    def values(self, level: int | None) -> tuple[Values, int]:
        """The values of whole groups by area × kind of a level, and how many domains."""
        kinds, areas = len(self.kinds), _areas(level)
        ledger, tree = self.release.ledger, self.tree
        area = groups_in(ledger, tree, level)
        kind = np.concatenate(
            [tree.kind, np.array([pool.kind for pool in ledger.pools], dtype=np.int64)]
        )
        domain_of = np.where(area >= 0, area * kinds + kind, -1)
        return values_in(self.release, domain_of), areas * kinds


def _areas(level: int | None) -> int:
    return len(PLATES) if level is None else int(PARENTS[level].max()) + 1


def leaf_splits(chosen: Indicator) -> tuple[str, ...]:
    """Name what the leaves of an indicator are split by."""
    if chosen.protects == "staff":
        return ("province",)
    return ("province", *(name for name in LABELS if chosen.told_by(name) == ""))


def tree_of(leaves: Sequence[str]) -> Tree:
    """Read from the names of leaves where they stand."""
    kinds = {kind: number for number, kind in enumerate(kinds_of(leaves))}
    split = [tuple(leaf.split(SEPARATOR)) for leaf in leaves]
    return Tree(
        place=np.array([PLATES.index(key[0]) for key in split], dtype=np.int64),
        kind=np.array([kinds[key[1:]] for key in split], dtype=np.int64),
        parents=PARENTS,
    )


def kinds_of(leaves: Sequence[str]) -> tuple[Key, ...]:
    """List what leaves are about besides the place; each keeps its number as others appear."""
    return tuple(dict.fromkeys(tuple(leaf.split(SEPARATOR)[1:]) for leaf in leaves))


def family_of_answers(
    source: Source,
    chosen: Indicator,
    observed: Round,
    state: RoundState,
    *,
    base: Groups,
    waits: bool,
) -> Family:
    """The groups of an indicator of the citizens' form."""
    measure = _shares_answers_with(chosen)
    through = None if measure is None else _through(state, base, measure)
    splits = leaf_splits(chosen)
    table = observed_values(
        observed, chosen, splits, weighting=state.totals.weighting, teams={}, through=through
    )
    if measure is not None and splits == ("province", "service"):
        table = _with_all_cells(table, state, measure)
    design = observed.design()
    strata = [design.strata[code] for code in design.stratum.tolist()]
    cells = tuple(CELL_SEPARATOR.join(cell) for cell in state.totals.weighting.factors)
    family = _family(
        source, chosen, table, state, splits=splits,
        units=tuple(zip(observed.places(), strata, strict=True)), cells=cells,
        promised=promised_in(source.database, source.round_id) if waits else {},
    )  # fmt: skip
    return family if measure is None else _of_everybody(family, state, measure)


def family_of_records(
    source: Source,
    chosen: Indicator,
    found: Sequence[Record],
    state: RoundState,
    *,
    today: date,
) -> Family:
    """The groups of an indicator of the staff's form."""
    splits = leaf_splits(chosen)
    read = record_values(found, chosen, splits, today=today)
    places = sorted({record.place for record in found})
    return _family(
        source, chosen, read.table, state, splits=splits,
        units=tuple((place, "") for place in places), cells=(), promised={},
    )  # fmt: skip


def _family(
    source: Source,
    chosen: Indicator,
    table: Table,
    state: RoundState,
    *,
    splits: tuple[str, ...],
    units: tuple[tuple[str, str], ...],
    cells: tuple[str, ...],
    promised: dict[str, int],
) -> Family:
    through, limits = state.manifest.through, limits_of(chosen)
    rules = Rules(
        Least(limits.suppress_below_answers, limits.suppress_below_psus),
        Wait(bool(promised), limits.release_waits_below_answers),
        is_closed=state.plan.is_closed,
    )
    with deciding(source.data_dir, source.round_id):
        before = _before(source, chosen.code)
        found = tuple(SEPARATOR.join(key) for key in table.domains)
        leaves = leaves_with(before, found)
        counts = _counts(table.values, found, leaves, before)
        counts = replace(
            counts, promised=expected(state.totals, counts.people, tree_of(leaves).place, promised)
        )
        ledger, since = held_ledger(before, len(leaves))
        release = replace(before, leaves=leaves, ledger=ledger, since=since)
        held = Family(chosen, splits, release, *_by_place(counts, leaves))
        if through < before.through:
            return held  # somebody saw more, and decided on it
        with source.database.read() as connection:
            anchor = anchor_of(connection, through)
        now = Now(
            leaves, tree_of(leaves), counts, *columns_of_values(table.values, found, leaves),
            units=units, cells=cells, facts={}, through=through, anchor=anchor,
        )  # fmt: skip
        after = continued(before, now, rules)
        if after is None:
            return held
        return replace(
            held, release=write_release(source.data_dir, source.round_id, chosen.code, after)
        )


def _by_place(counts: Counts, leaves: Sequence[str]) -> tuple[IntArray, IntArray]:
    """Lay the counts of leaves out as places × kinds."""
    tree, shape = tree_of(leaves), (len(PLATES), len(kinds_of(leaves)))
    people, units = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    people[tree.place, tree.kind], units[tree.place, tree.kind] = counts.people, counts.units
    return people, units


def _with_all_cells(table: Table, state: RoundState, measure: Scale) -> Table:
    """Name the cells with answers that do not count yet as well."""
    held = state.totals.cells.of(measure)
    came = np.flatnonzero(held.per_domain(held.n, CELLS)).tolist()
    named = [(PLATES[cell // len(SERVICES)], SERVICES[cell % len(SERVICES)]) for cell in came]
    return replace(table, domains=tuple(dict.fromkeys((*table.domains, *named))))


def _of_everybody(family: Family, state: RoundState, measure: Scale) -> Family:
    """Tell of all who rated a service by now, also where the index does not count them yet."""
    held = state.totals.cells.of(measure)
    shape = len(PLATES), len(SERVICES)
    people = held.per_domain(held.n, CELLS).astype(np.int64).reshape(shape)
    units = count_by(held.domain[held.n > 0], CELLS).reshape(shape)
    column = [SERVICES.index(kind[0]) for kind in family.kinds]
    own = family.people > 0
    return replace(
        family,
        people=np.where(own, family.people, people[:, column]),
        units=np.where(own, family.units, units[:, column]),
    )


def _before(source: Source, code: str) -> Release:
    before = read_release(source.data_dir, source.round_id, code)
    with source.database.read() as connection:
        is_ours = anchor_of(connection, before.through) == before.anchor
    return before if is_ours else replace(nothing_released(), number=before.number)


def _through(state: RoundState, base: Groups, measure: Scale) -> IntArray:
    """Up to which record the answers count that the index is made of too.

    Where records up to there were corrected or withdrawn since, nobody can count the same people
    any more: the cell stays as it is until the index moves.
    """
    release, first = base.release, MEASURES.index(measure) * CELLS
    mine = slice(first, first + CELLS)
    pool = release.ledger.pool[mine]
    of_pool = np.array([*(pool.since for pool in release.ledger.pools), -1], dtype=np.int64)
    shown = release.ledger.shown[mine]
    cut = np.where(shown, release.since[mine], of_pool[pool])
    held = people_through(state.segments, cut, column=MEASURES.index(measure))
    whole: BoolArray = ~shown | (held == release.ledger.people[mine])
    for number, cells in enumerate(release.ledger.pools):
        whole &= (pool != number) | (held[pool == number].sum() == cells.people)
    return np.where(whole, cut, -1).reshape(len(PLATES), len(SERVICES))


def _shares_answers_with(chosen: Indicator) -> Scale | None:
    """Name the measure of the index an indicator asks the same questions as; None: a new one."""
    if chosen.rows != "rating":
        return None
    (pattern, *_) = chosen.variables
    if pattern == f"{{service}}_{measurement().overall_dimension}":
        return "satisfied"
    return "index" if pattern.endswith("{dimension}") else None


def _counts(values: Values, found: Sequence[str], leaves: Sequence[str], before: Release) -> Counts:
    number = numbers_of(found, leaves)
    people = np.zeros(len(leaves), dtype=np.int64)
    units = np.zeros(len(leaves), dtype=np.int64)
    people[number] = sum_by(values.domain, values.n, len(found)).astype(np.int64)
    base = int(values.unit.max(initial=0)) + 1
    pairs = np.unique(values.domain * base + values.unit)
    units[number] = count_by(pairs // base, len(found))
    ledger, _ = held_ledger(before, len(leaves))
    return Counts(
        people,
        units,
        changed=np.abs(people - ledger.people),
        promised=np.zeros(len(leaves), dtype=np.int64),
    )
