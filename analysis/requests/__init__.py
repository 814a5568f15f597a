"""Estimates asked for as data: a design and an estimate, as in the reference cases.

Each module answers some kinds of estimates and lists them in its ``KINDS``, with the models of what
such a request may hold (:mod:`schemas.protocol.estimate_requests`).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.arrays import BoolArray
from analysis.requests.given.domains import domains_by
from analysis.requests.given.entries import read_entries, refuse_unknown
from analysis.requests.given.errors import nearest
from analysis.requests.given.expressions import is_true
from analysis.requests.given.request import Kind, ReadTable, Request, RequestError, Row
from analysis.requests.given.tables import Table
from analysis.requests.kinds import (
    areas,
    batteries,
    calibration,
    differences,
    distributions,
    estimates,
    mixed_models,
    models,
    path_models,
)
from analysis.requests.kinds.composed import composed

__all__ = ["KINDS", "Request", "RequestError", "answer", "request_schema"]

KINDS: dict[str, Kind] = {
    **estimates.KINDS,
    **differences.KINDS,
    **distributions.KINDS,
    **models.KINDS,
    **calibration.KINDS,
    **areas.KINDS,
    **batteries.KINDS,
    **mixed_models.KINDS,
    **path_models.KINDS,
}
"""Every kind of estimate by name; who adds a module adds its line."""


def answer(request: Mapping[str, Any], read_table: ReadTable) -> list[Row]:
    """Answer a request.

    Parameters
    ----------
    request
        ``data``: name of the table, or None; ``design``: how it was sampled; ``estimate``: its
        ``kind`` and whatever that kind needs. The format is described in docs/estimate.md.
    read_table
        Gives a table by name.

    Returns
    -------
    list of dict
        Rows of named numbers, as the kind defines them; None where a number is not defined. With
        ``by`` each row names its domain.

    Raises
    ------
    RequestError
        If the kind, a column or an entry is unknown, missing or of a wrong value.
    ValueError
        If the method cannot answer for these data; the message is a sentence.
    """
    refuse_unknown(request)
    wanted = request.get("estimate") or {}
    if not isinstance(wanted, Mapping):
        raise RequestError("not_entries", place="estimate")
    kind = _kind(wanted.get("kind"))
    design = read_entries(kind.design, request.get("design"), "design")
    estimate = read_entries(kind.entries, wanted, "estimate")
    name = request.get("data")
    table = read_table(name) if name else Table({}, 0)
    where = estimate.get("where")
    asked = Request(table, design, estimate, read_table)
    if where:
        asked = _narrowed(kind, asked, is_true(where, table))
    return kind.answer(asked) if kind.divides else _by_domain(kind, asked)


def request_schema() -> dict[str, Any]:
    """The JSON Schemas of design and estimate by kind."""
    return {
        name: {
            "design": kind.design.model_json_schema(),
            "estimate": kind.entries.model_json_schema(),
        }
        for name, kind in KINDS.items()
    }


def _kind(said: Any) -> Kind:
    if not said:
        raise RequestError("no_kind")
    # "omega (McDonald)" is "omega": a remark may stand in brackets.
    bare = re.sub(r"\s*\(.*\)$", "", str(said))
    found = KINDS.get(bare) or composed(bare, KINDS)
    if found is None:
        raise RequestError("unknown_kind", near=nearest(bare, KINDS), kind=said)
    return found


def _narrowed(kind: Kind, request: Request, rows: BoolArray) -> Request:
    """Narrow a request to some records: the others stay in the sample, or are left out."""
    inside = request.inside & rows
    if kind.samples:
        return replace(request, chosen=inside)
    return replace(request, table=request.table.kept(inside), chosen=None)


def _by_domain(kind: Kind, request: Request) -> list[Row]:
    """Ask once per domain of ``by``; each row begins with the names of its domain."""
    entry = request.estimate.get("by")
    domains = domains_by(entry, request.table, request.inside)
    if domains.undivided:
        return kind.answer(request)
    rows: list[Row] = []
    for number, label in enumerate(domains.labels):
        part = _narrowed(kind, request.asking(by=None), np.asarray(domains.code == number))
        try:
            rows += [{**label, **row} for row in kind.answer(part)]
        except ValueError as error:
            name = ", ".join(f"{key} {value}" for key, value in label.items())
            raise RequestError("of_domain", domain=name, error=error) from error
    return rows
