"""Personal data in free text: what is found, what is left alone, that masking leaves nothing."""

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rules.personal_data import personal_data_in, rules, without_personal_data

VECTORS = Path(__file__).parents[2] / "vectors" / "personal_data"
FOUND = json.loads((VECTORS / "found.json").read_text("utf-8"))
ORDINARY = json.loads((VECTORS / "ordinary.json").read_text("utf-8"))


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case["text"])
def test_personal_data_is_found_and_masked(case: dict[str, Any]) -> None:
    found = [
        [piece.kind, case["text"][piece.start : piece.end]]
        for piece in personal_data_in(case["text"])
    ]
    assert found == case["finds"]
    assert without_personal_data(case["text"]) == case["masked"]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_numbers_dates_times_and_codes_are_left_alone(text: str) -> None:
    assert personal_data_in(text) == ()
    assert without_personal_data(text) == text


def test_hardly_any_number_of_the_field_looks_personal() -> None:
    draw = random.Random(20261121)
    texts = [f"{draw.randint(1, 10 ** draw.randint(1, 9))} lira" for _ in range(3000)]
    texts += [
        f"{draw.randint(1, 31):02}.{draw.randint(1, 12):02}.{draw.randint(1990, 2030)}"
        for _ in range(500)
    ]
    texts += [
        f"{draw.randint(0, 23):02}:{draw.randint(0, 59):02} ile {draw.randint(0, 90)} dk"
        for _ in range(500)
    ]
    found = [text for text in texts if personal_data_in(text)]
    assert found == []


def test_one_number_of_eleven_digits_in_a_hundred_passes_the_check_digits_by_chance() -> None:
    draw = random.Random(20261121)
    drawn = [str(draw.randint(2 * 10**10, 4 * 10**10)) for _ in range(5000)]
    found = sum(bool(personal_data_in(number)) for number in drawn)
    assert 25 <= found <= 75


@given(st.text(max_size=60), st.sampled_from(FOUND), st.text(max_size=60))
def test_nothing_personal_is_left_after_masking(
    before: str, case: dict[str, Any], after: str
) -> None:
    text = f"{before} {case['text']} {after}"
    masked = without_personal_data(text)
    assert personal_data_in(masked) == ()
    assert without_personal_data(masked) == masked


def test_finds_stand_apart_and_in_the_order_of_the_text() -> None:
    text = " ".join(case["text"] for case in FOUND)
    found = personal_data_in(text)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert {each.kind for each in found} == {rule.kind for rule in rules().kinds}
