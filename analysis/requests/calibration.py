"""Requests that weight a sample to known totals first, and then estimate."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.calibration import DistanceName, calibrated, dummies
from analysis.estimation import Estimate, Inference, means, ratios, sums
from analysis.raking import Margin, raked
from analysis.requests.designs import Sample, names, sample_of
from analysis.requests.expressions import evaluated
from analysis.requests.request import Kind, Request, RequestError, Row
from analysis.requests.tables import Levels, Table, levels, missing
from analysis.residuals import adjustment
from analysis.totals import psu_totals

_ASKED = re.compile(r"^\s*(mean|total|ratio|proportion)\s+(.+?)(?:\s+by\s+(.+?))?\s*$")
_JOINED = re.compile(r"\s*[:×*,|]\s*")
_INTERCEPTS = {"intercept", "(Intercept)", "one", "1"}


@dataclass(frozen=True)
class Weighted:
    """A sample after calibration: the factor g, and the variables it was calibrated on."""

    sample: Sample
    g: FloatArray
    x: FloatArray

    @property
    def weight(self) -> FloatArray:
        """Final weight per record."""
        return self.sample.weight * self.g


def poststratify(request: Request) -> list[Row]:
    """Answer ``poststratify``: ``margins`` hold the population by the categories of a variable.

    Several variables crossed are written with a colon: ``{"sex:age": {"F:18-24": 10}}``.
    """
    sample = sample_of(request)
    margins = cast("Mapping[str, Mapping[str, float]]", request.wanted("margins"))
    if len(margins) != 1:
        raise RequestError("post-stratification takes one variable, or several crossed as 'a:b'")
    (margin,) = _margins(sample.table, margins)
    run = raked(sample.weight, [margin], rescale=False)
    return _answers(request, Weighted(sample, run.g, dummies(margin.code, len(margin.target))))


def rake(request: Request) -> list[Row]:
    """Answer ``rake``: ``margins`` hold the population by the categories of each variable.

    With ``"rescale": true`` margins of another sum than the first one's are brought to it.
    """
    sample = sample_of(request)
    margins = _margins(sample.table, request.wanted("margins"))
    run = raked(sample.weight, margins, rescale=bool(request.estimate.get("rescale")))
    x = np.hstack([dummies(each.code, len(each.target)) for each in margins])
    return _answers(request, Weighted(sample, run.g, x))


def calibrate(request: Request) -> list[Row]:
    """Answer ``calibrate``: ``totals`` of an intercept, of columns, of categories of columns.

    ``calfun`` is linear (default), raking, logit or truncated; ``bounds`` [L, U] make linear
    truncated. ``where`` limits what is estimated, not what is calibrated.
    """
    sample = sample_of(request)
    totals = cast("Mapping[str, float]", request.wanted("totals"))
    x = np.column_stack([_variable(sample.table, name) for name in totals])
    bounds = request.estimate.get("bounds")
    name = str(request.estimate.get("calfun", "linear"))
    if name == "linear" and bounds:
        name = "truncated"
    if name not in {"linear", "raking", "truncated", "logit"}:
        raise RequestError(f"no calibration function {name!r} is known")
    run = calibrated(
        sample.weight,
        x,
        list(totals.values()),
        distance=cast("DistanceName", name),
        bounds=tuple(bounds) if bounds else None,
        names=list(totals),
    )
    return _answers(request, Weighted(sample, run.g, x))


def _margins(table: Table, entry: Mapping[str, Mapping[str, float]]) -> list[Margin]:
    return [_margin(table, variable, sizes) for variable, sizes in entry.items()]


def _margin(table: Table, variable: str, sizes: Mapping[str, float]) -> Margin:
    label = _categories(table, variable)
    known = {":".join(_JOINED.split(name.strip())): size for name, size in sizes.items()}
    order = {name: code for code, name in enumerate(known)}
    if strange := sorted(set(label) - order.keys()):
        raise RequestError(f"margin {variable!r} has no population for category {strange[0]!r}")
    return Margin(
        variable,
        tuple(known),
        np.array([order[each] for each in label], dtype=np.int64),
        np.array(list(known.values()), dtype=np.float64),
    )


def _categories(table: Table, variable: str) -> list[str]:
    parts = [variable] if variable in table.columns else _JOINED.split(variable.strip())
    coded = [_levels(table, part) for part in parts]
    texts = [[str(each.labels[code]) for code in each.code.tolist()] for each in coded]
    return [":".join(labels) for labels in zip(*texts, strict=True)]


def _levels(table: Table, name: str) -> Levels:
    column = evaluated(name, table)
    if missing(column).any():
        raise RequestError(
            f"the column {name!r} has missing entries: nothing can be weighted to it"
        )
    return levels(column)


def _variable(table: Table, name: str) -> FloatArray:
    """Give a calibration variable: 1, a column of numbers, or a category named after its column."""
    if name in _INTERCEPTS:
        return np.ones(table.rows)
    if name in table.columns:
        return table.numbers(name)
    for column in sorted(table.columns, key=len, reverse=True):
        if name.startswith(column):
            found = _levels(table, column)
            texts = [str(each) for each in found.labels]
            if name.removeprefix(column) in texts:
                return dummies(found.code, len(texts))[:, texts.index(name.removeprefix(column))]
    return evaluated(name, table)


def _answers(request: Request, weighted: Weighted) -> list[Row]:
    rows = [row for part in _asked(request, weighted) for row in _estimated(weighted, part)]
    first = {"key": "weights_first6", "est": weighted.weight[:6].tolist()}
    return [*rows, first]


def _asked(request: Request, weighted: Weighted) -> list[str]:
    """Give what is to be estimated; if nothing is said, the mean of every column of numbers."""
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


def _estimated(weighted: Weighted, part: str) -> list[Row]:
    match = _ASKED.match(part)
    if match is None:
        raise RequestError(f"{part.strip()!r} is not understood: say 'mean x', 'total x by g' …")
    kind, written, by = match.groups()
    rows: list[Row] = []
    for group, inside in _groups(weighted.sample, by):
        for key, y, over in _values(weighted.sample.table, kind, written):
            rows.append({**group, "key": key, **_row(weighted, kind, inside, y, over)})
    return rows


def _groups(sample: Sample, by: str | None) -> list[tuple[dict[str, Any], BoolArray]]:
    if by is None:
        return [({}, sample.inside)]
    columns = names(by)
    coded = [levels(evaluated(name, sample.table)) for name in columns]
    code = np.stack([each.code for each in coded], axis=1)
    present = np.unique(code[(code >= 0).all(axis=1) & sample.inside], axis=0)
    return [
        (
            {name: each.labels[at] for name, each, at in zip(columns, coded, row, strict=True)},
            sample.inside & (code == row).all(axis=1),
        )
        for row in present
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
    weighted: Weighted, kind: str, inside: BoolArray, y: FloatArray, over: FloatArray | None
) -> Row:
    sample = weighted.sample
    domain: IntArray = np.where(inside, 0, -1)
    totals = psu_totals(domain=domain, psu=sample.unit, weight=weighted.weight, value=y, over=over)
    made = adjustment(
        psu=sample.unit,
        psus=sample.design.units,
        base=sample.weight,
        g=weighted.g,
        x=weighted.x,
        domain=domain,
        value=y,
        over=over,
    )
    estimator = cast(
        "Callable[..., tuple[Estimate, ...]]", {"total": sums, "ratio": ratios}.get(kind, means)
    )
    choices = Inference(lonely=sample.choices.lonely, df="design", replacement=False)
    (got,) = estimator(totals, sample.design, domains=1, inference=choices, calibration=made)
    return {
        "est": got.value,
        "se": got.standard_error,
        "lci": got.low,
        "uci": got.high,
        "df": got.df,
    }


KINDS: dict[str, Kind] = {
    "poststratify": poststratify,
    "rake": rake,
    "calibrate": calibrate,
    "calibrate_domain": calibrate,
}
