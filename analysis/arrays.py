"""The array types of this package, and sums by group."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


def sum_by(code: IntArray, values: NDArray[Any], size: int) -> FloatArray:
    """Add values up by their group code; groups are numbered from 0 to ``size`` − 1."""
    result: FloatArray = np.bincount(code, weights=values, minlength=size).astype(
        np.float64, copy=False
    )
    return result


def count_by(code: IntArray, size: int) -> IntArray:
    """Count how often each group code occurs."""
    result: IntArray = np.bincount(code, minlength=size).astype(np.int64, copy=False)
    return result
