"""The figures of an indicator of people: of whole groups, line by line, past the gate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.arrays import BoolArray, IntArray
from analysis.cluster_variance.pooled_variance import pooled_variances
from analysis.disclosure.rules import printed_value, released, released_count
from analysis.estimation.estimation import Estimate, combinations, means
from analysis.figures.indicator_figures import adjustment_of, estimated, totals_of_values
from analysis.small_areas.shown_estimates import measured_estimate
from schemas.reference.geography import province as province_of
from schemas.reference.services import dimensions
from schemas.rules.indicators import Indicator, indicator, limits_of
from schemas.rules.thresholds import thresholds
from server.indicators.observed_values import LABELS, Key
from server.indicators.releases import Family
from server.observations.areas import COUNTRY, PARENTS, PLATES, REGION, REGIONS

PLACES = frozenset({"province", "team"})
"""Splits whose figures rest on a few visits: they never show a variance of their own."""
OBSERVED = ("rating", "person")
"""Rows that stand in the observations; others are read from the records."""
SCORES = "BOY_d"
"""The indicator whose figures a mean of dimensions is made of."""


@dataclass(frozen=True)
class IndicatorRow:
    """One published figure, as printed; a suppressed one says why and holds nothing else.

    ``units`` is told of units of the administration only.
    """

    splits: dict[str, str]
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    units: int | None
    suppressed: str | None
    precision: str | None
    bound: str | None = None


@dataclass(frozen=True)
class _Lines:
    """The lines of a table: their keys, and which each area × kind, each place × kind is in."""

    level: int | None
    keys: tuple[Key, ...]
    of_domain: IntArray
    of_place: IntArray


def _lines(family: Family, by: tuple[str, ...]) -> _Lines:
    level = None if "province" in by else REGION if "region" in by else COUNTRY
    areas = {None: PLATES, REGION: REGIONS, COUNTRY: ("",)}[level]
    keys: dict[Key, int] = {}
    of_domain = [
        keys.setdefault(_key(family, by, area, kind), len(keys))
        for area in areas
        for kind in family.kinds
    ]
    numbers, kinds = np.array(of_domain, dtype=np.int64), len(family.kinds)
    area_of = np.arange(len(PLATES)) if level is None else PARENTS[level]
    of_place = numbers[area_of[:, None] * kinds + np.arange(kinds)[None, :]]
    return _Lines(level, tuple(keys), numbers, of_place)


def _key(family: Family, by: tuple[str, ...], area: str, kind: Key) -> Key:
    told = dict(zip(family.splits[1:], kind, strict=True)) | {"province": area}
    told["region"] = province_of(area).region if area in PLATES else area
    return tuple(told[name] for name in by)


def measured(keys: tuple[Key, ...], by: tuple[str, ...]) -> IntArray:
    """Give each line the number of what it is about: its service, dimension, topic."""
    about = [
        tuple(code for name, code in zip(by, key, strict=True) if name in LABELS) for key in keys
    ]
    known = {fromkey: number for number, fromkey in enumerate(dict.fromkeys(about))}
    return np.array([known[name] for name in about], dtype=np.int64)


def rows_of_groups(
    chosen: Indicator, family: Family, by: tuple[str, ...]
) -> tuple[IndicatorRow, ...]:
    """The figures of whole groups, and why there are none where answers came."""
    if not family.release.leaves:
        return ()
    lines = _lines(family, by)
    values, _ = family.values(lines.level)
    cross = values.cross
    estimates = estimated(
        chosen,
        replace(
            values,
            domain=lines.of_domain[values.domain],
            cross=cross and replace(cross, domain=lines.of_domain[cross.domain]),
        ),
        family.design,
        domains=len(lines.keys),
        item=measured(lines.keys, by),
        own=not PLACES.intersection(by),
    )
    return tuple(_with_kept_back(chosen, family, lines, by, estimates))


def means_of_dimensions(
    chosen: Indicator, family: Family, by: tuple[str, ...]
) -> tuple[IndicatorRow, ...]:
    """Average the printed scores of the dimensions that rest on enough answers, each alike."""
    if not family.release.leaves:
        return ()
    scores = indicator(SCORES)
    inside = {dimension.code for dimension in dimensions() if dimension.in_index}
    lines = _lines(family, (*by, "dimension"))
    values, _ = family.values(lines.level)
    totals = totals_of_values(replace(values, domain=lines.of_domain[values.domain]))
    cross = values.cross
    made = adjustment_of(cross and replace(cross, domain=lines.of_domain[cross.domain]))
    single = means(totals, family.design, domains=len(lines.keys), calibration=made)
    groups = tuple(dict.fromkeys(key[:-1] for key in lines.keys))
    group = np.array([groups.index(key[:-1]) for key in lines.keys], dtype=np.int64)
    enough = np.array(
        [
            estimate.n >= chosen.least_answers and key[-1] in inside
            for key, estimate in zip(lines.keys, single, strict=True)
        ]
    )
    held = np.bincount(group[enough], minlength=len(groups))
    share = np.where(enough, 1 / np.maximum(held[group], 1), 0.0)
    direct = combinations(totals, family.design, group=group, coefficient=share, calibration=made)
    pooled = pooled_variances(
        totals, family.design, item=measured(lines.keys, (*by, "dimension")), calibration=made
    )
    figures = [
        measured_estimate(
            estimate, pooled, np.where(group == place, share, 0.0), own=not PLACES.intersection(by)
        )
        for place, estimate in enumerate(direct)
    ]
    printed = [
        row_of(scores, {}, estimate).value if used else None
        for estimate, used in zip(single, enough.tolist(), strict=True)
    ]
    told = [
        _mean_of(printed, single, group, number, estimate)
        for number, estimate in enumerate(figures)
    ]
    whole = _Lines(lines.level, groups, group[lines.of_domain], group[lines.of_place])
    return tuple(_with_kept_back(chosen, family, whole, by, told))


def _mean_of(
    printed: Sequence[float | None],
    single: Sequence[Estimate],
    group: IntArray,
    number: int,
    estimate: Estimate,
) -> Estimate:
    """Take the mean of printed figures, with the interval of the estimate it stands for."""
    mine = np.flatnonzero(group == number).tolist()
    values = [printed[place] for place in mine]
    known = [value for value in values if value is not None]
    # A person answers for several dimensions and counts once.
    n = max((single[place].n for place in mine), default=0)
    if not known or estimate.value is None:
        return replace(estimate, value=None, n=n)
    value = float(np.mean(known))
    moved = value - estimate.value
    low, high = (
        None if end is None else min(max(end + moved, 0.0), 100.0)
        for end in (estimate.low, estimate.high)
    )
    return replace(estimate, value=value, low=low, high=high, n=n)


def _with_kept_back(
    chosen: Indicator,
    family: Family,
    lines: _Lines,
    by: tuple[str, ...],
    estimates: Sequence[Estimate],
) -> Iterator[IndicatorRow]:
    came = np.bincount(lines.of_place.ravel(), family.people.ravel(), len(lines.keys))
    for number in sorted(range(len(lines.keys)), key=lambda at: lines.keys[at]):
        splits = dict(zip(by, lines.keys[number], strict=True))
        if estimates[number].n:
            yield row_of(chosen, splits, estimates[number])
        elif came[number]:
            reason = _reason(chosen, family, lines.of_place == number)
            yield IndicatorRow(splits, None, None, None, None, None, reason, None)


def _reason(chosen: Indicator, family: Family, inside: BoolArray) -> str:
    """Say why people who answered are in no figure of theirs."""
    limits = limits_of(chosen)
    if not (family.people[inside] >= limits.suppress_below_answers).any():
        return "too_few_answers"
    if not (family.units[inside] >= limits.suppress_below_psus).any():
        return "too_few_units"
    tree, ledger = family.tree, family.release.ledger
    pooled = (ledger.pool >= 0) & inside[tree.place, tree.kind]
    return "counts_with_others" if pooled.any() else "waits_for_others"


def row_of(chosen: Indicator, splits: dict[str, str], estimate: Estimate) -> IndicatorRow:
    """Let an estimate pass the gate, and print it."""
    limits = limits_of(chosen)
    gate = released(estimate, limits, share=chosen.is_share, bounded=chosen.unit == "score")
    shown, of_units = gate.estimate, chosen.protects == "institution"
    if shown is None:
        return IndicatorRow(splits, None, None, None, None, None, gate.suppressed, None)
    counts_people = not of_units or chosen.rows in OBSERVED
    return IndicatorRow(
        splits,
        value=printed_value(shown.value),
        low=printed_value(shown.low),
        high=printed_value(shown.high),
        n=released_count(shown.n, thresholds()) if counts_people else shown.n,
        units=shown.psus if of_units else None,
        suppressed=None,
        # Of what was found in units and meetings nothing is estimated imprecisely.
        precision=None if of_units else gate.precision,
        bound=gate.bound,
    )
