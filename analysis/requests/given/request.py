"""What a request is: data, a design and an estimate wanted, all said as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from analysis.arrays import BoolArray
from analysis.requests.given.errors import RequestError
from analysis.requests.given.tables import Table
from schemas.protocol.estimate_designs import Design, Sampling
from schemas.protocol.estimate_requests import Entries

__all__ = ["Kind", "ReadTable", "Request", "RequestError", "Row", "listed"]

Row: TypeAlias = dict[str, Any]
"""One line of an answer: names to numbers, texts, or lists of them."""
ReadTable: TypeAlias = Callable[[str], Table]
"""Gives a table by its file name."""


@dataclass(frozen=True)
class Request:
    """A request with its data.

    Attributes
    ----------
    table
        The records; an empty one if the request brings all its numbers itself.
    design
        How they were sampled: ``strata``, ``psu``, ``weights``, ``fpc`` and so on.
    estimate
        What is wanted: its ``kind`` and whatever that kind needs.
    read_table
        Gives further tables named in the estimate.
    chosen
        Which records it is about: those for which ``where`` holds; None means all.
    repeat
        How replicates are made from the design before estimating, if they are.
    """

    table: Table
    design: Mapping[str, Any]
    estimate: Mapping[str, Any]
    read_table: ReadTable
    chosen: BoolArray | None = None
    repeat: str | None = None

    @cached_property
    def inside(self) -> BoolArray:
        """Whether a record is one the request is about."""
        return np.ones(self.table.rows, dtype=bool) if self.chosen is None else self.chosen

    def wanted(self, name: str) -> Any:
        """An entry of the estimate that it cannot do without."""
        if self.estimate.get(name) is None:
            raise RequestError("needs", kind=self.estimate["kind"], entry=name)
        return self.estimate[name]

    def asking(self, **entries: Any) -> "Request":
        """The same request with other entries of the estimate."""
        return replace(self, estimate={**self.estimate, **entries})


@dataclass(frozen=True)
class Kind:
    """How requests of one kind are read and answered.

    Attributes
    ----------
    answer
        Gives the rows.
    entries, design
        What the estimate and the design may hold; anything else is refused.
    divides
        Whether ``answer`` itself divides by ``by``; else it is asked once per domain.
    samples
        Whether records outside ``where`` still count as sampled; else they are left out.
    """

    answer: Callable[[Request], list[Row]]
    entries: type[Entries]
    design: type[Design] = Sampling
    divides: bool = False
    samples: bool = True


def listed(value: Any) -> list[Any]:
    """The entries of a list, of a text with ";" between them, or of a single value.

    A list of length one may be written as its only entry.
    """
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    return list(value) if isinstance(value, list | tuple) else [value]
