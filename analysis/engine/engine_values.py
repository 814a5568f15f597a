"""What the engine gives of single questions: how often each value occurs, where, in whose name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from analysis.arrays import FloatArray, IntArray
from analysis.estimation.residuals import Calibrators


@dataclass(frozen=True)
class Asked:
    """Which table is asked, and the codes that provinces and services are numbered by.

    ``through``, provinces × services: of ratings, the last record that counts in each cell.
    """

    table: Literal["ratings", "people"]
    provinces: tuple[str, ...]
    services: tuple[str, ...]
    through: IntArray | None = None


@dataclass(frozen=True)
class EngineValues:
    """A row per province, service, PSU and value.

    Attributes
    ----------
    province, service, unit
        Codes; the service of a person is -1.
    value
        The value.
    n
        How many gave it.
    w, ww
        Sums of their weights and of the squares.
    """

    province: IntArray
    service: IntArray
    unit: IntArray
    value: FloatArray
    n: IntArray
    w: FloatArray
    ww: FloatArray

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> "EngineValues":
        """Make it of columns as the engine gives them."""
        return cls(
            province=whole_numbers(columns["province"]),
            service=whole_numbers(columns["service"]),
            unit=whole_numbers(columns["unit"]),
            value=np.asarray(columns["y"], dtype=np.float64),
            n=whole_numbers(columns["n"]),
            w=np.asarray(columns["w"], dtype=np.float64),
            ww=np.asarray(columns["ww"], dtype=np.float64),
        )


@dataclass(frozen=True)
class CalibratedValues:
    """The same by weighting cell, before weighting, and what the weights were calibrated on."""

    calibrators: Calibrators
    province: IntArray
    service: IntArray
    variable: IntArray
    value: FloatArray
    x: FloatArray


@dataclass(frozen=True)
class EngineItems:
    """Answers rating by rating; NaN where there is none."""

    unit: IntArray
    weight: FloatArray
    answers: FloatArray


def whole_numbers(column: Any) -> IntArray:
    """A column of codes; -1 where there is none."""
    result: IntArray = np.ma.filled(np.ma.asarray(column), -1).astype(np.int64)
    return result
