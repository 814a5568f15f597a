"""From when on something is a sign that an interview was not held as it should be."""

from functools import cache

from schemas.reference.files import FOLDER
from schemas.wire import Wire


class QualityRules(Wire):
    """``schemas/reference/quality.json``; what speaks for each number stands in docs/guide."""

    speeder_share: float
    flat_least_answers: int
    long_string_from: int
    near_duplicate_from: float
    items_for_matches: int
    night_from_hour: float
    night_to_hour: float
    fastest_km_h: float
    move_slack_km: float
    stands_out_below: float
    least_interviews: int


@cache
def quality_rules() -> QualityRules:
    """Read the rules."""
    return QualityRules.model_validate_json((FOLDER / "quality.json").read_bytes())
