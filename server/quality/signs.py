"""Which records of a round carry signs of poor fieldwork, for whoever reads them one by one.

A look after a new record reads what is new. Each process keeps its own account: it is made of the
segments on disk that all of them share, and the segments say which records count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.arrays import IntArray
from analysis.fieldwork.growing import KnownSigns, continued, nothing_known
from schemas.reference.services import services
from schemas.rules.quality import quality_rules
from server.observations.observations import refresh
from server.observations.segments import Manifest
from server.observations.sources import observations_folder
from server.quality.fieldwork import Codes, fieldwork_in
from server.quality.reading import ITEMS, no_ratings, ratings_in, whole_numbers
from server.store.database import Database
from server.store.kept import Kept


@dataclass(frozen=True)
class _Account:
    """What is known of a round, and what it was read from."""

    known: KnownSigns
    interviewers: Codes
    variants: Codes
    segments: Mapping[str, IntArray]
    """The numbers of the records that each segment holds."""
    void: frozenset[int]


_recent: Final[Kept[_Account]] = Kept(4)
"""Rounds whose signs stay in memory."""


def signs_of(database: Database, data_dir: Path, round_id: str) -> KnownSigns:
    """Assess the interviews of a round; forms without ratings have none, anonymous ones never."""
    folder = observations_folder(data_dir)

    def step(before: _Account | None) -> _Account:
        # Read within the round's turn: an account never goes back to what an earlier look had seen.
        manifest = refresh(database, folder)
        return _brought_up_to(manifest, before or _blank(), folder, round_id)

    return _recent.continued((folder, round_id), step).known


def _blank() -> _Account:
    return _Account(nothing_known(len(services()) * len(ITEMS)), Codes(), Codes(), {}, frozenset())


def _brought_up_to(manifest: Manifest, before: _Account, folder: Path, round_id: str) -> _Account:
    """Take in what the manifest names and the account has not seen; leave out what is void."""
    segments = {segment.name: segment for segment in manifest.rounds.get(round_id, [])}
    void = frozenset(manifest.replaced.get(round_id, ()))
    if segments.keys() == before.segments.keys() and void == before.void:
        return before
    if before.segments and not segments.keys() & before.segments.keys():
        # Perhaps another database lies below: the same numbers would be other records.
        before = _blank()
    read = {
        name: ratings_in(folder, round_id, segment)
        for name, segment in segments.items()
        if name not in before.segments
    }
    held = {
        name: before.segments[name]
        if name in before.segments
        else np.unique(whole_numbers(read[name], "sequence"))
        for name in segments
    }
    counting = _without(_together(held.values()), _numbers(void))
    known = before.known.fieldwork.sequence
    missing = _without(counting, known)
    come = _only(read.values(), missing)
    if len(np.unique(whole_numbers(come, "sequence"))) < missing.size:
        # What was void counts again: read everything.
        return _brought_up_to(manifest, _blank(), folder, round_id)
    return _Account(
        continued(
            before.known,
            fieldwork_in(come, before.interviewers, before.variants),
            gone=_without(known, counting),
            rules=quality_rules(),
        ),
        before.interviewers,
        before.variants,
        held,
        void,
    )


def _only(tables: Iterable[pa.Table], sequences: IntArray) -> pa.Table:
    whole = pa.concat_tables([no_ratings(), *tables])
    return whole.filter(pc.is_in(whole["sequence"], value_set=pa.array(sequences)))


def _without(numbers: IntArray, others: IntArray) -> IntArray:
    """The numbers, none twice, that are not among the others."""
    return np.setdiff1d(numbers, others, assume_unique=True)


def _together(parts: Iterable[IntArray]) -> IntArray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _numbers(of: Iterable[int]) -> IntArray:
    return np.array(sorted(of), dtype=np.int64)
