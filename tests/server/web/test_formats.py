"""Numbers as readers of each language write them."""

from collections.abc import Callable

import pytest

from server.web.formats import NOTHING, day, decimal, interval, moment, percent, whole


@pytest.mark.parametrize(
    ("written", "turkish", "english"),
    [
        (lambda language: decimal(1234567.89, language), "1.234.567,9", "1,234,567.9"),
        (lambda language: whole(12345, language), "12.345", "12,345"),
        (lambda language: percent(77.42, language), "%77,4", "77.4%"),
        (lambda language: interval(70.04, 79.96, language), "70,0 – 80,0", "70.0 – 80.0"),
        (lambda language: day("2026-03-09", language), "09.03.2026", "09 Mar 2026"),
        (lambda language: day("dün", language), "dün", "dün"),
        (lambda language: decimal(None, language), NOTHING, NOTHING),
        (lambda language: percent(None, language), NOTHING, NOTHING),
        (lambda language: whole(float("inf"), language), NOTHING, NOTHING),
        (lambda language: interval(None, None, language), NOTHING, NOTHING),
    ],
)
def test_signs_follow_the_language(
    written: Callable[[str], str], turkish: str, english: str
) -> None:
    assert (written("tr"), written("en")) == (turkish, english)


def test_times_are_those_of_the_clock_in_turkiye() -> None:
    assert moment("2026-11-21T22:30:05+00:00", "tr") == "22.11.2026 01:30:05"
    assert moment("2026-11-21T22:30:05+00:00", "en") == "22 Nov 2026 01:30:05"
