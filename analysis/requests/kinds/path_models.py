"""Requests for PLS path models."""

import re
from typing import Any

from analysis.requests.given.designs import sample_of
from analysis.requests.given.request import Kind, Request, RequestError, Row
from analysis.requests.given.tables import Table
from analysis.scales.pls import path_model
from schemas.protocol.estimate_requests import Paths


def pls_path(request: Request) -> list[Row]:
    """Answer ``pls_path``: a block names its items or how their names begin, and its mode."""
    blocks: dict[str, Any] = {
        construct: _block(request.table, construct, said)
        for construct, said in request.wanted("blocks").items()
    }
    items = {name: request.table.numbers(name) for names, _ in blocks.values() for name in names}
    scaled = request.estimate.get("scaled")
    model = path_model(
        items,
        blocks,
        [(start, end) for start, end in request.wanted("paths")],
        scheme=request.estimate.get("scheme") or "path",
        scaled=scaled is None or bool(scaled),
        weight=sample_of(request).weight,
    )
    outer = {
        name: {"weight": weight, "loading": model.loadings[name]}
        for name, weight in model.weights.items()
    }
    return [
        {
            "outer": outer,
            "paths": {f"{start}->{end}": value for (start, end), value in model.paths.items()},
            "r_squared": model.r_squared,
            "ave": model.ave,
            "effects": [
                {
                    "from": effect.start,
                    "to": effect.end,
                    "direct": effect.direct,
                    "indirect": effect.indirect,
                    "total": effect.total,
                }
                for effect in model.effects
            ],
            "gof": model.gof,
            "n": model.n,
        }
    ]


def _block(table: Table, construct: str, said: list[str | list[str]]) -> tuple[list[str], str]:
    *items, mode = said
    if mode not in {"A", "B"} or not items:
        place = f"estimate.blocks.{construct}"
        raise RequestError("not_one_of", place=place, given=mode, known="A, B")
    named = [name for item in items for name in ([item] if isinstance(item, str) else item)]
    return [name for entry in named for name in _items_of(table, entry)], str(mode)


def _items_of(table: Table, prefix: str) -> list[str]:
    names = [name for name in table.columns if re.fullmatch(re.escape(prefix) + r"\d*", name)]
    if not names:
        raise RequestError("no_items", given=prefix)
    # The item CUS1 itself, not all that begin like it.
    return [prefix] if prefix in names else names


KINDS: dict[str, Kind] = {"pls_path": Kind(pls_path, Paths, samples=False)}
"""The kinds of this module by name."""
