"""Requests about small areas, ranks and many tests at once."""

import re
from typing import Any, cast, get_args

import numpy as np
from scipy.special import ndtri

from analysis.arrays import BoolArray, FloatArray
from analysis.figures.ranks import Simultaneous, critical_values, ranks_of_intervals
from analysis.models.multiplicity import adjusted
from analysis.requests.given.expressions import evaluated
from analysis.requests.given.formulas import Model, model_of
from analysis.requests.given.request import Kind, Request, RequestError, Row, listed
from analysis.requests.given.tables import Table, missing, plain
from analysis.requests.kinds.direct_areas import direct
from analysis.small_areas.fay_herriot import FayHerriot as Fitted
from analysis.small_areas.fay_herriot import Method, fay_herriot
from analysis.small_areas.unit_level import unit_level
from schemas.protocol.estimate_designs import AreaRecords, Areas, Direct, Listed, Undesigned
from schemas.protocol.estimate_requests import (
    DirectAreas,
    FayHerriot,
    ManyTests,
    RankRegion,
    UnitLevel,
)

PRECISION_OF_LEVEL = re.compile(r"^moe(\d{2})$")


def area_level(request: Request) -> list[Row]:
    """Answer ``fay_herriot``: a direct estimate and its variance per area, and a formula.

    Several methods, as a list, give a row each.
    """
    table = _without_dropped(request)
    model = _model(request, table)
    variance = evaluated(str(_designed(request, "vardir")), table)
    used = model.complete & ~missing(variance)
    area = request.design.get("area")
    areas: Row = {"area": _plain_list(table, area, used)} if area else {}
    return [
        _area_level_row(
            fay_herriot(model.outcome[used], variance[used], model.matrix[used], method=method),
        )
        | {"coefficients": list(model.names)}
        | areas
        for method in _methods(request)
    ]


def _methods(request: Request) -> list[Method]:
    methods = listed(request.estimate.get("method") or "REML")
    for method in methods:
        if method not in get_args(Method):
            known = ", ".join(get_args(Method))
            raise RequestError("not_one_of", place="estimate.method", given=method, known=known)
    return cast("list[Method]", methods)


def _area_level_row(fit: Fitted) -> Row:
    return {
        "method": fit.method,
        "refvar": fit.refvar,
        "beta": fit.beta.tolist(),
        "beta_se": fit.beta_se.tolist(),
        "loglik": fit.loglik,
        "eblup": fit.eblup.tolist(),
        "mse": fit.mse.tolist(),
    }


def _model(request: Request, table: Table) -> Model:
    """Read the formula; a right side alone is about the design's ``y``."""
    text = str(request.wanted("formula"))
    left, sign, _ = text.partition("~")
    if not sign or not left.strip():
        text = f"{_designed(request, 'y')} ~ {text.removeprefix('~')}"
    return model_of(text, table, order=request.estimate.get("levels"))


def nested_error(request: Request) -> list[Row]:
    """Answer ``BHF_unit_level``: records, a formula, and the areas' means in another table.

    Their columns may be named in the estimate (``means_area``, ``means_columns``,
    ``means_size``); else they are those whose names hold the names of the records' columns.
    """
    table = _without_dropped(request)
    means = request.read_table(str(request.wanted("means")))
    model = _model(request, table)
    used = model.complete
    area = str(_designed(request, "area"))
    areas = _area_column(request, means, area)
    codes = {label: code for code, label in enumerate(areas)}
    of_record = _plain_list(table, area, used)
    unknown = [label for label in of_record if label not in codes]
    if unknown:
        raise RequestError("no_area", area=unknown[0])
    sizes = _size_column(request, means)
    fit = unit_level(
        model.outcome[used],
        model.matrix[used],
        [codes[label] for label in of_record],
        area_means=_area_means(request, means, model),
        area_sizes=None if sizes is None else means.numbers(sizes),
        method=request.estimate.get("method") or "REML",
    )
    return [
        {
            "eblup": {
                "domain": areas,
                "eblup": fit.eblup.tolist(),
                "sampsize": fit.sampled.tolist(),
            },
            "fixed": fit.fit.beta.tolist(),
            "refvar": fit.fit.between,
            "errorvar": fit.fit.within,
            "mse": fit.mse.tolist(),
        }
    ]


def rank_region(request: Request) -> list[Row]:
    """Answer ``joint_rank_region``: estimates with standard errors or margins of error."""
    table, wanted = _without_dropped(request), request.estimate
    estimates = evaluated(str(request.wanted("y")), table)
    errors = _standard_errors(request, table)
    method = str(wanted.get("method") or "independence").lower()
    if method not in {"independence", "bonferroni"}:
        raise RequestError(
            "not_one_of", place="estimate.method", given=method, known="independence, bonferroni"
        )
    count = int((~np.isnan(estimates) & ~np.isnan(errors)).sum())
    confidence = float(wanted.get("confidence") or 0.9)
    z = critical_values(count, confidence, cast("Simultaneous", method))
    low, high = estimates - z * errors, estimates + z * errors
    decimals, touching = _rounding(str(wanted.get("rounding") or ""))
    if decimals is not None:
        low, high = _rounded(low, decimals), _rounded(high, decimals)
    highest_first = str(wanted.get("order") or "ascending").startswith(("desc", "high"))
    region = ranks_of_intervals(
        low, high, estimates=estimates, highest_first=highest_first, touching_differ=touching
    )
    names = [name for name, column in table.columns.items() if column.dtype == object]
    return [
        {name: table.columns[name][k] for name in names}
        | {"rank": int(region.rank[k]), "lo": int(region.lo[k]), "hi": int(region.hi[k])}
        for k in range(table.rows)
    ]


