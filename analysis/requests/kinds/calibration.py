"""Requests that weight a sample to known totals first, and then estimate."""

import re
from collections.abc import Mapping
from typing import cast

import numpy as np

from analysis.arrays import FloatArray
from analysis.requests.given.designs import sample_of
from analysis.requests.given.errors import nearest
from analysis.requests.given.expressions import evaluated
from analysis.requests.given.request import Kind, Request, RequestError, Row, listed
from analysis.requests.given.tables import Levels, Table, levels, missing
from analysis.requests.kinds.weighted import Weighted, answers_of
from analysis.weighting.calibration import DistanceName, calibrated, dummies
from analysis.weighting.raking import Margin, raked
from schemas.protocol.estimate_requests import ToMargins, ToTotals

_JOINED = re.compile(r"\s*[:×*,|]\s*")
_INTERCEPTS = {"intercept", "(Intercept)", "one", "1"}


def poststratify(request: Request) -> list[Row]:
    """Answer ``poststratify``: ``margins`` hold the population by the categories of a variable.

    Several variables crossed are written with a colon: ``{"sex:age": {"F:18-24": 10}}``.
    """
    if len(request.wanted("margins")) != 1:
        raise RequestError("one_margin")
    if request.estimate.get("rescale"):
        raise RequestError("one_margin")
    return rake(request)


def rake(request: Request) -> list[Row]:
    """Answer ``rake``: ``margins`` hold the population by the categories of each variable.

    With ``"rescale": true`` margins of another sum than the first one's are brought to it.
    """
    sample = sample_of(request)
    margins = _margins(sample.table, request.wanted("margins"))
    rescale = bool(request.estimate.get("rescale"))
    x = np.hstack([dummies(margin.code, len(margin.target)) for margin in margins])
    weighted = Weighted.by(sample, lambda base: raked(base, margins, rescale=rescale).g, x)
    return answers_of(request, weighted)


def calibrate(request: Request) -> list[Row]:
    """Answer ``calibrate``: ``totals`` of an intercept, of columns, of categories of columns.

    ``calfun`` is linear (default), raking, logit, truncated or sinh; ``bounds`` [L, U] make linear
    truncated. ``variance`` says how the variance of what is estimated grows with the calibration
    variables. ``where`` limits what is estimated, not what is calibrated.
    """
    sample = sample_of(request)
    totals = cast("Mapping[str, float]", request.wanted("totals"))
    x = np.column_stack([_variable(sample.table, name) for name in totals])
    bounds = request.estimate.get("bounds")
    name = str(request.estimate.get("calfun") or "linear")
    if name == "linear" and bounds:
        name = "truncated"
    scale = _scale(request, sample.table, x)

    def factors(base: FloatArray) -> FloatArray:
        return calibrated(
            base,
            x,
            list(totals.values()),
            distance=cast("DistanceName", name),
            bounds=tuple(bounds) if bounds else None,
            scale=scale,
            names=list(totals),
        ).g

    return answers_of(request, Weighted.by(sample, factors, x, scale))


def _scale(request: Request, table: Table, x: FloatArray) -> FloatArray | None:
    """Q = 1/v of the model variance v: an expression, or coefficients of the variables."""
    said = request.estimate.get("variance")
    if said is None:
        return None
    if isinstance(said, str):
        variance = np.asarray(evaluated(said, table), dtype=np.float64)
    else:
        totals = list(request.wanted("totals"))
        if isinstance(said, Mapping):
            strange = [name for name in said if name not in totals]
            if strange:
                raise RequestError("no_total", entry=strange[0], near=nearest(strange[0], totals))
            said = [said.get(name, 0.0) for name in totals]
        coefficients = np.array(listed(said), dtype=np.float64)
        if len(coefficients) != x.shape[1]:
            raise RequestError("variance_count", count=x.shape[1])
        variance = x @ coefficients
    if not (variance > 0).all():
        raise RequestError("variance_not_positive")
    result: FloatArray = 1 / variance
    return result


def _margins(table: Table, entry: Mapping[str, Mapping[str, float]]) -> list[Margin]:
    return [_margin(table, variable, sizes) for variable, sizes in entry.items()]


def _margin(table: Table, variable: str, sizes: Mapping[str, float]) -> Margin:
    label = _categories(table, variable)
    known = {":".join(_JOINED.split(name.strip())): size for name, size in sizes.items()}
    order = {name: code for code, name in enumerate(known)}
    if strange := sorted(set(label) - order.keys()):
        raise RequestError("margin_category", margin=variable, category=strange[0])
    return Margin(
        variable,
        tuple(known),
        np.array([order[code] for code in label], dtype=np.int64),
        np.array(list(known.values()), dtype=np.float64),
    )


def _categories(table: Table, variable: str) -> list[str]:
    parts = [variable] if variable in table.columns else _JOINED.split(variable.strip())
    coded = [_levels(table, part) for part in parts]
    texts = [[str(levels.labels[code]) for code in levels.code.tolist()] for levels in coded]
    return [":".join(labels) for labels in zip(*texts, strict=True)]


def _levels(table: Table, name: str) -> Levels:
    column = evaluated(name, table)
    if missing(column).any():
        raise RequestError("calibration_missing", column=name)
    return levels(column)


def _variable(table: Table, name: str) -> FloatArray:
    """A calibration variable: 1, a column of numbers, or a category named after its column."""
    if name in _INTERCEPTS:
        return np.ones(table.rows)
    if name in table.columns:
        numbers = table.numbers(name)
        if np.isnan(numbers).any():
            raise RequestError("calibration_missing", column=name)
        return numbers
    for column in sorted(table.columns, key=len, reverse=True):
        if name.startswith(column):
            found = _levels(table, column)
            texts = [str(label) for label in found.labels]
            if name.removeprefix(column) in texts:
                return dummies(found.code, len(texts))[:, texts.index(name.removeprefix(column))]
    return evaluated(name, table)


KINDS: dict[str, Kind] = {
    "poststratify": Kind(poststratify, ToMargins, divides=True),
    "rake": Kind(rake, ToMargins, divides=True),
    "calibrate": Kind(calibrate, ToTotals, divides=True),
    "calibrate_domain": Kind(calibrate, ToTotals, divides=True),
}
"""The kinds of this module by name."""
