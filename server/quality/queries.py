"""Reading a round as quality looks at it, and the index with and without flagged records."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.arrays import FloatArray, IntArray
from analysis.fieldwork.assessment import Assessment, Fieldwork, assessed
from schemas.reference.geography import provinces
from schemas.reference.services import services
from schemas.rules.quality import quality_rules
from schemas.rules.thresholds import thresholds
from schemas.turkish import TURKISH_TIME
from server.indices.index_releases import index_release
from server.indices.index_rows import IndexRow
from server.indices.tables import View, table_of, view_of
from server.observations.areas import Wanted
from server.observations.round_totals import round_state
from server.observations.segments import Manifest
from server.observations.sources import observations_folder
from server.quality.reading import ITEMS, ratings_of, real_numbers, whole_numbers
from server.store.database import Database
from server.terminal.progress import stage


@dataclass(frozen=True)
class QualityReport:
    """What was found in a round, and what difference the flagged records make.

    Without the flagged records a service is shown only where none of its people is flagged, or
    enough are: the difference of both figures must not speak of a few.
    """

    round: str
    interviews: int
    assessment: Assessment
    interviewers: tuple[str, ...]
    """Names by the codes of the assessment."""
    flagged: int
    with_flagged: tuple[IndexRow, ...]
    without_flagged: tuple[IndexRow, ...]


def quality_report(
    database: Database, data_dir: Path, round_id: str, *, waits: bool
) -> QualityReport:
    """Assess a round; both tables are made by the same rules, from the same records but those."""
    wanted, view = Wanted(by=("service",)), view_of(database, data_dir, round_id, waits=waits)
    with stage("progress.quality"):
        fieldwork, names, ratings = fieldwork_of(
            observations_folder(data_dir), round_id, view.state.manifest
        )
        assessment = assessed(fieldwork, quality_rules())
    left_out = tuple(fieldwork.sequence[assessment.flagged].tolist())
    whole = table_of(view, wanted).rows
    return QualityReport(
        round=round_id,
        interviews=fieldwork.sequence.size,
        assessment=assessment,
        interviewers=names,
        flagged=len(left_out),
        with_flagged=whole,
        without_flagged=_without(
            _cleaned(database, data_dir, view, left_out), whole, _flagged(ratings, left_out)
        ),
    )


def _cleaned(
    database: Database, data_dir: Path, view: View, left_out: tuple[int, ...]
) -> dict[tuple[str | None, str], IndexRow]:
    """The index of every service without some records, as a family of groups of its own."""
    state = round_state(database, data_dir, view.round_id, leave_out=left_out)
    groups = index_release(
        database, data_dir, view.round_id, state, waits=False, family="index without flagged"
    )
    table = table_of(View(view.round_id, state, groups), Wanted(by=("service",)))
    return {(row.service, row.measure): row for row in table.rows}


def _flagged(ratings: pa.Table, left_out: tuple[int, ...]) -> Counter[str]:
    """Count the flagged people of every service."""
    gone = pc.is_in(ratings["sequence"], value_set=pa.array(left_out, pa.int64()))
    return Counter(str(code) for code in ratings.filter(gone)["service"].to_pylist())


def _without(
    cleaned: dict[tuple[str | None, str], IndexRow],
    whole: tuple[IndexRow, ...],
    flagged: Counter[str],
) -> tuple[IndexRow, ...]:
    """The rows again without flagged records, where that tells nothing of a few people."""
    least = thresholds().suppress_below_answers
    rows = []
    for row in whole:
        number, own = flagged[row.service or ""], cleaned.get((row.service, row.measure))
        if not number:
            rows.append(row)
        elif number >= least and own is not None:
            rows.append(own)
    return tuple(rows)


def fieldwork_of(
    folder: Path, round_id: str, manifest: Manifest
) -> tuple[Fieldwork, tuple[str, ...], pa.Table]:
    """The interviews of a round, the names of who held them, and their ratings."""
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
        ratings,
    )


def _variants(ratings: pa.Table, row: IntArray) -> IntArray:
    """Give a number to what was asked: the form's version and how many services were rated."""
    rated = np.bincount(row, minlength=1)[row]
    version = ratings["form_version"].to_pylist()
    spelled = [f"{none}/{number}" for none, number in zip(version, rated.tolist(), strict=True)]
    return np.unique(np.asarray(spelled, dtype=str), return_inverse=True)[1]


def _of_province(ratings: pa.Table, name: str) -> FloatArray:
    """A number of each rating's province; NaN where that is unknown."""
    known = {province.plate: float(getattr(province, name)) for province in provinces()}
    return np.array([known.get(str(plate), np.nan) for plate in ratings["province"].to_pylist()])


def _answers(ratings: pa.Table, row: IntArray, interviews: int) -> FloatArray:
    """Lay the items of an interview's services side by side, as they were asked."""
    place = {service.code: number for number, service in enumerate(services())}
    codes = [str(code) for code in ratings["service"].to_pylist()]
    asked = np.array([place[code] for code in codes], dtype=np.int64)
    answers = np.full((interviews, len(place), len(ITEMS)), np.nan)
    for number, item in enumerate(ITEMS):
        answers[row, asked, number] = real_numbers(ratings[item])
    return answers.reshape(interviews, len(place) * len(ITEMS))
