"""Paradata as analysts read it."""

import pytest

from schemas.protocol.paradata import Paradata, read_paradata, timings

NOTED = {
    "questions": {"second": [40, 45, 60, 2, 30], "first": [3, -1, -1, 0, 12]},
    "circumstances": [
        {"at": 0, "language": "tr", "offline": True},
        {"at": 44, "language": "en", "offline": False},
    ],
}


def test_questions_come_in_the_order_they_were_seen_with_what_held_when_answered() -> None:
    paradata = read_paradata(NOTED)
    assert paradata is not None
    first, second = timings(paradata)
    assert (first.path, first.answered, first.changed, first.language) == (
        "first",
        None,
        None,
        "tr",
    )
    assert (second.seen, second.answered, second.changed) == (40, 45, 60)
    assert (second.edits, second.on_screen) == (2, 30)
    assert (second.language, second.offline) == ("en", False)


def test_nothing_noted_is_nothing_to_read() -> None:
    assert read_paradata({}) is None
    assert timings(Paradata(questions={}, circumstances=())) == []


@pytest.mark.parametrize(
    "odd",
    [
        {"questions": {"a": [1, 2]}},
        {"questions": {"a": [1, 2, 3, 4, -5]}},
        {"questions": []},
        {"circumstances": [{"at": "x", "language": "tr", "offline": True}]},
    ],
)
def test_what_is_of_another_kind_is_not_read(odd: dict[str, object]) -> None:
    assert read_paradata(odd) is None
