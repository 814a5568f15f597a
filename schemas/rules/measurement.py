"""Which questions hold what the analysis needs, and how answers count."""

from functools import cache

from schemas.reference.files import FOLDER
from schemas.wire import Wire


class Measurement(Wire):
    """``schemas/reference/measurement.json``: question names and the rules of the index.

    ``unknown`` answers (not experienced, no opinion, refused) are missing, never averaged;
    ``least_answered_share`` of a service's index items must be answered for a respondent's index.
    ``person_items`` are scaled questions about no single service; ``outcome`` is how the interview
    ended. ``selection_probability``: what the form drew each rated service with, among those used.
    """

    sex: str
    age_group: str
    settlement: str
    alone: str
    agreed: str
    adult: str
    rated_services: str
    selection_probability: str
    problem: str
    visits: str
    outcome: str
    person_items: tuple[str, ...]
    wait_minutes: str
    longest_wait_minutes: int
    overall_dimension: str
    unknown: tuple[str, ...]
    satisfied_from: int
    least_answered_share: float


@cache
def measurement() -> Measurement:
    """Read the rules."""
    return Measurement.model_validate_json((FOLDER / "measurement.json").read_bytes())
