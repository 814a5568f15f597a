"""Estimates asked for as data: a design and an estimate, as in the reference cases.

Each module answers some kinds of estimates and lists them in its ``KINDS``.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from analysis.requests import (
    areas,
    batteries,
    calibration,
    differences,
    distributions,
    estimates,
    models,
)
from analysis.requests.composed import COMPOSED
from analysis.requests.request import Kind, ReadTable, Request, RequestError, Row
from analysis.requests.tables import Table

__all__ = ["KINDS", "Request", "RequestError", "answer"]

KINDS: dict[str, Kind] = {
    **estimates.KINDS,
    **differences.KINDS,
    **distributions.KINDS,
    **models.KINDS,
    **calibration.KINDS,
    **areas.KINDS,
    **batteries.KINDS,
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
        Rows of named numbers, as the kind defines them; None where a number is not defined.

    Raises
    ------
    ValueError
        If the kind, a column or an entry is unknown or missing; the message is a sentence.
    """
    wanted = request.get("estimate") or {}
    name = request.get("data")
    table = read_table(name) if name else Table({}, 0)
    return _kind(wanted)(Request(table, request.get("design") or {}, wanted, read_table))


def _kind(wanted: Mapping[str, Any]) -> Kind:
    kind = wanted.get("kind")
    if not kind:
        raise RequestError("the estimate does not say its 'kind'")
    # "omega (McDonald)" is "omega": a remark may stand in brackets.
    bare = re.sub(r"\s*\(.*\)$", "", str(kind))
    if bare in KINDS:
        return KINDS[bare]
    for pattern, composed in COMPOSED.items():
        if pattern.search(bare):
            return composed
    near = get_close_matches(bare, KINDS, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise RequestError(f"no estimate of kind {kind!r} is known{hint}")
