"""The limits below which a figure is not shown, and the classes of precision."""

from functools import cache
from typing import Literal

from schemas.reference.files import FOLDER
from schemas.wire import Wire

Precision = Literal["good", "fair", "wide", "direction_only"]


class Thresholds(Wire):
    """``schemas/reference/thresholds.json``; the sources of the defaults stand in docs/guide.

    ``precision_classes``: the widest 95 % interval of each class, narrow ones first; what is wider
    than all is ``direction_only``.
    """

    suppress_below_answers: int
    suppress_below_psus: int
    suppress_staff_below_answers: int
    suppress_staff_below_units: int
    reliability_needs_answers: int
    suppress_shares_below_answers: int
    suppress_all_alike_below_answers: int
    model_based_below_answers: int
    model_needs_provinces: int
    model_needs_minority_answers: float
    rank_confidence: float
    change_false_discovery_rate: float
    precision_classes: dict[Precision, float]
    composite_needs_share_of_services: float
    release_waits_below_answers: int
    bounds_below_answers: int
    bound_from_end: float
    merge_weighting_cells_below: int


@cache
def thresholds() -> Thresholds:
    """Read the thresholds."""
    return Thresholds.model_validate_json((FOLDER / "thresholds.json").read_bytes())
