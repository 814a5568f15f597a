"""Which staff answers are told apart: only where enough people and units share them."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.rules.known_questions import fieldwork
from server.exports.anonymity import Least, released, telling

LEAST = Least(people=10, units=3)


def people(number: int, **answers: str) -> list[dict[str, Any]]:
    """So many people, spread over three districts."""
    return [{"ilce": str(each % 3), **answers} for each in range(number)]


def groups(rows: list[dict[str, Any]]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(str(row.get(name, "")) for name in telling()) for row in rows)


def test_too_few_people_in_all_are_not_released() -> None:
    assert released(people(9, il="06"), LEAST) == []
    assert released([], LEAST) == []


def test_ten_people_of_one_unit_are_not_enough_units() -> None:
    one = [{"il": "06", "ilce": "1231", "birim_tur": "emniyet"} for _ in range(40)]
    assert released(one, LEAST) == []


def test_a_large_group_is_told_apart_down_to_the_last_answer() -> None:
    answers = {"il": "06", "birim_tur": "emniyet", "sinif": "uzman", "kidem": "0-2"}
    rows = released(people(10, **answers), LEAST)
    assert groups(rows) == {("emniyet", "06", "uzman", "0-2"): 10}
    assert all("ilce" not in row for row in rows)


def test_a_small_group_goes_without_what_would_tell_it_apart() -> None:
    rows = released(people(30, il="06") + people(12, il="34") + people(4, il="76"), LEAST)
    # Four are too few to stand apart; the twelve join them, so that nobody is left as the rest.
    assert groups(rows) == {("", "06", "", ""): 30, ("", "", "", ""): 16}


def test_what_is_no_group_stays() -> None:
    rows = released(people(12, il="06", p_amir="2", oneri="x"), LEAST)
    assert {(row["p_amir"], row["oneri"]) for row in rows} == {("2", "x")}


ANSWERS = st.fixed_dictionaries(
    {
        "il": st.sampled_from(["06", "34"]),
        "ilce": st.sampled_from("abcd"),
        "birim_tur": st.sampled_from(["emniyet", "nufus"]),
        "sinif": st.sampled_from(["uzman", "gih", ""]),
        "kidem": st.sampled_from(["0-2", "3-5"]),
    }
)


@given(st.lists(ANSWERS, max_size=120))
def test_no_group_that_is_told_apart_is_small(records: list[dict[str, str]]) -> None:
    numbered = [record | {"who": str(at)} for at, record in enumerate(records)]
    rows = released(numbered, LEAST)
    assert len(rows) in (0, len(records))
    units = {
        str(at): tuple(record[k] for k in fieldwork().anonymous.unit)
        for at, record in enumerate(records)
    }
    found: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        key = tuple(str(row.get(name, "-")) for name in telling())
        found.setdefault(key, []).append(row["who"])
    for who in found.values():
        assert len(who) >= LEAST.people
        assert len({units[each] for each in who}) >= LEAST.units
