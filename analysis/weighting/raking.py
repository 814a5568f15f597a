"""Raking: one margin after the other until all of them fit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import FloatArray, IntArray, sum_by
from analysis.method_errors import MethodError


@dataclass(frozen=True)
class Margin:
    """The population by the categories of one variable, and where the records belong.

    Attributes
    ----------
    name
        The variable, for messages.
    categories
        Names of the categories, for messages.
    code
        Category code per record, from 0.
    target
        Population per category.
    """

    name: str
    categories: tuple[str, ...]
    code: IntArray
    target: FloatArray


@dataclass(frozen=True)
class Rescaled:
    """A margin whose sum differed from the first one's, and by what it was multiplied."""

    name: str
    sum: float
    factor: float


@dataclass(frozen=True)
class Raking:
    """Raked weights.

    Attributes
    ----------
    weight, g
        Weight per record, and its factor on the starting weight.
    sweeps
        Rounds over all margins.
    rescaled
        Margins that had to be brought to the first one's sum; to be told to whoever reads on.
    """

    weight: FloatArray
    g: FloatArray
    sweeps: int
    rescaled: tuple[Rescaled, ...]


class MarginError(MethodError):
    """A margin that cannot be met; ``margin`` and ``categories`` name what is wrong."""

    def __init__(
        self, code: str, margin: str, categories: tuple[str, ...] = (), **details: object
    ) -> None:
        super().__init__(code, margin=margin, categories=", ".join(categories), **details)
        self.margin = margin
        self.categories = categories


def raked(
    weight: ArrayLike,
    margins: Sequence[Margin],
    *,
    rescale: bool = False,
    tolerance: float = 1e-10,
    sweeps: int = 1000,
) -> Raking:
    """Adjust weights until they meet several one-way margins at once (iterative proportions).

    Parameters
    ----------
    weight
        Starting weights, one per record.
    margins
        What is to be met.
    rescale
        Whether margins whose sums differ are brought to the sum of the first one; each is then
        named in ``rescaled``. Otherwise they are an error.
    tolerance
        Largest relative error of any margin at the end.
    sweeps
        Most rounds over all margins.

    Returns
    -------
    Raking
        Weights that meet every margin.

    Raises
    ------
    MarginError
        If a record has no category, a category with a target has no respondent, a category with
        respondents has no target, sums differ, or ``sweeps`` rounds do not suffice (the margins
        contradict each other on these respondents); it names the margin and the categories.

    References
    ----------
    Deming & Stephan (1940); weights equal R survey ``calibrate(calfun="raking")`` to 1e-10.
    """
    start = np.asarray(weight, dtype=np.float64)
    rescaled = _sums_apart(margins)
    if rescaled and not rescale:
        raise MarginError("margin_sums_apart", rescaled[0].name, first=margins[0].name)
    factor = {margin.name: margin.factor for margin in rescaled}
    for margin in margins:
        _require_feasible(start, margin)
    pairs = [(margin.code, margin.target * factor.get(margin.name, 1.0)) for margin in margins]
    w = start.copy()
    worst: dict[str, float] = {}
    for sweep in range(1, sweeps + 1):
        worst = {}
        for margin, (code, target) in zip(margins, pairs, strict=True):
            held = sum_by(code, w, len(target))
            wanted = target > 0
            worst[margin.name] = float(np.abs(held[wanted] / target[wanted] - 1).max(initial=0))
            w *= np.divide(target, held, out=np.zeros_like(target), where=held > 0)[code]
        if max(worst.values(), default=0.0) < tolerance:
            g = np.divide(w, start, out=np.ones_like(w), where=start > 0)
            return Raking(w, g, sweep, rescaled)
    name = max(worst, key=lambda margin: worst[margin])
    raise MarginError("raking_unsettled", name, sweeps=sweeps, off=f"{worst[name]:.2g}")


def _sums_apart(margins: Sequence[Margin]) -> tuple[Rescaled, ...]:
    sums = [float(margin.target.sum()) for margin in margins]
    return tuple(
        Rescaled(margin.name, total, sums[0] / total if total else 0.0)
        for margin, total in zip(margins, sums, strict=True)
        if not np.isclose(total, sums[0], rtol=1e-9)
    )


def _require_feasible(weight: FloatArray, margin: Margin) -> None:
    size = len(margin.target)
    if ((margin.code < 0) | (margin.code >= size)).any():
        raise MarginError("margin_no_category", margin.name)
    held = sum_by(margin.code, weight, size)
    for wrong, code in (
        ((margin.target > 0) & (held <= 0), "margin_no_respondent"),
        ((margin.target <= 0) & (held > 0), "margin_no_population"),
    ):
        if wrong.any():
            named = tuple(margin.categories[place] for place in np.flatnonzero(wrong))
            raise MarginError(code, margin.name, named)
