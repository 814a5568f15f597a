"""Requests for direct estimates of domains whose population sizes are known."""

from dataclasses import replace
from typing import Any

import numpy as np

from analysis.arrays import FloatArray
from analysis.estimation.direct import Sampled, direct_mean
from analysis.requests.given.designs import sample_of
from analysis.requests.given.request import Request, RequestError, Row
from analysis.requests.given.tables import Table, levels, plain


def direct(request: Request) -> list[Row]:
    """Answer ``direct``: the mean of ``y`` per domain, from the records of that domain alone.

    ``domsize`` names a table whose first column (or that of the domain's name) holds the domains
    and another one their population sizes. Domains without records have no estimate.
    """
    table, design = request.table, request.design
    name = design.get("domain")
    if name is None:
        raise RequestError("missing_entry", place="design.domain")
    domains = levels(table.column(str(name)))
    y = table.numbers(str(request.wanted("y")))
    weight = _weight(request)
    sizes = _sizes(request, str(name))
    replacement = bool(design.get("replace"))
    if sizes is None and not (weight is None and replacement):
        raise RequestError("missing_entry", place="design.domsize")
    rows = []
    for label in _labels(domains.labels, sizes):
        code = domains.labels.index(label) if label in domains.labels else -2
        inside = (domains.code == code) & ~np.isnan(y)
        part = Sampled(
            y[inside],
            None if weight is None else weight[inside],
            None if sizes is None else sizes[label],
        )
        rows.append(_row(label, part, replacement=replacement))
    return rows


def _row(label: Any, part: Sampled, *, replacement: bool) -> Row:
    found = direct_mean(part, replacement=replacement)
    value, variance = found if found is not None else (None, None)
    error = None if variance is None else variance**0.5
    return {
        "Domain": label,
        "SampSize": len(part.values),
        "Direct": value,
        "SD": error,
        "CV": None if error is None or not value else 100 * error / value,
    }


def _weight(request: Request) -> FloatArray | None:
    said = request.design.get("weights")
    if said is None:
        return None
    return sample_of(replace(request, design={"weights": said})).weight


def _sizes(request: Request, domain: str) -> dict[Any, float] | None:
    said = request.design.get("domsize")
    if said is None:
        return None
    table = request.read_table(str(said))
    names = list(table.columns)
    key = domain if domain in names else names[0]
    others = [name for name in names if name != key and table.columns[name].dtype != object]
    if not others:
        raise RequestError("no_sizes", table=said)
    _refuse_sizes(table, key, others[0])
    labels = [plain(value) for value in table.column(key).tolist()]
    return dict(zip(labels, table.numbers(others[0]).tolist(), strict=True))


def _refuse_sizes(table: Table, key: str, size: str) -> None:
    found = levels(table.column(key))
    numbers = table.numbers(size)
    if (found.code < 0).any() or len(found.labels) < table.rows or not (numbers > 0).all():
        raise RequestError("sizes_unsound", column=size)


def _labels(sampled: tuple[Any, ...], sizes: dict[Any, float] | None) -> list[Any]:
    """The domains that were sampled, then those that were not."""
    if sizes is None:
        return list(sampled)
    if strange := [label for label in sampled if label not in sizes]:
        raise RequestError("no_area", area=strange[0])
    return [*sampled, *(label for label in sizes if label not in sampled)]
