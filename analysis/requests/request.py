"""What a request is: data, a design and an estimate wanted, all said as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from analysis.requests.tables import Table

Row: TypeAlias = dict[str, Any]
"""One line of an answer: names to numbers, texts, or lists of them."""
ReadTable: TypeAlias = Callable[[str], Table]
"""Gives a table by its file name."""


class RequestError(ValueError):
    """A request that cannot be answered; the message is a sentence that says why."""


@dataclass(frozen=True)
class Request:
    """A request with its data.

    Attributes
    ----------
    table
        The records; None if the request brings all its numbers itself.
    design
        How they were sampled: ``strata``, ``psu``, ``weights``, ``fpc`` and so on.
    estimate
        What is wanted: its ``kind`` and whatever that kind needs.
    read_table
        Gives further tables named in the estimate.
    """

    table: Table
    design: Mapping[str, Any]
    estimate: Mapping[str, Any]
    read_table: ReadTable

    def wanted(self, name: str) -> Any:
        """Give an entry of the estimate that it cannot do without."""
        if self.estimate.get(name) is None:
            raise RequestError(f"an estimate of kind {self.estimate['kind']!r} needs {name!r}")
        return self.estimate[name]


Kind: TypeAlias = Callable[[Request], list[Row]]
"""Answers requests of one kind."""


def listed(value: Any) -> list[Any]:
    """Give the entries of a list, of a text with ";" between them, or of a single value.

    A list of length one may be written as its only entry.
    """
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    return list(value) if isinstance(value, list | tuple) else [value]
