"""Requests for several estimates at once, and for replicates made from a design first."""

import re
from collections.abc import Sequence
from dataclasses import replace

from analysis.requests.designs import Sample, repeated, sample_of
from analysis.requests.estimates import SIMPLE
from analysis.requests.request import Kind, Request, RequestError, Row, listed

_SHORT = {"proportion": "prop"}
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
    """Give ``mean_weight_se``, ``mean_weight_se_by_region`` and so on, with or without the name."""
    kind, by = part.estimate["kind"], str(part.estimate["by"])
    bare, _, named = by.partition("(")
    whole = replace(part, estimate={**part.estimate, "by": None})
    split = replace(part, estimate={**part.estimate, "by": bare.strip()})
    summary: Row = {}
    (row,) = SIMPLE[kind](whole, sample)
    tables = {"": row}
    if not named or kind in re.findall(r"\w+", named):
        rows = SIMPLE[kind](split, sample)
        columns = {name: [each[name] for each in rows] for name in ("est", "se", "lci", "uci")}
        tables[f"_by_{bare.strip()}"] = columns
    stem = _SHORT.get(kind, kind)
    name = re.sub(r"\W+", "_", str(part.estimate["y"]))
    for ending, values in tables.items():
        for what in ("est", "se", "lci", "uci"):
            summary[f"{stem}_{name}_{what}{ending}"] = values[what]
            summary.setdefault(f"{stem}_{what}{ending}", values[what])
    return summary
