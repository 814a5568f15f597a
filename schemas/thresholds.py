"""The limits below which a figure is not shown, or shown as imprecise."""

from functools import cache

from schemas.forms import Wire
from schemas.geography import FOLDER


class Thresholds(Wire):
    """``schemas/reference/thresholds.json``; the sources of the defaults stand in docs/guide."""

    suppress_below_answers: int
    suppress_below_psus: int
    suppress_staff_below_answers: int
    suppress_staff_below_units: int
    imprecise_below_answers: int
    suppress_shares_below_answers: int
    suppress_all_alike_below_answers: int
    model_based_below_answers: int
    model_needs_provinces: int
    model_needs_minority_answers: float
    rank_confidence: float
    change_false_discovery_rate: float
    imprecise_above_width: float
    composite_needs_share_of_services: float
    merge_weighting_cells_below: int


@cache
def thresholds() -> Thresholds:
    """Read the thresholds."""
    return Thresholds.model_validate_json((FOLDER / "thresholds.json").read_bytes())
