"""Requests for several estimates at once, and for replicates made from a design first."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analysis.requests.designs import Sample, repeated, sample_of
from analysis.requests.estimates import SIMPLE
from analysis.requests.request import Kind, Request, RequestError, Row, listed

_SHORT = {"proportion": "prop"}
FIGURES = ("est", "se", "lci", "uci")
_CREATED = re.compile(r"^create_([a-z0-9]+)_then_([a-z_]+)$")


def several(request: Request) -> list[Row]:
    """Answer several kinds at once: ``mean,total,ratio`` of the variables ``y1; y2; y3``.

    With ``by`` the answer is one row: a kind's standard error for the whole and a list by domain
    for each kind that ``by`` names in brackets (all, if it names none).
    """
    kinds = [each.strip() for each in str(request.estimate["kind"]).split(",")]
    return _each(request, kinds, sample_of(request))


def created(request: Request) -> list[Row]:
    """Answer ``create_jkn_then_mean_total``: replicates made from the design, then estimates."""
    match = _CREATED.match(str(request.estimate["kind"]))
    if match is None:
        raise RequestError(f"{request.estimate['kind']!r} is not of the form create_…_then_…")
    kinds = [each for each in match[2].split("_") if each != "and"]
    return _each(request, kinds, repeated(sample_of(request), match[1], request))


COMPOSED: dict[re.Pattern[str], Kind] = {re.compile(","): several, _CREATED: created}
"""The kinds whose names are composed of those of others."""


def _each(request: Request, kinds: Sequence[str], sample: Sample) -> list[Row]:
    if unknown := [kind for kind in kinds if kind not in SIMPLE]:
        raise RequestError(f"no estimate of kind {unknown[0]!r} is known here; {', '.join(SIMPLE)}")
    wanted = listed(request.wanted("y"))
    if len(wanted) != len(kinds):
        if 1 not in {len(wanted), len(kinds)}:
            raise RequestError(f"{len(kinds)} kinds need as many variables in 'y'")
        wanted = wanted * len(kinds) if len(wanted) == 1 else [wanted]
    parts = [
        replace(request, estimate={**request.estimate, "kind": kind, "y": y})
        for kind, y in zip(kinds, wanted, strict=True)
    ]
    if request.estimate.get("by") is None:
        return [row for part in parts for row in SIMPLE[part.estimate["kind"]](part, sample)]
    return [{name: value for part in parts for name, value in _summary(part, sample).items()}]


def _summary(part: Request, sample: Sample) -> Row:
    """Give ``mean_weight_se``, ``mean_weight_se_by_region`` and so on, with or without the name.

    Of a variable with several levels they are lists, one entry per level.
    """
    kind, by = part.estimate["kind"], str(part.estimate["by"])
    bare, _, named = by.partition("(")
    whole = replace(part, estimate={**part.estimate, "by": None})
    rows = SIMPLE[kind](whole, sample)
    tables = {"": {name: [row[name] for row in rows] for name in FIGURES}}
    if not named or kind in re.findall(r"\w+", named):
        split = replace(part, estimate={**part.estimate, "by": bare.strip()})
        found = SIMPLE[kind](split, sample)
        keys = [row["key"] for row in rows]
        tables[f"_by_{bare.strip()}"] = {
            name: [_single([row[f"{name}.{key}"] for key in keys]) for row in found]
            for name in FIGURES
        }
    stem = _SHORT.get(kind, kind)
    variable = re.sub(r"\W+", "_", str(part.estimate["y"]))
    summary: Row = {}
    for ending, table in tables.items():
        for name, values in table.items():
            value = values if ending else _single(values)
            summary[f"{stem}_{variable}_{name}{ending}"] = value
            summary.setdefault(f"{stem}_{name}{ending}", value)
    return summary


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
