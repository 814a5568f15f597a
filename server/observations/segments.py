"""Observations on disk: Parquet segments per round, and a manifest that says which of them count.

Segments never change. The manifest is replaced as a whole, so a reader sees the state before or
after an update, and a crash leaves at most files that nobody names. All of it can be deleted: it is
made again from the submissions.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Literal
from urllib.parse import quote
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import Field

from analysis.engine.segment_sums import SUFFIX, kept_sums
from analysis.records.columns import PEOPLE, RATINGS
from analysis.records.observations import Observations
from schemas.rules.measurement import measurement
from schemas.wire import Wire
from server import clock

COMPACT_FROM = 12
"""Segments of a round at which the small ones are put together."""
SMALL = 200_000
LARGEST = 500_000
"""What is put together ends here: its sums are made in memory."""
KEPT_SECONDS = 600
"""How long a file that no longer counts stays for those who are still reading it."""

ORDER: list[tuple[str, Literal["ascending", "descending"]]] = [
    ("province", "ascending"),
    ("psu", "ascending"),
    ("cell", "ascending"),
    ("sequence", "ascending"),
]
"""What is added up together lies together."""

FORMAT = blake2b(
    repr((1, PEOPLE.to_string(), RATINGS.to_string(), measurement())).encode(), digest_size=6
).hexdigest()
"""Changes with the columns and the rules they are made by; older segments are then made again."""


class Segment(Wire):
    """A pair of files: persons, and their ratings."""

    name: str
    first: int
    last: int
    people: int


class Manifest(Wire):
    """Which segments count, and how far they go.

    ``anchor`` is the record that stands at ``through``: if the database holds another one there,
    the segments are of another database. ``replaced`` are sequences a later revision made void.
    """

    format: str = FORMAT
    through: int = 0
    anchor: str = ""
    rounds: dict[str, list[Segment]] = Field(default_factory=dict)
    replaced: dict[str, list[int]] = Field(default_factory=dict)

    def without(self, round_id: str, sequences: Sequence[int]) -> "Manifest":
        """The same segments, but with some more records of a round void."""
        if not sequences:
            return self
        void = sorted({*self.replaced.get(round_id, ()), *sequences})
        return self.model_copy(update={"replaced": {**self.replaced, round_id: void}})

    def replaced_in(self, round_id: str, segment: Segment) -> tuple[int, ...]:
        """The records of a segment that are void."""
        void = self.replaced.get(round_id, ())
        return tuple(sequence for sequence in void if segment.first <= sequence <= segment.last)


def read_manifest(folder: Path) -> Manifest:
    """Read what counts; segments made by older rules do not."""
    try:
        manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (FileNotFoundError, ValueError):
        return Manifest()
    return manifest if manifest.format == FORMAT else Manifest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step."""
    draft = folder / f"manifest.{uuid4().hex}"
    draft.write_text(manifest.model_dump_json(), "utf-8")
    made_durable(draft)
    draft.replace(folder / "manifest.json")
    made_durable(folder)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process and thread at a time change the segments."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def files(folder: Path, round_id: str, segment: Segment) -> tuple[Path, Path]:
    """A segment's two files: persons and ratings."""
    place = folder / quote(round_id, safe="")
    return place / f"{segment.name}.people.parquet", place / f"{segment.name}.ratings.parquet"


def write_segment(folder: Path, round_id: str, rows: Sequence[Observations]) -> Segment:
    """Write the observations of some interviews of a round."""
    people = pa.Table.from_pylist([row.person for row in rows], schema=PEOPLE)
    ratings = pa.Table.from_pylist(
        [row for observation in rows for row in observation.ratings], schema=RATINGS
    )
    return _write_tables(folder, round_id, people, ratings)


def compacted(folder: Path, manifest: Manifest) -> Manifest:
    """Put the small segments of each round together where they have become many."""
    rounds, replaced = dict(manifest.rounds), dict(manifest.replaced)
    for round_id, segments in manifest.rounds.items():
        small = _alike([segment for segment in segments if segment.people < SMALL])
        if len(segments) >= COMPACT_FROM and len(small) > 1:
            void = replaced.get(round_id, [])
            joined = _joined(folder, round_id, small, void)
            rounds[round_id] = [segment for segment in segments if segment not in small] + joined
            large = [segment for segment in segments if segment not in small]
            replaced[round_id] = [
                number for number in void if any(s.first <= number <= s.last for s in large)
            ]
    return manifest.model_copy(update={"rounds": rounds, "replaced": replaced})


def _alike(segments: Sequence[Segment]) -> list[Segment]:
    """Leave out segments larger than all smaller ones together: they are not written every time."""
    alike: list[Segment] = []
    for small in sorted(segments, key=lambda segment: segment.people):
        together = sum(other.people for other in alike)
        if len(alike) > 1 and (small.people > together or small.people + together > LARGEST):
            break
        alike.append(small)
    return alike


def discard(folder: Path, before: Manifest, after: Manifest) -> None:
    """Delete files that have not counted for a while; those that cease to count start to wait.

    Sums beside a segment count with it, for the records of it that do.
    """
    named, kept = _all_files(folder, after), sums_that_count(folder, after)
    for file in _all_files(folder, before) - named:
        with suppress(FileNotFoundError):
            os.utime(file)
    oldest = clock.now().timestamp() - KEPT_SECONDS
    for file in {*folder.glob("*/*.parquet"), *folder.glob(f"*/*{SUFFIX}")} - named - kept:
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < oldest:
                file.unlink()


def _joined(
    folder: Path, round_id: str, small: Sequence[Segment], void: Sequence[int]
) -> list[Segment]:
    parts = [files(folder, round_id, segment) for segment in small]
    people, ratings = (
        _without(pa.concat_tables([pq.read_table(part[kind]) for part in parts]), void)
        for kind in (0, 1)
    )
    return [_write_tables(folder, round_id, people, ratings)] if people.num_rows else []


def _without(table: pa.Table, void: Sequence[int]) -> pa.Table:
    if not void:
        return table
    return table.filter(pc.invert(pc.is_in(table["sequence"], pa.array(void, pa.int64()))))


def _write_tables(folder: Path, round_id: str, people: pa.Table, ratings: pa.Table) -> Segment:
    sequences = people["sequence"].to_numpy()
    segment = Segment(
        name=f"{sequences.max():012}-{uuid4().hex[:8]}",
        first=int(sequences.min()),
        last=int(sequences.max()),
        people=people.num_rows,
    )
    for file, table in zip(files(folder, round_id, segment), (people, ratings), strict=True):
        file.parent.mkdir(exist_ok=True)
        pq.write_table(table.sort_by(ORDER), file, compression="zstd")
        made_durable(file)
    return segment


def _all_files(folder: Path, manifest: Manifest) -> set[Path]:
    return {
        file
        for round_id, segments in manifest.rounds.items()
        for segment in segments
        for file in files(folder, round_id, segment)
    }


def sums_that_count(folder: Path, manifest: Manifest) -> set[Path]:
    """The files of sums beside segments that count."""
    return {
        sums
        for round_id, segments in manifest.rounds.items()
        for segment in segments
        for file in files(folder, round_id, segment)
        for sums in kept_sums(file, manifest.replaced_in(round_id, segment))
    }


def made_durable(path: Path) -> None:
    """See that a file or folder survives a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
