"""What weighting did to a sample: margins before and after, spread of the weights, merged cells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from analysis.weighting.design_weights import Cell, Merge, Respondents, Weighting

VARIABLES = ("province", "sex", "age_group")


@dataclass(frozen=True)
class MarginLine:
    """One category before and after weighting.

    Attributes
    ----------
    variable, category
        What the line is about; the category of unknown sex or age is blank.
    n
        Respondents.
    before, after, target
        Share of base weights, of final weights and of the population, 0 to 1, among the provinces
        that have both respondents and margins. ``target`` is None for unknown sex or age.
    """

    variable: str
    category: str
    n: int
    before: float
    after: float
    target: float | None


@dataclass(frozen=True)
class ProvinceLine:
    """The weights within a province.

    Attributes
    ----------
    province
        Its code.
    n
        Respondents.
    population
        Size it is weighted to.
    kish_effect
        n·Σw²/(Σw)² within the province.
    g_low, g_high
        The smallest and the largest factor relative to the province's average factor.
    """

    province: str
    n: int
    population: float
    kish_effect: float
    g_low: float
    g_high: float


@dataclass(frozen=True)
class WeightingReport:
    """A weighting run described.

    Attributes
    ----------
    version
        Name of the run.
    respondents, n_effective
        Number of persons, and what they are worth after unequal weights: n / Kish's effect.
    cv
        Coefficient of variation of the weights, √(Kish's effect − 1).
    kish_effect, largest, extreme_share
        As in :class:`analysis.weighting.design_weights.Weighting`.
    margins, provinces
        See there.
    merges, uncovered, unmatched
        As in :class:`analysis.weighting.design_weights.Weighting`.
    """

    version: str
    respondents: int
    n_effective: float
    cv: float
    kish_effect: float
    largest: float
    extreme_share: float
    margins: tuple[MarginLine, ...]
    provinces: tuple[ProvinceLine, ...]
    merges: tuple[Merge, ...]
    uncovered: tuple[str, ...]
    unmatched: tuple[str, ...]


def weighting_report(
    weighting: Weighting, respondents: Mapping[Cell, Respondents], population: Mapping[Cell, float]
) -> WeightingReport:
    r"""Describe a weighting run.

    .. math:: \mathrm{deff}_w = \frac{n \sum w^2}{(\sum w)^2} = 1 + \mathrm{CV}^2(w)

    Parameters
    ----------
    weighting
        The run.
    respondents, population
        Persons and margins per cell, as given to
        :func:`analysis.weighting.design_weights.poststratified`.

    Returns
    -------
    WeightingReport
        Shares are between 0 and 1; a run without respondents has no margins and no provinces.

    References
    ----------
    Kish (1992), J. Official Statistics 8, 183-200.
    """
    left_out = {*weighting.uncovered, *weighting.unmatched}
    here = {cell: respondent for cell, respondent in respondents.items() if cell[0] not in left_out}
    wanted = {cell: size for cell, size in population.items() if cell[0] not in left_out}
    return WeightingReport(
        version=weighting.version,
        respondents=weighting.respondents,
        n_effective=weighting.respondents / weighting.kish_effect,
        cv=sqrt(max(weighting.kish_effect - 1, 0.0)),
        kish_effect=weighting.kish_effect,
        largest=weighting.largest,
        extreme_share=weighting.extreme_share,
        margins=tuple(_margins(weighting, here, wanted)),
        provinces=tuple(_provinces(weighting, here, wanted)),
        merges=weighting.merges,
        uncovered=weighting.uncovered,
        unmatched=weighting.unmatched,
    )


def _margins(
    weighting: Weighting, here: Mapping[Cell, Respondents], wanted: Mapping[Cell, float]
) -> Iterable[MarginLine]:
    base = sum(respondents.base for respondents in here.values())
    weight = sum(respondents.base * weighting.factors[cell] for cell, respondents in here.items())
    people = sum(wanted.values())
    for place, variable in enumerate(VARIABLES):
        for category in sorted({cell[place] for cell in (*here, *wanted)}):
            mine = [cell for cell in here if cell[place] == category]
            targets = [size for cell, size in wanted.items() if cell[place] == category]
            held = sum(here[cell].base * weighting.factors[cell] for cell in mine)
            yield MarginLine(
                variable,
                category,
                n=sum(here[cell].n for cell in mine),
                before=sum(here[cell].base for cell in mine) / base if base else 0.0,
                after=held / weight if weight else 0.0,
                target=sum(targets) / people if targets and people else None,
            )


def _provinces(
    weighting: Weighting, here: Mapping[Cell, Respondents], wanted: Mapping[Cell, float]
) -> Iterable[ProvinceLine]:
    for province in sorted({cell[0] for cell in here}):
        cells = {
            cell: respondents
            for cell, respondents in here.items()
            if cell[0] == province and respondents.base > 0
        }
        n = sum(cell.n for cell in cells.values())
        base = sum(cell.base for cell in cells.values())
        factors = [weighting.factors[cell] for cell in cells]
        weight = sum(
            respondents.base * weighting.factors[cell] for cell, respondents in cells.items()
        )
        squares = (e.base_squared * weighting.factors[cell] ** 2 for cell, e in cells.items())
        yield ProvinceLine(
            province,
            n,
            population=sum(size for cell, size in wanted.items() if cell[0] == province),
            kish_effect=n * sum(squares) / weight**2 if weight else 1.0,
            g_low=min(factors) * base / weight if weight else 1.0,
            g_high=max(factors) * base / weight if weight else 1.0,
        )
