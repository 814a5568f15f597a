"""The domains of a request: what ``by`` divides the records into."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.arrays import BoolArray, IntArray
from analysis.coding import distinct
from analysis.requests.given.expressions import evaluated
from analysis.requests.given.request import Row, listed
from analysis.requests.given.tables import Levels, Table, levels


@dataclass(frozen=True)
class Domains:
    """What each domain is called, and which one a record belongs to (−1: none)."""

    labels: tuple[Row, ...]
    code: IntArray

    @property
    def undivided(self) -> bool:
        """Whether there is one domain without a label: all that is inside."""
        return self.labels == ({},)


def names(entry: Any) -> list[str]:
    """The names of an entry: a list, or a text with + or a comma between them."""
    if entry is None:
        return []
    if isinstance(entry, str):
        return [part.strip() for part in re.split(r"[+,;]", entry.lstrip("~ ")) if part.strip()]
    return [str(word) for word in listed(entry)]


def domains_by(entry: Any, table: Table, inside: BoolArray) -> Domains:
    """Every combination of the variables of ``by`` that occurs, the first varying fastest.

    Without ``by`` there is one domain, without a label.
    """
    # What stands in brackets says for which estimates the entry holds; see `several`.
    bare = re.sub(r"\s*\(.*\)$", "", entry) if isinstance(entry, str) else entry
    wanted = [entry] if isinstance(entry, str) and entry in table.columns else names(bare)
    if not wanted:
        return Domains(({},), np.where(inside, 0, -1))
    coded = [levels(evaluated(name, table)) for name in wanted]
    key, size = np.zeros(table.rows, dtype=np.int64), 1
    known = inside.copy()
    for column in coded:
        key += size * column.code
        known &= column.code >= 0
        size *= len(column.labels)
    found, code = distinct(key[known])
    codes = np.full(len(key), -1, dtype=np.int64)
    codes[known] = code
    return Domains(tuple(_label(wanted, coded, number) for number in found.tolist()), codes)


def _label(wanted: Sequence[str], coded: Sequence[Levels], number: int) -> Row:
    label: Row = {}
    for name, column in zip(wanted, coded, strict=True):
        number, position = divmod(number, len(column.labels))
        label[name] = column.labels[position]
    return label
