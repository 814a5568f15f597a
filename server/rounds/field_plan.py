"""What a process knows of visits and rounds while it judges records."""

from collections.abc import Collection
from datetime import date
from math import inf
from time import monotonic

from server.rounds.queries import (
    PlannedVisit,
    RoundSummary,
    all_rounds,
    open_rounds,
    visits_by_code,
)
from server.store.database import Database

ROUNDS_KEPT_SECONDS = 5.0
VISITS_KEPT_SECONDS = 600.0


class FieldPlan:
    """Visits and open rounds of one database, remembered for a short while.

    Records come many a second and name the same visits. A visit is taken from memory only for an
    officer it names: what speaks against a record is always read afresh.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._visits: dict[str, PlannedVisit] = {}
        self._visits_since = -inf
        self._rounds: tuple[RoundSummary, ...] = ()
        self._rounds_since = -inf

    def visits(self, codes: Collection[str], officer_id: int) -> dict[str, PlannedVisit]:
        """The visits an officer sent records of, by their codes; unknown ones are absent."""
        if monotonic() - self._visits_since > VISITS_KEPT_SECONDS:
            self._visits, self._visits_since = {}, monotonic()
        remembered = self._visits
        found = {
            code: visit
            for code in codes
            if (visit := remembered.get(code)) and officer_id in visit.officers
        }
        # PostgreSQL takes no text with NUL in it, and no visit has such a code.
        unsure = {code for code in codes if code not in found and "\0" not in code}
        if unsure:
            with self._database.read() as connection:
                read = visits_by_code(connection, unsure)
            remembered.update(read)
            found |= read
        return found

    def knows_round(self, round_id: str) -> bool:
        """Tell whether there is such a round, open or not."""
        if not round_id or "\0" in round_id:
            return False
        with self._database.read() as connection:
            return any(summary.id == round_id for summary in all_rounds(connection))

    def round_of(self, day: date | None) -> str | None:
        """The open round a record without a visit belongs to: the latest one of its day."""
        if monotonic() - self._rounds_since > ROUNDS_KEPT_SECONDS or not self._rounds:
            with self._database.read() as connection:
                self._rounds = open_rounds(connection)
            self._rounds_since = monotonic()
        rounds = self._rounds
        fitting = [
            summary for summary in rounds if day and summary.starts_on <= day <= summary.ends_on
        ]
        return next((summary.id for summary in fitting or rounds), None)
