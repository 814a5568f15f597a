"""Working days of Türkiye: which days count, and how deadlines are told in them.

A day that something begins on does not count; the last one does, to its end. Half days count as
working days. A year whose holidays are not known has weekends only: :func:`is_covered` says so.
"""

from datetime import date, timedelta
from functools import cache
from typing import Literal

from schemas.reference.files import reference_rows
from schemas.wire import Wire

ONE_DAY = timedelta(days=1)
WEEKEND = (5, 6)


class Holiday(Wire):
    """A line of ``schemas/reference/holidays.csv``; ``half``: from 13:00."""

    date: date
    name: str
    length: Literal["full", "half"]


@cache
def holidays() -> dict[date, Holiday]:
    """Every holiday that is known, by its day."""
    rows = (Holiday.model_validate_strings(row) for row in reference_rows("holidays.csv"))
    return {holiday.date: holiday for holiday in rows}


def covered_years() -> range:
    """The years whose holidays are known."""
    years = {day.year for day in holidays()}
    return range(min(years), max(years) + 1)


def is_covered(first: date, last: date) -> bool:
    """Whether the holidays from one day to another are known; if not, only weekends are."""
    return first.year in covered_years() and last.year in covered_years()


def is_working_day(day: date) -> bool:
    """Whether offices work on a day, be it half of it."""
    holiday = holidays().get(day)
    return day.weekday() not in WEEKEND and (holiday is None or holiday.length == "half")


def next_working_day(day: date) -> date:
    """The day itself, or the first working day after it: where a deadline in plain days ends."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def add_working_days(day: date, number: int) -> date:
    """The working day that is so many after ``day``, or before it if the number is negative.

    With 0: the day itself, or the next working day.
    """
    if number == 0:
        return next_working_day(day)
    step = ONE_DAY if number > 0 else -ONE_DAY
    left = abs(number)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after ``first`` up to ``last`` itself; negative if it is before.

    Counted back, the last day counts and the first does not, as :func:`add_working_days` goes.
    """
    step = ONE_DAY if last > first else -ONE_DAY
    count, day = 0, first
    while day != last:
        day += step
        count += is_working_day(day)
    return count if last > first else -count
