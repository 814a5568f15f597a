"""Working days against a calendar counted by hand, and what must hold of any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.rules.working_days import (
    add_working_days,
    covered_years,
    holidays,
    is_covered,
    is_working_day,
    next_working_day,
    working_days_between,
)

DAYS = st.dates(date(2025, 6, 1), date(2032, 6, 1))
NUMBERS = st.integers(-60, 60)


def test_the_holidays_of_five_years_are_carried() -> None:
    assert covered_years() == range(2026, 2031)
    assert len(holidays()) == 83
    assert [day for day, holiday in holidays().items() if holiday.length == "half"] == sorted(
        day for day, holiday in holidays().items() if "13.00" in holiday.name
    )
    assert not is_covered(date(2030, 12, 31), date(2031, 1, 1))
    assert not is_covered(date(2025, 12, 31), date(2026, 1, 5))
    assert is_covered(date(2026, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2026, 12, 1), True),
        (date(2026, 12, 5), False),
        (date(2026, 12, 6), False),
        (date(2026, 10, 28), True),
        (date(2026, 10, 29), False),
        (date(2026, 3, 19), True),
        (date(2026, 3, 20), False),
        (date(2031, 1, 1), True),
    ],
    ids=["weekday", "saturday", "sunday", "half", "republic", "eve", "feast", "beyond"],
)
def test_half_days_are_worked_and_holidays_and_weekends_are_not(
    day: date, *, is_worked: bool
) -> None:
    assert is_working_day(day) is is_worked


@pytest.mark.parametrize(
    ("sent", "number", "due"),
    [
        # acknowledge within 3, over a weekend
        (date(2026, 12, 3), 3, date(2026, 12, 8)),
        # answer within 15, over New Year's Day
        (date(2026, 12, 14), 15, date(2027, 1, 5)),
        # critical answer within 5, over the Feast of Sacrifice, whose eve of half a day counts
        (date(2026, 5, 25), 5, date(2026, 6, 4)),
        # sent on a Saturday: Monday is the first day
        (date(2026, 12, 5), 1, date(2026, 12, 7)),
        # calls for reports 10 before the end of the year; invitations 5 before a Monday
        (date(2026, 12, 31), -10, date(2026, 12, 17)),
        (date(2026, 12, 14), -5, date(2026, 12, 7)),
        (date(2026, 10, 29), 0, date(2026, 10, 30)),
    ],
    ids=["kabul3", "yanit15", "yanit5", "saturday", "rapor_cagri", "davet5", "none"],
)
def test_deadlines_counted_by_hand(sent: date, number: int, due: date) -> None:
    assert add_working_days(sent, number) == due


def test_a_deadline_in_plain_days_ends_on_the_next_working_day() -> None:
    assert next_working_day(date(2026, 3, 20)) == date(2026, 3, 23)
    assert next_working_day(date(2026, 3, 19)) == date(2026, 3, 19)


@given(DAYS, NUMBERS.filter(bool))
def test_what_is_added_is_what_lies_between(day: date, number: int) -> None:
    due = add_working_days(day, number)
    assert is_working_day(due)
    assert working_days_between(day, due) == number


@given(DAYS, st.integers(1, 40), st.integers(1, 40))
def test_days_added_one_after_another_are_days_added_at_once(day: date, one: int, two: int) -> None:
    assert add_working_days(add_working_days(day, one), two) == add_working_days(day, one + two)


@given(DAYS, st.integers(0, 90), st.integers(0, 90))
def test_spans_that_meet_add_up(first: date, one: int, two: int) -> None:
    """As a span is cut where work is suspended and where it goes on."""
    middle = first + timedelta(days=one)
    last = middle + timedelta(days=two)
    parts = working_days_between(first, middle) + working_days_between(middle, last)
    assert parts == working_days_between(first, last)


@given(DAYS, st.integers(0, 400))
def test_a_span_beyond_what_is_known_has_its_weekends_only(first: date, days: int) -> None:
    first = date(2031, 1, 1) + (first - date(2025, 6, 1))
    every = [first + timedelta(days=day) for day in range(1, days + 1)]
    weekdays = sum(day.weekday() < 5 for day in every)
    assert working_days_between(first, every[-1] if every else first) == weekdays
