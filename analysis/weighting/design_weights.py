"""Weights: base weight × post-stratification to province × sex × age, by cell.

The weight of a respondent is the base weight of the visit times one factor per cell, so a whole
round is described by a table of at most a thousand factors; no weight is stored per record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby

from analysis.weighting.sparse_cells import neighbours_joined

Cell = tuple[str, str, str]
"""Province, sex, age group; sex and age group are empty where unknown."""

EXTREME = 5.0


@dataclass(frozen=True)
class Respondents:
    """The interviewed persons of one cell: how many, and their base weights added up."""

    n: int
    base: float
    base_squared: float


@dataclass(frozen=True)
class Merge:
    """Cells too sparse to be weighted alone, weighted together."""

    province: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Weighting:
    """One weighting run.

    Attributes
    ----------
    version
        Names the run: equal factors have equal names.
    factors
        What a base weight is multiplied by, per cell that has respondents.
    groups
        The cells weighted together, sparse or not; cells of unknown sex or age are in none.
    merges
        Sparse cells that share a factor, sparse provinces that have one factor in all.
    uncovered
        Provinces of the margins without a respondent: nobody speaks for them.
    unmatched
        Provinces with respondents but without margins: their weights stay base weights.
    respondents
        Number of persons.
    kish_effect
        Kish's design effect of unequal weights, n·Σw² / (Σw)².
    largest
        Largest weight relative to the mean weight.
    extreme_share
        Share of respondents weighing more than five times the mean.
    """

    version: str
    factors: dict[Cell, float]
    groups: tuple[tuple[Cell, ...], ...]
    merges: tuple[Merge, ...]
    uncovered: tuple[str, ...]
    unmatched: tuple[str, ...]
    respondents: int
    kish_effect: float
    largest: float
    extreme_share: float


def poststratified(
    respondents: Mapping[Cell, Respondents], margins: Mapping[Cell, float], *, least: int
) -> Weighting:
    r"""Weight respondents to the population of their province by sex and age group.

    .. math:: g_c = N_c \Big/ \sum_{r \in c} d_r

    Respondents of unknown sex or age keep the average factor of their province,
    :math:`N_p/\sum_p d`; the known cells share what remains, so each province adds up to its
    population. Within a sex, an age group with fewer than ``least`` respondents is merged with the
    next older one; a province where a whole sex has fewer is weighted as one cell.

    Parameters
    ----------
    respondents
        Persons per cell.
    margins
        Population per cell; sex and age group are never empty here.
    least
        Fewest respondents a cell may have.

    Returns
    -------
    Weighting
        Factors, and everything that was merged, uncovered or unmatched.

    References
    ----------
    Särndal, Swensson & Wretman (1992), §7.6; equals R survey ``postStratify``.
    """
    factors: dict[Cell, float] = {}
    groups: list[tuple[Cell, ...]] = []
    provinces = sorted({province for province, _, _ in margins})
    present = {province for province, _, _ in respondents}
    for province in provinces:
        here = {cell: respondent for cell, respondent in respondents.items() if cell[0] == province}
        if here:
            target = {cell: size for cell, size in margins.items() if cell[0] == province}
            found, joined = _province_factors(here, target, least)
            factors |= found
            groups += joined
    unmatched = tuple(sorted(present - set(provinces)))
    factors |= {cell: 1.0 for cell in respondents if cell[0] in unmatched}
    return _described(
        respondents,
        factors,
        groups=tuple(groups),
        uncovered=tuple(province for province in provinces if province not in present),
        unmatched=unmatched,
    )


def _province_factors(
    here: Mapping[Cell, Respondents], target: Mapping[Cell, float], least: int
) -> tuple[dict[Cell, float], list[tuple[Cell, ...]]]:
    population = sum(target.values())
    total = sum(respondents.base for respondents in here.values())
    if total <= 0:
        return dict.fromkeys(here, 0.0), []
    known = sum(respondents.base for cell, respondents in here.items() if cell in target)
    groups = _groups(here, target, least)
    factors = dict.fromkeys(here, population / total)
    for group in groups:
        base = sum(here[cell].base for cell in group if cell in here)
        share = sum(target[cell] for cell in group) * known / total
        factors |= {cell: share / base for cell in group if cell in here}
    return factors, [tuple(group) for group in groups]


def _groups(
    here: Mapping[Cell, Respondents], target: Mapping[Cell, float], least: int
) -> list[list[Cell]]:
    by_sex = [
        _joined(list(cells), here, least)
        for _, cells in groupby(sorted(target), key=lambda cell: cell[1])
    ]
    if any(_size(group, here) < least for groups in by_sex for group in groups):
        return [sorted(target)] if any(cell in here for cell in target) else []
    return [group for groups in by_sex for group in groups]


def _joined(cells: list[Cell], here: Mapping[Cell, Respondents], least: int) -> list[list[Cell]]:
    sizes = [_size([cell], here) for cell in cells]
    return [[cells[place] for place in group] for group in neighbours_joined(sizes, least)]


def _size(group: list[Cell], here: Mapping[Cell, Respondents]) -> int:
    return sum(here[cell].n for cell in group if cell in here and here[cell].base > 0)


def _described(
    respondents: Mapping[Cell, Respondents],
    factors: dict[Cell, float],
    *,
    groups: tuple[tuple[Cell, ...], ...],
    uncovered: tuple[str, ...],
    unmatched: tuple[str, ...],
) -> Weighting:
    n = sum(respondent.n for respondent in respondents.values())
    weight = sum(respondent.base * factors[cell] for cell, respondent in respondents.items())
    square = sum(
        respondent.base_squared * factors[cell] ** 2 for cell, respondent in respondents.items()
    )
    mean = weight / n if n else 0.0
    # Base weights vary little within a cell, so the cell's own mean stands for its members here.
    relative = [
        (respondent.n, respondent.base / respondent.n * factors[cell] / mean)
        for cell, respondent in respondents.items()
        if respondent.n and mean
    ]
    return Weighting(
        version=_version(factors),
        factors=factors,
        groups=groups,
        merges=tuple(
            Merge(group[0][0], tuple((sex, age) for _, sex, age in group))
            for group in groups
            if len(group) > 1
        ),
        uncovered=uncovered,
        unmatched=unmatched,
        respondents=n,
        kish_effect=n * square / weight**2 if weight else 1.0,
        largest=max((size for _, size in relative), default=1.0),
        extreme_share=sum(count for count, size in relative if size > EXTREME) / n if n else 0.0,
    )


def _version(factors: Mapping[Cell, float]) -> str:
    lines = "\n".join(f"{'|'.join(cell)} {factor:.12g}" for cell, factor in sorted(factors.items()))
    return f"poststrat-{blake2b(lines.encode(), digest_size=5).hexdigest()}"
