"""What a process knows of visits and rounds while it judges records."""

from collections.abc import Collection
from datetime import date
from math import inf
from time import monotonic

from server.database import Database
from server.rounds.queries import PlannedVisit, RoundSummary, open_rounds, visits_by_code

FRESH_SECONDS = 5.0


class FieldPlan:
    """Visits and open rounds of one database, never more than some seconds old.

    Records come many a second and name the same few visits. What is not found is never
    remembered, so a visit counts from the moment it is planned.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._visits: dict[str, PlannedVisit] = {}
        self._visits_read = -inf
        self._rounds: tuple[RoundSummary, ...] = ()
        self._rounds_read = -inf

    def visits(self, codes: Collection[str]) -> dict[str, PlannedVisit]:
        """Give the visits of these codes; unknown codes are absent."""
        if monotonic() - self._visits_read > FRESH_SECONDS:
            self._visits, self._visits_read = {}, monotonic()
        known = self._visits
        # PostgreSQL takes no text with NUL in it, and no visit has such a code.
        wanted = {code for code in codes if code not in known and "\0" not in code}
        if wanted:
            with self._database.read() as connection:
                known.update(visits_by_code(connection, wanted))
        return {code: known[code] for code in codes if code in known}

    def round_of(self, day: date | None) -> str | None:
        """Give the open round a record without a visit belongs to: the latest one of its day."""
        if monotonic() - self._rounds_read > FRESH_SECONDS or not self._rounds:
            with self._database.read() as connection:
                self._rounds = open_rounds(connection)
            self._rounds_read = monotonic()
        rounds = self._rounds
        fitting = [each for each in rounds if day and each.starts_on <= day <= each.ends_on]
        return next((each.id for each in fitting or rounds), None)
