"""Requests for several estimates at once, and for replicates made from a design first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, cast

from pydantic import create_model

from analysis.requests.given.designs import Sample, sample_of
from analysis.requests.given.request import Kind, Request, RequestError, Row, listed
from analysis.requests.kinds.estimates import SIMPLE
from schemas.protocol.estimate_designs import Sampling
from schemas.protocol.estimate_requests import Entries, Figures, Replicated

_SHORT = {"proportion": "prop"}
FIGURES = ("est", "se", "lci", "uci")
_CREATED = re.compile(r"^create_([a-z0-9]+)_then_(\w+)$")


def composed(name: str, kinds: Mapping[str, Kind]) -> Kind | None:
    """The kind of a composed name, if it is one.

    ``mean,total,ratio`` asks for several kinds; ``create_jkn_then_mean`` makes replicates from the
    design and then asks for any kind that samples, or for several: ``create_jkn_then_mean_total``.
    """
    if "," in name:
        return Kind(several, Figures, divides=True)
    match = _CREATED.match(name)
    if match is None:
        return None
    method, rest = match.groups()
    base = kinds.get(rest)
    if base is None:
        base = Kind(_one_after_another(rest), Figures, divides=True)
    if not base.samples or not issubclass(base.design, Sampling):
        raise RequestError("no_replicates_of", kind=rest)
    asked = base.answer
    return replace(
        base,
        answer=lambda request: asked(replace(request, repeat=method)),
        entries=_with_replicates(base.entries),
    )


def several(request: Request) -> list[Row]:
    """Answer several kinds at once: ``mean,total,ratio`` of the variables ``y1; y2; y3``.

    With ``by`` the answer is one row: a kind's standard error for the whole and a list by domain
    for each kind that ``by`` names in brackets (all, if it names none).
    """
    kinds = [kind.strip() for kind in str(request.estimate["kind"]).split(",")]
    parts, sample = _parts(request, kinds), sample_of(request)
    if request.estimate.get("by") is None:
        return [row for part in parts for row in SIMPLE[part.estimate["kind"]](part, sample)]
    return [{name: value for part in parts for name, value in _summary(part, sample).items()}]


@cache
def _with_replicates(entries: type[Entries]) -> type[Entries]:
    made = create_model(f"Replicated{entries.__name__}", __base__=(Replicated, entries))
    return cast("type[Entries]", made)


def _one_after_another(rest: str) -> Any:
    """Answer kinds joined by underscores, as ``mean_total``: the rows of one after the other's."""

    def answered(request: Request) -> list[Row]:
        kinds = [word for word in rest.split("_") if word != "and"]
        parts, sample = _parts(request, kinds), sample_of(request)
        return [row for part in parts for row in SIMPLE[part.estimate["kind"]](part, sample)]

    return answered


def _parts(request: Request, kinds: Sequence[str]) -> list[Request]:
    if unknown := [kind for kind in kinds if kind not in SIMPLE]:
        known = ", ".join(SIMPLE)
        raise RequestError("not_one_of", place="kind", given=unknown[0], known=known)
    wanted = listed(request.wanted("y"))
    if len(wanted) != len(kinds):
        if 1 not in {len(wanted), len(kinds)}:
            raise RequestError("kinds_and_variables", count=len(kinds))
        wanted = wanted * len(kinds) if len(wanted) == 1 else [wanted]
    return [request.asking(kind=kind, y=y) for kind, y in zip(kinds, wanted, strict=True)]


def _summary(part: Request, sample: Sample) -> Row:
    """``mean_weight_se``, ``mean_weight_se_by_region`` and so on, with or without the name.

    Of a variable with several levels they are lists, one entry per level.
    """
    kind, by = part.estimate["kind"], str(part.estimate["by"])
    bare, _, named = by.partition("(")
    rows = SIMPLE[kind](part.asking(by=None), sample)
    tables = {"": {name: [row[name] for row in rows] for name in FIGURES}}
    if not named or kind in re.findall(r"\w+", named):
        found = SIMPLE[kind](part.asking(by=bare.strip()), sample)
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