def false_discoveries(request: Request) -> list[Row]:
    """Answer ``benjamini_hochberg`` (or ``holm``): p-values, given or a column."""
    p = request.wanted("p")
    values = request.table.numbers(p) if isinstance(p, str) else np.array(listed(p), np.float64)
    level = float(request.estimate.get("level") or 0.05)
    both = adjusted(values)
    chosen = both.family_wise if request.estimate["kind"] == "holm" else both.false_discovery
    return [
        {
            "bh": both.false_discovery.tolist(),
            "holm": both.family_wise.tolist(),
            f"rejected_at_{level:.2f}".replace("0.", ""): int((chosen <= level).sum()),
        }
    ]


KINDS: dict[str, Kind] = {
    "fay_herriot": Kind(area_level, FayHerriot, Areas, samples=False),
    "BHF_unit_level": Kind(nested_error, UnitLevel, AreaRecords, samples=False),
    "direct": Kind(direct, DirectAreas, Direct, samples=False),
    "joint_rank_region": Kind(rank_region, RankRegion, Listed, samples=False),
    "benjamini_hochberg": Kind(false_discoveries, ManyTests, Undesigned, samples=False),
    "holm": Kind(false_discoveries, ManyTests, Undesigned, samples=False),
}
"""The kinds of this module by name."""


def _without_dropped(request: Request) -> Table:
    """Leave out the rows named by their number, counted from 1."""
    dropped = [int(row) for row in listed(request.design.get("drop_row"))]
    if any(not 1 <= number <= request.table.rows for number in dropped):
        raise RequestError("no_row", rows=dropped)
    keep: BoolArray = np.ones(request.table.rows, dtype=bool)
    keep[[number - 1 for number in dropped]] = False
    return request.table.kept(keep)


def _designed(request: Request, name: str) -> Any:
    value = request.design.get(name)
    if value is None:
        raise RequestError("missing_entry", place=f"design.{name}")
    return value


def _plain_list(table: Table, name: str, used: BoolArray) -> list[Any]:
    column = table.column(name)
    if missing(column[used]).any():
        raise RequestError("design_missing", column=name)
    return [plain(value) for value in column[used].tolist()]


def _standard_errors(request: Request, table: Table) -> FloatArray:
    if request.estimate.get("se"):
        return evaluated(str(request.estimate["se"]), table)
    for name, column in request.estimate.items():
        level = PRECISION_OF_LEVEL.match(name)
        if level:
            z = float(ndtri((1 + int(level.group(1)) / 100) / 2))
            return evaluated(str(column), table) / z
    raise RequestError("no_errors")


def _rounding(text: str) -> tuple[int | None, bool]:
    """Read how ends were rounded before comparing, and whether touching ones differ."""
    decimals = re.search(r"(\d+) decimal", text)
    return (int(decimals.group(1)) if decimals else None), "<=" in text


def _rounded(values: FloatArray, decimals: int) -> FloatArray:
    """Round as published figures are: halves away from zero, binary noise left aside."""
    scale = 10.0**decimals
    result: FloatArray = np.sign(values) * np.floor(np.abs(values) * scale + 0.5 + 1e-9) / scale
    return result


def _area_column(request: Request, means: Table, area: str) -> list[Any]:
    name = request.estimate.get("means_area") or _column_like(means, area)
    column = means.column(name)
    return [plain(value) for value in column.tolist()]


def _area_means(request: Request, means: Table, model: Model) -> FloatArray:
    terms = [name for name in model.names if name != "(Intercept)"]
    given = listed(request.estimate.get("means_columns"))
    columns = given or [_column_like(means, term) for term in terms]
    if len(columns) != len(terms):
        raise RequestError("means_columns", count=len(terms))
    known = [means.numbers(name) for name in columns]
    if len(terms) < len(model.names):
        known.insert(0, np.ones(means.rows))
    return np.column_stack(known)


def _size_column(request: Request, means: Table) -> str | None:
    given = request.estimate.get("means_size")
    if given:
        return str(given)
    return next((name for name in means.columns if name.lower().startswith("pop")), None)


def _column_like(means: Table, name: str) -> str:
    """Find the column of the same name, or the only sensible one that holds it."""
    if name in means.columns:
        return name
    holding = [column for column in means.columns if name.lower() in column.lower()]
    numeric = [name for name in holding if means.columns[name].dtype != object]
    if not holding:
        raise RequestError("no_means", column=name)
    return (numeric or holding)[0]
