"""Submissions become observations: what is new at every look, everything on demand."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, select

from analysis.records.observations import (
    Extraction,
    Facts,
    Observations,
    extraction_of,
    observations,
)
from schemas.rules.measurement import measurement
from server.forms.models import FORM_VERSIONS
from server.forms.queries import definition_of
from server.observations.segments import (
    Manifest,
    Segment,
    compacted,
    discard,
    locked,
    read_manifest,
    write_manifest,
    write_segment,
)
from server.store.database import Database
from server.submissions.models import SUBMISSIONS
from server.submissions.queries import StoredSubmission, committed_through, submissions_after
from server.terminal.progress import stage

PAGE = 2_000
"""Submissions read at once."""
SEGMENT_SIZE = 100_000
"""Interviews per segment when many are waiting."""


def refresh(database: Database, folder: Path) -> Manifest:
    """Take in every submission that was committed before now."""
    with database.read() as connection:
        manifest = read_manifest(folder)
        if _is_current(connection, manifest, committed_through(connection)):
            return manifest
    # Whoever waits here reads the database afresh: while waiting, another may have gone further.
    with locked(folder), database.read() as connection:
        through = committed_through(connection)
        before = read_manifest(folder)
        if _is_current(connection, before, through):
            return before
        start = before if _is_of(connection, before) else Manifest()
        return _exchange(folder, before, _Reader(connection, folder).continued(start, through))


def rebuild(database: Database, folder: Path, round_id: str | None = None) -> Manifest:
    """Make the observations again from the submissions: of one round, or of all."""
    with locked(folder), database.read() as connection:
        through = committed_through(connection)
        before = read_manifest(folder)
        reader = _Reader(connection, folder)
        if round_id is None or not _is_of(connection, before):
            return _exchange(folder, before, reader.continued(Manifest(), through))
        fresh = reader.continued(Manifest(), before.through, only=round_id)
        rounds = {**before.rounds, round_id: fresh.rounds.get(round_id, [])}
        replaced = {**before.replaced, round_id: []}
        remade = before.model_copy(update={"rounds": rounds, "replaced": replaced})
        return _exchange(folder, before, reader.continued(remade, through))


def _is_current(connection: Connection, manifest: Manifest, through: int) -> bool:
    return manifest.through == through and _is_of(connection, manifest)


def _is_of(connection: Connection, manifest: Manifest) -> bool:
    """Tell whether the segments were made from this database."""
    if not manifest.through:
        return True
    held = select(SUBMISSIONS.c.instance_id).where(SUBMISSIONS.c.sequence == manifest.through)
    return str(connection.scalar(held)) == manifest.anchor


def _exchange(folder: Path, before: Manifest, after: Manifest) -> Manifest:
    after = compacted(folder, after)
    write_manifest(folder, after)
    discard(folder, before, after)
    return after


class _Reader:
    """Reads submissions page by page and writes their observations."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._extractions: dict[tuple[str, str], Extraction] = {}

    def continued(self, manifest: Manifest, through: int, *, only: str | None = None) -> Manifest:
        """The manifest that goes up to ``through``, its new segments written."""
        rounds = {name: list(segments) for name, segments in manifest.rounds.items()}
        replaced = {name: set(numbers) for name, numbers in manifest.replaced.items()}
        waiting: dict[str, list[Observations]] = {}
        last, anchor = manifest.through, manifest.anchor
        with stage("progress.records", through - last) as advance:
            while page := submissions_after(self._connection, last, PAGE, through=through):
                advance(page[-1].sequence - last)
                last, anchor = page[-1].sequence, page[-1].instance_id
                for submission in page:
                    if (
                        submission.is_current
                        and submission.round_id
                        and only in {None, submission.round_id}
                    ):
                        self._extract(submission, waiting)
                for round_id, number in self._made_void(page):
                    replaced.setdefault(round_id, set()).add(number)
                self._write(waiting, rounds, full=SEGMENT_SIZE)
            self._write(waiting, rounds, full=1)
        return Manifest(
            through=last,
            anchor=anchor,
            rounds=rounds,
            replaced={name: sorted(numbers) for name, numbers in replaced.items() if numbers},
        )

    def _extract(
        self, submission: StoredSubmission, waiting: dict[str, list[Observations]]
    ) -> None:
        extraction = self._extraction(submission.form_id, submission.form_version)
        if extraction.modules and submission.round_id:
            answers = submission.sent_answers()
            found = observations(extraction, answers, _facts(submission, extraction))
            waiting.setdefault(submission.round_id, []).append(found)

    def _extraction(self, form_id: str, version: str) -> Extraction:
        key = form_id, version
        if key not in self._extractions:
            published = self._connection.execute(
                select(*FORM_VERSIONS.c["id", "digest"]).where(
                    FORM_VERSIONS.c.form_id == form_id, FORM_VERSIONS.c.version == version
                )
            ).one()
            form = definition_of(self._connection, *published)
            self._extractions[key] = extraction_of(form, measurement())
        return self._extractions[key]

    def _made_void(self, page: Sequence[StoredSubmission]) -> list[tuple[str, int]]:
        """List earlier revisions that stand in segments and no longer count."""
        edited = [
            submission.instance_id
            for submission in page
            if submission.revision > 1 or submission.copy_number
        ]
        if not edited:
            return []
        rows = self._connection.execute(
            select(SUBMISSIONS.c.round_id, SUBMISSIONS.c.sequence).where(
                SUBMISSIONS.c.instance_id.in_(edited),
                SUBMISSIONS.c.is_current.is_(False),
                SUBMISSIONS.c.round_id.is_not(None),
            )
        )
        return [(row.round_id, row.sequence) for row in rows]

    def _write(
        self,
        waiting: dict[str, list[Observations]],
        rounds: dict[str, list[Segment]],
        *,
        full: int,
    ) -> None:
        for round_id, rows in waiting.items():
            if len(rows) >= full:
                segment = write_segment(self._folder, round_id, rows)
                rounds.setdefault(round_id, []).append(segment)
                rows.clear()


def _facts(submission: StoredSubmission, extraction: Extraction) -> Facts:
    province = submission.province
    return Facts(
        sequence=submission.sequence,
        instance_id=submission.instance_id,
        round=submission.round_id or "",
        form_version=extraction.form_version,
        province=province,
        district=submission.district,
        stratum=submission.stratum or province or "",
        psu=submission.visit_code or _substitute_psu(submission),
        interviewer=submission.officer,
        started_at=submission.started_at,
        finished_at=submission.finished_at,
        violations=len(submission.flags),
    )


def _substitute_psu(submission: StoredSubmission) -> str:
    """What stands for the visit where none is known: a day of one officer in a district."""
    day = submission.finished_at.date().isoformat() if submission.finished_at else ""
    return f"{submission.district or ''}:{day}:{submission.officer}"
