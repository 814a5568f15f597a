"""What a round may claim, given how its respondents were chosen."""

from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from schemas.reference.files import FOLDER
from schemas.reference.rounds import SelectionMode
from schemas.wire import Wire


class Claims(Wire):
    """One line of ``schemas/reference/claims.json``.

    ``interval``: ``sampling``: it holds over samples drawn alike; ``model``: only if the weighting
    makes the respondents like the others; ``none``: there is nothing it could hold over.
    ``margin_of_error``: whether it may be called that.
    """

    interval: Literal["sampling", "model", "none"]
    margin_of_error: bool

    @property
    def has_intervals(self) -> bool:
        """Whether figures have intervals, and so ranks and changes that can be tested."""
        return self.interval != "none"


def claims(mode: str) -> Claims:
    """What a round of this selection mode may claim."""
    return _all()[mode]


@cache
def _all() -> dict[str, Claims]:
    read = (FOLDER / "claims.json").read_bytes()
    by_mode = TypeAdapter(dict[SelectionMode, Claims]).validate_json(read)
    return {str(mode): claims for mode, claims in by_mode.items()}
