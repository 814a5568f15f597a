"""Ratings laid out as quality looks at them: one entry per interview."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.arrays import FloatArray, IntArray
from analysis.fieldwork.assessment import Fieldwork
from schemas.reference.geography import provinces
from schemas.reference.services import services
from schemas.turkish import TURKISH_TIME
from server.quality.reading import ITEMS, real_numbers, whole_numbers


class Codes(dict[str, int]):
    """Numbers for names, in the order in which they are first met."""

    def __missing__(self, name: str) -> int:
        """Give a new name the next number."""
        self[name] = number = len(self)
        return number

    def of(self, names: Iterable[object]) -> IntArray:
        """The numbers of names."""
        return np.array([self[str(name)] for name in names], dtype=np.int64)


def fieldwork_in(ratings: pa.Table, interviewers: Codes, variants: Codes) -> Fieldwork:
    """The interviews that ratings are of, in the order of their numbers."""
    sequence, first = np.unique(whole_numbers(ratings, "sequence"), return_index=True)
    row = np.searchsorted(sequence, whole_numbers(ratings, "sequence"))
    held = ratings.take(np.asarray(first, dtype=np.int64))
    started = held["started_at"]
    clock = started.cast(pa.timestamp("ms", tz=TURKISH_TIME.key))
    # The stubs know the function for arrays only.
    local: Any = pc.hour(clock)  # type: ignore[arg-type]
    rated = np.bincount(row, minlength=sequence.size)
    return Fieldwork(
        sequence=sequence,
        interviewer=interviewers.of(held["interviewer"].to_pylist()),
        start=real_numbers(started.cast(pa.int64())) / 1000,
        duration=real_numbers(held["duration_s"]),
        local_hour=real_numbers(local),
        variant=variants.of(_variants(held, rated)),
        answers=_answers(ratings, row, sequence.size),
        latitude=_of_province(held, "latitude"),
        longitude=_of_province(held, "longitude"),
    )


def _variants(held: pa.Table, rated: IntArray) -> list[str]:
    """Name what was asked: the form's version and how many services were rated."""
    version = held["form_version"].to_pylist()
    return [f"{code}/{number}" for code, number in zip(version, rated.tolist(), strict=True)]


def _of_province(held: pa.Table, name: str) -> FloatArray:
    """A number of each interview's province; NaN where that is unknown."""
    known = {province.plate: float(getattr(province, name)) for province in provinces()}
    return np.array([known.get(str(plate), np.nan) for plate in held["province"].to_pylist()])


def _answers(ratings: pa.Table, row: IntArray, interviews: int) -> FloatArray:
    """Lay the items of an interview's services side by side, as they were asked."""
    place = {service.code: number for number, service in enumerate(services())}
    codes = [str(code) for code in ratings["service"].to_pylist()]
    asked = np.array([place[code] for code in codes], dtype=np.int64)
    answers = np.full((interviews, len(place), len(ITEMS)), np.nan)
    for number, item in enumerate(ITEMS):
        answers[row, asked, number] = real_numbers(ratings[item])
    return answers.reshape(interviews, len(place) * len(ITEMS))
