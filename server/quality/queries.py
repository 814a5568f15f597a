"""Reading a round as quality looks at it, and the index with and without flagged records."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.arrays import FloatArray, IntArray
from analysis.fieldwork import Assessment, Fieldwork, assessed
from schemas.geography import TURKISH_TIME, provinces
from schemas.quality import quality_rules
from schemas.services import services
from server.database import Database
from server.indices.observations import refresh
from server.indices.queries import IndexRow, Wanted
from server.indices.segments import Manifest
from server.indices.sources import observations_folder
from server.indices.tables import index_table
from server.quality.reading import ITEMS, ratings_of, real_numbers, whole_numbers


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
    ratings = ratings_of(folder, round_id, manifest)
    sequence, first = np.unique(whole_numbers(ratings, "sequence"), return_index=True)
    row = np.searchsorted(sequence, whole_numbers(ratings, "sequence"))
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
            start=real_numbers(started.cast(pa.int64()))[first] / 1000,
            duration=real_numbers(ratings["duration_s"])[first],
            local_hour=real_numbers(local)[first],
            variant=_variants(ratings, row)[first],
            answers=_answers(ratings, row, sequence.size),
            latitude=_of_province(ratings, "latitude")[first],
            longitude=_of_province(ratings, "longitude")[first],
        ),
        tuple(names.tolist()),
    )


def _variants(ratings: pa.Table, row: IntArray) -> IntArray:
    """Give a number to what was asked: the form's version and how many services were rated."""
    rated = np.bincount(row, minlength=1)[row]
    version = ratings["form_version"].to_pylist()
    spelled = [f"{each}/{number}" for each, number in zip(version, rated.tolist(), strict=True)]
    return np.unique(np.asarray(spelled, dtype=str), return_inverse=True)[1]


def _of_province(ratings: pa.Table, name: str) -> FloatArray:
    """Give a number of each rating's province; NaN where that is unknown."""
    known = {each.plate: float(getattr(each, name)) for each in provinces()}
    return np.array([known.get(str(plate), np.nan) for plate in ratings["province"].to_pylist()])


def _answers(ratings: pa.Table, row: IntArray, interviews: int) -> FloatArray:
    """Lay the items of an interview's services side by side, as they were asked."""
    place = {each.code: number for number, each in enumerate(services())}
    codes = [str(code) for code in ratings["service"].to_pylist()]
    asked = np.array([place[code] for code in codes], dtype=np.int64)
    answers = np.full((interviews, len(place), len(ITEMS)), np.nan)
    for number, item in enumerate(ITEMS):
        answers[row, asked, number] = real_numbers(ratings[item])
    return answers.reshape(interviews, len(place) * len(ITEMS))
