"""What has been released of a round: who counts in which figure, kept so that nobody need decide.

A release is one file in the data folder. It holds the ledger of :mod:`analysis.disclosure.groups`,
the sums of every group as they were when the group moved last, and the figures as they are printed.
It is made by whoever first sees that a group may move, under a lock, and put in its place in one
step; every other door and worker reads it. Unlike observations it cannot be made again: what was
printed yesterday decides what may be printed today.
"""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.groups import Ledger, Pool
from server.observations.segments import locked, made_durable

FORMAT = 1

Columns = dict[str, NDArray[Any]]
"""Rows of equal length by the name of the column. ``group`` says whose they are: a leaf by its
number, a pool as -1 - its number; ``unit`` and ``cell`` are numbers of names of the release."""


@dataclass(frozen=True)
class Release:
    """One state of the figures of a family: what counts, from when, and what is printed of it.

    ``leaves`` are the names of the leaves of the ledger, ``since`` the last record there was when
    each moved. ``units`` are the sampling units with their strata, ``cells`` those of the
    weighting. ``facts`` is what is told under a table. ``printed`` is what the family's own module
    made of it; ``printed_by`` changes with the rules it was made by.
    """

    ledger: Ledger
    leaves: tuple[str, ...] = ()
    since: NDArray[Any] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    units: tuple[tuple[str, str], ...] = ()
    cells: tuple[str, ...] = ()
    parts: Mapping[str, Columns] = field(default_factory=dict)
    number: int = 0
    through: int = 0
    anchor: str = ""
    edited: tuple[int, ...] = ()
    """Revisions there were, by their sequence; see :mod:`server.observations.arrivals`."""
    made_at: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    printed: Any = None
    printed_by: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """What is written beside figures: the number, and the first of the digest."""
        return f"{self.number}-{self.digest[:8]}"


def nothing_released() -> Release:
    """The release before the first."""
    return Release(Ledger.empty(0))


@contextmanager
def deciding(data_dir: Path, round_id: str) -> Iterator[None]:
    """Let one process and thread at a time decide on the releases of a round."""
    with locked(folder_of(data_dir, round_id)):
        yield


def folder_of(data_dir: Path, round_id: str) -> Path:
    """The folder of what has been released of a round."""
    return data_dir / "releases" / quote(round_id, safe="")


def read_release(data_dir: Path, round_id: str, family: str) -> Release:
    """Read the latest release of a family; one that cannot be read is an error, not a new start."""
    try:
        content = _file(data_dir, round_id, family).read_bytes()
    except FileNotFoundError:
        return nothing_released()
    return _unpacked(content)


def write_release(data_dir: Path, round_id: str, family: str, release: Release) -> Release:
    """Put a release in the place of the one before, in one step, and give it with its digest."""
    content = _packed(release)
    file = _file(data_dir, round_id, family)
    draft = file.with_name(f"{file.name}.{uuid4().hex}")
    draft.write_bytes(content)
    made_durable(draft)
    draft.replace(file)
    made_durable(file.parent)
    return _unpacked(content)


def _file(data_dir: Path, round_id: str, family: str) -> Path:
    return folder_of(data_dir, round_id) / f"{quote(family, safe='')}.npz"


def _packed(release: Release) -> bytes:
    arrays: dict[str, NDArray[Any]] = {
        "people": release.ledger.people,
        "pool": release.ledger.pool,
        "since": release.since,
        "edited": np.array(release.edited, dtype=np.int64),
    }
    for part, columns in release.parts.items():
        arrays |= {f"{part}/{name}": column for name, column in columns.items()}
    words = {
        "format": FORMAT,
        "leaves": release.leaves,
        "pools": [asdict(pool) for pool in release.ledger.pools],
        "units": release.units,
        "cells": release.cells,
        "number": release.number,
        "through": release.through,
        "anchor": release.anchor,
        "made_at": release.made_at,
        "facts": dict(release.facts),
        "printed": release.printed,
        "printed_by": release.printed_by,
    }
    arrays["words"] = np.frombuffer(json.dumps(words, sort_keys=True).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _unpacked(content: bytes) -> Release:
    with np.load(io.BytesIO(content), allow_pickle=False) as read:
        arrays = dict(read)
    words = json.loads(arrays.pop("words").tobytes())
    if words["format"] != FORMAT:
        raise ValueError(f"a release of another format: {words['format']}")
    pools = tuple(Pool(**pool) for pool in words["pools"])
    ledger = Ledger(arrays.pop("people"), arrays.pop("pool"), pools)
    since, edited = arrays.pop("since"), tuple(arrays.pop("edited").tolist())
    parts: dict[str, Columns] = {}
    for name, column in arrays.items():
        part, _, own = name.partition("/")
        parts.setdefault(part, {})[own] = column
    return Release(
        ledger,
        leaves=tuple(words["leaves"]),
        since=since,
        units=tuple((unit, stratum) for unit, stratum in words["units"]),
        cells=tuple(words["cells"]),
        parts=parts,
        number=words["number"],
        through=words["through"],
        anchor=words["anchor"],
        edited=edited,
        made_at=words["made_at"],
        facts=words["facts"],
        printed=words["printed"],
        printed_by=words["printed_by"],
        digest=blake2b(content, digest_size=16).hexdigest(),
    )
