"""Reading a round as quality looks at it, and the index with and without flagged records."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from analysis.fieldwork.assessment import Assessment, Fieldwork, assessed
from schemas.rules.quality import quality_rules
from schemas.rules.thresholds import thresholds
from server.indices.index_releases import index_release
from server.indices.index_rows import IndexRow
from server.indices.tables import View, table_of, view_of
from server.observations.areas import Wanted
from server.observations.round_totals import state_without
from server.observations.segments import Manifest
from server.observations.sources import observations_folder
from server.quality.fieldwork import Codes, fieldwork_in
from server.quality.reading import ratings_of
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
    state = state_without(database, view.state, left_out)
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
    interviewers = Codes()
    interviewers.of(sorted({str(name) for name in ratings["interviewer"].to_pylist()}))
    fieldwork = fieldwork_in(ratings, interviewers, Codes())
    return fieldwork, tuple(interviewers), ratings
