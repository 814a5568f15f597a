"""What ``izdes estimate`` can be asked for, one model a kind: docs/estimate.md explains each entry.

Nothing that is not written down here is taken: a misspelt ``where`` must not estimate everybody.
"""

from typing import Annotated, Literal

from pydantic import Field

from schemas.protocol.estimate_designs import Names
from schemas.wire import Wire

Level = Annotated[float, Field(gt=0, lt=1)]
Labels = str | float | list[str | float]


class Entries(Wire):
    """What every kind takes."""

    kind: str
    where: str | None = None
    by: Names | None = None


class Sampled(Entries):
    """What every estimate with a standard error from the design takes."""

    level: Level | None = None
    df: Annotated[float, Field(gt=0)] | None = None
    na_rm: bool | None = None


class Replicated(Wire):
    """What making replicates takes; see the entries of the same name in the design."""

    replicates: Annotated[int, Field(ge=2)] | None = None
    seed: Annotated[int, Field(ge=0)] | None = None
    rho: Annotated[float, Field(ge=0, lt=1)] | None = None


class Figures(Sampled):
    """Means, totals, proportions; ratios written as a/b where several kinds are asked for."""

    y: Names
    deff: bool | Literal["replace"] | None = None


class Ratio(Sampled):
    """A ratio of two totals."""

    num: str | None = None
    den: str | None = None
    y: Names | None = None
    deff: bool | Literal["replace"] | None = None


class Contrast(Sampled):
    """Coefficients times estimates, of variables or of domains."""

    y: Names
    coef: float | list[float] | dict[str, float]
    of: Literal["mean", "total"] | None = None


class DomainDifference(Sampled):
    """One domain less another."""

    y: Names
    by: Names
    plus: Labels
    minus: Labels
    of: Literal["mean", "total"] | None = None


class ProportionIntervals(Sampled):
    """Intervals of a share by several methods."""

    y: Names
    methods: Names | None = None


class Quantiles(Sampled):
    """Quantiles with Woodruff's interval."""

    y: Names
    q: str | float | list[float] | None = None
    qrule: str | None = None
    interval: str | None = None


class Independence(Sampled):
    """Two columns that may have nothing to do with each other."""

    vars: Names


class Regression(Sampled):
    """A formula; ``levels`` says the order of categories, the first being compared with."""

    formula: str
    levels: dict[str, list[str | float]] | None = None


class Weighting(Sampled):
    """What is estimated after weighting to what is known of the population."""

    y: Names | None = None
    then: str | None = None


class ToMargins(Weighting):
    """Population sizes by the categories of variables."""

    margins: dict[str, dict[str, float]]
    rescale: bool | None = None


class ToTotals(Weighting):
    """Population totals of variables."""

    totals: dict[str, float]
    calfun: Literal["linear", "raking", "truncated", "logit", "sinh"] | None = None
    bounds: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    variance: float | str | list[float] | dict[str, float] | None = None


class FayHerriot(Entries):
    """A model of areas' direct estimates."""

    formula: str
    method: str | list[str] | None = None
    levels: dict[str, list[str | float]] | None = None


class UnitLevel(Entries):
    """A model of records in areas, whose population means lie in another table."""

    formula: str
    means: str
    means_area: str | None = None
    means_columns: Names | None = None
    means_size: str | None = None
    method: Literal["REML", "ML"] | None = None


class DirectAreas(Entries):
    """Means of domains from their records alone, their sizes being known."""

    y: str


class RankRegion(Entries):
    """Estimates with standard errors or margins of error."""

    y: str
    se: str | None = None
    moe68: str | None = None
    moe80: str | None = None
    moe90: str | None = None
    moe95: str | None = None
    moe99: str | None = None
    confidence: Level | None = None
    method: str | None = None
    rounding: str | None = None
    order: str | None = None


class ManyTests(Entries):
    """p-values: a list, or a column."""

    p: str | list[float]
    level: Level | None = None


class Battery(Entries):
    """Items, named one by one or as a range of columns."""

    items: Names | None = None
    scale: str | None = None
    rows: str | None = None
    missing: str | None = None


class KeyedBattery(Battery):
    """A battery some of whose items run the other way."""

    reversed: Names | None = None


class Polychoric(Battery):
    """A battery of ordered answers."""

    method: str | None = None


class Ordinal(Sampled):
    """Ordered answers explained by characteristics."""

    formula: str
    order: Labels | None = None
    hessian: Literal["differenced", "exact"] | None = None
    levels: dict[str, list[str | float]] | None = None


class RandomIntercepts(Entries):
    """A formula with random intercepts, ``(1|group)``."""

    formula: str
    levels: dict[str, list[str | float]] | None = None


class Intraclass(Entries):
    """One grouping of one variable."""

    y: str
    group: str
    x: Names | None = None


class Shares(Entries):
    """Shares of the explained variance."""

    y: str
    x: Names


class Paths(Entries):
    """Blocks of items and the arrows between them."""

    blocks: dict[str, list[str | list[str]]]
    paths: list[Annotated[list[str], Field(min_length=2, max_length=2)]]
    scheme: Literal["path", "centroid", "factorial"] | None = None
    scaled: bool | None = None
