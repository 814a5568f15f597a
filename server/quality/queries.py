"""Reading a round as quality looks at it, and the index with and without flagged records."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.arrays import FloatArray, IntArray
from analysis.columns import RATINGS
from analysis.fieldwork import Assessment, Fieldwork, assessed
from schemas.geography import TURKISH_TIME
from schemas.measurement import measurement
from schemas.quality import quality_rules
from schemas.services import dimensions, services
from server.database import Database
from server.indices.observations import refresh
from server.indices.queries import IndexRow, Wanted
from server.indices.segments import Manifest, files
from server.indices.sources import observations_folder
from server.indices.tables import index_table

ITEMS = tuple(
    "overall" if each.code == measurement().overall_dimension else each.code
    for each in dimensions()
)
HELD = ["sequence", "interviewer", "form_version", "started_at", "duration_s"]


@dataclass(frozen=True)
class QualityReport:
    """What was found in a round, and what difference the flagged records make."""

    round: str
    interviews: int
    assessment: Assessment
    interviewers: tuple[str, ...]
    """Names by the codes of the assessment."""
    flagged: int
    with_flagged: tuple[IndexRow, ...]
    without_flagged: tuple[IndexRow, ...]


def quality_report(database: Database, data_dir: Path, round_id: str) -> QualityReport:
    """Assess a round; both tables are made by the same rules, from the same records but those."""
    wanted = Wanted(by=("service",))
    whole = index_table(database, data_dir, round_id, wanted)
    folder = observations_folder(data_dir)
    manifest = refresh(database, folder)
    fieldwork, names = _fieldwork(folder, round_id, manifest)
    assessment = assessed(fieldwork, quality_rules())
    left_out = tuple(fieldwork.sequence[assessment.flagged].tolist())
    cleaned = index_table(database, data_dir, round_id, wanted, leave_out=left_out)
    return QualityReport(
        round=round_id,
        interviews=fieldwork.sequence.size,
        assessment=assessment,
        interviewers=names,
        flagged=len(left_out),
        with_flagged=whole.rows,
        without_flagged=cleaned.rows,
    )


def _fieldwork(
    folder: Path, round_id: str, manifest: Manifest
) -> tuple[Fieldwork, tuple[str, ...]]:
    ratings = _ratings(folder, round_id, manifest)
    sequence, first = np.unique(_whole(ratings, "sequence"), return_index=True)
    row = np.searchsorted(sequence, _whole(ratings, "sequence"))
    names, interviewer = np.unique(
        np.asarray(ratings["interviewer"].to_pylist(), dtype=str)[first], return_inverse=True
    )
    started = ratings["started_at"]
    clock = started.cast(pa.timestamp("ms", tz=TURKISH_TIME.key))
    # The stubs know the function for arrays only.
    local: Any = pc.hour(clock)  # type: ignore[arg-type]
    return (
        Fieldwork(
            sequence=sequence,
            interviewer=interviewer,
            start=_reals(started.cast(pa.int64()))[first] / 1000,
            duration=_reals(ratings["duration_s"])[first],
            local_hour=_reals(local)[first],
            variant=_variants(ratings, row)[first],
            answers=_answers(ratings, row, sequence.size),
        ),
        tuple(names.tolist()),
    )


def _ratings(folder: Path, round_id: str, manifest: Manifest) -> pa.Table:
    """Give the ratings that count, each interview's in the order of services."""
    columns = [*HELD, "service", *ITEMS]
    parts = [
        pq.read_table(files(folder, round_id, each)[1], columns=columns)
        for each in manifest.rounds.get(round_id, [])
    ]
    table = pa.concat_tables([RATINGS.empty_table().select(columns), *parts])
    void = pa.array(manifest.replaced.get(round_id, []), pa.int64())
    return table.filter(pc.invert(pc.is_in(table["sequence"], value_set=void)))


def _variants(ratings: pa.Table, row: IntArray) -> IntArray:
    """Give a number to what was asked: the form's version and how many services were rated."""
    rated = np.bincount(row, minlength=1)[row]
    version = ratings["form_version"].to_pylist()
    spelled = [f"{each}/{number}" for each, number in zip(version, rated.tolist(), strict=True)]
    return np.unique(np.asarray(spelled, dtype=str), return_inverse=True)[1]


def _answers(ratings: pa.Table, row: IntArray, interviews: int) -> FloatArray:
    """Lay the items of an interview's services side by side, as they were asked."""
    place = {each.code: number for number, each in enumerate(services())}
    codes = [str(code) for code in ratings["service"].to_pylist()]
    asked = np.array([place[code] for code in codes], dtype=np.int64)
    answers = np.full((interviews, len(place), len(ITEMS)), np.nan)
    for number, item in enumerate(ITEMS):
        answers[row, asked, number] = _reals(ratings[item])
    return answers.reshape(interviews, len(place) * len(ITEMS))


def _whole(table: pa.Table, name: str) -> IntArray:
    return np.asarray(table[name].to_numpy(), dtype=np.int64)


def _reals(column: Any) -> FloatArray:
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
