"""Numbers for labels: what is counted and added up is grouped by codes, not by names."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.arrays import IntArray

_SPACIOUS = 1 << 20


def coded(labels: Sequence[Hashable] | NDArray[Any]) -> tuple[list[Any], IntArray]:
    """Labels numbers, in the order they come.

    Parameters
    ----------
    labels
        One per record; None is a label like any other.

    Returns
    -------
    tuple
        The different labels, and the number of each record's label.
    """
    try:
        found = pa.array(labels).dictionary_encode(null_encoding="encode")
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        # Labels of several kinds, or of a kind of their own.
        numbers: dict[Hashable, int] = {}
        code = [numbers.setdefault(label, len(numbers)) for label in labels]
        return list(numbers), np.array(code, dtype=np.int64)
    return found.dictionary.to_pylist(), found.indices.to_numpy().astype(np.int64)


def distinct(code: IntArray) -> tuple[IntArray, IntArray]:
    """The different codes in ascending order, and the place of each record's code among them.

    Parameters
    ----------
    code
        Not negative. As ``numpy.unique`` with its inverse, but without sorting where the codes
        leave few gaps.
    """
    reach = int(code.max(initial=-1)) + 1
    if reach > max(8 * code.size, _SPACIOUS):
        different, place = np.unique(code, return_inverse=True)
        return different, place.astype(np.int64)
    occurs = np.zeros(reach, dtype=bool)
    occurs[code] = True
    different = np.flatnonzero(occurs)
    place_of = np.empty(reach, dtype=np.int64)
    place_of[different] = np.arange(different.size)
    return different, place_of[code]
