"""What is estimated from a sample after it was weighted to known totals."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.estimation.estimation import Estimate, means, ratios, sums
from analysis.estimation.replicates import Replicates
from analysis.estimation.residuals import adjustment
from analysis.requests.given.designs import Sample
from analysis.requests.given.domains import domains_by, names
from analysis.requests.given.expressions import evaluated
from analysis.requests.given.request import Request, RequestError, Row
from analysis.requests.given.tables import Table, levels
from analysis.requests.kinds.figures import estimates_of
from analysis.sampling.totals import psu_totals

if TYPE_CHECKING:
    from analysis.estimation.replicated import Statistic

_ASKED = re.compile(r"^\s*(mean|total|ratio|proportion)\s+(.+?)(?:\s+by\s+(.+?))?\s*$")
Calibrate = Callable[[FloatArray], FloatArray]
"""From base weights to the factors g that calibrate them."""


@dataclass(frozen=True)
class Weighted:
    """A sample after calibration: the factor g, and the variables it was calibrated on.

    ``scale`` is q of :func:`analysis.weighting.calibration.calibrated`. ``replicates`` are those of
    the sample, each calibrated in its turn; their units are records.
    """

    sample: Sample
    g: FloatArray
    x: FloatArray
    scale: FloatArray | None = None
    replicates: Replicates | None = None

    @classmethod
    def by(
        cls,
        sample: Sample,
        calibrate: Calibrate,
        x: FloatArray,
        scale: FloatArray | None = None,
    ) -> "Weighted":
        """Calibrate a sample, and each of its replicates."""
        g = calibrate(sample.weight)
        given = sample.replicates
        if given is None:
            return cls(sample, g, x, scale)
        factors = given.factor[:, sample.unit]
        repeated = np.array([f * calibrate(sample.weight * f) for f in factors])
        relative = np.divide(repeated, g, out=np.zeros_like(repeated), where=g != 0)
        return cls(sample, g, x, scale, replace(given, factor=relative))

    @property
    def weight(self) -> FloatArray:
        """Final weight per record."""
        return self.sample.weight * self.g

    @property
    def replicated(self) -> Sample:
        """The sample with its final weights and replicates, every record a unit."""
        units = np.arange(self.sample.table.rows)
        weight, replicates = self.weight, self.replicates
        return replace(self.sample, weight=weight, unit=units, replicates=replicates)


def answers_of(request: Request, weighted: Weighted) -> list[Row]:
    """The rows of what is asked for, the first weights and the range of the factors g."""
    by = request.estimate.get("by")
    rows = [row for part in _asked(request, weighted) for row in _estimated(weighted, part, by)]
    g = weighted.g[weighted.sample.weight > 0]
    span = [float(g.min()), float(g.max())] if len(g) else [None, None]
    return [
        *rows,
        {"key": "weights_first6", "est": weighted.weight[:6].tolist()},
        {"key": "g_range", "est": span},
    ]


def _asked(request: Request, weighted: Weighted) -> list[str]:
    """What is to be estimated; if nothing is said, the mean of every column of numbers."""
    if then := request.estimate.get("then"):
        return [part for part in str(then).split(";") if part.strip()]
    if wanted := request.estimate.get("y"):
        return [f"mean {name}" for name in names(wanted)]
    used = set(map(str, request.design.values()))
    columns = weighted.sample.table.columns
    return [
        f"mean {name}"
        for name, column in columns.items()
        if column.dtype != object and name not in used
    ]


def _estimated(weighted: Weighted, part: str, by: Any) -> list[Row]:
    match = _ASKED.match(part)
    if match is None:
        raise RequestError("then_unread", given=part.strip())
    kind, written, own = match.groups()
    sample = weighted.sample
    domains = domains_by(own or by, sample.table, sample.inside)
    return [
        {**label, "key": key, **_row(weighted, kind, domains.code == number, y=y, over=over)}
        for number, label in enumerate(domains.labels)
        for key, y, over in _values(sample.table, kind, written)
    ]


def _values(
    table: Table, kind: str, written: str
) -> list[tuple[str, FloatArray, FloatArray | None]]:
    if kind == "ratio":
        above, _, below = written.partition("/")
        return [(written, evaluated(above.strip(), table), evaluated(below.strip(), table))]
    found: list[tuple[str, FloatArray, FloatArray | None]] = []
    for name in names(written):
        column = evaluated(name, table)
        if kind == "proportion" or column.dtype == object:
            coded = levels(column)
            for code, label in enumerate(coded.labels):
                y = np.where(coded.code < 0, np.nan, (coded.code == code).astype(np.float64))
                found.append((f"{name}{label}", y, None))
        else:
            found.append((name, column, None))
    return found


def _row(
    weighted: Weighted, kind: str, inside: BoolArray, *, y: FloatArray, over: FloatArray | None
) -> Row:
    got = _estimate(weighted, kind, np.where(inside, 0, -1), y=y, over=over)
    return {
        "est": got.value,
        "se": got.standard_error,
        "lci": got.low,
        "uci": got.high,
        "df": got.df,
    }


def _estimate(
    weighted: Weighted, kind: str, domain: IntArray, *, y: FloatArray, over: FloatArray | None
) -> Estimate:
    sample = weighted.sample if weighted.replicates is None else weighted.replicated
    totals = psu_totals(domain=domain, psu=sample.unit, weight=weighted.weight, value=y, over=over)
    if weighted.replicates is not None:
        statistic = cast("Statistic", {"proportion": "mean"}.get(kind, kind))
        return estimates_of(sample, statistic, totals, 1)[0]
    made = adjustment(
        psu=sample.unit,
        psus=sample.design.units,
        base=sample.weight,
        g=weighted.g,
        x=weighted.x,
        domain=domain,
        value=y,
        over=over,
        scale=weighted.scale,
    )
    estimator = cast(
        "Callable[..., tuple[Estimate, ...]]", {"total": sums, "ratio": ratios}.get(kind, means)
    )
    inference = replace(sample.inference, replacement=False)
    (got,) = estimator(totals, sample.design, domains=1, inference=inference, calibration=made)
    return got
