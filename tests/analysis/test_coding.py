"""Codes for labels, against a dictionary and against numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coding import coded, distinct


def slowly(labels: list[object]) -> tuple[list[object], list[int]]:
    numbers: dict[object, int] = {}
    code = [numbers.setdefault(label, len(numbers)) for label in labels]
    return list(numbers), code


@given(
    st.one_of(
        st.lists(st.one_of(st.none(), st.text(max_size=3))),
        st.lists(st.integers(-(2**62), 2**62)),
        st.lists(st.floats(allow_nan=False).map(lambda number: number + 0.0)),
        st.lists(st.tuples(st.integers(0, 3), st.text(max_size=1))),
        st.lists(st.one_of(st.integers(0, 3), st.text(max_size=1))),
    )
)
def test_labels_are_numbered_as_they_come(labels: list[object]) -> None:
    found, code = coded(labels)
    expected, numbers = slowly(labels)
    assert [tuple(each) if isinstance(each, list) else each for each in found] == expected
    assert code.tolist() == numbers


@pytest.mark.parametrize("kind", [np.int64, np.float64, object])
def test_arrays_are_labels_too(kind: type) -> None:
    found, code = coded(np.array([7, 3, 7, 5, 3], dtype=kind))
    assert found == [7, 3, 5]
    assert code.tolist() == [0, 1, 0, 2, 1]


@given(st.lists(st.integers(0, 50)), st.sampled_from([1, 10**9]))
def test_distinct_codes_are_those_of_numpy(codes: list[int], stretch: int) -> None:
    array = np.array(codes, dtype=np.int64) * stretch
    different, place = distinct(array)
    expected, inverse = np.unique(array, return_inverse=True)
    np.testing.assert_array_equal(different, expected)
    np.testing.assert_array_equal(place, inverse)
